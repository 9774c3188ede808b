import type { Market } from '#shared/engine/instrument/instrument';
import type { Raw } from './report-mapping.ts';
import { textOf, timeOf } from './report-mapping.ts';

/** Parameters of one page of the trade list. */
export type TradePage = Record<string, string>;

const hourMs = 3_600_000;
// A page that names only its start ends a day (spot) or a week (USD-M) later.
const spanMs: Readonly<Record<Market, number>> = { spot: 24 * hourMs, usdm: 7 * 24 * hourMs };
/** The most a page of trades holds. */
export const pageRows = 1_000;

/**
 * Reads the raw trades of a symbol from `since` to `now`, oldest first, each once. Time opens a span, trade ids lead through the
 * pages of a full one: two trades of the same millisecond can stand on both sides of a page's end, two ids cannot be equal.
 */
export async function readTrades(market: Market, since: number, now: number, page: (params: TradePage) => Promise<Raw[]>): Promise<Raw[]> {
  const trades = new Map<string, Raw>();
  let start = since;
  do {
    const end = start + spanMs[market] - 1;
    let rows = await page({ startTime: String(start), endTime: String(end), limit: String(pageRows) });
    for (const row of rows) trades.set(textOf(row, 'id'), row);
    while (rows.length === pageRows) {
      rows = await page({ fromId: String(BigInt(textOf(rows[rows.length - 1] as Raw, 'id')) + 1n), limit: String(pageRows) });
      for (const row of rows) trades.set(textOf(row, 'id'), row);
      // Pages by id know no end of the span: they run to the present, and nothing is left to read.
      if (rows.length < pageRows) return inOrder(trades);
    }
    start = end + 1;
  } while (start <= now);
  return inOrder(trades);
}

const inOrder = (trades: ReadonlyMap<string, Raw>): Raw[] =>
  [...trades.values()].sort((a, b) => timeOf(a, 'time') - timeOf(b, 'time') || (BigInt(textOf(a, 'id')) < BigInt(textOf(b, 'id')) ? -1 : 1));
