import { compare, dec, type Dec } from '#shared/engine/num/units';
import { assert } from '#shared/engine/assert';
import { portion, takerPrice } from './fill-model.ts';
import { bookMarginFill, hasMarginFor, positionOf } from './margin-account.ts';
import { instrumentOf, ownAccount, saveOrder, text, type Draft } from './matching-draft.ts';
import { isOpen, type SimOrder, type SimPosition } from './matching-state.ts';
import { conditionOf } from './order-levels.ts';
import { bookSpotFill, canPay, payingAsset, setLock } from './spot-account.ts';

const none = dec(0);

/** The newest version of an order this draft has touched. */
export function current(draft: Draft, order: SimOrder): SimOrder {
  return draft.touched.orders.get(order.id) ?? order;
}

/** Ends an order that will not fill further: frees its lock, tells, and finishes the algo order it came from. */
export function endOrder(draft: Draft, order: SimOrder, status: 'CANCELED' | 'EXPIRED', at: number, cancelId: string | null = null): SimOrder {
  if (order.kind === 'algo') return endAlgo(draft, order, status, at);
  const freed = setLock(draft, order, none);
  const ended = saveOrder(draft, { ...freed.order, status, updatedAt: at });
  draft.happenings.push({ kind: 'order', execution: status, order: ended, balances: freed.balances, cancelId, at });
  finishParent(draft, ended, at);
  return ended;
}

/** Ends a conditional order of the algo service, with the reason where it was refused at its trigger. */
export function endAlgo(draft: Draft, order: SimOrder, status: 'CANCELED' | 'EXPIRED' | 'REJECTED', at: number, reason: string | null = null): SimOrder {
  const ended = saveOrder(draft, { ...order, status, reason, updatedAt: at });
  draft.happenings.push({ kind: 'algo', order: ended, at });
  return ended;
}

function finishParent(draft: Draft, order: SimOrder, at: number): void {
  if (order.kind !== 'order' || order.linkedId === null) return;
  const parent = draft.accounts.get(order.accountId)?.orders.get(order.linkedId);
  if (parent === undefined || parent.status !== 'TRIGGERED') return;
  const finished = saveOrder(draft, { ...parent, status: 'FINISHED', filled: order.filled, quoteFilled: order.quoteFilled, updatedAt: at });
  draft.happenings.push({ kind: 'algo', order: finished, at });
}

/** Fills part of an order at a price. */
export function fillOrder(draft: Draft, order: SimOrder, trade: { price: Dec; quantity: Dec; maker: boolean; at: number }): SimOrder {
  const id = draft.nextTradeId;
  draft.nextTradeId += 1;
  const booked = order.market === 'spot' ? { ...bookSpotFill(draft, order, { id, ...trade }), position: null } : bookMarginFill(draft, order, { id, ...trade });
  const complete = compare(booked.order.filled, order.quantity) === 0;
  assert(compare(booked.order.filled, order.quantity) <= 0, `order ${order.id} would be filled beyond its quantity`);
  const filled = saveOrder(draft, { ...booked.order, status: complete ? 'FILLED' : 'PARTIALLY_FILLED', updatedAt: trade.at });
  draft.fills.push(booked.fill);
  draft.happenings.push({ kind: 'fill', order: filled, fill: booked.fill, balances: booked.balances, position: booked.position, at: trade.at });
  if (complete) finishParent(draft, filled, trade.at);
  if (booked.position !== null) expireWithoutPosition(draft, order.accountId, booked.position, trade.at);
  return current(draft, filled);
}

/** Orders that could only reduce a position that is no longer there expire; so do conditional orders bound to it (GTE_GTC). */
function expireWithoutPosition(draft: Draft, accountId: string, position: SimPosition, at: number): void {
  for (const order of [...ownAccount(draft, accountId).orders.values()]) {
    if (order.symbol !== position.symbol || !isOpen(order) || reducible(position, order.side).greaterThan(0)) continue;
    const bound = order.kind === 'order' ? order.reduceOnly : order.timeInForce === 'GTE_GTC';
    if (bound) endOrder(draft, order, 'EXPIRED', at);
  }
}

/** How much an order on this side could take off the position. */
export function reducible(position: SimPosition, side: SimOrder['side']): Dec {
  const held = dec(position.quantity);
  const opposite = side === 'SELL' ? held.greaterThan(0) : held.lessThan(0);
  return opposite ? held.abs() : none;
}

