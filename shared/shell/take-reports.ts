import { compare, sum } from '#shared/engine/num/units';
import type { Fill, OrderReport } from '#shared/engine/order/order';
import type { AccountEvent, ExchangePort } from '#shared/ports/exchange.port';
import type { OrderRow } from '#shared/ports/store.port';
import { hear, type ShellPorts } from './shell.ts';
import { tradesOf } from './trades-of.ts';

/** Trades are asked for from this long before the newest we know: the venue may list them late. */
const overlapMs = 60_000;

type Trade = Fill & { venueOrderId: string };

/**
 * Asks the venue what became of an account's working orders: the guarantee behind the streams. One open-orders and one trades
 * call per symbol, and a query for each order that is no longer open.
 */
export async function pollAccount(ports: ShellPorts, accountId: string): Promise<void> {
  // What was never sent cannot be there: a backlog of cancelled entries would cost a question each, every poll, out of the weight that closes need.
  const rows = (await ports.store.openOrderRows(accountId)).filter(({ sendingAt, order }) => sendingAt !== null || order.venueOrderId !== null);
  if (rows.length === 0) return;
  const exchange = await ports.exchangeFor(accountId);
  for (const symbol of new Set(rows.map((row) => row.symbol))) {
    const ofSymbol = rows.filter((row) => row.symbol === symbol);
    await pollSymbol(ports, exchange, accountId, symbol, ofSymbol);
  }
}

async function pollSymbol(ports: ShellPorts, exchange: ExchangePort, accountId: string, symbol: string, rows: OrderRow[]): Promise<void> {
  const oldest = Math.min(...rows.map((row) => row.sendingAt ?? row.order.createdAt));
  const since = Math.max((await ports.store.watermark(accountId, symbol)) ?? oldest, oldest) - overlapMs;
  // Open orders first: what fills between the two calls is in the trades, and the order's end is seen by the next poll.
  const open = new Map((await exchange.openOrders(symbol)).map((report) => [report.clientOrderId, report]));
  const trades = await exchange.tradesSince(symbol, since);
  const known = await ports.store.knownTrades(accountId, symbol, since - overlapMs);
  await ports.atCrashPoint('poll:after-venue');
  const fresh = trades.filter((trade) => !known.has(trade.tradeId));
  for (const row of rows) {
    const report = open.get(row.order.clientOrderId) ?? (await endedReport(exchange, row));
    const fills = fresh.filter((trade) => belongsTo(trade, row));
    const missing = report !== null && compare(report.quantityFilled, sum([row.order.quantityFilled, ...fills.map(({ quantity }) => quantity)])) > 0;
    if (report !== null || fills.length > 0) await takeReport(ports, row, report, missing ? await olderTrades(ports, exchange, row, report, fills) : fills);
  }
  await ports.atCrashPoint('poll:after-report');
  const newest = trades.at(-1)?.at;
  if (newest !== undefined) await ports.store.setWatermark(accountId, symbol, newest);
}

/**
 * An order whose outcome was long unknown has trades from before the watermark, which those of other orders have moved on. They are
 * asked for from its own beginning; while that cannot be done, what is at hand is taken and the next poll asks again.
 */
async function olderTrades(ports: ShellPorts, exchange: ExchangePort, row: OrderRow, report: OrderReport, fresh: readonly Fill[]): Promise<readonly Fill[]> {
  const trades = await tradesOf(exchange, row, report).catch(() => null);
  if (trades === null || trades.length === 0) return fresh;
  const known = await ports.store.knownTrades(row.accountId, row.symbol, Math.min(...trades.map(({ at }) => at)));
  return trades.filter(({ tradeId }) => !known.has(tradeId));
}

const belongsTo = (trade: Trade, row: OrderRow): boolean => (row.order.venueOrderId !== null ? trade.venueOrderId === row.order.venueOrderId : trade.clientOrderId === row.order.clientOrderId);

async function endedReport(exchange: ExchangePort, row: OrderRow): Promise<OrderReport | null> {
  const answer = await exchange.query({ clientOrderId: row.order.clientOrderId, venueOrderId: row.order.venueOrderId, symbol: row.symbol });
  return answer.kind === 'found' ? answer.report : null;
}

/** One order's news for its group; old news costs no transaction. */
async function takeReport(ports: ShellPorts, row: OrderRow, report: OrderReport | null, trades: readonly Fill[]): Promise<void> {
  const news = report !== null && (report.status !== row.order.status || compare(report.quantityFilled, row.order.quantityReported) !== 0);
  const waits = row.order.status === 'cancelling' && report !== null && (report.status === 'open' || report.status === 'partially_filled');
  if (trades.length === 0 && (!news || waits)) return;
  const fills = trades.map((trade): Fill => ({ ...trade, clientOrderId: row.order.clientOrderId }));
  await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: null, event: { type: 'order-report', clientOrderId: row.order.clientOrderId, report, fills, priceExpected: row.order.priceExpected } });
}

/**
 * One event of a user-data stream. It may be late, doubled or out of order: the engine counts each trade once and its reports are
 * cumulative. An order that is not ours is left alone.
 */
export async function takeStreamEvent(ports: ShellPorts, accountId: string, event: Extract<AccountEvent, { kind: 'order' | 'fill' }>): Promise<void> {
  // An acceptance comes with the answer to its submit, and an unknown one is asked for: the stream's word would only be told twice.
  if (event.kind === 'order' && event.report.status === 'open') return;
  const clientOrderId = event.kind === 'order' ? event.report.clientOrderId : event.fill.clientOrderId;
  const row = await ports.store.orderRow(clientOrderId);
  if (row === null || row.accountId !== accountId) return;
  if (event.kind === 'fill') return takeReport(ports, row, null, [event.fill]);
  return takeReport(ports, row, event.report, []);
}
