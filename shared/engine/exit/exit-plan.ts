import type { Ratio } from '../num/units.ts';

interface GridExit {
  /** Target of a leg that names none, and the target of the whole group. */
  tpPercent: Ratio;
  /** Close the group when nothing is held any more, though entry legs still wait. */
  closeWhenFlat: boolean;
  /** Target percent by pyramid index for `pyramid_aggregate`; kept in every mode, so that a rule that changes the mode finds them. */
  pyramidTpPercents?: Record<string, Ratio>;
  /** Stands above every level's own target: an override rule has named it. */
  tpPercentForced?: Ratio;
  /** The same for single pyramids, by index; above everything else. */
  pyramidTpForced?: Record<string, Ratio>;
  /** The stop-loss of the group's signals is enforced. */
  signalStop?: boolean;
}

/** Every filled leg rests its own take-profit at the venue. */
export interface PerLegExit extends GridExit {
  kind: 'per_leg';
}
/** The whole position closes at market when the price reaches the average plus the target. */
export interface AggregateExit extends GridExit {
  kind: 'aggregate';
}
/** Both: whichever comes first. */
export interface HybridExit extends GridExit {
  kind: 'hybrid';
}
/** Aggregate with a target per pyramid, combined by cost. */
export interface PyramidAggregateExit extends GridExit {
  kind: 'pyramid_aggregate';
}

/** How a position is left. A new kind fails to compile where it must be handled. */
export type ExitPlan = PerLegExit | AggregateExit | HybridExit | PyramidAggregateExit;

export type TpMode = ExitPlan['kind'];

/** Where another take-profit applies; null matches everything. */
export interface TpOverrideRule {
  /** Unified or the venue's own form. */
  symbol: string | null;
  timeframe: string | null;
  /** The alert's name. */
  strategy: string | null;
  /** Zero-based; then only this pyramid's targets change. */
  pyramid: number | null;
  mode: TpMode | null;
  /** Replaces the common target and every leg's own. */
  tpPercent: Ratio | null;
}