/** Fills what one opportunity allows; a reduce-only order never more than the position, and it expires when there is none. */
export function fillPortion(draft: Draft, order: SimOrder, price: Dec, maker: boolean, at: number): SimOrder {
  let quantity = portion(order, instrumentOf(draft, order.market, order.symbol));
  if (order.reduceOnly) {
    const most = reducible(positionOf(ownAccount(draft, order.accountId), order.symbol), order.side);
    if (most.isZero()) return endOrder(draft, order, 'EXPIRED', at);
    if (most.lessThan(quantity)) quantity = most;
  }
  return fillOrder(draft, order, { price, quantity, maker, at });
}

/** Trades an order at the market until it is done; what cannot be paid for or reduced expires. */
export function takeMarket(draft: Draft, order: SimOrder, market: string, at: number): SimOrder {
  const instrument = instrumentOf(draft, order.market, order.symbol);
  const price = takerPrice(draft.model, instrument, order.side, market, null);
  let latest = order;
  while (isOpen(latest)) {
    if (order.market === 'spot' && !canPay(draft, latest, payingAsset(latest, instrument), spotCost(latest, price))) return endOrder(draft, latest, 'EXPIRED', at);
    latest = fillPortion(draft, latest, price, false, at);
  }
  return latest;
}

const spotCost = (order: SimOrder, price: Dec): Dec => dec(order.quantity).minus(order.filled).times(order.side === 'BUY' ? price : 1);

/** Would a limit order trade at once with the market at `market`? */
export const isMarketable = (side: SimOrder['side'], limit: string, market: string): boolean => (side === 'BUY' ? compare(market, limit) <= 0 : compare(market, limit) >= 0);

/** Lets a limit order meet the market: takes what it can, then rests, or expires where its time in force says so. */
export function takeLimit(draft: Draft, order: SimOrder, market: string | null, at: number): SimOrder {
  let latest = order;
  if (market !== null && order.price !== null && isMarketable(order.side, order.price, market)) {
    const price = takerPrice(draft.model, instrumentOf(draft, order.market, order.symbol), order.side, market, order.price);
    do latest = fillPortion(draft, latest, price, false, at);
    while (order.timeInForce === 'FOK' && isOpen(latest));
  }
  const rests = order.timeInForce !== 'IOC' && order.timeInForce !== 'FOK';
  return rests || !isOpen(latest) ? latest : endOrder(draft, latest, 'EXPIRED', at);
}

/** A condition has come true with the market at `market`: the spot order goes to work, the algo order begets one. */
export function trigger(draft: Draft, order: SimOrder, market: string, at: number): SimOrder {
  const condition = conditionOf(order.market, order.type);
  assert(condition !== null, `order ${order.id} has no condition to trigger`);
  if (order.kind === 'algo') return triggerAlgo(draft, order, condition.becomes, market, at);
  const working = saveOrder(draft, { ...order, working: true, triggeredAt: at, updatedAt: at });
  draft.happenings.push({ kind: 'order', execution: 'WORKING', order: working, balances: [], cancelId: null, at });
  return condition.becomes === 'MARKET' ? takeMarket(draft, working, market, at) : takeLimit(draft, working, market, at);
}

function triggerAlgo(draft: Draft, algo: SimOrder, becomes: 'MARKET' | 'LIMIT', market: string, at: number): SimOrder {
  const account = ownAccount(draft, algo.accountId);
  const held = reducible(positionOf(account, algo.symbol), algo.side);
  const reduceOnly = algo.reduceOnly || algo.closePosition;
  if (reduceOnly && held.isZero()) return endAlgo(draft, algo, 'REJECTED', at, 'Reduce Only reject');
  const quantity = algo.closePosition ? text(held) : algo.quantity;
  const value = dec(quantity).times(algo.price ?? market);
  if (!reduceOnly && !hasMarginFor(draft, account, algo, value)) return endAlgo(draft, algo, 'REJECTED', at, 'Margin is insufficient');
  const id = draft.nextOrderId;
  draft.nextOrderId += 1;
  const triggered = saveOrder(draft, { ...algo, status: 'TRIGGERED', linkedId: id, triggeredAt: at, updatedAt: at });
  draft.happenings.push({ kind: 'algo', order: triggered, at });
  const timeInForce = becomes === 'LIMIT' && algo.timeInForce !== 'GTE_GTC' ? algo.timeInForce : 'GTC';
  const born = saveOrder(draft, { ...algo, id, kind: 'order', type: becomes, timeInForce, quantity, price: becomes === 'LIMIT' ? algo.price : null, reduceOnly, working: true, linkedId: algo.id, status: 'NEW', createdAt: at, updatedAt: at, triggeredAt: at, callbackRate: null, activationPrice: null, extreme: null });
  draft.happenings.push({ kind: 'order', execution: 'NEW', order: born, balances: [], cancelId: null, at });
  return becomes === 'MARKET' ? takeMarket(draft, born, market, at) : takeLimit(draft, born, market, at);
}
