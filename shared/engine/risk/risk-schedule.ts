import type { Time } from '../time.ts';
import type { RiskPlan } from './risk-plan.ts';

/** What may start a cycle: time alone, a trade of one of the user's groups, or a person. */
export type CycleOccasion = 'time' | 'fill' | 'run_now';

/** When the next cycle is due; `now` where it is due at once, never where fills are to begin none. */
export function nextCycleAt({ cycleEveryMs, cycleOnFill }: RiskPlan, now: Time, lastCycleAt: Time | null, occasion: CycleOccasion): Time {
  if (occasion === 'fill' && !cycleOnFill) return Number.POSITIVE_INFINITY;
  if (lastCycleAt === null || occasion === 'run_now' || occasion === 'fill') return now;
  return Math.max(now, lastCycleAt + cycleEveryMs);
}
