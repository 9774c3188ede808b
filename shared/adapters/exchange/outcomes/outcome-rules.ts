import type { RefusedKind } from '#shared/ports/exchange.port';
import type { BodyReader } from './body-readers.ts';

/** What was asked of the venue: the same code can mean "no such order" to a question and "gone" to a cancel. */
export type Asked = 'submit' | 'cancel' | 'query';

/** What an answer means; `rate` and `clock` are refusals for a passing reason. */
export type Meaning = RefusedKind | 'exists' | 'gone' | 'not-found' | 'unknown';

/** One line of a venue's table. Every condition that is named must hold; what is not named does not matter. */
export interface OutcomeRow {
  means: Meaning;
  on?: Asked;
  /** HTTP status, from and to. */
  status?: readonly [number, number];
  /** The venue's code: one of a list, a shape, or null for an answer without one. */
  code?: readonly string[] | RegExp | null;
  message?: RegExp;
  /** How long to stay away when the venue names no time, where that is longer than usual (`rateWaitMs`). */
  waitMs?: number;
}

/** Where a venue says when to come back: epoch milliseconds or seconds (`at`), or milliseconds from now (`ms`). `Retry-After` is read everywhere. */
export type RetryHint = { header: string; as: 'at' | 'ms' } | { message: RegExp };

/**
 * How one venue answers. The first row that fits decides; where none does, a write is unknown (invariant 8). So a table lists only what
 * the venue documents; a code that was merely guessed, or seen once, is left out or stands there as unknown. Where one code stands for
 * many things it is refused for the messages listed, and for no other.
 */
export interface VenueOutcomes {
  venue: string;
  read: BodyReader;
  rows: readonly OutcomeRow[];
  retryHints: readonly RetryHint[];
}

/** The codes of a text, separated by blanks: tables of fifty codes stay readable. */
export const codes = (text: string): readonly string[] => text.trim().split(/\s+/);

/** A row for codes that mean one thing whatever the message says. */
export const refusedFor = (means: RefusedKind, text: string): OutcomeRow => ({ means, code: codes(text) });

/** Throttled before anything was looked at. */
export const throttled: readonly OutcomeRow[] = [
  { means: 'rate', status: [429, 429] },
  { means: 'rate', status: [418, 418] },
];

/** A redirect, a gateway's time-out, every 5xx: the work may have been done, whatever the body claims. */
export const nobodysWord: readonly OutcomeRow[] = [
  { means: 'unknown', status: [300, 399] },
  { means: 'unknown', status: [408, 408] },
  { means: 'unknown', status: [500, 999] },
];

/** How venues call the id that we gave an order, and what they say of one that is taken. */
const ourId = String.raw`client[ _]?(?:order|algo)?[ _]?o?id|cl_?ord_?id|order_?link(?:ed)?_?id|external[ _]?(?:order)?[ _]?o?id|\btext\b`;
const taken = 'duplicat|repeat|already|in use|been used|unique';

/** "Duplicate order sent.", "OrderLinkedID is duplicate", "text already used": a message that calls our id taken. */
export const saysIdTaken = new RegExp(String.raw`(?:${ourId})[^.]*(?:${taken})|(?:duplicat|repeat)\w*[^.]*(?:\border\b|${ourId})|(?<!(?:loss|profit) )\border already exists`, 'i');

/**
 * Under a code that is not known for it such a message is nobody's word: an order of ours may be there. Stands before every refusal, as
 * venues put it under the codes they use for faults of any kind.
 */
export const idTaken: readonly OutcomeRow[] = [{ means: 'unknown', message: saysIdTaken }];

/** Turned away in front of the API, without a code of the venue: the firewall, a barred country, a wrong path. */
export const turnedAway: readonly OutcomeRow[] = [
  { means: 'auth', status: [403, 403], code: null },
  { means: 'auth', status: [451, 451], code: null },
  { means: 'other', status: [404, 404], code: null },
];
