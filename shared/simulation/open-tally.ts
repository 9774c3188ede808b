import { dec } from '#shared/engine/num/units';
import { isOpen, type OpenTally, type SimOrder } from './matching-state.ts';

export const noneOpen: OpenTally = { orders: 0, waiting: 0, buys: dec(0), sells: dec(0) };

/** The indexes of an account over its open orders. */
export interface OpenIndexes {
  tallies: Map<string, OpenTally>;
  /** Ids of open orders by kind and client order id. */
  clientIds: Map<string, number>;
}

export const clientKey = (kind: SimOrder['kind'], clientOrderId: string): string => `${kind} ${clientOrderId}`;

/** Moves the indexes on from one version of an order to the next; undefined is none. */
export function reindex(indexes: OpenIndexes, before: SimOrder | undefined, after: SimOrder | undefined): void {
  if (before !== undefined && isOpen(before)) {
    add(indexes.tallies, before, -1);
    const key = clientKey(before.kind, before.clientOrderId);
    if (indexes.clientIds.get(key) === before.id) indexes.clientIds.delete(key);
  }
  if (after !== undefined && isOpen(after)) {
    add(indexes.tallies, after, 1);
    indexes.clientIds.set(clientKey(after.kind, after.clientOrderId), after.id);
  }
}

function add(tallies: Map<string, OpenTally>, order: SimOrder, sign: 1 | -1): void {
  const { orders, waiting, buys, sells } = tallies.get(order.symbol) ?? noneOpen;
  const plain = order.kind === 'order' && !order.reduceOnly && order.price !== null;
  const value = plain ? dec(order.quantity).minus(order.filled).times(order.price ?? '0').times(sign) : null;
  const next: OpenTally = {
    orders: orders + (order.kind === 'order' ? sign : 0),
    waiting: waiting + (order.working ? 0 : sign),
    buys: value !== null && order.side === 'BUY' ? buys.plus(value) : buys,
    sells: value !== null && order.side === 'SELL' ? sells.plus(value) : sells,
  };
  if (next.orders === 0 && next.waiting === 0) tallies.delete(order.symbol);
  else tallies.set(order.symbol, next);
}
