import type { Market } from '#shared/engine/instrument/instrument';
import type { Price } from '#shared/engine/num/units';
import type { Difference } from '#shared/engine/reconcile/difference';
import type { DifferenceState, KnownDifference, OpenState } from '#shared/engine/reconcile/judge-differences';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { AccountAccess } from './exchange.port.ts';
import type { OrderRow } from './store.port.ts';

/**
 * Why an account is compared: a worker has started, its stream had a gap, the time of a report has come, a person asks; or it is only
 * looked at, and nothing is kept of it where nothing is found.
 */
export const reconcileOccasions = ['start', 'gap', 'time', 'asked', 'look'] as const;
export type ReconcileOccasion = (typeof reconcileOccasions)[number];

/** What a comparison begins with. */
export interface BegunReconcile {
  runId: string;
  occasion: ReconcileOccasion;
  /** When it was last compared and a report of it kept; null before the first. */
  reportedAt: number | null;
  /** Comparisons in a row that failed before this one. */
  failures: number;
  /** Other deployments whose orders the account's stream has told of within a day, and since a safe mode of it was last ended. */
  heard: string[];
  /** The same, whatever was re-armed since: their positions may still be there. */
  around: string[];
  /** A person, or an emergency stop, has decided on a position, and that is not carried out yet. */
  decided: boolean;
}

/** How a comparison ended. */
export interface EndedReconcile {
  status: 'clean' | 'differences' | 'failed';
  ordersCompared: number;
  positionsCompared: number;
  differences: number;
  mended: number;
  detail: string | null;
  /** In a row, by now; what our own rate budget or a closed account held back is none. */
  failures: number;
  /** The account is due again after this. */
  againInMs: number;
  /** All orders of the account were looked at, not only those of the symbols we work. */
  whole: boolean;
  /** Nothing is kept of a look that found nothing. */
  keep: boolean;
}

/** Our rows of one account, as one statement sees them. */
export interface AccountBook {
  userId: string;
  groups: { group: PositionGroup; version: number; changedAt: number }[];
  /** Orders that may be at the venue, those that are being sent included, or with trades we have not seen. */
  orders: OrderRow[];
  /** What other accounts of this installation on the same venue and market have open groups of: one of them may have keys of the same exchange account. */
  others: { symbol: string; side: 'long' | 'short' }[];
}

/** An account's book without its groups' states: enough to know what to ask the venue about, and afterwards what has moved meanwhile. */
export interface AccountOutline {
  groups: { id: string; symbol: string; version: number; open: boolean }[];
  orders: OrderRow[];
}

/** A difference as a look leaves it. */
export interface DifferenceToKeep {
  id: string | null;
  difference: Difference;
  state: OpenState;
  firstSeenAt: number;
}

/** What became of a difference. `action` is a word the web app knows. */
export interface DifferenceEnd {
  state: DifferenceState;
  action: string;
  detail: string | null;
  groupId?: string;
}

/** A position that nobody here has opened, and the price that it is closed at. */
export interface EmergencyStop {
  id: string;
  accountId: string;
  userId: string;
  venue: string;
  market: Market;
  symbol: string;
  mode: AccountAccess['mode'];
  side: 'long' | 'short';
  price: Price;
  /** It was reached before, and the position could not be closed then. */
  again: boolean;
}

/** A stop is only reached where the position was seen within this, which is four looks: of one that nobody sees, nobody knows whether it is there. */
export const stopSeenWithinMs = 120_000;
/** Between two times that a stop is reached, where the first could not be carried out. */
export const stopPauseMs = 30_000;

/** Where comparisons of accounts with their venues are kept. */
export interface ReconcileStore {
  /** Entries of every account wait, and each is due, until the next comparison of it has succeeded. */
  holdEntries(reason: string): Promise<void>;
  /** Accounts that are due; each is put off by `putOffMs`, so that it is knocked for once. */
  dueReconciles(putOffMs: number): Promise<{ accountId: string }[]>;
  /** Makes an account due now. */
  askReconcile(accountId: string, occasion: ReconcileOccasion): Promise<void>;
  /** Begins a comparison; null while another one of the same account runs. */
  beginReconcile(accountId: string, owner: string, leaseMs: number, startedAt: number): Promise<BegunReconcile | null>;
  /** Whoever compares is still at it. False where another has taken over. */
  keepReconcile(accountId: string, owner: string, leaseMs: number): Promise<boolean>;
  accountBook(accountId: string): Promise<AccountBook | null>;
  accountOutline(accountId: string): Promise<AccountOutline | null>;
  openDifferences(accountId: string): Promise<(KnownDifference & { groupId: string | null; decidedBy: string | null })[]>;
  /** Keeps what a look found, and answers the ids by key. An emergency stop that was reached meanwhile, and that the look has set anew, asks again. */
  keepDifferences(accountId: string, runId: string, seenAt: number, found: readonly DifferenceToKeep[]): Promise<Record<string, string>>;
  /** A null `end` forgets what was never more than seen; what has ended already stays as it is. */
  endDifference(id: string, end: DifferenceEnd | null, at: number): Promise<void>;
  /**
   * Notes the group that a decision opens, before it is opened, and answers the one that stands: a repetition must open no other. Null where the difference has
   * ended, or asks again: whoever was held up so long has nothing to carry out.
   */
  noteGroup(id: string, groupId: string): Promise<string | null>;
  /** Emergency stops that no person has decided about, of accounts that are on, whose positions were seen lately. */
  emergencyStops(now: number): Promise<EmergencyStop[]>;
  /** Decides that a position is closed, because the price has reached its emergency stop; false where somebody has decided before, or the stop is another one by now. */
  fireStop(id: string, stop: Price, now: number): Promise<boolean>;
  /** An order of another deployment was heard of on the account. */
  hearDeployment(accountId: string, prefix: string): Promise<void>;
  /** Ends a comparison. One that has succeeded lets entries go. */
  endReconcile(accountId: string, runId: string, owner: string, end: EndedReconcile, at: number): Promise<void>;
}
