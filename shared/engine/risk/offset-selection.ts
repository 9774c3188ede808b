import type { Figures } from '../figures.ts';
import { compare, dec, isZero, min, money, qty, sum, zeroQty, type Money, type Qty } from '../num/units.ts';
import type { Time } from '../time.ts';
import type { LoserClose, NoOffset, OffsetOutcome, OffsetPlan, PassedOver, WinnerClose } from './offset-plan.ts';
import { rankedLosers, rankedWinners, type Contender } from './offset-ranking.ts';
import { loserPart, loserWhole, winnerShare, type Share } from './offset-share.ts';
import { groupName, type RiskGroup } from './risk-group.ts';
import type { RiskPlan } from './risk-plan.ts';

/** What a cycle has done so far. Each of its losers is taken once, a partly covered one too. */
export interface CycleProgress {
  rounds: number;
  losersTaken: string[];
}
export const freshCycle: CycleProgress = { rounds: 0, losersTaken: [] };

/** A normal round of a cycle, or a person's order for one group. */
export type OffsetRequest = { type: 'cycle'; progress: CycleProgress } | { type: 'now'; groupId: string };

/** Rounds of one cycle: the profit and loss are read anew before each. */
const roundsMost = 5;

export const afterRound = ({ rounds, losersTaken }: CycleProgress, { loser }: OffsetPlan): CycleProgress => ({ rounds: rounds + 1, losersTaken: [...losersTaken, loser.groupId] });

type Attempt = { plan: OffsetPlan } | Omit<PassedOver, 'groupId'>;

/**
 * The next loser with the winners that pay for it, or why there is none. The order of `groups` means nothing. A loser that cannot be
 * offset does not stand in the way of the next one.
 */
export function selectOffset(groups: readonly RiskGroup[], plan: RiskPlan, now: Time, request: OffsetRequest): OffsetOutcome {
  const none = (reason: NoOffset, words: string, figures: Figures = {}, passedOver: PassedOver[] = []): OffsetOutcome => ({ plan: null, reason, words, figures, passedOver });
  if (request.type === 'cycle' && request.progress.rounds >= roundsMost) return none('rounds_used', `A cycle has ${roundsMost} rounds`, { rounds: String(roundsMost) });
  const asked = (groupId: string): boolean => (request.type === 'now' ? groupId === request.groupId : !request.progress.losersTaken.includes(groupId));
  const losers = rankedLosers(groups, plan, now, request.type).filter(({ groupId }) => asked(groupId));
  const winners = rankedWinners(groups);
  const passedOver: PassedOver[] = [];
  for (const loser of losers) {
    const attempt = offsetOf(loser, winners, plan, now);
    if ('plan' in attempt) return { plan: attempt.plan, reason: null, words: tell(attempt.plan, groups), figures: {}, passedOver };
    passedOver.push({ groupId: loser.groupId, ...attempt });
  }
  const [first] = passedOver;
  if (first !== undefined) return none(first.reason, first.words, first.figures, passedOver);
  return none('no_loser', request.type === 'now' ? `${nameIn(groups, request.groupId)} cannot be offset` : 'No group can be offset');
}

const nameIn = (groups: readonly RiskGroup[], groupId: string): string => groupName(groups.find((group) => group.groupId === groupId) ?? {}) || 'A group that is not open';

const tell = ({ loser, winners, requiredUsd, coveredUsd }: OffsetPlan, groups: readonly RiskGroup[]): string =>
  `${nameIn(groups, loser.groupId)} closes ${loser.closeQuantity}${loser.whole ? ' (all)' : ''}: ${coveredUsd} of ${requiredUsd} USD from ${winners.map(({ groupId, closeQuantity, whole }) => `${nameIn(groups, groupId)} (${whole ? 'all' : closeQuantity})`).join(', ')}`;

