import type { CancelOutcome, RefusedKind, SubmitOutcome } from '#shared/ports/exchange.port';
import type { Fault } from './venue-fault.ts';

/**
 * What a failed write means. Judged by HTTP status, venue code and message alone: ccxt's classes call time-outs rejections and
 * existing orders invalid. Only what Binance documents as "not done" is a refusal; everything unlisted is unknown (invariant 8).
 */
export type WriteKind = 'submit' | 'cancel';
export type Verdict = { kind: 'refused'; refused: RefusedKind } | { kind: 'exists' } | { kind: 'gone' } | { kind: 'not-sent' } | { kind: 'unknown' };

const refused = (kind: RefusedKind): Verdict => ({ kind: 'refused', refused: kind });
const unknown: Verdict = { kind: 'unknown' };

/** Codes that mean one thing whatever the message says. */
const kindOfCode: Readonly<Record<string, RefusedKind>> = {
  '-1002': 'auth', '-1003': 'rate', '-1011': 'auth', '-1014': 'other', '-1015': 'rate', '-1020': 'other', '-1021': 'clock', '-1022': 'auth', '-1099': 'auth',
  '-1111': 'precision', '-1121': 'symbol',
  '-2008': 'auth', '-2014': 'auth', '-2015': 'auth', '-2017': 'auth', '-2018': 'balance', '-2019': 'balance', '-2020': 'other', '-2021': 'would-trigger', '-2022': 'reduce-only',
  '-2023': 'other', '-2024': 'reduce-only', '-2025': 'other', '-2026': 'other', '-2027': 'other', '-2028': 'balance',
  '-4001': 'precision', '-4002': 'precision', '-4003': 'precision', '-4004': 'precision', '-4005': 'precision', '-4006': 'precision', '-4007': 'precision', '-4008': 'precision',
  '-4009': 'precision', '-4010': 'precision', '-4011': 'precision', '-4012': 'precision', '-4013': 'precision', '-4014': 'precision', '-4015': 'other', '-4016': 'price-band',
  '-4023': 'precision', '-4024': 'price-band', '-4028': 'other', '-4045': 'other', '-4061': 'other', '-4062': 'other', '-4109': 'auth', '-4118': 'reduce-only', '-4120': 'other',
  '-4131': 'price-band', '-4140': 'market-closed', '-4141': 'market-closed', '-4164': 'precision', '-5021': 'other', '-5022': 'would-trigger', '-5028': 'clock',
};

/** Codes behind which stands an order that exists. -2010 is among them only with the message below. */
const existsCodes: ReadonlySet<string> = new Set(['-4116', '-20132']);
/** The venue itself does not know: general server and bus errors. */
const unknownCodes: ReadonlySet<string> = new Set(['-1000', '-1001', '-1006', '-1007', '-1008', '-1010', '-1016']);

type ByMessage = readonly (readonly [RegExp, Verdict])[];

/** -2010 NEW_ORDER_REJECTED: the message alone says why. */
const newOrderRejected: ByMessage = [
  [/duplicate order sent/i, { kind: 'exists' }],
  [/insufficient balance/i, refused('balance')],
  [/market is closed|trading phase/i, refused('market-closed')],
  [/immediately match and take|would trigger immediately/i, refused('would-trigger')],
  [/not permitted|not enabled|disabled on this account/i, refused('auth')],
  [/qty is zero|price \* qty/i, refused('precision')],
];

/** -1013: a filter of the symbol, by its name. */
const filterFailure: ByMessage = [
  [/percent_price/i, refused('price-band')],
  [/price_filter|lot_size|notional|invalid (price|quantity|qty)|precision/i, refused('precision')],
  [/max_num|max_position|iceberg|trailing_delta|exchange_max/i, refused('other')],
];

const closedForUse: ByMessage = [
  [/system is under maintenance/i, refused('market-closed')],
  [/api-key format|invalid api-key/i, refused('auth')],
];

const byMessage = (table: ByMessage, message: string): Verdict | undefined => table.find(([shape]) => shape.test(message))?.[1];

