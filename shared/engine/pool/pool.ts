import type { Signal } from '../messages/signals.ts';
import type { GroupKey } from '../position/position-group.ts';
import type { Time } from '../time.ts';

/** Why an entry waits. */
export const queueReasons = ['pool_full', 'opposite_side', 'missing_precision', 'group_closing'] as const;
export type QueueReason = (typeof queueReasons)[number];

/** An entry that waits for its turn. */
export interface QueuedEntry {
  id: string;
  signal: Signal;
  reason: QueueReason;
  queuedAt: Time;
  replacementCount: number;
  replacedAt: Time | null;
  /** Set by *force*: admitted although no slot is free. */
  forced: boolean;
}

/** A group that occupies a slot. */
export interface OpenGroup extends GroupKey {
  groupId: string;
}

/** A user's open groups, as far as a decision concerns them, and the entries that wait. */
export interface Pool {
  userId: string;
  open: OpenGroup[];
  waiting: QueuedEntry[];
  /** Numbers the queue's entries. */
  queuedSoFar: number;
}

export const emptyPool = (userId: string): Pool => ({ userId, open: [], waiting: [], queuedSoFar: 0 });

/** Same user, account, symbol, timeframe and side: the same group. */
export const sameGroup = (a: GroupKey, b: GroupKey): boolean => a.accountId === b.accountId && a.symbol === b.symbol && a.timeframe === b.timeframe && a.side === b.side;
