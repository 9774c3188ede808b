import type { RiskCondition } from '#shared/contracts/http';
import { compareDecimals, negateDecimal, sumDecimals, trimDecimal } from '../../data/decimal.ts';

/** The figures a condition was judged by. */
export type JudgedBy = Pick<RiskCondition, 'name' | 'met' | 'actual' | 'required'>;

/** What a condition says of a group: the key of its sentence and the figures in it; decimals are written in the language of the page later. */
export interface ConditionTold {
  word:
    | 'held' | 'heldNot' | 'atRest' | 'atRestNot' | 'rulesKnown' | 'rulesKnownNot' | 'notBlocked' | 'notBlockedNot' | 'notSkipped' | 'notSkippedNot' | 'notResting' | 'notRestingNot'
    | 'pyramids' | 'pyramidsNot' | 'entriesDone' | 'entriesDoneNot' | 'waitOver' | 'waitOverNot' | 'waitNotBegun' | 'waitOff'
    | 'loss' | 'lossNot' | 'lossAt' | 'lossGain' | 'lossUnknown' | 'age' | 'ageNot' | 'ageOff' | 'profit' | 'profitNot' | 'profitUnknown' | 'other';
  values: Record<string, string>;
  /** Milliseconds that are still to pass, where only time is missing. */
  leftMs?: number;
}

const plus = (value: string | null, more: number): string => String(Number(value ?? '0') + more);
const minus = (a: string, b: string): string => trimDecimal(sumDecimals([a, negateDecimal(b)]));

/** Milliseconds until a moment, never less than nothing; null where there is none. */
export function timeLeft(expiresAt: string | null, now: number): number | null {
  return expiresAt === null ? null : Math.max(0, Date.parse(expiresAt) - now);
}

/** `12:05`, `1:02:03`: a countdown in full seconds, begun ones counted, so that it ends on zero when the time is over. */
export function countdown(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1000);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${pad(minutes)}:${pad(seconds % 60)}`;
}

const plain: Partial<Record<RiskCondition['name'], [yes: ConditionTold['word'], no: ConditionTold['word']]>> = {
  at_rest: ['atRest', 'atRestNot'],
  rules_known: ['rulesKnown', 'rulesKnownNot'],
  not_blocked: ['notBlocked', 'notBlockedNot'],
  not_skipped: ['notSkipped', 'notSkippedNot'],
};

function lossOf({ met, actual, required }: JudgedBy): ConditionTold {
  if (actual === null) return { word: 'lossUnknown', values: {} };
  const threshold = required ?? '0';
  if (met) return { word: 'loss', values: { actual, required: threshold } };
  if (compareDecimals(actual, threshold) === 0) return { word: 'lossAt', values: { actual, required: threshold } };
  if (compareDecimals(actual, '0') >= 0) return { word: 'lossGain', values: { actual, required: threshold } };
  return { word: 'lossNot', values: { actual, required: threshold, gap: minus(actual, threshold) } };
}

function waitOf({ met, required }: JudgedBy, now: number): ConditionTold {
  if (required === null) return { word: met ? 'waitOff' : 'waitNotBegun', values: {} };
  const leftMs = timeLeft(required, now) ?? 0;
  return met ? { word: 'waitOver', values: { at: required } } : { word: 'waitOverNot', values: { at: required }, leftMs };
}

function ageOf({ met, actual, required }: JudgedBy): ConditionTold {
  const known = actual ?? '0';
  if (required === null) return { word: 'ageOff', values: { actual: known } };
  return met ? { word: 'age', values: { actual: known, required } } : { word: 'ageNot', values: { actual: known, required, gap: minus(required, known) } };
}

/** One condition in words, with what is missing where it is not met. */
export function tellCondition(condition: JudgedBy, now: number): ConditionTold {
  const { name, met, actual, required } = condition;
  const simple = plain[name];
  if (simple !== undefined) return { word: simple[met ? 0 : 1], values: {} };
  switch (name) {
    case 'held':
      return { word: met ? 'held' : 'heldNot', values: { status: actual ?? '' } };
    case 'not_resting':
      return met || required === null ? { word: 'notResting', values: {} } : { word: 'notRestingNot', values: { at: required }, leftMs: timeLeft(required, now) ?? 0 };
    case 'pyramids':
      // Both counts begin with zero, people count entries.
      return { word: met ? 'pyramids' : 'pyramidsNot', values: { actual: plus(actual, 1), required: plus(required, 1), gap: minus(required ?? '0', actual ?? '0') } };
    case 'entries_done':
      return { word: met ? 'entriesDone' : 'entriesDoneNot', values: { count: actual ?? '0' } };
    case 'wait_over':
      return waitOf(condition, now);
    case 'loss':
      return lossOf(condition);
    case 'age':
      return ageOf(condition);
    case 'profit':
      return actual === null ? { word: 'profitUnknown', values: {} } : { word: met ? 'profit' : 'profitNot', values: { actual } };
    // Of a server newer than the page.
    default:
      return { word: 'other', values: {} };
  }
}

/** What stands in the way: conditions that are asked and not met, those first that a person has decided, those last that time alone will meet. */
export function failing<Row extends JudgedBy & { asked: boolean }>(conditions: readonly Row[]): Row[] {
  const order: RiskCondition['name'][] = ['held', 'not_blocked', 'not_skipped', 'loss', 'profit', 'pyramids', 'entries_done', 'rules_known', 'at_rest', 'not_resting', 'age', 'wait_over'];
  return conditions.filter(({ asked, met }) => asked && !met).sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}
