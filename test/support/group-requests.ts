import { stopOnTick } from '#shared/engine/exit/stop-price';
import { floorTo } from '#shared/engine/num/rounding';
import { dec, price, qty, ratio, type Price } from '#shared/engine/num/units';
import { groupQuantity } from '#shared/engine/position/exposure';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { GroupStory } from './engine-story.ts';
import type { LifePlan } from './random-life.ts';

/** Whom something is asked of. */
export interface Asked {
  readonly story: GroupStory;
  readonly plan: LifePlan;
  readonly group: PositionGroup;
}

/** A stop on the losing side of a price, `percent` away from it; negative is the wrong side. */
export const stopAt = ({ side }: Pick<LifePlan, 'side'>, from: string, percent: number): Price => {
  const share = dec(percent).dividedBy(100);
  return price(dec(from).times(side === 'long' ? dec(1).minus(share) : share.plus(1)));
};

/** Something that a signal or a person asks of a group: its end, a reversal, a reduction, another entry with or without a stop, another plan, a part in an offset, the end of its entries. Null: nothing. */
export function randomRequest({ story, plan, group }: Asked, how: number, much: number): (() => unknown) | null {
  if (how < 5) return () => story.close('exit_signal', null);
  if (how < 8) return () => story.close('reverse', null);
  if (how < 45) return () => story.reduce(ratio(dec(much).dividedBy(100)), null);
  if (how < 70) {
    if (group.windDown !== null) return null;
    const last = story.facts.priceLast ?? plan.entry;
    // Some tighter, some looser, some on the wrong side.
    const stop = how % 3 === 0 ? null : stopAt(plan, last, (much - 15) / 10);
    return () => story.pyramid(last, plan.capital, String(story.events.length), stop);
  }
  if (how < 80) return () => replan(story, plan, group, how, much);
  if (how < 92) return () => offset(story, plan, group, how, much);
  return how < 97 ? () => story.hear({ type: 'entries-dropped', reason: 'kill_switch: cancelled by the kill switch' }) : null;
}

/** The risk engine closes a part, or all; sometimes it asks for what it has asked before. */
function offset(story: GroupStory, { instrument }: LifePlan, group: PositionGroup, how: number, much: number): void {
  const quantity = qty(floorTo(dec(groupQuantity(group)).times(much).dividedBy(100), instrument.stepSize));
  const step = how % 2 === 0 ? story.events.length : (group.offset?.step ?? group.offsetResults?.at(-1)?.step ?? 0);
  story.hear({ type: 'offset-requested', planId: '1-1', step, role: how % 3 === 0 ? 'winner' : 'loser', quantity, whole: much > 90, attempt: story.events.length });
}

/** The user puts open groups on another plan: other targets, and with it orders at the venue or none. */
function replan(story: GroupStory, plan: LifePlan, { slippagePlan }: PositionGroup, how: number, much: number): void {
  const percent = ratio(dec(much).dividedBy(25));
  const levels = plan.entryPlan.levels.map((level, index) => ({ ...level, tpPercent: index % 2 === how % 2 ? percent : null }));
  const kind = (['per_leg', 'hybrid', 'aggregate'] as const)[how % 3] ?? 'per_leg';
  story.hear({ type: 'replan', configVersion: much, entryPlan: { ...plan.entryPlan, levels }, exitPlan: { kind, tpPercent: percent, closeWhenFlat: how < 75 }, slippagePlan });
}

/** The stop with which a life begins, on the tick; null where it has none or the tick leaves none. */
export function firstStop(plan: LifePlan): Price | null {
  if (plan.stopPercent === null) return null;
  const stop = stopOnTick(stopAt(plan, plan.entry, Number(plan.stopPercent)), plan.instrument);
  return dec(stop).isZero() ? null : stop;
}
