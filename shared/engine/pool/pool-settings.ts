import type { EntryPlan, SizingPlan } from '../entry/entry-plan.ts';
import type { ExitPlan, TpOverrideRule } from '../exit/exit-plan.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { PrecisionPlan } from '../instrument/precision-plan.ts';
import type { Price, Ratio } from '../num/units.ts';
import type { SlippagePlan } from '../order/slippage.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Time } from '../time.ts';
import type { AccountFacts } from './account-facts.ts';
import type { SelectionRule } from './priority.ts';
import type { Occupancy } from './slots.ts';

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
  /** Venue rules older than this are fetched anew before an entry is judged by them. */
  rulesMaxAgeMs: number;
  slippage: SlippagePlan;
}

/** What is known of one symbol now. `unavailable`: the rules are not loaded, so the entry waits; `unlisted`: the venue does not list it. */
export interface SymbolFacts {
  instrument: Instrument | 'unavailable' | 'unlisted';
  /** These are not the venue's rules, in words for a person. */
  rulesWarning?: string;
  priceLast: Price | null;
}

/** Why an account takes no entries, after "the account". `forGood`: it is deleted. */
export interface AccountOff {
  why: string;
  forGood: boolean;
  /** What a fresh entry is refused with; absent where the account itself is off. */
  refusal?: RefusalCode;
}

export interface PoolFacts {
  now: Time;
  settings: PoolSettings;
  /** Open groups beside those in `pool.open`: of symbols that this decision does not concern. Parts are only counted where they take slots. */
  openElsewhere: Occupancy;
  /** No new exposure: who waits goes on waiting. */
  halted: boolean;
  /** Accounts on which nothing may be entered now, by id. */
  accountsOff: Record<string, AccountOff>;
  /** By `symbolFactsKey`. */
  symbols: Record<string, SymbolFacts>;
  /** Of the position that is taken over or closed: it is there already, so the rules last known do, as for every exit. */
  adopted?: SymbolFacts;
  /** What the accounts concerned have to spend, by id; null while the venue has not told, or not lately. */
  accounts: Record<string, AccountFacts | null>;
  /** Ids for groups that this decision may open. */
  groupIds: string[];
}

/** A signal that forces the fallback rules sees its symbol by other rules than one that does not. */
export const symbolFactsKey = (entry: { accountId: string; symbol: string; precisionMode?: 'auto' | 'force' }): string => `${entry.accountId} ${entry.symbol}${entry.precisionMode === 'force' ? ' force' : ''}`;
