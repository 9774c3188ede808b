import type { EntryPlan } from '../entry/entry-plan.ts';
import type { Budget } from '../entry/plan-check.ts';
import type { RiskTarget } from '../entry/sizing.ts';
import type { ExitPlan } from '../exit/exit-plan.ts';
import type { PrecisionPlan } from '../instrument/precision-plan.ts';
import type { Money, Price, Qty, Ratio } from '../num/units.ts';
import type { Fill, OrderReport } from '../order/order.ts';
import type { SlippagePlan } from '../order/slippage.ts';
import type { OffsetResult } from '../position/offset-work.ts';
import type { CloseReason } from '../position/position-group.ts';
import type { QueueReason } from '../pool/pool.ts';
import type { Time } from '../time.ts';
import type { Signal } from './signals.ts';

/** One more ladder for a group: where it starts and what it may spend. */
export interface PyramidStart {
  signalId: string;
  entryPrice: Price;
  capital: Money;
  /** What its signal allows a market order to slip; null where it says nothing. */
  slippageMaxPercent: Ratio | null;
  /** Present where the capital follows from what may be lost: it is reckoned again for the ladder the pyramid gets. */
  risk?: RiskTarget;
  /** Most capital of the group over its pyramids; absent is unlimited. */
  exposureMax?: Money;
  /** What the ladder is checked against; absent is unchecked. */
  budget?: Budget;
}

/** What can happen to a position group. */
export type GroupEvent =
  /** A signal was admitted: the group begins with its first ladder. */
  | { type: 'open'; groupId: string; signal: Signal; start: PyramidStart; entryPlan: EntryPlan; exitPlan: ExitPlan; precisionPlan: PrecisionPlan; slippagePlan: SlippagePlan }
  /**
   * A person takes a position over that was found at the venue: the group begins holding it, enters nothing, and leaves by its plan and an
   * emergency stop; with `close` it is sold at once. `signal` is made up, and says whose position it is.
   */
  | { type: 'adopt'; groupId: string; signal: Signal; quantity: Qty; priceEntry: Price; close: boolean; stopped?: true; entryPlan: EntryPlan; exitPlan: ExitPlan; precisionPlan: PrecisionPlan; slippagePlan: SlippagePlan }
  /** A further signal for the same group: one more ladder, up to the plan's limit. */
  | { type: 'add-pyramid'; signal: Signal; start: PyramidStart }
  /** An exit signal, a person, or the other side asks for the end: entries are cancelled, what is held is sold at market. */
  | { type: 'close-requested'; reason: CloseReason; signalId: string | null; slippageMaxPercent: Ratio | null }
  /** A person's kill switch: every entry that has not filled is cancelled and never sent; what is held and its exits stay as they are. */
  | { type: 'entries-dropped'; reason: string }
  /** A share of every leg is to be sold at market. */
  | { type: 'reduce-requested'; signalId: string | null; fraction: Ratio; slippageMaxPercent: Ratio | null }
  /** The risk engine closes a part of it, or all, so that winners pay for a loser. `attempt` counts requests for the same step: each is answered, and it is done once. */
  | { type: 'offset-requested'; planId: string; step: number; role: 'winner' | 'loser'; quantity: Qty; whole: boolean; attempt: number }
  /** A venue's cumulative view of one order, and trades of it; either may be empty. `priceExpected`: the last price when a market order was sent. */
  | { type: 'order-report'; clientOrderId: string; report: OrderReport | null; fills: Fill[]; priceExpected?: Price | null }
  /** The venue answered that it did not do it. */
  | { type: 'order-refused'; clientOrderId: string; refused: string; code: string; message: string }
  /** Neither accepted nor refused: no usable answer came. */
  | { type: 'order-unknown'; clientOrderId: string; message: string; exists?: true }
  /** Evidence that it never reached the venue. */
  | { type: 'order-absent'; clientOrderId: string; evidence: string }
  /** Cancelled before it was ever sent. */
  | { type: 'order-withdrawn'; clientOrderId: string }
  /** A configuration version is applied to what is open too: its targets and slippage limits, not its gaps, weights and sizes. */
  | { type: 'replan'; configVersion: number; entryPlan: EntryPlan; exitPlan: ExitPlan; slippagePlan: SlippagePlan }
  /**
   * The venue holds less for it than it has bought: a person, or the venue itself, has closed a part of it, or all. `held` is what it was
   * compared with: where it holds something else by now, nothing follows and it is compared again. `price` is that of foreign trades, or
   * the last one.
   */
  | { type: 'position-reduced'; held: Qty; quantity: Qty; price: Price; fee: Money; priceFrom: 'trades' | 'last_price' | 'entry_price' }
  /** A wake condition was met; `price` is the last price, traded `at` by the market's clock, and `touched` those that met it, where they are known. */
  | { type: 'price'; price: Price; at?: Time; touched?: Price[] }
  /** Look again: a wait has ended or instrument rules were refreshed. */
  | { type: 'timer' };

/** What can happen to a user's pool. */
export type PoolEvent =
  /** An alert was understood and stored. */
  | { type: 'signal'; signal: Signal }
  /** A slot is free. */
  | { type: 'group-closed'; groupId: string }
  /** A group could not take this entry any more; it is decided anew. */
  | { type: 'entry-bounced'; signal: Signal; groupId: string; reason: QueueReason }
  /** A person takes over, or closes, a position that was found at the venue. It takes a slot, free or not. */
  | { type: 'adopt-position'; groupId: string; signal: Signal; quantity: Qty; priceEntry: Price | null; close: boolean; stopped?: true }
  /** A person asks to let an entry go now, if a slot is free. */
  | { type: 'queue-promote'; queueId: string }
  /** A person lets an entry go although no slot is free. */
  | { type: 'queue-force'; queueId: string }
  /** A person takes an entry out of the queue. */
  | { type: 'queue-remove'; queueId: string }
  /** Look again: instrument rules or prices came. */
  | { type: 'timer' };

/** What can happen to a user's risk engine. */
export type RiskEvent =
  /** Losers and winners are looked at: in the rounds of time, after a fill, or for the next round of a cycle. */
  | { type: 'cycle'; trigger: 'time' | 'fill' | 'next_round' }
  /** A person wants a cycle now; with a group, for that group, passing over its timer, pyramids and age. */
  | { type: 'run-now'; groupId: string | null; requestId: string }
  /** A group has done its step of a plan, or cannot. */
  | { type: 'offset-answered'; groupId: string; result: OffsetResult }
  /** A person takes a group out of the next cycle, as loser and as winner. */
  | { type: 'skip-once'; groupId: string }
  /** A person takes a group out of every cycle until it is unblocked. */
  | { type: 'block'; groupId: string }
  /** A person lets a group take part again. */
  | { type: 'unblock'; groupId: string }
  /** A person lets the plan go that waits for approval. */
  | { type: 'approve'; planId: string }
  /** A person does not want the plan that waits for approval. */
  | { type: 'reject'; planId: string }
  /** Look again: a step was asked for and not answered, or an approval may have expired. */
  | { type: 'timer' };
