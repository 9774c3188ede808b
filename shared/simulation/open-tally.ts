import { dec } from '#shared/engine/num/units';
import { isOpen, type OpenTally, type SimOrder } from './matching-state.ts';

export const noneOpen: OpenTally = { orders: 0, waiting: 0, buys: dec(0), sells: dec(0) };

/** The indexes of an account over its open orders. */
export interface OpenIndexes {
  tallies: Map<string, OpenTally>;
  /** Ids of open orders by kind and client order id, oldest first: one, but for an order that an algo order of the same name has begotten. */
  clientIds: Map<string, readonly number[]>;
}

export const clientKey = (kind: SimOrder['kind'], clientOrderId: string): string => `${kind} ${clientOrderId}`;

/** Moves the indexes on from one version of an order to the next; undefined is none. */
export function reindex(indexes: OpenIndexes, before: SimOrder | undefined, after: SimOrder | undefined): void {
  if (before !== undefined && isOpen(before)) add(indexes.tallies, before, -1);
  if (after !== undefined && isOpen(after)) add(indexes.tallies, after, 1);
  rename(indexes.clientIds, before, after);
}

function rename(clientIds: OpenIndexes['clientIds'], before: SimOrder | undefined, after: SimOrder | undefined): void {
  const [was, is] = [before !== undefined && isOpen(before), after !== undefined && isOpen(after)];
  const order = after ?? before;
  if (was === is || order === undefined) return;
  const key = clientKey(order.kind, order.clientOrderId);
  const others = (clientIds.get(key) ?? []).filter((id) => id !== order.id);
  if (is) clientIds.set(key, [...others, order.id]);
  else if (others.length > 0) clientIds.set(key, others);
  else clientIds.delete(key);
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
