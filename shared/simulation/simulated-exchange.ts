import { dec, price, qty, ratio, type Ratio } from '#shared/engine/num/units';
import type { AccountEvent, Balance, CancelOutcome, ExchangePort, OrderRef, OrderRequest, QueryOutcome, RefusedKind, SubmitOutcome, VenuePosition } from '#shared/ports/exchange.port';
import { VenueUnavailable } from '#shared/ports/exchange.port';
import type { Faults, FaultKind } from './faults.ts';
import { positionOf } from './margin-account.ts';
import { cancel, place } from './matching.ts';
import { isOpen, type Happening, type SimOrder } from './matching-state.ts';
import { movePrice } from './price-path.ts';
import type { Chance } from './seeded-chance.ts';
import { isRefused, type SimRefusal } from './sim-refusal.ts';
import { fillOf, reportOf, stateAt, stateOf, type SimulatedVenue, type VenueTrade } from './simulated-venue.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface SimulatedExchangeOptions {
  venue: SimulatedVenue;
  clock: VirtualClock;
  faults: Faults;
  chance: Chance;
  access: ExchangePort['access'];
  /** In how many portions the next order fills. */
  portions: () => number;
  tell: (line: string) => void;
  /** Told of every order the matching core refuses: a refusal that no fault drew. */
  refused: (request: OrderRequest, reason: SimRefusal) => void;
}

/** As the adapter for Binance has it. */
const lateArrivalMs = 17_000;
const answerWithinMs = 10_000;
const none = { kind: 'unknown', message: 'no answer within 10 s' } as const;

const refusals: Partial<Record<SimRefusal, RefusedKind>> = {
  insufficient_balance: 'balance', insufficient_margin: 'balance', reduce_only: 'reduce-only', price_band_high: 'price-band', price_band_low: 'price-band',
  would_match: 'would-trigger', would_trigger: 'would-trigger', market_closed: 'market-closed', no_price: 'market-closed', unknown_symbol: 'symbol', too_many_orders: 'other',
};
/** The refusals of a faulty venue or of rules that changed: `rate` passes, the others end the attempt. */
const drawnRefusals: Partial<Record<FaultKind, { refused: RefusedKind; code: string; message: string }>> = {
  'refused-precision': { refused: 'precision', code: '-1111', message: 'simulated: precision' },
  'refused-balance': { refused: 'balance', code: '-2019', message: 'simulated: margin is insufficient' },
  'refused-other': { refused: 'other', code: '-2027', message: 'simulated: refused' },
  'refused-rate': { refused: 'rate', code: '-1015', message: 'simulated: too many orders' },
};

/**
 * One exchange account over a simulated venue. Requests and answers take their time on the way, and each can be lost, late or doubled:
 * what the venue does, it does whether or not anybody lives to hear of it.
 */
