import type { Figures } from '../figures.ts';
import type { Money, Qty, Ratio } from '../num/units.ts';
import type { Time } from '../time.ts';
import type { Contender } from './offset-ranking.ts';
import type { TooSmall } from './offset-share.ts';
import type { RiskPlan } from './risk-plan.ts';

/** A winner's part in paying for a loser. */
export interface WinnerClose {
  groupId: string;
  /** Of all it holds. */
  profitUsd: Money;
  /** What was wanted of it; this, and not what rounding makes of it, is what the loser needs less. */
  targetUsd: Money;
  closeQuantity: Qty;
  /** Its slot comes free. */
  whole: boolean;
  /** Of what is closed, in its quote currency at the last price. */
  notional: Money;
  realisedUsd: Money;
}

/** What becomes of the loser. */
export interface LoserClose {
  groupId: string;
  lossPercent: Ratio;
  /** Of all it holds; negative. */
  lossUsd: Money;
  closeQuantity: Qty;
  whole: boolean;
  notional: Money;
  /** Negative. */
  realisedUsd: Money;
}

/** One loser and who pays for it, with every number as it was when it was decided; carried out winners first. */
export interface OffsetPlan {
  loser: LoserClose;
  /** In the order in which they are closed. */
  winners: WinnerClose[];
  /** Winners that were passed over, and why. */
  skipped: { groupId: string; reason: TooSmall; words: string; figures: Figures }[];
  requiredUsd: Money;
  /** Sum of the targets: equal to what is required where the loser is covered. */
  coveredUsd: Money;
  /** Winners and loser together, before fees and slippage. */
  netUsd: Money;
  decidedAt: Time;
  /** What it was decided by, so that a failure half-way can be settled by the same figures. */
  basis: { loser: Contender; plan: RiskPlan };
}

/** Why nothing is offset. Stable: the web app has words for each. */
export type NoOffset = 'no_loser' | 'no_winner' | 'not_covered' | 'rounds_used' | TooSmall;

/** An eligible loser that nobody can pay for now. */
export interface PassedOver {
  groupId: string;
  reason: NoOffset;
  words: string;
  figures: Figures;
}

/** What a round of a cycle came to. */
export interface OffsetOutcome {
  plan: OffsetPlan | null;
  /** Null where there is a plan; otherwise why the first loser is not offset. */
  reason: NoOffset | null;
  words: string;
  /** Of the reason. */
  figures: Figures;
  /** Eligible losers that stood before the chosen one and could not be offset. */
  passedOver: PassedOver[];
}
