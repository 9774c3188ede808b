import type { RefusalCode } from '../refusal.ts';
import type { Time } from '../time.ts';
import type { GroupEvent, PoolEvent } from './events.ts';

/** Sends a ready order, or cancels one. Carried out after the commit, outside any lock. */
export interface SubmitOrder {
  type: 'submit-order';
  clientOrderId: string;
  /** Closes, take-profits and stops go before entries. */
  protective: boolean;
}
export interface CancelOrder {
  type: 'cancel-order';
  clientOrderId: string;
}

/** What became of a signal, for its page. */
export interface SettleSignal {
  type: 'settle-signal';
  signalId: string;
  status: 'waiting' | 'accepted' | 'refused' | 'done';
  outcome: 'opened' | 'pyramid_added' | 'queued' | 'closing' | 'reducing' | 'dropped_from_queue' | 'replaced_in_queue' | 'removed_from_queue' | 'refused';
  reason: RefusalCode | string | null;
  detail: string | null;
  groupId: string | null;
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
  category: 'signal' | 'order' | 'fill' | 'precision' | 'pool';
  message: string;
}

export type GroupCommand = SubmitOrder | CancelOrder | SettleSignal | WakeAt | Tell | { type: 'tell-pool'; event: PoolEvent; key: string };
export type PoolCommand = SettleSignal | WakeAt | Tell | { type: 'open-group'; groupId: string; event: Extract<GroupEvent, { type: 'open' }> } | { type: 'tell-group'; groupId: string; event: GroupEvent; key: string };
