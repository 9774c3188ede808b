import type { LadderPlan } from '../entry/plan-check.ts';
import type { Ratio } from '../num/units.ts';
import type { Execution } from '../order/slippage.ts';
import type { QueueReason } from '../pool/pool.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Time } from '../time.ts';
import type { GroupEvent, PoolEvent, RiskEvent } from './events.ts';
import type { Said } from './said.ts';

/** Sends a ready order. Carried out after the commit, outside any lock. */
export interface SubmitOrder {
  type: 'submit-order';
  clientOrderId: string;
  /** Closes, take-profits and stops go before entries. */
  protective: boolean;
}
/** Cancels an order. Carried out after the commit, outside any lock. */
export interface CancelOrder {
  type: 'cancel-order';
  clientOrderId: string;
}

/** What became of a signal, for its page. */
export interface SettleSignal {
  type: 'settle-signal';
  signalId: string;
  status: 'waiting' | 'accepted' | 'refused' | 'done';
  outcome: 'opened' | 'pyramid_added' | 'queued' | 'closing' | 'reducing' | 'dropped_from_queue' | 'replaced_in_queue' | 'removed_from_queue' | 'expired' | 'refused';
  /** A refusal's code, why an entry waits, or what went wrong though it was done. */
  reason: RefusalCode | QueueReason | null;
  detail: string | null;
  groupId: string | null;
  /** The ladder as it was planned, where the signal got as far as one. */
  plan?: LadderPlan;
}

/** Wakes the same aggregate later. The key makes a repeated wish one row. */
export interface WakeAt {
  type: 'wake-at';
  at: Time;
  key: string;
}

/** Tells a person. */
export interface Tell {
  type: 'tell';
  level: 'info' | 'warn' | 'error' | 'alert';
  category: 'signal' | 'order' | 'fill' | 'precision' | 'pool' | 'risk';
  message: string;
  /** The figures in the message, for the journal and the log row. */
  slippage?: SlippageFigures;
  /** What the message says as a code with its figures, so that a page can say it in its own language. */
  said?: Said;
}

/** How a market order was executed, and what was allowed. */
export interface SlippageFigures extends Execution {
  clientOrderId: string;
  limitPercent: Ratio;
}

/** Becomes an event of the user's pool. */
export interface TellPool {
  type: 'tell-pool';
  event: PoolEvent;
  key: string;
}
/** Opens a group, in the transaction of the pool that admitted it. */
export interface OpenGroup {
  type: 'open-group';
  groupId: string;
  event: Extract<GroupEvent, { type: 'open' }>;
}
/** Opens a group for a position that a person takes over, in the transaction of its pool. */
export interface AdoptGroup {
  type: 'adopt-group';
  groupId: string;
  event: Extract<GroupEvent, { type: 'adopt' }>;
}
/** Becomes an event of one group. */
export interface TellGroup {
  type: 'tell-group';
  groupId: string;
  event: GroupEvent;
  key: string;
}

/** Becomes an event of the user's risk engine. */
export interface TellRisk {
  type: 'tell-risk';
  event: RiskEvent;
  key: string;
}

export type GroupCommand = SubmitOrder | CancelOrder | SettleSignal | WakeAt | Tell | TellPool | TellRisk;
export type PoolCommand = SettleSignal | WakeAt | Tell | OpenGroup | AdoptGroup | TellGroup;
export type RiskCommand = WakeAt | Tell | TellGroup | TellRisk;
