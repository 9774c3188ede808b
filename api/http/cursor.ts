import type { Page } from '#shared/contracts/http';
import { HttpFault } from './fault.ts';

const encode = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** The key in a cursor, which must have `length` parts; null when there is no cursor. */
export function readCursor(cursor: string | undefined, length: number): string[] | null {
  if (cursor === undefined) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === length && key.every((part) => typeof part === 'string' && part.length < 200 && !part.includes('\0'))) return key as string[];
  } catch {
    // Falls through to the one answer for every broken cursor.
  }
  throw new HttpFault(400, 'invalid_request', 'The cursor is not one this list gave out.', { errors: [{ path: 'query.cursor', message: 'take nextCursor of the page before' }] });
}

/** A page from rows of which one more than `limit` was asked for; `keyOf` gives what a row is sorted by. */
export function toPage<Row, Item>(rows: readonly Row[], limit: number, keyOf: (row: Row) => readonly string[], toItem: (row: Row) => Item): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { data: shown.map(toItem), nextCursor: rows.length > limit && last !== undefined ? encode(keyOf(last)) : null };
}
