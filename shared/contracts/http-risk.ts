import type { Figures } from '#shared/engine/figures';
import type { ConditionName } from '#shared/engine/risk/offset-eligibility';
import type { NoOffset } from '#shared/engine/risk/offset-plan';
import type { AccountMode, DecimalText, Id, Instant } from './http.ts';

/** What the REST interface answers of the risk engine: losers that are paid for by slices of winners. */

/** `blocked`: new exposure is halted, so no new plan starts; one that runs ends. */
export type RiskStatus = 'active' | 'idle' | 'blocked';

/** Figures of a code by name: decimal text, counts, other codes, ISO times. A sentence in any language is made of both. */
export type RiskFigures = Figures;

/** One condition of a group in one role, with the figures it was judged by. */
export interface RiskCondition {
  name: ConditionName;
  met: boolean;
  /** False where settings have switched it off. */
  asked: boolean;
  /** Decimal text, a count, minutes or an ISO time; null where not known. */
  actual: string | null;
  required: string | null;
  words: string;
}
/** Why nobody can pay for a group that is eligible. */
export interface RiskUnpaid {
  reason: NoOffset;
  figures: RiskFigures;
}
export interface RiskEligibility {
  eligible: boolean;
  conditions: RiskCondition[];
}

/** An open group in the figures losers and winners are chosen by. */
export interface RiskGroupView {
  groupId: Id;
  accountId: Id;
  accountName: string;
  mode: AccountMode;
  exchange: string;
  symbol: string;
  timeframe: string;
  side: 'long' | 'short';
  status: string;
  openedAt: Instant;
  quantity: DecimalText;
  priceEntryAverage: DecimalText | null;
  priceLast: DecimalText | null;
  /** Of all it holds at the last price, before fees; negative for a loss, null where no price is known. */
  pnlUsd: DecimalText | null;
  pnlPercent: DecimalText | null;
  /** Entries received and needed: both one-based, such as 4 of 5. */
  pyramids: { received: number; required: number; reached: boolean };
  /** Entry legs that wait to fill. */
  entriesWaiting: number;
  /** `expiresAt` is null before the pyramids are complete, and where the wait is switched off. */
  timer: { fullSince: Instant | null; expiresAt: Instant | null };
  agePassed: boolean;
  /** When it was flagged; null where it is not. */
  skippedAt: Instant | null;
  blockedAt: Instant | null;
  /** Left alone until then, because an offset with it was rejected or has failed; null where it is not. */
  restsUntil: Instant | null;
  restsBecause: { reason: RiskStopReason; figures: RiskFigures } | null;
  /** May its loss be paid for? `rank` 1 is paid for first; null where it is not eligible. `unpaid`: eligible, but nobody can pay for it now. */
  loser: RiskEligibility & { rank: number | null; unpaid: RiskUnpaid | null };
  /** May its profit pay? */
  winner: RiskEligibility & { rank: number | null };
  /** Groups whose profit could pay for it, all together; profits pay only on accounts of the same mode. */
  winningOffsets: { count: number; totalUsd: DecimalText };
}

export interface RiskPlanLoser {
  groupId: Id;
  symbol: string;
  lossPercent: DecimalText;
  /** Negative. */
  lossUsd: DecimalText;
  closeQuantity: DecimalText;
  /** All of it: its slot comes free. */
  whole: boolean;
  notional: DecimalText;
  /** Expected, negative, before fees. */
  realisedUsd: DecimalText;
  quantity: DecimalText;
}
export interface RiskPlanWinner {
  groupId: Id;
  symbol: string;
  /** Of all it holds. */
  profitUsd: DecimalText;
  targetUsd: DecimalText;
  closeQuantity: DecimalText;
  whole: boolean;
  notional: DecimalText;
  realisedUsd: DecimalText;
  quantity: DecimalText;
}
/** One loser and who pays for it. */
export interface RiskPlanView {
  loser: RiskPlanLoser;
  /** In the order in which they are closed. */
  winners: RiskPlanWinner[];
  /** Winners that were passed over. */
  skipped: { groupId: Id; symbol: string; reason: NoOffset; words: string; figures: RiskFigures }[];
  requiredUsd: DecimalText;
  coveredUsd: DecimalText;
  /** Winners and loser together, before fees and slippage. */
  netUsd: DecimalText;
  /** Of all closing orders, at the fee rate these groups paid so far; null where none is known. */
  feesExpectedUsd: DecimalText | null;
  /** What market closes of these groups slipped on average; null where there were none. */
  slippageExpectedUsd: DecimalText | null;
  words: string;
}

export type RiskActionStatus = 'awaiting_approval' | 'running' | 'completed' | 'partly' | 'stopped' | 'rejected' | 'expired';
export type RiskStepState = 'pending' | 'asked' | 'done' | 'failed' | 'left_out';
/** Why a step or a plan ended otherwise than planned. */
export type RiskStopReason =
  | 'group_closed'
  | 'group_closing'
  | 'group_busy'
  | 'no_profit_left'
  | 'too_small'
  | 'refused_by_venue'
  | 'overtaken'
  | 'no_answer'
  | 'slippage_exceeded'
  | 'nothing_realised'
  | 'not_covered'
  | 'rejected'
  | 'expired'
  | 'answered_late';
