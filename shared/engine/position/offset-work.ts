import type { Figures } from '../figures.ts';
import type { Money, Price, Qty, Ratio } from '../num/units.ts';
import type { Time } from '../time.ts';

/** What an offset asks of a group: to close a part of it, or all. `planId` and `step` are the identity: asked twice, it is done once. */
export interface OffsetAsk {
  planId: string;
  step: number;
  role: 'winner' | 'loser';
  quantity: Qty;
  /** All it holds was meant when it was planned: the group ends, and its slot comes free. */
  whole: boolean;
}

/** What was closed for an offset, from the fills. */
export interface OffsetSold {
  quantity: Qty;
  /** Proceeds, in quote currency. */
  notional: Money;
  /** Proceeds against the cost of what was sold, at each leg's own average; before fees. */
  realised: Money;
  fees: Money;
}

/** The offset a group is working at. */
export interface OffsetWork extends OffsetAsk {
  /** Of the last request: an answer is given to each once. */
  attempt: number;
  /** Quantity per leg (`0:1`) that is claimed and not sold yet; empty where the whole group ends. */
  claims: Record<string, Qty>;
  sold: OffsetSold;
  /** Of the first offset order that sells for it. */
  generation: number;
  /** What the venue said no with, for good. */
  refused: string | null;
  at: Time;
}

/** Why an offset was not done, or not wholly. Stable: the web app has words for each. */
export type OffsetFault = 'group_closed' | 'group_closing' | 'group_busy' | 'no_profit_left' | 'too_small' | 'refused_by_venue' | 'overtaken';

/** What came of an offset; kept, so that a repeated request gets the same answer. */
export interface OffsetResult {
  planId: string;
  step: number;
  /** `closed`: as asked · `partly`: something was sold · `refused`: nothing. */
  outcome: 'closed' | 'partly' | 'refused';
  reason: OffsetFault | null;
  /** The reason with its figures, for the log. */
  detail: string | null;
  figures?: Figures;
  sold: OffsetSold;
  priceAverage: Price | null;
  /** Of its worst market order; null where it is not known. */
  slippagePercent: Ratio | null;
  /** More than the group's plan allows. `reject` where the plan says so. */
  slipped: 'warn' | 'reject' | null;
  at: Time;
}