/** Judges the fault of a submit or a cancel. */
export function judge(write: WriteKind, { phase, status, code, message }: Fault): Verdict {
  if (phase === 'not-sent') return { kind: 'not-sent' };
  if (phase === 'no-answer' || status === null) return unknown;
  if (status === 429 || status === 418) return refused('rate');
  // A gateway's time-out and every 5xx: Binance states that the execution status is then unknown, whatever the body claims.
  if (status === 408 || status >= 500 || status < 400) return unknown;
  if (code !== null) return judgeCode(write, code, message);
  // The firewall, a wrong path, a barred country: turned away before the API. Any other page is nobody's word.
  if (status === 403 || status === 404 || status === 451) return refused(status === 404 ? 'other' : 'auth');
  return byMessage(closedForUse, message) ?? unknown;
}

function judgeCode(write: WriteKind, code: string, message: string): Verdict {
  if (unknownCodes.has(code)) return unknown;
  if (existsCodes.has(code)) return write === 'submit' ? { kind: 'exists' } : unknown;
  if (write === 'cancel' && (code === '-2011' || code === '-2013')) return judgeGone(message);
  if (code === '-1013' || (code === '-2010' && /filter failure/i.test(message))) return byMessage(filterFailure, message) ?? refused('other');
  if (code === '-2010') return byMessage(newOrderRejected, message) ?? refused('other');
  const kind = kindOfCode[code];
  if (kind !== undefined) return refused(kind);
  // 11xx are Binance's "request issues": a parameter was turned down before anything was tried.
  return /^-11\d\d$/.test(code) ? refused('other') : (byMessage(closedForUse, message) ?? unknown);
}

/** A cancel of an order the venue does not hold as open. It may be filled as well as cancelled: never a success. */
function judgeGone(message: string): Verdict {
  if (/market is closed/i.test(message)) return refused('market-closed');
  return /cancel restrictions/i.test(message) ? refused('other') : { kind: 'gone' };
}

const refusal = (kind: RefusedKind, fault: Fault): { kind: 'refused'; refused: RefusedKind; code: string; message: string; retryAfterMs?: number } => ({
  kind: 'refused',
  refused: kind,
  code: fault.code ?? `HTTP ${fault.status}`,
  message: fault.message,
  ...(kind === 'rate' ? { retryAfterMs: fault.retryAfterMs ?? rateWaitMs(fault.status) } : {}),
});

const notSent = (fault: Fault): { kind: 'not-sent'; message: string; retryAfterMs?: number } => ({
  kind: 'not-sent',
  message: describeFault(fault),
  ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
});

/** How long to stay away when the venue names no time: a ban lasts two minutes at least, a limit until the next minute at most. */
export const rateWaitMs = (status: number | null): number => (status === 418 ? 120_000 : 10_000);

/** The outcome of a submit that failed so. */
export function submitOutcome(fault: Fault): SubmitOutcome {
  const verdict = judge('submit', fault);
  if (verdict.kind === 'refused') return refusal(verdict.refused, fault);
  if (verdict.kind === 'not-sent') return notSent(fault);
  return { kind: verdict.kind === 'gone' ? 'unknown' : verdict.kind, message: describeFault(fault) };
}

/** The outcome of a cancel that failed so. */
export function cancelOutcome(fault: Fault): CancelOutcome {
  const verdict = judge('cancel', fault);
  if (verdict.kind === 'refused') return refusal(verdict.refused, fault);
  if (verdict.kind === 'not-sent') return notSent(fault);
  return { kind: verdict.kind === 'exists' ? 'unknown' : verdict.kind, message: describeFault(fault) };
}

/** `-2013: Order does not exist. (HTTP 400)`: one line for a log and a person. */
export const describeFault = ({ status, code, message }: Fault): string => `${code === null ? '' : `${code}: `}${message}${status === null ? '' : ` (HTTP ${status})`}`;

/** Is this the one answer that says the venue has no such order? Anything else proves nothing. */
export const isNotFound = ({ phase, status, code }: Fault): boolean => phase === 'answered' && status !== null && status >= 400 && status < 500 && code === '-2013';

/** What a read was refused for, or null when the venue could merely not be reached. */
export function readRefusal(fault: Fault): RefusedKind | null {
  if (fault.phase !== 'answered' || fault.status === 429 || fault.status === 418) return null;
  const verdict = judge('submit', fault);
  return verdict.kind === 'refused' && verdict.refused !== 'rate' && verdict.refused !== 'clock' ? verdict.refused : null;
}
