import { defaultSettings } from '#shared/contracts/settings';
import { riskPlanOf } from '#shared/contracts/settings-plans';
import { dec, money, price, qty, ratio } from '#shared/engine/num/units';
import { afterRound, freshCycle, selectOffset, type CycleProgress } from '#shared/engine/risk/offset-selection';
import type { OffsetOutcome, OffsetPlan } from '#shared/engine/risk/offset-plan';
import type { RiskGroup } from '#shared/engine/risk/risk-group';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import { instrument } from './engine-story.ts';

/** The plan of a fresh install, with changes. */
export const riskPlan = (changes: Partial<RiskPlan> = {}): RiskPlan => ({ ...riskPlanOf(defaultSettings), ...changes });

/** When the books of the tests are judged: long after every wait. */
export const judgedAt = Date.parse('2026-03-01T12:00:00Z');
export const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`);

/** A group that holds `quantity` bought at `average`, with all its pyramids, its wait long over. */
export function riskRow(groupId: string, quantity: string, average: string, last: string, changes: Partial<RiskGroup> & { side?: 'long' | 'short' } = {}): RiskGroup {
  const { side = 'long', ...rest } = changes;
  const move = side === 'long' ? dec(last).minus(average) : dec(average).minus(last);
  return {
    ...{ groupId, symbol: `${groupId}/USDT:USDT`, timeframe: '1h', side, accountMode: 'paper', status: 'active', openedAt: at('08:00:00') },
    ...{ quantity: qty(quantity), priceLast: price(last), pnlUsd: money(move.times(quantity)), pnlPercent: ratio(move.times(100).dividedBy(average).toDecimalPlaces(12)) },
    ...{ rules: instrument(), exitInFlight: false, skipOnce: false, blocked: false, restsUntil: null },
    timer: { pyramidCount: 4, pyramidsRequired: 4, entriesWaiting: 0, fullSince: at('09:00:00'), expiresAt: at('09:15:00') },
    ...rest,
  };
}

/** A group with a given profit in USD: 100 units at 1000, so that one unit brings a hundredth of it. */
export const winnerOf = (groupId: string, profit: string, changes: Partial<RiskGroup> = {}): RiskGroup => riskRow(groupId, '100', '1000', dec('1000').plus(dec(profit).dividedBy(100)).toFixed(), changes);

/** The first round of a cycle over these groups. */
export const firstRound = (groups: readonly RiskGroup[], changes: Partial<RiskPlan> = {}): OffsetOutcome => selectOffset(groups, riskPlan(changes), judgedAt, { type: 'cycle', progress: freshCycle });

/** The plan of the first round; throws where there is none. */
export function planned(groups: readonly RiskGroup[], changes: Partial<RiskPlan> = {}): OffsetPlan {
  const outcome = firstRound(groups, changes);
  if (outcome.plan === null) throw new Error(`nothing is offset: ${outcome.reason}, ${outcome.words}`);
  return outcome.plan;
}

/** The book after a plan was carried out at the prices it was made with: closed groups are gone, others hold less. */
export const bookAfter = (groups: readonly RiskGroup[], { loser, winners }: OffsetPlan): RiskGroup[] =>
  groups.flatMap((group): RiskGroup[] => {
    const close = [loser, ...winners].find(({ groupId }) => groupId === group.groupId);
    if (close === undefined) return [group];
    if (close.whole) return [];
    return [{ ...group, quantity: qty(dec(group.quantity).minus(close.closeQuantity)), pnlUsd: money(dec(group.pnlUsd ?? '0').minus(close.realisedUsd)) }];
  });

/** Every round of one cycle, each on what the one before has left. */
export function wholeCycle(groups: readonly RiskGroup[], changes: Partial<RiskPlan> = {}): { plans: OffsetPlan[]; last: OffsetOutcome; left: RiskGroup[] } {
  const plans: OffsetPlan[] = [];
  let left = [...groups];
  let progress: CycleProgress = freshCycle;
  for (;;) {
    const outcome = selectOffset(left, riskPlan(changes), judgedAt, { type: 'cycle', progress });
    if (outcome.plan === null) return { plans, last: outcome, left };
    plans.push(outcome.plan);
    left = bookAfter(left, outcome.plan);
    progress = afterRound(progress, outcome.plan);
  }
}