/** One closing of a plan: as planned, and as it went. */
export interface RiskActionStep {
  step: number;
  role: 'winner' | 'loser';
  groupId: Id;
  symbol: string;
  timeframe: string;
  side: 'long' | 'short';
  state: RiskStepState;
  reason: RiskStopReason | null;
  /** The reason with its figures in English; null while it goes as planned. */
  detail: string | null;
  figures: RiskFigures;
  whole: boolean;
  quantityPlanned: DecimalText;
  /** What it was asked for: of a loser, what its winners have really brought in pays for; null before. */
  quantityAsked: DecimalText | null;
  quantityClosed: DecimalText;
  plannedUsd: DecimalText;
  /** From the fills, before fees. */
  realisedUsd: DecimalText;
  feesUsd: DecimalText;
  priceAverage: DecimalText | null;
  /** Of its market order, in percent against us; null where not known. */
  slippagePercent: DecimalText | null;
  askedAt: Instant | null;
  endedAt: Instant | null;
}
/** One offset, from the decision to its end. */
export interface RiskAction {
  id: string;
  status: RiskActionStatus;
  reason: RiskStopReason | null;
  /** Why it ended so, in words with numbers; null while it runs and where it went as planned. */
  detail: string | null;
  /** Of the reason; `step` is that of the step that ended otherwise than planned. */
  figures: RiskFigures;
  trigger: RiskTrigger;
  loserGroupId: Id;
  /** Winners in their order, then the loser. */
  steps: RiskActionStep[];
  requiredUsd: DecimalText;
  coveredUsd: DecimalText;
  /** What its winners and its loser really came to, before fees, and the fees. */
  winnersRealisedUsd: DecimalText;
  loserRealisedUsd: DecimalText;
  netRealisedUsd: DecimalText;
  feesUsd: DecimalText;
  /** What the closed part of the loser would have lost since, less what the closed parts of the winners would have gained; null where a price is missing. */
  savedSinceUsd: DecimalText | null;
  startedAt: Instant;
  endedAt: Instant | null;
  /** While it waits for a person's approval. */
  approvalExpiresAt: Instant | null;
}

export type RiskTrigger = 'time' | 'fill' | 'run_now' | 'next_round';
/** Why a cycle did nothing. */
export type RiskIdleReason = NoOffset | 'halted' | 'plan_running' | 'awaiting_approval';
/** What the last cycle saw, in brief. */
export interface RiskCycleView {
  at: Instant;
  trigger: RiskTrigger;
  outcome: 'acted' | 'idle' | 'blocked' | 'busy';
  reason: RiskIdleReason | null;
  words: string;
  /** Of the reason. */
  figures: RiskFigures;
  actionId: string | null;
  /** Per group why it was not taken as loser and as winner: the conditions that were not met, with their figures. */
  groups: RiskGroupSeen[];
}
/** A group as a cycle saw it. */
export interface RiskGroupSeen {
  groupId: Id;
  symbol: string;
  timeframe: string;
  side: 'long' | 'short';
  pnlUsd: DecimalText | null;
  pnlPercent: DecimalText | null;
  loserFailed: RiskFailed[];
  winnerFailed: RiskFailed[];
  /** It was eligible as a loser, and nobody could pay for it. */
  unpaid: RiskUnpaid | null;
}
/** A cycle of the history. Cycles that find the same are kept once, with the figures of the first. */
export interface RiskCycleEntry extends RiskCycleView {
  id: Id;
  /** Nothing else was found until then; null for the newest. */
  until: Instant | null;
}
export type RiskFailed = Pick<RiskCondition, 'name' | 'actual' | 'required'>;

/** `GET /risk`. */
export interface RiskView {
  status: RiskStatus;
  /** The plan a cycle would carry out now; null with the reason why there is none. */
  plan: RiskPlanView | null;
  reason: RiskIdleReason | null;
  words: string;
  /** Of the reason. */
  figures: RiskFigures;
  /** Groups that lose, deepest first, eligible or not. */
  losers: RiskGroupView[];
  /** Groups that gain, most first, eligible or not. */
  winners: RiskGroupView[];
  /** Groups that hold nothing yet, stand at zero or are without a known price. */
  others: RiskGroupView[];
  /** The plan that is being carried out, or waits for approval. */
  running: RiskAction | null;
  /** The same as it was decided, with what its orders are expected to cost. */
  runningPlan: RiskPlanView | null;
  /** The last plan that closed something or tried to; one that was rejected or has expired is none. */
  lastAction: RiskAction | null;
  lastCycle: RiskCycleView | null;
  nextCycleAt: Instant | null;
  /** What the settings ask for, for the page's captions. */
  rules: {
    lossThresholdPercent: DecimalText;
    waitMinutes: number | null;
    ageMinutes: number | null;
    winnersMax: number;
    closeNotionalMin: DecimalText;
    everySeconds: number;
    onFill: boolean;
    approvalRequired: boolean;
  };
}

/** Answer of `POST /risk/run`. `requested`: it is stored, and no worker has answered yet; `running`: the plan is being carried out. */
export interface RiskRunAnswer {
  status: 'done' | 'running' | 'requested';
  requestId: Id;
  plan: RiskPlanView | null;
  reason: RiskIdleReason | null;
  words: string | null;
  figures: RiskFigures;
  /** Of the group that was asked for: the conditions it does not meet, with their figures. */
  failed: RiskFailed[];
  action: RiskAction | null;
}
/** Answer of skip-once, block and unblock. */
export interface RiskFlagAnswer {
  status: 'done' | 'requested';
  requestId: Id;
  groupId: Id;
  skippedAt: Instant | null;
  blockedAt: Instant | null;
}
