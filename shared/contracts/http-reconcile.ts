import type { DifferenceKind } from '#shared/engine/reconcile/difference';
import type { AccountMode, Id, Instant, MarketName } from './http.ts';

/** What the REST interface answers about comparing accounts with their venues. */

export type ReconcileOccasion = 'start' | 'gap' | 'time' | 'asked' | 'look';
export type ReconcileStatus = 'running' | 'clean' | 'differences' | 'failed';

/** One comparison of an account with its venue. */
export interface ReconcileRun {
  id: Id;
  accountId: Id;
  accountName: string;
  exchange: string;
  market: MarketName;
  mode: AccountMode;
  occasion: ReconcileOccasion;
  status: ReconcileStatus;
  startedAt: Instant;
  endedAt: Instant | null;
  ordersCompared: number;
  positionsCompared: number;
  differences: number;
  mended: number;
  /** Why it failed; null where it did not. */
  detail: string | null;
}

/** How an account stands: its last report, and what is open. */
export interface ReconcileAccount {
  accountId: Id;
  accountName: string;
  exchange: string;
  market: MarketName;
  mode: AccountMode;
  /** Why its entries wait; null where they go. */
  entriesHeld: string | null;
  /** Comparisons in a row that failed. */
  failures: number;
  lastRun: ReconcileRun | null;
  /** The report made when it was last started. */
  startRun: ReconcileRun | null;
  /** Differences that wait for a person. */
  asking: number;
}

export type DifferenceKindName = DifferenceKind;
export type DifferenceStateName = 'acting' | 'done' | 'asks' | 'adopted' | 'closed' | 'ignored' | 'gone';
/** What was done: the web app has words for each. */
export type DifferenceAction = 'fills_taken' | 'found' | 'taken_back' | 'left' | 'restored' | 'cancelled' | 'ended_before' | 'booked' | 'mended' | 'adopted' | 'closed' | 'stop_reached' | 'stop_dropped' | 'stopped' | 'ignored' | 'refused' | 'gone';
export type DifferenceDecision = 'adopt' | 'close' | 'ignore';

/** One place where venue and rows said different things, and what became of it. */
export interface ReconcileDifference {
  id: Id;
  runId: Id;
  accountId: Id;
  accountName: string;
  exchange: string;
  kind: DifferenceKindName;
  state: DifferenceStateName;
  symbol: string;
  groupId: Id | null;
  clientOrderId: string | null;
  /** A quantity or a status; null where that side has nothing. */
  ours: string | null;
  venue: string | null;
  amount: string | null;
  /** Of a position that nobody here has opened. */
  side: 'long' | 'short' | null;
  priceEntry: string | null;
  /** The price it is closed at while nobody has decided; null where it has none. */
  stop: string | null;
  action: DifferenceAction | null;
  detail: string | null;
  /** What a person has decided, while it is not carried out yet. */
  decision: DifferenceDecision | null;
  decidedBy: string | null;
  decidedAt: Instant | null;
  firstSeenAt: Instant;
  lastSeenAt: Instant;
  endedAt: Instant | null;
}