export function createSimulatedExchange(options: SimulatedExchangeOptions): ExchangePort {
  const { venue, clock, faults, chance, access } = options;
  const { accountId } = access;
  const travel = (): Promise<void> => clock.sleep(chance.between(3, 60));
  const strike = (kind: FaultKind, about: string): boolean => {
    const struck = faults.strike(kind);
    if (struck) options.tell(`${kind} ${about}`);
    return struck;
  };

  const put = (request: OrderRequest): SubmitOutcome => {
    const { clientOrderId, symbol, side, type, quantity, price: limit, reduceOnly } = request;
    const venueSymbol = venue.rules.get(`${access.market} ${symbol}`)?.at(-1)?.venueSymbol ?? symbol;
    const before = venue.trades.length;
    const placed = venue.change((draft) =>
      place(
        draft,
        {
          accountId, kind: 'order', market: access.market, symbol: venueSymbol, clientOrderId, side: side === 'buy' ? 'BUY' : 'SELL', type: type === 'market' ? 'MARKET' : 'LIMIT', timeInForce: 'GTC',
          quantity, quoteQuantity: null, price: limit, stopPrice: null, callbackRate: null, activationPrice: null, reduceOnly, closePosition: false, fillParts: options.portions(),
        },
        clock.now(),
      ),
    );
    if (isRefused(placed)) {
      options.tell(`venue refuses ${clientOrderId}: ${placed.refused}`);
      options.refused(request, placed.refused);
      if (placed.refused === 'duplicate_client_id') return { kind: 'exists', message: 'duplicate order sent' };
      return { kind: 'refused', refused: refusals[placed.refused] ?? 'precision', code: placed.refused, message: placed.figure ?? placed.refused };
    }
    options.tell(`venue accepts ${clientOrderId} ${side} ${quantity} at ${limit ?? 'market'}: ${placed.status}`);
    const fills = access.market === 'spot' ? venue.trades.slice(before).filter((trade) => trade.clientOrderId === clientOrderId).map(bare) : [];
    return { kind: 'accepted', report: reportOf(placed), fills };
  };

  const submit = async (request: OrderRequest): Promise<SubmitOutcome> => {
    const id = request.clientOrderId;
    if (strike('submit-not-sent', id)) return clock.sleep(5).then(() => ({ kind: 'not-sent', message: 'connection refused' }));
    if (strike('submit-lost', id)) return clock.sleep(answerWithinMs).then(() => none);
    venue.onTheWay.add(id);
    const arrive = (): SubmitOutcome => {
      venue.onTheWay.delete(id);
      return put(request);
    };
    if (strike('submit-late', id)) {
      clock.after(chance.between(1_000, lateArrivalMs - 3_500), arrive);
      return clock.sleep(answerWithinMs).then(() => none);
    }
    await travel();
    const refusal = (Object.keys(drawnRefusals) as FaultKind[]).find((kind) => strike(kind, id));
    if (refusal !== undefined || strike('submit-5xx-not-done', id)) {
      venue.onTheWay.delete(id);
      await travel();
      return refusal === undefined ? { kind: 'unknown', message: 'HTTP 503' } : { kind: 'refused', ...drawnRefusals[refusal]!, ...(refusal === 'refused-rate' ? { retryAfterMs: chance.between(200, 3_000) } : {}) };
    }
    const outcome = arrive();
    if (strike('submit-5xx-done', id)) return travel().then(() => ({ kind: 'unknown', message: 'HTTP 504' }));
    if (strike('submit-answer-lost', id)) return clock.sleep(answerWithinMs).then(() => none);
    await (strike('submit-slow', id) ? clock.sleep(chance.between(500, 9_000)) : travel());
    return outcome.kind === 'accepted' && strike('submit-exists', id) ? { kind: 'exists', message: 'duplicate order sent' } : outcome;
  };

  const working = (clientOrderId: string): SimOrder | undefined => venue.ordersOf(clientOrderId).map(stateOf).findLast(isOpen);

  const fillFirst = (clientOrderId: string): void => {
    const order = working(clientOrderId);
    if (order === undefined || order.price === null) return;
    const at = order.price;
    for (let part = order.fillParts; part > 0; part -= 1) venue.change((draft) => movePrice(draft, { market: order.market, symbol: order.symbol, price: at, at: clock.now() }, clock.now()));
  };

  const cancelOrder = async ({ clientOrderId: id }: OrderRef): Promise<CancelOutcome> => {
    if (strike('cancel-not-sent', id)) return clock.sleep(5).then(() => ({ kind: 'not-sent', message: 'connection refused' }));
    if (strike('cancel-lost', id)) return clock.sleep(answerWithinMs).then(() => none);
    await travel();
    if (strike('cancel-refused', id)) return { kind: 'refused', refused: 'rate', code: '-1003', message: 'simulated: too many requests' };
    if (strike('cancel-filled-first', id)) fillFirst(id);
    const order = working(id);
    const ended = order === undefined ? null : venue.change((draft) => cancel(draft, accountId, 'order', order.symbol, { id: order.id }, null, clock.now()));
    options.tell(`venue ${ended === null || isRefused(ended) ? 'knows no open' : 'cancels'} ${id}`);
    if (strike('cancel-answer-lost', id)) return clock.sleep(answerWithinMs).then(() => none);
    await (strike('cancel-slow', id) ? clock.sleep(chance.between(500, 9_000)) : travel());
    return ended === null || isRefused(ended) ? { kind: 'gone', message: 'unknown order sent' } : { kind: 'accepted', report: reportOf(ended) };
  };

  /** A read takes its time, may fail, and may show how things stood a moment ago. */
  const read = async <Answer>(what: string, answer: (asOf: number) => Answer): Promise<Answer> => {
    await travel();
    if (strike('read-failed', what)) throw new VenueUnavailable('HTTP 502');
    const found = answer(strike('read-stale', what) ? clock.now() - chance.between(200, 3_000) : clock.now());
    await (strike('read-slow', what) ? clock.sleep(chance.between(500, 9_000)) : travel());
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
    submit,
    cancel: cancelOrder,
    query: ({ clientOrderId }) =>
      read(`query ${clientOrderId}`, (asOf): QueryOutcome => {
        const state = venue.ordersOf(clientOrderId).map((order) => stateAt(order, asOf)).findLast((each) => each !== null);
        return state === undefined || state === null ? { kind: 'not-found', message: 'order does not exist' } : { kind: 'found', report: reportOf(state) };
      }).catch((error: unknown): QueryOutcome => ({ kind: 'failed', message: String(error) })),
    openOrders: (symbol) => read('open orders', (asOf) => ofAccount(symbol, asOf).filter(isOpen).map(reportOf)),
    tradesSince: (symbol, since) =>
      read('trades', (asOf) => venue.trades.filter((trade) => trade.accountId === accountId && trade.symbol === symbol && trade.at >= since && trade.listedAt <= asOf).map((trade) => ({ ...bare(trade), clientOrderId: '', venueOrderId: trade.venueOrderId }))),
    balances: () => read('balances', (): Balance[] => [...(venue.world.accounts.get(accountId)?.balances ?? [])].map(([asset, { free, locked }]) => ({ asset, free: qty(free), total: qty(dec(free).plus(locked)) }))),
    positions: () => read('positions', (): VenuePosition[] => [...venue.instruments(access.market)].flatMap((rules) => {
      const held = venue.world.accounts.get(accountId)?.positions.get(rules.venueSymbol);
      return held === undefined || held.quantity === '0' ? [] : [{ symbol: rules.symbol, quantity: qty(held.quantity), priceEntry: price(dec(held.cost).dividedBy(dec(held.quantity).abs())) }];
    })),
    leverages: () => read('leverages', (): Record<string, Ratio> => (access.market === 'spot' ? {} : Object.fromEntries([...venue.instruments(access.market)].flatMap(({ symbol, venueSymbol }) => {
      const account = venue.world.accounts.get(accountId);
      return account === undefined ? [] : [[symbol, ratio(positionOf(account, venueSymbol).leverage)]];
    })))),
    clockOffsetMs: async () => 0,
    listen: async (handler) => listen(options, handler),
    close: async () => {},
  };
}

