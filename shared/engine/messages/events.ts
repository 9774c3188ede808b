import type { EntryPlan } from '../entry/entry-plan.ts';
import type { ExitPlan } from '../exit/exit-plan.ts';
import type { Money, Price, Ratio } from '../num/units.ts';
import type { Fill, OrderReport } from '../order/order.ts';
import type { CloseReason } from '../position/position-group.ts';
import type { QueueReason } from '../pool/pool.ts';
import type { Signal } from './signals.ts';

/** One more ladder for a group: where it starts and what it may spend. */
export interface PyramidStart {
  signalId: string;
  entryPrice: Price;
  capital: Money;
}

/** What can happen to a position group. */
export type GroupEvent =
  | { type: 'open'; groupId: string; signal: Signal; start: PyramidStart; entryPlan: EntryPlan; exitPlan: ExitPlan }
  | { type: 'add-pyramid'; signal: Signal; start: PyramidStart }
  | { type: 'close-requested'; reason: CloseReason; signalId: string | null }
  | { type: 'reduce-requested'; signalId: string | null; fraction: Ratio }
  /** A venue's cumulative view of one order, and trades of it; either may be empty. */
  | { type: 'order-report'; clientOrderId: string; report: OrderReport | null; fills: Fill[] }
  | { type: 'order-refused'; clientOrderId: string; refused: string; code: string; message: string }
  | { type: 'order-unknown'; clientOrderId: string; message: string }
  /** Evidence that it never reached the venue, or that it was withdrawn before it was sent. */
  | { type: 'order-absent'; clientOrderId: string; evidence: string }
  | { type: 'order-withdrawn'; clientOrderId: string }
  /** A wake condition was met. */
  | { type: 'price'; price: Price }
  /** Look again: a wait has ended or instrument rules were refreshed. */
  | { type: 'timer' };

/** What can happen to a user's pool. */
export type PoolEvent =
  | { type: 'signal'; signal: Signal }
  | { type: 'group-closed'; groupId: string }
  /** A group could not take this entry any more; it is decided anew. */
  | { type: 'entry-bounced'; signal: Signal; groupId: string; reason: QueueReason }
  | { type: 'queue-promote'; queueId: string }
  | { type: 'queue-force'; queueId: string }
  | { type: 'queue-remove'; queueId: string }
  /** Look again: instrument rules or prices came. */
  | { type: 'timer' };
