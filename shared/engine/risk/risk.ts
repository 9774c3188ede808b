import type { Figures } from '../figures.ts';
import type { Money, Price, Qty, Ratio } from '../num/units.ts';
import type { Side } from '../order/order.ts';
import type { OffsetFault } from '../position/offset-work.ts';
import type { Time } from '../time.ts';
import type { OffsetPlan } from './offset-plan.ts';
import type { CycleProgress } from './offset-selection.ts';

/** What may start a round of a cycle. */
export type RiskTrigger = 'time' | 'fill' | 'run_now' | 'next_round';

/** Why a step or a plan ended otherwise than planned. Stable: the web app has words for each. */
export type StopReason = OffsetFault | 'no_answer' | 'slippage_exceeded' | 'nothing_realised' | 'not_covered' | 'rejected' | 'expired' | 'answered_late';

/** What was really closed by a step, in USD. */
export interface StepFigures {
  quantity: Qty;
  /** Before fees. */
  realisedUsd: Money;
  feesUsd: Money;
  priceAverage: Price | null;
  slippagePercent: Ratio | null;
}

/** pending: its turn has not come · asked: its group has been told · done: closed as asked · failed: not, or not wholly · left_out: never asked. */
export type StepState = 'pending' | 'asked' | 'done' | 'failed' | 'left_out';

/** One closing of a plan. */
export interface PlanStep {
  step: number;
  role: 'winner' | 'loser';
  groupId: string;
  symbol: string;
  timeframe?: string;
  side?: Side;
  /** As planned; of a loser, what is asked for follows from what its winners brought in. */
  whole: boolean;
  quantityPlanned: Qty;
  plannedUsd: Money;
  usdPerQuote: Price;
  state: StepState;
  quantityAsked: Qty | null;
  wholeAsked: boolean;
  /** Requests so far, after the first. */
  attempt: number;
  askedAt: Time | null;
  endedAt: Time | null;
  closed: StepFigures;
  slipped: 'warn' | 'reject' | null;
  reason: StopReason | null;
  /** The reason with its figures, for the log. */
  detail: string | null;
  figures?: Figures;
}

export type RunStatus = 'awaiting_approval' | 'running' | 'completed' | 'partly' | 'stopped' | 'rejected' | 'expired';

/** A plan on its way: its numbers as they were decided, and how far it has come. Winners first, one after the other, then the loser. */
export interface PlanRun {
  id: string;
  status: RunStatus;
  trigger: RiskTrigger;
  offset: OffsetPlan;
  steps: PlanStep[];
  startedAt: Time;
  endedAt: Time | null;
  /** While it waits for a person. */
  approvalUntil: Time | null;
  reason: StopReason | null;
  /** Why it ended otherwise than planned, in words with numbers. */
  detail: string | null;
  /** Of the reason; `step` is that of the step that ended otherwise. */
  figures?: Figures;
}

/** A group that is left alone for a while, and why. */
export interface Rest {
  until: Time;
  reason: StopReason;
  figures: Figures;
}

/** A user's risk engine. Plain JSON. */
export interface Risk {
  userId: string;
  /** Plans made so far: the next one's id follows. */
  plans: number;
  /** Groups left out of the next completed cycle, with when that was asked for. */
  skipOnce: Record<string, Time>;
  /** Groups left out of every cycle. */
  blocked: Record<string, Time>;
  /** Groups that are left alone for a while: a plan with them was rejected or has failed. */
  resting: Record<string, Rest>;
  plan: PlanRun | null;
  /** The cycle whose rounds go on; null between cycles. */
  cycle: { startedAt: Time; progress: CycleProgress } | null;
  /** Plans that ended while a step was not answered: the answer is still booked when it comes. */
  unanswered: PlanRun[];
}

export const emptyRisk = (userId: string): Risk => ({ userId, plans: 0, skipOnce: {}, blocked: {}, resting: {}, plan: null, cycle: null, unanswered: [] });
