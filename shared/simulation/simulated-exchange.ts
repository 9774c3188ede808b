import { dec, price, qty, ratio, type Ratio } from '#shared/engine/num/units';
import type { Balance, ExchangePort, QueryOutcome, VenuePosition } from '#shared/ports/exchange.port';
import { VenueUnavailable } from '#shared/ports/exchange.port';
import { positionOf } from './margin-account.ts';
import { isOpen, type SimOrder } from './matching-state.ts';
import { bare, lateArrivalMs, strike, travel, type SimulatedExchangeOptions } from './simulated-line.ts';
import { listenTo } from './simulated-stream.ts';
import { cancelOrder, submitOrder } from './simulated-writes.ts';
import { reportOf, stateAt } from './simulated-venue.ts';

/** Of an average entry price, as Binance tells it. */
const entryDecimals = 11;

/**
 * One exchange account over a simulated venue. Requests and answers take their time on the way, and each can be lost, late or doubled:
 * what the venue does, it does whether or not anybody lives to hear of it.
 */
export function createSimulatedExchange(options: SimulatedExchangeOptions): ExchangePort {
  const { venue, clock, chance, access } = options;
  const { accountId } = access;

  /** A read takes its time, may fail, and may show how things stood a moment ago. */
  const read = async <Answer>(what: string, answer: (asOf: number) => Answer): Promise<Answer> => {
    await travel(options);
    if (strike(options, 'read-failed', what)) throw new VenueUnavailable('HTTP 502');
    const found = answer(strike(options, 'read-stale', what) ? clock.now() - chance.between(200, 3_000) : clock.now());
    await (strike(options, 'read-slow', what) ? clock.sleep(chance.between(500, 9_000)) : travel(options));
    return found;
  };

  const ofAccount = (symbol: string, asOf: number): SimOrder[] =>
    [...venue.orders.values()].flatMap((known) => {
      const state = known.symbol === symbol ? stateAt(known, asOf) : null;
      return state !== null && state.accountId === accountId ? [state] : [];
    });

  return {
    access,
    lateArrivalMs,
    submit: (request) => submitOrder(options, request),
    cancel: (ref) => cancelOrder(options, ref),
    query: ({ clientOrderId }) =>
      read(`query ${clientOrderId}`, (asOf): QueryOutcome => {
        const state = venue.ordersOf(clientOrderId).map((order) => stateAt(order, asOf)).findLast((each) => each !== null);
        return state === undefined || state === null ? { kind: 'not-found', message: 'order does not exist' } : { kind: 'found', report: reportOf(state) };
      }).catch((error: unknown): QueryOutcome => ({ kind: 'failed', message: String(error) })),
    openOrders: (symbols) =>
      read('open orders', (asOf) => (symbols === 'all' ? [...venue.instruments(access.market)].map(({ symbol }) => symbol) : symbols).flatMap((symbol) => ofAccount(symbol, asOf).filter(isOpen).map((order) => ({ ...reportOf(order), symbol })))),
    tradesOf: ({ symbol, venueOrderId }) =>
      read('trades', (asOf) => venue.trades.filter((trade) => trade.accountId === accountId && trade.symbol === symbol && trade.venueOrderId === venueOrderId && trade.listedAt <= asOf).map((trade) => ({ ...bare(trade), clientOrderId: '', venueOrderId }))),
    tradesSince: (symbol, since) =>
      read('trades', (asOf) => venue.trades.filter((trade) => trade.accountId === accountId && trade.symbol === symbol && trade.at >= since && trade.listedAt <= asOf).map((trade) => ({ ...bare(trade), clientOrderId: '', venueOrderId: trade.venueOrderId, side: trade.side }))),
    balances: () => read('balances', (): Balance[] => [...(venue.world.accounts.get(accountId)?.balances ?? [])].map(([asset, { free, locked }]) => ({ asset, free: qty(free), total: qty(dec(free).plus(locked)) }))),
    positions: () => read('positions', (): VenuePosition[] => [...venue.instruments(access.market)].flatMap((rules) => {
      const held = venue.world.accounts.get(accountId)?.positions.get(rules.venueSymbol);
      return held === undefined || held.quantity === '0' ? [] : [{ symbol: rules.symbol, quantity: qty(held.quantity), priceEntry: price(dec(held.cost).dividedBy(dec(held.quantity).abs()).toDecimalPlaces(entryDecimals)) }];
    })),
    leverages: () => read('leverages', (): Record<string, Ratio> => (access.market === 'spot' ? {} : Object.fromEntries([...venue.instruments(access.market)].flatMap(({ symbol, venueSymbol }) => {
      const account = venue.world.accounts.get(accountId);
      return account === undefined ? [] : [[symbol, ratio(positionOf(account, venueSymbol).leverage)]];
    })))),
    clockOffsetMs: async () => 0,
    listen: async (handler) => listenTo(options, handler),
    close: async () => {},
  };
}
