import type { Signal } from '../messages/signals.ts';
import type { GroupKey } from '../position/position-group.ts';
import type { Time } from '../time.ts';
import type { Promised } from './promised.ts';

/**
 * Why an entry waits. The first four end by an event that the pool hears of; what the others wait for is looked at again every while, and
 * so are rules, because the word of them may be lost.
 */
export const queueReasons = [
  'pool_full',
  'opposite_side',
  'missing_precision',
  'group_closing',
  'price_band',
  'awaiting_confirmation',
  'account_disabled',
  'halted',
  'no_price',
  'no_balance',
  'insufficient_balance',
] as const;
export type QueueReason = (typeof queueReasons)[number];

/** An entry that waits for its turn. */
export interface QueuedEntry {
  id: string;
  signal: Signal;
  reason: QueueReason;
  queuedAt: Time;
  replacementCount: number;
  replacedAt: Time | null;
  /** Goes only after a person has promoted it. Set when it is queued, so that switching confirmation on concerns new entries only. */
  unconfirmed: boolean;
}

/** A group that occupies a slot. */
export interface OpenGroup extends GroupKey {
  groupId: string;
  /** The first entry included; those on their way to the group as well. */
  pyramids: number;
  /** Legs whose entry is not over yet. */
  legsOpen: number;
}

/** An exit that was decided, for entries that came before it and are decided after it. */
export interface HeardExit extends GroupKey {
  signalId: string;
  receivedAt: Time;
}

/** A user's open groups, as far as a decision concerns them, and the entries that wait. */
export interface Pool {
  userId: string;
  open: OpenGroup[];
  waiting: QueuedEntry[];
  /** Numbers the queue's entries. */
  queuedSoFar: number;
  /** When the pool has asked to be woken; absent before it ever has. */
  wakeAt?: Time | null;
  /** The last exit of each group for a while; absent before the first. */
  exits?: HeardExit[];
  /** Money granted to ladders that no balance shows yet; absent before the first. */
  promised?: Promised[];
}

export const emptyPool = (userId: string): Pool => ({ userId, open: [], waiting: [], queuedSoFar: 0 });

/** Same user, account, symbol, timeframe and side: the same group. */
export const sameGroup = (a: GroupKey, b: GroupKey): boolean => a.accountId === b.accountId && a.symbol === b.symbol && a.timeframe === b.timeframe && a.side === b.side;
