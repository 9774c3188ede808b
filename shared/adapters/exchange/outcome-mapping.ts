import type { CancelOutcome, RefusedKind, SubmitOutcome } from '#shared/ports/exchange.port';
import { binanceOutcomes } from './outcomes/binance-outcomes.ts';
import type { Verdict } from './outcomes/judge-answer.ts';
import { judgeFault } from './outcomes/judge-answer.ts';
import type { VenueOutcomes } from './outcomes/outcome-rules.ts';
import type { Fault } from './venue-fault.ts';

/**
 * What a failed call means, in the words of the port. Judged by HTTP status, venue code and message alone: ccxt's classes call time-outs
 * rejections and existing orders invalid. The tables of all venues stand in `outcomes`; Binance's is the one in use.
 */
export type WriteKind = 'submit' | 'cancel';

/** Judges the fault of a submit or a cancel. */
export const judge = (write: WriteKind, fault: Fault, outcomes: VenueOutcomes = binanceOutcomes): Verdict => judgeFault(outcomes, write, fault);

type Refused = Extract<Verdict, { kind: 'refused' }>;

const refusal = ({ refused, waitMs }: Refused, fault: Fault): { kind: 'refused'; refused: RefusedKind; code: string; message: string; retryAfterMs?: number } => ({
  kind: 'refused',
  refused,
  code: fault.code ?? `HTTP ${fault.status}`,
  message: fault.message,
  ...(refused === 'rate' ? { retryAfterMs: fault.retryAfterMs ?? waitMs ?? rateWaitMs(fault.status) } : {}),
});

const notSent = (fault: Fault): { kind: 'not-sent'; message: string; retryAfterMs?: number } => ({
  kind: 'not-sent',
  message: describeFault(fault),
  ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
});

/** How long to stay away when the venue names no time: a ban lasts two minutes at least, a limit until the next minute at most. */
export const rateWaitMs = (status: number | null): number => (status === 418 ? 120_000 : 10_000);

/** The outcome of a submit that failed so. */
export function submitOutcome(fault: Fault, outcomes?: VenueOutcomes): SubmitOutcome {
  const verdict = judge('submit', fault, outcomes);
  if (verdict.kind === 'refused') return refusal(verdict, fault);
  if (verdict.kind === 'not-sent') return notSent(fault);
  return { kind: verdict.kind === 'exists' ? 'exists' : 'unknown', message: describeFault(fault) };
}

/** The outcome of a cancel that failed so. */
export function cancelOutcome(fault: Fault, outcomes?: VenueOutcomes): CancelOutcome {
  const verdict = judge('cancel', fault, outcomes);
  if (verdict.kind === 'refused') return refusal(verdict, fault);
  if (verdict.kind === 'not-sent') return notSent(fault);
  return { kind: verdict.kind === 'gone' ? 'gone' : 'unknown', message: describeFault(fault) };
}

/** `-2013: Order does not exist. (HTTP 400)`: one line for a log and a person. */
export const describeFault = ({ status, code, message }: Fault): string => `${code === null ? '' : `${code}: `}${message}${status === null ? '' : ` (HTTP ${status})`}`;

/** Is this the one answer that says the venue has no such order? Anything else proves nothing. */
export const isNotFound = (fault: Fault, outcomes: VenueOutcomes = binanceOutcomes): boolean => judgeFault(outcomes, 'query', fault).kind === 'not-found';

/** What a read was refused for, or null when the venue could merely not be reached. */
export function readRefusal(fault: Fault, outcomes?: VenueOutcomes): RefusedKind | null {
  if (fault.phase !== 'answered' || fault.status === 429 || fault.status === 418) return null;
  const verdict = judge('submit', fault, outcomes);
  return verdict.kind === 'refused' && verdict.refused !== 'rate' && verdict.refused !== 'clock' ? verdict.refused : null;
}
