import type { Money, Ratio } from '../num/units.ts';

/** When and how losers are paid for by winners. Asked anew with every cycle: open groups are judged by the plan in force. */
export interface RiskPlan {
  /** Zero-based pyramid count at which a group is full. */
  pyramidsRequired: number;
  /** Off: a group need not be full; that no entry waits to fill is asked all the same. */
  fullRequired: boolean;
  /** `all_filled`: no entry leg waits any more · `all_submitted`: the pyramids are there, whether their legs fill or not. */
  timerStart: 'all_filled' | 'all_submitted';
  /** How long a full group is left alone; null does not wait. */
  waitMs: number | null;
  /** A new pyramid clears the timer. */
  restartOnPyramid: boolean;
  /** Negative; a loser is strictly below it. */
  lossThresholdPercent: Ratio;
  /** Youngest age of a loser; null takes any. */
  ageLeastMs: number | null;
  /** Most winners that pay for one loser. */
  winnersMax: number;
  /** Off: winners are closed whole, and the loser only when it is covered. */
  partialCloseAllowed: boolean;
  /** Smallest part of a position worth closing, in quote currency. */
  closeNotionalMin: Money;
  /** What becomes of a loser that its winners do not cover. */
  uncovered: 'partial' | 'skip';
  /** A fill starts a cycle at once. */
  cycleOnFill: boolean;
  cycleEveryMs: number;
  /** How long a plan waits for a person's approval; absent or null asks nobody. */
  approvalLifeMs?: number | null;
}
