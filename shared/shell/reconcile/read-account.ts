import { purposeOf } from '#shared/engine/ids';
import type { Qty } from '#shared/engine/num/units';
import type { OrderReport } from '#shared/engine/order/order';
import type { OwnAccount, OwnOrder, VenueAccount } from '#shared/engine/reconcile/account-state';
import type { ExchangePort, OpenOrder, OrderRef } from '#shared/ports/exchange.port';
import type { AccountBook, AccountOutline } from '#shared/ports/reconcile-store.port';
import type { OrderRow } from '#shared/ports/store.port';
import { callOut } from '../crash-points.ts';
import type { ShellPorts } from '../shell.ts';

/** Both sides of an account, as far as they could be read at about the same time. */
export interface AccountReading {
  venue: VenueAccount;
  own: OwnAccount;
  book: AccountBook;
}

const wasSent = ({ sendingAt, order }: OrderRow): boolean => sendingAt !== null || order.venueOrderId !== null;

/**
 * Reads our rows, then what the venue holds, then its open orders, then our rows again: what moved meanwhile is not compared. Rejects
 * where any part of the venue's side cannot be had: half a report is no report, least of all a flat one. Not `whole`: only orders of the
 * symbols we work or that are held, and none of the conditional ones, which costs a tenth of the venue's weight. `urgent`: a position is to be
 * closed by what is read, which may use the reserve of the limits.
 */
export async function readAccount(ports: ShellPorts, exchange: ExchangePort, accountId: string, { prefix, whole, urgent = false }: { prefix: string; whole: boolean; urgent?: boolean }): Promise<AccountReading | null> {
  const before = await callOut(ports, 'reconcile:own', () => ports.store.accountOutline(accountId));
  if (before === null) return null;
  const holdings = await readHoldings(ports, exchange, urgent);
  // Of a closed group only what it holds is compared: its orders are among ours, and its symbol may be gone from the venue.
  const symbols = [...new Set([...before.groups.flatMap(({ symbol, open }) => (open ? [symbol] : [])), ...before.orders.map((row) => row.symbol), ...(exchange.access.market === 'usdm' ? Object.keys(holdings) : [])])];
  const open: VenueAccount['open'] = Object.fromEntries((await readOpen(ports, exchange, whole ? 'all' : symbols, urgent)).map(({ symbol, ...report }) => [report.clientOrderId, { symbol, report }]));
  const answers: VenueAccount['answers'] = {};
  for (const row of before.orders) {
    const { clientOrderId, venueOrderId } = row.order;
    if (wasSent(row) && open[clientOrderId] === undefined) await ask(ports, exchange, answers, { clientOrderId, venueOrderId, symbol: row.symbol });
  }
  const strangers: OwnAccount['strangers'] = {};
  const elsewhere: OwnAccount['elsewhere'] = {};
  const inFlight = new Set(before.orders.map(({ order }) => order.clientOrderId));
  for (const [clientOrderId, { symbol, report }] of Object.entries(open)) {
    if (inFlight.has(clientOrderId) || purposeOf(prefix, clientOrderId) === null) continue;
    await ask(ports, exchange, answers, { clientOrderId, venueOrderId: report.venueOrderId, symbol });
    // Read after the venue: an order is in our rows before it is sent.
    const row = await callOut(ports, 'reconcile:stranger', () => ports.store.orderRow(clientOrderId));
    if (row !== null && row.accountId !== accountId) elsewhere[clientOrderId] = row.accountId;
    else strangers[clientOrderId] = row === null ? null : { groupId: row.groupId, status: row.order.status };
  }
  const after = await callOut(ports, 'reconcile:own-again', () => ports.store.accountBook(accountId));
  if (after === null) return null;
  for (const { order } of after.orders) delete strangers[order.clientOrderId];
  const own: OwnAccount = { market: exchange.access.market, groups: after.groups, orders: after.orders.map(ownOrder), strangers, elsewhere, moved: movedBetween(before, after), steps: {} };
  return { venue: { holdings, open, answers }, own, book: after };
}

async function readOpen(ports: ShellPorts, exchange: ExchangePort, symbols: readonly string[] | 'all', urgent: boolean): Promise<OpenOrder[]> {
  if (symbols === 'all') return await callOut(ports, 'reconcile:all-orders', () => exchange.openOrders('all', { conditional: true, urgent }));
  return symbols.length === 0 ? [] : await callOut(ports, 'reconcile:open-orders', () => exchange.openOrders(symbols, { urgent }));
}

async function readHoldings(ports: ShellPorts, exchange: ExchangePort, urgent: boolean): Promise<VenueAccount['holdings']> {
  if (exchange.access.market === 'usdm') return Object.fromEntries((await callOut(ports, 'reconcile:positions', () => exchange.positions({ urgent }))).map(({ symbol, ...held }) => [symbol, held]));
  return Object.fromEntries((await callOut(ports, 'reconcile:balances', () => exchange.balances())).map(({ asset, total }): [string, { quantity: Qty; priceEntry: null }] => [asset, { quantity: total, priceEntry: null }]));
}

/** What the venue says of one order. A conditional one is asked for again as such. */
async function ask(ports: ShellPorts, exchange: ExchangePort, answers: Record<string, OrderReport | 'not-found'>, ref: OrderRef): Promise<void> {
  const first = await callOut(ports, 'reconcile:query', () => exchange.query(ref));
  const answer = first.kind === 'not-found' && exchange.access.market === 'usdm' && ref.conditional !== true ? await callOut(ports, 'reconcile:query-conditional', () => exchange.query({ ...ref, conditional: true })) : first;
  if (answer.kind === 'found') answers[ref.clientOrderId] = answer.report;
  else if (answer.kind === 'not-found' && first.kind === 'not-found') answers[ref.clientOrderId] = 'not-found';
}

const ownOrder = (row: OrderRow): OwnOrder => {
  const { clientOrderId, role, type, status, quantityFilled, quantityReported } = row.order;
  return { clientOrderId, groupId: row.groupId, symbol: row.symbol, role, type, status, quantityFilled, quantityReported, sent: wasSent(row), changedAt: Math.max(row.updatedAt, row.sendingAt ?? 0) };
};

/** Symbols of which a group or an order changed between two readings of our rows. */
function movedBetween(before: AccountOutline, after: AccountBook): Set<string> {
  const marks = (groups: Pick<AccountOutline['groups'][number], 'id' | 'symbol' | 'version'>[], orders: OrderRow[]): Map<string, string> =>
    new Map([
      ...groups.map(({ id, symbol, version }): [string, string] => [`${symbol} group ${id}`, String(version)]),
      ...orders.map((row): [string, string] => [`${row.symbol} order ${row.order.clientOrderId}`, `${row.order.status} ${row.order.quantityFilled} ${row.order.quantityReported} ${row.sendingAt ?? ''}`]),
    ]);
  const was = marks(before.groups, before.orders);
  const is = marks(after.groups.map(({ group: { id, symbol }, version }) => ({ id, symbol, version })), after.orders);
  return new Set([...was.keys(), ...is.keys()].filter((name) => was.get(name) !== is.get(name)).map((name) => name.slice(0, name.indexOf(' '))));
}
