import { compare, dec, isDecimalText } from '#shared/engine/num/units';
import type { Candle } from '#shared/ports/market-data.port';

/** The columns of a candle file; other columns are left alone. */
export const candleColumns = ['timestamp', 'open', 'high', 'low', 'close', 'volume'] as const;
type Column = (typeof candleColumns)[number];

/** What a line of a candle file turned out to be. */
export type CandleRow = { candle: Candle } | { fault: string };
/** Reads one line of a file whose header is known. */
export type RowReader = (line: string) => CandleRow;

const cells = (line: string): string[] => line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
const known = (name: string): name is Column => (candleColumns as readonly string[]).includes(name);

/** A reader of the rows under `header`, or what is wrong with the header and how to mend it. */
export function readHeader(header: string): RowReader | { fault: string } {
  const names = cells(header.replace(/^\uFEFF/, '')).map((name) => name.toLowerCase());
  const missing = candleColumns.filter((column) => !names.includes(column));
  const twice = candleColumns.filter((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (!names.some(known)) return { fault: `no header found; the first line must name the columns: ${candleColumns.join(',')}` };
  if (missing.length > 0) return { fault: `column ${missing.join(', ')} is missing; the header must name ${candleColumns.join(',')} in any order` };
  if (twice.length > 0) return { fault: `column ${twice.join(', ')} is named twice; keep one` };
  const at = Object.fromEntries(candleColumns.map((column) => [column, names.indexOf(column)])) as Record<Column, number>;
  return (line) => readRow(cells(line), at, names.length);
}

function readRow(row: readonly string[], at: Record<Column, number>, width: number): CandleRow {
  if (row.length !== width) return { fault: `${row.length} fields found, ${width} expected as in the header` };
  const cell = (column: Column): string => row[at[column]] ?? '';
  const time = readTimestamp(cell('timestamp'));
  if (time === null) return { fault: `timestamp "${cell('timestamp')}" is no time; use epoch seconds or milliseconds, or ISO 8601 such as 2025-04-03T17:05:00Z` };
  const values: Partial<Record<Column, string>> = {};
  for (const column of candleColumns.slice(1)) {
    const text = cell(column);
    if (!isDecimalText(text)) return { fault: `${column} "${text}" is no decimal number; write it like 81794.8` };
    const value = dec(text);
    if (column === 'volume' ? value.isNegative() : !value.greaterThan(0)) return { fault: `${column} ${text} is not ${column === 'volume' ? 'zero or more' : 'above zero'}; correct or remove the row` };
    values[column] = value.toFixed();
  }
  const candle = { at: time, ...(values as Record<Exclude<Column, 'timestamp'>, string>) };
  const fault = shapeFault(candle);
  return fault === null ? { candle } : { fault };
}

function shapeFault({ open, high, low, close }: Candle): string | null {
  if (compare(high, low) < 0) return `high ${high} is below low ${low}; correct the row or swap the two columns`;
  const outside = ([['open', open], ['close', close]] as const).find(([, value]) => compare(value, high) > 0 || compare(value, low) < 0);
  return outside ? `${outside[0]} ${outside[1]} lies outside low ${low} to high ${high}; correct the row` : null;
}

const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Epoch milliseconds of a timestamp: seconds, milliseconds or microseconds since 1970, or ISO 8601; without a zone it is UTC. */
export function readTimestamp(text: string): number | null {
  if (/^\d{9,17}(\.\d+)?$/.test(text)) {
    const value = Number(text);
    // As seconds 1e11 is the year 5138, as milliseconds 1973; 1e14 as milliseconds is 5138 again, so larger is microseconds.
    return Math.floor(value < 1e11 ? value * 1000 : value < 1e14 ? value : value / 1000);
  }
  const parts = iso.exec(text);
  if (!parts) return null;
  const zone = (parts[3] ?? 'Z').toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const time = Date.parse(`${parts[1]}T${parts[2] ?? '00:00'}${zone}`);
  return Number.isNaN(time) ? null : time;
}
