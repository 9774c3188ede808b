import type { EntryPlan, SizingPlan } from '../entry/entry-plan.ts';
import type { ExitPlan, TpOverrideRule } from '../exit/exit-plan.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { PrecisionPlan } from '../instrument/precision-plan.ts';
import type { Price, Ratio } from '../num/units.ts';
import type { SlippagePlan } from '../order/slippage.ts';
import type { Time } from '../time.ts';
import type { SelectionRule } from './priority.ts';

/** What the user has configured, as far as admission goes. */
export interface PoolSettings {
  groupsMax: number;
  /** Every pyramid after the first takes a slot as well. */
  pyramidsCount: boolean;
  /** Every leg whose entry is open takes a slot as well. */
  legsCount: boolean;
  /** 0 is unlimited. */
  queueLimit: number;
  replacementAllowed: boolean;
  /** An exit drops the entry that waits for the same group. */
  dropOnExit: boolean;
  /** Rules in use, the first decides first. */
  selection: SelectionRule[];
  /** A pyramid of an open group needs no free slot. */
  pyramidsBypass: boolean;
  /** Entries that arrived longer ago are not worked any more; 0 lets them live for ever. */
  signalLifeMs: number;
  /** Entries that have waited longer expire; 0 never. */
  queueLifeMs: number;
  /** No promotion while the price is further than this from the entry price; 0 is any distance. */
  priceBandPercent: Ratio;
  /** Every entry waits for a person. */
  confirmEntries: boolean;
  confirmationLifeMs: number;
  entryPlan: EntryPlan;
  exitPlan: ExitPlan;
  tpOverrides: TpOverrideRule[];
  /** An alert's stop-loss is enforced. */
  signalStopEnforced: boolean;
  sizing: SizingPlan;
  precision: PrecisionPlan;
  slippage: SlippagePlan;
}

/** What is known of one symbol now. `unavailable`: the rules are not loaded, so the entry waits; `unlisted`: the venue does not list it. */
export interface SymbolFacts {
  instrument: Instrument | 'unavailable' | 'unlisted';
  priceLast: Price | null;
}

export interface PoolFacts {
  now: Time;
  settings: PoolSettings;
  /** Slots that are taken by open groups beside those in `pool.open`: of symbols that this decision does not concern. */
  openElsewhere: number;
  /** No new exposure: who waits goes on waiting. */
  halted: boolean;
  /** By `accountId symbol`. */
  symbols: Record<string, SymbolFacts>;
  /** Ids for groups that this decision may open. */
  groupIds: string[];
}

export const symbolFactsKey = (entry: { accountId: string; symbol: string }): string => `${entry.accountId} ${entry.symbol}`;