/** One loser against the winners in their order (R-166 to R-169, E-13 to E-15). */
function offsetOf(loser: Contender, ranked: readonly Contender[], plan: RiskPlan, now: Time): Attempt {
  const winners = ranked.filter(({ accountMode }) => accountMode === loser.accountMode);
  if (winners.length === 0) return { reason: 'no_winner', words: 'No group has a profit that could pay', figures: {} };
  const requiredUsd = money(dec(loser.pnlUsd).abs());
  const taken = takeWinners(winners, requiredUsd, plan);
  const coveredUsd = money(sum(taken.winners.map(({ targetUsd }) => targetUsd)));
  const [tooSmall] = taken.skipped;
  if (taken.winners.length === 0 && tooSmall !== undefined) return { reason: tooSmall.reason, words: tooSmall.words, figures: tooSmall.figures };
  const share = shareOfLoser(loser, requiredUsd, coveredUsd, money(sum(taken.winners.map(({ realisedUsd }) => realisedUsd))), plan);
  if (share === null) {
    const figures = { covered: coveredUsd, required: requiredUsd, used: String(taken.winners.length), winners: String(winners.length) };
    return { reason: 'not_covered', words: `${coveredUsd} of ${requiredUsd} USD is covered by ${figures.used} of ${figures.winners} winners`, figures };
  }
  if (!share.ok) return { reason: share.reason, words: share.words, figures: share.figures };
  const closed: LoserClose = { groupId: loser.groupId, lossPercent: loser.pnlPercent, lossUsd: loser.pnlUsd, closeQuantity: share.quantity, whole: share.whole, notional: share.notional, realisedUsd: share.realisedUsd };
  const netUsd = money(sum([closed, ...taken.winners].map(({ realisedUsd }) => realisedUsd)));
  return { plan: { loser: closed, ...taken, requiredUsd, coveredUsd, netUsd, decidedAt: now, basis: { loser, plan } } };
}

/** Winners in their order, each with the portion that is still needed, up to as many as may be combined; one that is too small is passed over. */
function takeWinners(ranked: readonly Contender[], requiredUsd: Money, plan: RiskPlan): Pick<OffsetPlan, 'winners' | 'skipped'> {
  const winners: WinnerClose[] = [];
  const skipped: OffsetPlan['skipped'] = [];
  let needed: Money = requiredUsd;
  for (const winner of ranked) {
    if (isZero(needed) || winners.length >= plan.winnersMax) break;
    const { groupId, pnlUsd: profitUsd } = winner;
    const targetUsd = money(min(profitUsd, needed));
    const share = winnerShare(winner, targetUsd, plan);
    if (!share.ok) {
      skipped.push({ groupId, reason: share.reason, words: share.words, figures: share.figures });
      continue;
    }
    winners.push({ groupId, profitUsd, targetUsd, closeQuantity: share.quantity, whole: share.whole, notional: share.notional, realisedUsd: share.realisedUsd });
    needed = money(dec(needed).minus(targetUsd));
  }
  return { winners, skipped };
}

/** How much of the loser is closed: all where it is covered, else what was brought in, or null where the plan wants it left alone. */
function shareOfLoser(loser: Contender, requiredUsd: Money, coveredUsd: Money, realisedUsd: Money, plan: RiskPlan): Share | null {
  if (compare(coveredUsd, requiredUsd) >= 0) return loserWhole(loser);
  return plan.uncovered === 'partial' && plan.partialCloseAllowed ? loserPart(loser, realisedUsd, plan) : null;
}

/**
 * What is closed of the loser once its winners are done. Where a winner could not be closed as planned, the loser is reduced by what
 * the others brought in, whatever is wanted of uncovered losers: the gains are taken already. Nothing where they brought
 * in too little, or where positions are only closed whole.
 */
export function loserAfterWinners({ loser, requiredUsd, basis }: OffsetPlan, realisedUsd: Money, everyWinnerClosed: boolean): { quantity: Qty; whole: boolean } {
  if (everyWinnerClosed) return { quantity: loser.closeQuantity, whole: loser.whole };
  const covered = compare(realisedUsd, requiredUsd) >= 0;
  const share = covered ? loserWhole(basis.loser) : basis.plan.partialCloseAllowed && dec(realisedUsd).greaterThan(0) ? loserPart(basis.loser, realisedUsd, basis.plan) : null;
  return share?.ok === true ? { quantity: qty(min(share.quantity, loser.closeQuantity)), whole: share.whole && loser.whole } : { quantity: zeroQty, whole: false };
}
