import { cancel, findOpen, place, type OrderPointer, type Placed } from '#shared/simulation/matching';
import type { OrderTicket } from '#shared/simulation/order-rules';
import { isOpen, type SimFill, type SimMarket, type SimOrder } from '#shared/simulation/matching-state';
import { isRefused } from '#shared/simulation/sim-refusal';
import { openDraft } from '#shared/simulation/matching-draft';
import { accountOf, type Call } from './endpoint.ts';
import { refusalAnswer, VenueError } from './venue-error.ts';

const accepted = (placed: Placed, market: SimMarket, kind: SimOrder['kind']): SimOrder => {
  if (isRefused(placed)) throw refusalAnswer(market, placed, kind);
  return placed;
};

/** Places an order; resolves once it is committed, with the fills it took on arrival. */
export function placeOrder(call: Call, ticket: OrderTicket): Promise<{ order: SimOrder; fills: SimFill[] }> {
  return call.context.commit.submit((draft, at) => {
    call.fresh(at);
    const fillsBefore = draft.fills.length;
    const order = accepted(place(draft, ticket, at), call.market, ticket.kind);
    return { order, fills: draft.fills.slice(fillsBefore).filter((fill) => fill.orderId === order.id) };
  });
}

/** Checks an order as POST order/test does: everything but placing it. */
export function testOrder(call: Call, ticket: OrderTicket): void {
  const { world } = call.context.commit;
  accepted(place(openDraft(world), ticket, call.context.clock.now()), call.market, ticket.kind);
}

export function cancelOrder(call: Call, kind: SimOrder['kind'], symbol: string | null, pointer: OrderPointer, cancelId: string | null): Promise<SimOrder> {
  const account = accountOf(call);
  return call.context.commit.submit((draft, at) => {
    call.fresh(at);
    return accepted(cancel(draft, account.id, kind, symbol, pointer, cancelId, at), call.market, kind);
  });
}

/** Cancels every open order of a kind on a symbol; each gets a cancel id of its own. */
export function cancelAll(call: Call, kind: SimOrder['kind'], symbol: string, cancelId: () => string | null): Promise<{ order: SimOrder; cancelId: string | null }[]> {
  const account = accountOf(call);
  return call.context.commit.submit((draft, at) => {
    call.fresh(at);
    const open = [...(draft.accounts.get(account.id)?.orders.values() ?? [])].filter((order) => order.kind === kind && order.symbol === symbol && isOpen(order));
    return open.map(({ id }) => {
      const own = cancelId();
      return { order: accepted(cancel(draft, account.id, kind, symbol, { id }, own, at), call.market, kind), cancelId: own };
    });
  });
}

/** How the request points at an order, by the names its endpoint uses; refuses when it does not (-1102). */
export function pointerOf(call: Call, idName: string, clientName: string): OrderPointer {
  const id = call.params.integer(idName);
  const clientOrderId = call.params.text(clientName);
  if (id === null && clientOrderId === null) throw new VenueError(-1102, `Param '${clientName}' or '${idName}' must be sent, but both were empty/null!`);
  return id !== null ? { id } : { clientOrderId: clientOrderId ?? '' };
}

/** The order the request points at, open or done (-2013 when there is none); by client id the newest. */
export async function findOrder(call: Call, kind: SimOrder['kind'], symbol: string | null, pointer: OrderPointer): Promise<SimOrder> {
  const account = accountOf(call);
  const open = pointer.id === undefined ? findOpen(account, kind, pointer) : account.orders.get(pointer.id);
  const query = { accountId: account.id, kind, limit: 1, ...(symbol === null ? {} : { symbol }), ...pointer };
  const order = open ?? (await call.context.commit.store.orders(query))[0];
  if (order === undefined || order.kind !== kind || (symbol !== null && order.symbol !== symbol)) throw new VenueError(-2013, 'Order does not exist.');
  return order;
}

/** The account's open orders of a kind, oldest first. */
export function openOrdersOf(call: Call, kind: SimOrder['kind'], symbol: string | null): SimOrder[] {
  return [...accountOf(call).orders.values()].filter((order) => order.kind === kind && isOpen(order) && (symbol === null || order.symbol === symbol)).sort((a, b) => a.id - b.id);
}

const span = (call: Call): { startTime?: number; endTime?: number } => {
  const startTime = call.params.integer('startTime');
  const endTime = call.params.integer('endTime');
  return { ...(startTime === null ? {} : { startTime }), ...(endTime === null ? {} : { endTime }) };
};

/** Orders of all states, as allOrders lists them. */
export function orderHistory(call: Call, kind: SimOrder['kind'], symbol: string, limit: number): Promise<SimOrder[]> {
  const fromId = call.params.integer(kind === 'order' ? 'orderId' : 'algoId');
  return call.context.commit.store.orders({ accountId: accountOf(call).id, kind, symbol, limit, ...(fromId === null ? {} : { fromId }), ...span(call) });
}

/** The account's own trades. */
export function tradeHistory(call: Call, symbol: string | null, limit: number): Promise<SimFill[]> {
  const orderId = call.params.integer('orderId');
  const fromId = call.params.integer('fromId');
  return call.context.commit.store.fills({ accountId: accountOf(call).id, limit, ...(symbol === null ? {} : { symbol }), ...(orderId === null ? {} : { orderId }), ...(fromId === null ? {} : { fromId }), ...span(call) });
}
