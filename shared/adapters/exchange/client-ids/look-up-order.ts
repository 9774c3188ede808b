import type { RawAnswer, Verdict } from '../outcomes/judge-answer.ts';
import { judgeAnswer, judgeFault, readAnswer } from '../outcomes/judge-answer.ts';
import type { VenueOutcomes } from '../outcomes/outcome-rules.ts';
import { isRaw, type Raw } from '../report-mapping.ts';
import type { Fault } from '../venue-fault.ts';
import type { ClientIdRules, Lookup, LookupRequest, OrderWanted } from './client-id-rules.ts';
import { isOurs, onTheWire } from './client-id-rules.ts';

/**
 * What one place, or all of them, say about an order. `absent` is said only where the venue answered, and answered that nothing of this id
 * is there; `failed` proves nothing.
 */
export type Sighting = { kind: 'found'; row: Raw; seenIn: Lookup['what'] } | { kind: 'absent'; message: string } | { kind: 'failed'; message: string; retryAfterMs?: number };

/** Makes one signed GET: the raw answer, or the fault that came instead of one. */
export type Ask = (request: LookupRequest) => Promise<RawAnswer | { fault: Fault }>;

/** Lists are read from this long before the order was sent: the clock that noted the sending is not the venue's. */
const clockMarginMs = 60_000;

const failed = (message: string, retryAfterMs?: number): Sighting => ({ kind: 'failed', message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

/** What stands at a path of an answer; undefined where the path ends early. */
const standsAt = (body: unknown, path: readonly string[]): unknown => path.reduce<unknown>((at, name) => (isRaw(at) ? at[name] : undefined), body);

const memberOf = (row: Raw, names: readonly string[]): string | null => {
  const value = names.map((name) => row[name]).find((each) => each !== undefined && each !== null && each !== '');
  return typeof value === 'string' ? value : null;
};

/** The body with every number as its text: order ids have nineteen digits, of which a number keeps sixteen. */
const json = (body: string): unknown => {
  try {
    return JSON.parse(body.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => (token.startsWith('"') ? token : `"${token}"`))) as unknown;
  } catch {
    return undefined;
  }
};

/** Reads the answer of one place. An order is ours only if it carries our id: the venue's word that it is about our question is not enough. */
export function readSighting(outcomes: VenueOutcomes, rules: ClientIdRules, lookup: Lookup, answer: RawAnswer, clientOrderId: string, now: number): Sighting {
  const read = readAnswer(outcomes, answer, now);
  if (!read.done) {
    const { fault } = read;
    return judgeFault(outcomes, 'query', fault).kind === 'not-found' ? { kind: 'absent', message: `${lookup.what}: ${fault.message}` } : failed(`${lookup.what}: ${fault.message}`, fault.retryAfterMs);
  }
  const stands = standsAt(json(answer.body), lookup.at);
  if (stands === undefined) return failed(`${lookup.what}: the answer is not of the form expected`);
  const rows: readonly unknown[] = Array.isArray(stands) ? stands : stands === null ? [] : [stands];
  if (!rows.every(isRaw)) return failed(`${lookup.what}: the answer holds something else than orders`);
  const ours = rows.filter((row) => isOurs(rules, memberOf(row, lookup.echo) ?? '', clientOrderId));
  const [row] = ours;
  if (row !== undefined) return { kind: 'found', row, seenIn: lookup.what };
  if (lookup.pageSize === undefined && rows.length > 0) return failed(`${lookup.what}: asked about ${clientOrderId}, the answer is about "${(memberOf(rows[0] as Raw, lookup.echo) ?? 'no id').slice(0, 40)}"`);
  if (typeof lookup.pageSize === 'number' && rows.length >= lookup.pageSize) return failed(`${lookup.what}: the page is full, more may follow`);
  return { kind: 'absent', message: `${lookup.what}: nothing of this id` };
}

/**
 * Asks for an order by our id everywhere the venue may show it. Found in one place is found; absent only where every place has answered
 * and none has it. One look alone is no proof: the caller waits out the last possible arrival and looks twice.
 */
export async function lookUpOrder(outcomes: VenueOutcomes, rules: ClientIdRules, ask: Ask, wanted: OrderWanted, now: () => number): Promise<Sighting> {
  const wireId = onTheWire(rules, wanted.clientOrderId);
  const told: string[] = [];
  for (const lookup of [rules.byId, ...rules.sweeps]) {
    const answer = await ask(lookup.request({ ...wanted, sentAt: wanted.sentAt - clockMarginMs, wireId }));
    const sighting = 'fault' in answer ? failed(`${lookup.what}: ${answer.fault.message}`, answer.fault.retryAfterMs) : readSighting(outcomes, rules, lookup, answer, wanted.clientOrderId, now());
    if (sighting.kind !== 'absent') return sighting;
    told.push(sighting.message);
  }
  return { kind: 'absent', message: told.join('; ') };
}

/** The venue's id of the order that a submit's answer names; null where it names none, or one that is not ours. */
function placedOrderId({ placed, ...rules }: ClientIdRules, body: string, clientOrderId: string): string | null {
  const stands = standsAt(json(body), placed.at);
  const row: unknown = Array.isArray(stands) ? stands[0] : stands;
  // MEXC's contracts answer with the bare id.
  if (placed.echo === null && typeof row === 'string' && row !== '') return row;
  if (!isRaw(row)) return null;
  if (placed.echo !== null && !isOurs(rules, memberOf(row, placed.echo) ?? '', clientOrderId)) return null;
  return memberOf(row, placed.orderId);
}

/** What the answer to a submit means. Taken is an order only where the answer names it, under our id if the venue repeats ids at all; otherwise nobody knows. */
export function judgePlaced(outcomes: VenueOutcomes, rules: ClientIdRules, answer: RawAnswer, clientOrderId: string, now: number): Verdict | { kind: 'accepted'; venueOrderId: string } {
  const verdict = judgeAnswer(outcomes, 'submit', answer, now);
  if (verdict.kind !== 'accepted') return verdict;
  const venueOrderId = placedOrderId(rules, answer.body, clientOrderId);
  return venueOrderId === null ? { kind: 'unknown' } : { kind: 'accepted', venueOrderId };
}
