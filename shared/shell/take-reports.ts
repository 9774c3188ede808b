import { compare, sum } from '#shared/engine/num/units';
import type { Fill, OrderReport } from '#shared/engine/order/order';
import type { AccountEvent, ExchangePort } from '#shared/ports/exchange.port';
import type { OrderRow } from '#shared/ports/store.port';
import { inTurns } from '#shared/ports/in-turns';
import { callOut } from './crash-points.ts';
import { hear, type ShellPorts } from './shell.ts';
import { tradesOf } from './trades-of.ts';

/** Trades are asked for from this long before the newest we know: the venue may list them late. */
const overlapMs = 60_000;

type Trade = Fill & { venueOrderId: string };

/**
 * Asks the venue what became of an account's working orders: the guarantee behind the streams. One look at the open orders of all its
 * symbols, a query for each order that is no longer among them, and trades only where a report tells of more than we know: a trades
 * call for every symbol at every poll used up the venue's limit at nine symbols.
 */
export async function pollAccount(ports: ShellPorts, accountId: string): Promise<void> {
  // What was never sent cannot be there: a backlog of cancelled entries would cost a question each, every poll, out of the weight that closes need.
  const rows = (await callOut(ports, 'fill:orders', () => ports.store.openOrderRows(accountId))).filter(({ sendingAt, order }) => sendingAt !== null || order.venueOrderId !== null);
  if (rows.length === 0) return;
  const exchange = await callOut(ports, 'fill:exchange', () => ports.exchangeFor(accountId));
  const symbols = [...new Set(rows.map((row) => row.symbol))];
  // Open orders first: what fills after that is in the trades, and the order's end is seen by the next poll.
  const open = new Map((await callOut(ports, 'fill:open-orders', () => exchange.openOrders(symbols))).map(({ symbol: _symbol, ...report }) => [report.clientOrderId, report]));
  await inTurns(symbols, async (symbol) => {
    const seen: Seen[] = [];
    for (const row of rows) if (row.symbol === symbol) seen.push({ row, report: open.get(row.order.clientOrderId) ?? (await endedReport(ports, exchange, row)) });
    await takeSymbol(ports, exchange, accountId, symbol, seen);
  });
}

/** An order and what the venue says of it; null where it could not say. */
interface Seen {
  row: OrderRow;
  report: OrderReport | null;
}

async function takeSymbol(ports: ShellPorts, exchange: ExchangePort, accountId: string, symbol: string, seen: readonly Seen[]): Promise<void> {
  const lacking = seen.filter(({ row, report }) => report === null || lacks(row, report, []));
  // One order's trades are had by its id, whatever its age; for more of them the list of the symbol costs less.
  const { fresh, newest } = lacking.length > 1 || lacking[0]?.report === null ? await freshTrades(ports, exchange, accountId, symbol, lacking) : { fresh: [], newest: undefined };
  for (const { row, report } of seen) {
    const fills = fresh.filter((trade) => belongsTo(trade, row));
    if (report !== null || fills.length > 0) await takeReport(ports, row, report, report !== null && lacks(row, report, fills) ? await olderTrades(ports, exchange, row, report, fills) : fills);
  }
  if (newest !== undefined) await callOut(ports, 'fill:set-watermark', () => ports.store.setWatermark(accountId, symbol, newest));
}

/** Does the report tell of more than the trades we have? */
const lacks = (row: OrderRow, report: OrderReport, fills: readonly Fill[]): boolean => compare(report.quantityFilled, sum([row.order.quantityFilled, ...fills.map(({ quantity }) => quantity)])) > 0;

/** Trades of a symbol that we have not heard of, and when the newest of its trades was. */
async function freshTrades(ports: ShellPorts, exchange: ExchangePort, accountId: string, symbol: string, lacking: readonly Seen[]): Promise<{ fresh: Trade[]; newest: number | undefined }> {
  const oldest = Math.min(...lacking.map(({ row }) => row.sendingAt ?? row.order.createdAt));
  const since = Math.max((await callOut(ports, 'fill:watermark', () => ports.store.watermark(accountId, symbol))) ?? oldest, oldest) - overlapMs;
  const trades = await callOut(ports, 'fill:trades', () => exchange.tradesSince(symbol, since));
  const known = await callOut(ports, 'fill:known-trades', () => ports.store.knownTrades(accountId, symbol, since - overlapMs));
  return { fresh: trades.filter((trade) => !known.has(trade.tradeId)), newest: trades.at(-1)?.at };
}

/**
 * An order whose outcome was long unknown has trades from before the watermark, which those of other orders have moved on. They are
 * asked for from its own beginning; while that cannot be done, what is at hand is taken and the next poll asks again.
 */
async function olderTrades(ports: ShellPorts, exchange: ExchangePort, row: OrderRow, report: OrderReport, fresh: readonly Fill[]): Promise<readonly Fill[]> {
  const trades = await tradesOf(ports, 'fill:older-trades', exchange, row, report).catch(() => null);
  if (trades === null || trades.length === 0) return fresh;
  const known = await callOut(ports, 'fill:known-older-trades', () => ports.store.knownTrades(row.accountId, row.symbol, Math.min(...trades.map(({ at }) => at))));
  return trades.filter(({ tradeId }) => !known.has(tradeId));
}

const belongsTo = (trade: Trade, row: OrderRow): boolean => (row.order.venueOrderId !== null ? trade.venueOrderId === row.order.venueOrderId : trade.clientOrderId === row.order.clientOrderId);

async function endedReport(ports: ShellPorts, exchange: ExchangePort, row: OrderRow): Promise<OrderReport | null> {
  const answer = await callOut(ports, 'fill:query', () => exchange.query({ clientOrderId: row.order.clientOrderId, venueOrderId: row.order.venueOrderId, symbol: row.symbol }));
  return answer.kind === 'found' ? answer.report : null;
}

/** One order's news for its group; old news costs no transaction. */
async function takeReport(ports: ShellPorts, row: OrderRow, report: OrderReport | null, trades: readonly Fill[]): Promise<void> {
  // The venue's id is news too: of an order whose own answer was lost, a fill may be all that has been heard, and fills do not tell it.
  const news = report !== null && (report.status !== row.order.status || compare(report.quantityFilled, row.order.quantityReported) !== 0 || (row.order.venueOrderId === null && report.venueOrderId !== ''));
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
  const row = await callOut(ports, 'stream:order', () => ports.store.orderRow(clientOrderId));
  if (row === null || row.accountId !== accountId) return;
  if (event.kind === 'fill') return await takeReport(ports, row, null, [event.fill]);
  return await takeReport(ports, row, event.report, []);
}