const bare = ({ clientOrderId, tradeId, price: at, quantity, fee, feeAsset, at: time }: VenueTrade) => ({ clientOrderId, tradeId, price: at, quantity, fee, feeAsset, at: time });

/** A user-data stream: its events are on the way for a while each, so they come late, twice, out of order or never. */
function listen({ venue, clock, faults, chance, access, tell }: SimulatedExchangeOptions, handler: (event: AccountEvent) => void): () => Promise<void> {
  let closed = false;
  let mutedUntil = 0;
  const send = (event: AccountEvent, ms: number): void =>
    void clock.after(ms, () => {
      if (!closed) handler(event);
    });
  const stop = venue.watch(access.accountId, (happening) => {
    if (clock.now() < mutedUntil) return;
    if (faults.strike('stream-drop')) {
      const ms = chance.between(1_000, 20_000);
      mutedUntil = clock.now() + ms;
      tell(`the stream of account ${access.accountId} is mute for ${ms} ms`);
      send({ kind: 'gap', reason: 'connection lost' }, ms);
      return send({ kind: 'up' }, ms + 1);
    }
    for (const event of eventsOf(venue, happening)) {
      if (faults.strike('event-lost')) continue;
      send(event, faults.strike('event-late') ? chance.between(500, 8_000) : chance.between(3, 40));
      if (faults.strike('event-doubled')) send(event, chance.between(3, 3_000));
    }
  });
  send({ kind: 'up' }, 20);
  return async () => {
    closed = true;
    stop();
  };
}

function eventsOf(venue: SimulatedVenue, happening: Happening): AccountEvent[] {
  if (happening.kind !== 'order' && happening.kind !== 'fill') return [];
  const symbol = venue.orders.get(happening.order.id)?.symbol ?? happening.order.symbol;
  const report: AccountEvent = { kind: 'order', symbol, report: reportOf(happening.order) };
  return happening.kind === 'order' ? [report] : [report, { kind: 'fill', symbol, fill: fillOf(happening.fill) }];
}
