import type { Money, Ratio } from '../num/units.ts';

/** One rung of a ladder. Gaps are negative percents below a long entry, mirrored above a short one. */
export interface GridLevel {
  gapPercent: Ratio;
  weightPercent: Ratio;
  /** Null takes the plan's default target. */
  tpPercent: Ratio | null;
}

/** Pyramids, each with its own ladder of DCA legs. */
export interface GridEntryPlan {
  kind: 'grid';
  levels: GridLevel[];
  /** Ladder of the pyramid with this zero-based index, where it differs. */
  pyramidLevels: Record<string, GridLevel[]>;
  maxPyramids: number;
  /** With `market` the first leg goes alone and the others follow its real fill. */
  orderType: 'limit' | 'market';
}

/** How a position is entered. A new kind fails to compile where it must be handled. */
export type EntryPlan = GridEntryPlan;

/** Where the capital of a pyramid comes from. */
export interface SizingPlan {
  mode: 'signal' | 'fixed_quote' | 'equity_percent' | 'risk_percent';
  /** Used by `fixed_quote`, and when the signal carries no size. */
  fixedQuote: Money;
  /** Share of the account's equity that one pyramid is given. */
  equityPercent: Ratio;
  /** Share of the account's equity that is lost when the signal's stop is hit. */
  riskPercent: Ratio;
  /** Most capital of one group over its pyramids; null is unlimited. */
  exposureMax: Money | null;
  /** What becomes of a ladder that the free balance does not cover. */
  planCheck: 'trim' | 'refuse' | 'off';
}
