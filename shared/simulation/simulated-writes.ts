import type { CancelOutcome, OrderRef, OrderRequest, RefusedKind, SubmitOutcome } from '#shared/ports/exchange.port';
import type { FaultKind } from './faults.ts';
import { cancel, place } from './matching.ts';
import { isOpen, type SimOrder } from './matching-state.ts';
import { movePrice } from './price-path.ts';
import { isRefused, type SimRefusal } from './sim-refusal.ts';
import { answerWithinMs, bare, lateArrivalMs, noAnswer, strike, travel, type SimulatedExchangeOptions } from './simulated-line.ts';
import { reportOf, stateOf } from './simulated-venue.ts';

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

/** The request has arrived. */
function put(options: SimulatedExchangeOptions, request: OrderRequest): SubmitOutcome {
  const { venue, clock, access } = options;
  const { clientOrderId, symbol, side, type, quantity, price: limit, reduceOnly } = request;
  const venueSymbol = venue.rules.get(`${access.market} ${symbol}`)?.at(-1)?.venueSymbol ?? symbol;
  const before = venue.trades.length;
  const placed = venue.change((draft) =>
    place(
      draft,
      {
        accountId: access.accountId, kind: 'order', market: access.market, symbol: venueSymbol, clientOrderId, side: side === 'buy' ? 'BUY' : 'SELL', type: type === 'market' ? 'MARKET' : 'LIMIT', timeInForce: 'GTC',
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
}

/** Sends an order, and brings the answer if there is one. */
export async function submitOrder(options: SimulatedExchangeOptions, request: OrderRequest): Promise<SubmitOutcome> {
  const { venue, clock, chance } = options;
  const id = request.clientOrderId;
  if (strike(options, 'submit-not-sent', id)) return clock.sleep(5).then(() => ({ kind: 'not-sent', message: 'connection refused' }));
  if (strike(options, 'submit-lost', id)) return clock.sleep(answerWithinMs).then(() => noAnswer);
  venue.onTheWay.add(id);
  const arrive = (): SubmitOutcome => {
    venue.onTheWay.delete(id);
    return put(options, request);
  };
  if (strike(options, 'submit-late', id)) {
    // The order was recorded as sending up to a second ago, and the venue counts from there. Half of them come at the last moment.
    clock.after(chance.between(chance.happens(0.5) ? lateArrivalMs - 4_000 : 1_000, lateArrivalMs - 1_500), arrive);
    return clock.sleep(answerWithinMs).then(() => noAnswer);
  }
  await travel(options);
  const refusal = (Object.keys(drawnRefusals) as FaultKind[]).find((kind) => strike(options, kind, id));
  if (refusal !== undefined || strike(options, 'submit-5xx-not-done', id)) {
    venue.onTheWay.delete(id);
    await travel(options);
    return refusal === undefined ? { kind: 'unknown', message: 'HTTP 503' } : { kind: 'refused', ...drawnRefusals[refusal]!, ...(refusal === 'refused-rate' ? { retryAfterMs: chance.between(200, 3_000) } : {}) };
  }
  const outcome = arrive();
  if (strike(options, 'submit-5xx-done', id)) return travel(options).then(() => ({ kind: 'unknown', message: 'HTTP 504' }));
  if (strike(options, 'submit-answer-lost', id)) return clock.sleep(answerWithinMs).then(() => noAnswer);
  await (strike(options, 'submit-slow', id) ? clock.sleep(chance.between(500, 9_000)) : travel(options));
  return outcome.kind === 'accepted' && strike(options, 'submit-exists', id) ? { kind: 'exists', message: 'duplicate order sent' } : outcome;
}

const working = ({ venue }: SimulatedExchangeOptions, clientOrderId: string): SimOrder | undefined => venue.ordersOf(clientOrderId).map(stateOf).findLast(isOpen);

/** The market comes to the order before the cancel does. */
function fillFirst(options: SimulatedExchangeOptions, clientOrderId: string): void {
  const { venue, clock } = options;
  const order = working(options, clientOrderId);
  if (order === undefined || order.price === null) return;
  const at = order.price;
  for (let part = order.fillParts; part > 0; part -= 1) venue.change((draft) => movePrice(draft, { market: order.market, symbol: order.symbol, price: at, at: clock.now() }, clock.now()));
}

/** Sends a cancel, and brings the answer if there is one. */
export async function cancelOrder(options: SimulatedExchangeOptions, { clientOrderId: id }: OrderRef): Promise<CancelOutcome> {
  const { venue, clock, chance, access } = options;
  if (strike(options, 'cancel-not-sent', id)) return clock.sleep(5).then(() => ({ kind: 'not-sent', message: 'connection refused' }));
  if (strike(options, 'cancel-lost', id)) return clock.sleep(answerWithinMs).then(() => noAnswer);
  await travel(options);
  if (strike(options, 'cancel-refused', id)) return { kind: 'refused', refused: 'rate', code: '-1003', message: 'simulated: too many requests' };
  if (strike(options, 'cancel-filled-first', id)) fillFirst(options, id);
  const order = working(options, id);
  const ended = order === undefined ? null : venue.change((draft) => cancel(draft, access.accountId, 'order', order.symbol, { id: order.id }, null, clock.now()));
  options.tell(`venue ${ended === null || isRefused(ended) ? 'knows no open' : 'cancels'} ${id}`);
  if (strike(options, 'cancel-answer-lost', id)) return clock.sleep(answerWithinMs).then(() => noAnswer);
  await (strike(options, 'cancel-slow', id) ? clock.sleep(chance.between(500, 9_000)) : travel(options));
  return ended === null || isRefused(ended) ? { kind: 'gone', message: 'unknown order sent' } : { kind: 'accepted', report: reportOf(ended) };
}
