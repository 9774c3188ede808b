import type { Figures } from '../figures.ts';
import type { Money, Ratio } from '../num/units.ts';
import type { Time } from '../time.ts';
import { loserEligibility, winnerEligibility, type Asking, type Condition, type Eligibility } from './offset-eligibility.ts';
import type { NoOffset, PassedOver } from './offset-plan.ts';
import type { RiskFacts } from './risk-facts.ts';
import type { RiskGroup } from './risk-group.ts';
import type { RiskTrigger } from './risk.ts';

/** A condition that was not met, and by how much. */
export type Unmet = Pick<Condition, 'name' | 'actual' | 'required'>;

/** Why a group was not taken, in either role. */
export interface GroupSeen {
  groupId: string;
  symbol: string;
  timeframe: string;
  side: RiskGroup['side'];
  pnlUsd: Money | null;
  pnlPercent: Ratio | null;
  loserFailed: Unmet[];
  winnerFailed: Unmet[];
  /** It was eligible as a loser, and nobody could pay for it; null otherwise. */
  unpaid: Pick<PassedOver, 'reason' | 'figures'> | null;
}

/** Why a cycle did nothing. */
export type IdleReason = NoOffset | 'halted' | 'plan_running' | 'awaiting_approval';

/** What one round of a cycle saw, and why it acted or not (R-148). */
export interface CycleRecord {
  at: Time;
  trigger: RiskTrigger;
  /** Of the person's request that it answers. */
  requestId: string | null;
  outcome: 'acted' | 'idle' | 'blocked' | 'busy';
  reason: IdleReason | null;
  words: string;
  /** Of the reason. */
  figures: Figures;
  planId: string | null;
  groups: GroupSeen[];
  /** What it came to without its figures: cycles of one mind are kept once. */
  mind: string;
  /** Goes into the history: it acted, answers a person, or is of another mind than the one before. */
  kept: boolean;
}

const unmet = ({ conditions }: Eligibility): Unmet[] => conditions.flatMap(({ name, met, asked, actual, required }) => (asked && !met ? [{ name, actual, required }] : []));

/** The conditions a group fails as a loser, in words: what a person who asked for it is told. */
export const unmetWords = (group: RiskGroup, facts: RiskFacts, asking: Asking): string[] => loserEligibility(group, facts.plan, facts.now, asking).conditions.flatMap(({ met, asked, words }) => (asked && !met ? [words] : []));

/** What a round came to. */
export type Told = Pick<CycleRecord, 'trigger' | 'requestId' | 'outcome' | 'reason' | 'words' | 'figures' | 'planId'> & { passedOver: readonly PassedOver[] };

/** The record of a round. */
export function cycleRecord(groups: readonly RiskGroup[], facts: RiskFacts, asking: Asking, { passedOver, ...told }: Told): CycleRecord {
  const seen = groups.map((group): GroupSeen => {
    const { groupId, symbol, timeframe, side, pnlUsd, pnlPercent } = group;
    const over = passedOver.find((each) => each.groupId === groupId);
    const unpaid = over === undefined ? null : { reason: over.reason, figures: over.figures };
    return { groupId, symbol, timeframe, side, pnlUsd, pnlPercent, unpaid, loserFailed: unmet(loserEligibility(group, facts.plan, facts.now, asking)), winnerFailed: unmet(winnerEligibility(group)) };
  });
  const names = (failed: Unmet[]): string => failed.map(({ name }) => name).join(',');
  const mind = [told.outcome, told.reason ?? '', ...seen.map(({ groupId, loserFailed, winnerFailed, unpaid }) => `${groupId}:${names(loserFailed)}/${names(winnerFailed)}${unpaid === null ? '' : `/${unpaid.reason}`}`)].join(' ');
  const kept = told.outcome === 'acted' || told.requestId !== null || (told.outcome !== 'busy' && mind !== facts.lastMind);
  return { at: facts.now, ...told, groups: seen, mind, kept };
}
