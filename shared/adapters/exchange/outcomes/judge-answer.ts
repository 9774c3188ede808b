import type { RefusedKind } from '#shared/ports/exchange.port';
import type { Fault } from '../venue-fault.ts';
import { answeredFault, header } from '../venue-fault.ts';
import type { Asked, OutcomeRow, RetryHint, VenueOutcomes } from './outcome-rules.ts';

/** What an answer is taken for. */
export type Verdict = { kind: 'refused'; refused: RefusedKind; waitMs?: number } | { kind: 'exists' | 'gone' | 'not-found' | 'not-sent' | 'unknown' };

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

const within = (range: readonly [number, number] | undefined, status: number): boolean => range === undefined || (status >= range[0] && status <= range[1]);

function codeFits(wanted: OutcomeRow['code'], code: string | null): boolean {
  if (wanted === undefined) return true;
  if (wanted === null || code === null) return wanted === code;
  return wanted instanceof RegExp ? wanted.test(code) : wanted.includes(code);
}

const fits = (row: OutcomeRow, asked: Asked, status: number, { code, message }: Fault): boolean =>
  (row.on === undefined || row.on === asked) && within(row.status, status) && codeFits(row.code, code) && (row.message === undefined || row.message.test(message));

/** Judges a fault by the venue's table: HTTP status, code and message alone, never the class of an exception. */
export function judgeFault({ rows }: VenueOutcomes, asked: Asked, fault: Fault): Verdict {
  const { phase, status } = fault;
  if (phase === 'not-sent') return { kind: 'not-sent' };
  if (phase === 'no-answer' || status === null) return { kind: 'unknown' };
  const row = rows.find((each) => fits(each, asked, status, fault));
  if (row === undefined) return { kind: 'unknown' };
  switch (row.means) {
    case 'exists':
    case 'gone':
    case 'not-found':
    case 'unknown':
      return { kind: row.means };
    default:
      return { kind: 'refused', refused: row.means, ...(row.waitMs === undefined ? {} : { waitMs: row.waitMs }) };
  }
}

/** Does the answer say that the work was done? A 2xx with an error inside does not; what says neither is a fault as well, and unknown. */
export function readAnswer({ read, retryHints }: VenueOutcomes, { status, headers, body }: RawAnswer, now: number): { done: true } | { done: false; fault: Fault } {
  if (read(status, body).done) return { done: true };
  const fault = answeredFault(status, headers, body, now, read);
  const retryAfterMs = fault.retryAfterMs ?? hinted(retryHints, headers, fault.message, now);
  return { done: false, fault: retryAfterMs === undefined ? fault : { ...fault, retryAfterMs } };
}

/** What an answer means: done, or the verdict on its fault. `accepted` is what the body claims; a submit needs an order's id as well (`judgePlaced`). */
export function judgeAnswer(outcomes: VenueOutcomes, asked: Asked, answer: RawAnswer, now: number): Verdict | { kind: 'accepted' } {
  const read = readAnswer(outcomes, answer, now);
  return read.done ? { kind: 'accepted' } : judgeFault(outcomes, asked, read.fault);
}

// Epoch seconds have ten digits until the year 2286, milliseconds thirteen since 2001.
const epochMs = (value: number): number => (value < 100_000_000_000 ? value * 1000 : value);

function hinted(hints: readonly RetryHint[], headers: RawAnswer['headers'], message: string, now: number): number | undefined {
  for (const hint of hints) {
    const found = 'header' in hint ? header(headers, hint.header) : hint.message.exec(message)?.[1];
    if (found === undefined || !/^\d{1,13}$/.test(found.trim())) continue;
    return 'header' in hint && hint.as === 'ms' ? Number(found) : Math.max(0, epochMs(Number(found)) - now);
  }
  return undefined;
}
