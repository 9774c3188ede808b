import type { Price } from '../num/units.ts';
import type { Time } from '../time.ts';
import type { RiskGroup } from './risk-group.ts';
import type { RiskPlan } from './risk-plan.ts';
import type { Risk } from './risk.ts';

/** A group of the book; what people and failed plans have flagged is the risk engine's own to say. */
export interface BookRow extends Omit<RiskGroup, 'skipOnce' | 'blocked' | 'restsUntil'> {
  /** What one unit of its quote currency is worth; null where not known: then it is neither loser nor winner. */
  usdPerQuote: Price | null;
}

/** What the risk engine may know of the world when it decides. */
export interface RiskFacts {
  now: Time;
  plan: RiskPlan;
  /** New exposure is halted: no plan starts. One that runs ends, because it only reduces. */
  halted: boolean;
  /** Every open group; empty for events that choose nothing. */
  book: BookRow[];
  /** When the book was read, which is before the lock. */
  bookAt: Time;
  /** Of the last cycle, by which a change of mind is told; null before the first. */
  lastMind: string | null;
}

/** The book with what people and failed plans have flagged. */
export const flagged = (risk: Pick<Risk, 'skipOnce' | 'blocked' | 'resting'>, book: readonly BookRow[], now: Time): (RiskGroup & BookRow)[] =>
  book.map((row) => {
    const until = risk.resting[row.groupId]?.until ?? 0;
    return { ...row, skipOnce: row.groupId in risk.skipOnce, blocked: row.groupId in risk.blocked, restsUntil: until > now ? until : null };
  });

/** A clock of another process may be behind by this much. */
const skewMs = 60_000;

/** The risk engine without flags of groups that are gone, and without rests that are over. A group that was opened after the book was read keeps its flag. */
export function withoutGone(risk: Risk, { book, bookAt, now }: RiskFacts): Risk {
  const known = new Set(book.map(({ groupId }) => groupId));
  const kept = <Value>(record: Record<string, Value>, keep: (groupId: string, value: Value) => boolean): Record<string, Value> => {
    const entries = Object.entries(record);
    const left = entries.filter(([groupId, value]) => keep(groupId, value));
    return left.length === entries.length ? record : Object.fromEntries(left);
  };
  const stays = (groupId: string, since: Time): boolean => known.has(groupId) || since > bookAt - skewMs;
  return { ...risk, skipOnce: kept(risk.skipOnce, stays), blocked: kept(risk.blocked, stays), resting: kept(risk.resting, (_, { until }) => until > now) };
}
