import type { EntryPlan, GridLevel } from '../entry/entry-plan.ts';
import { levelsOf } from '../entry/grid.ts';
import { entryEnded } from '../entry/planned-entries.ts';
import type { ExitPlan } from '../exit/exit-plan.ts';
import { legTpPercent } from '../exit/target-percent.ts';
import type { GroupEvent } from '../messages/events.ts';
import { isZero } from '../num/units.ts';
import { quantityHeld } from './exposure.ts';
import type { Leg, PositionGroup, Pyramid } from './position-group.ts';

/** What an open group is put on when its user applies a configuration to what is open already. */
export type Replan = Omit<Extract<GroupEvent, { type: 'replan' }>, 'type'>;

/**
 * The group on new targets and slippage limits: its ladders keep their gaps and weights, and whatever entry is planned or in flight stays.
 * Take-profits that rest elsewhere are moved by the common end of the decision. A leg that has sold all it bought keeps the target it had,
 * a stop that is enforced stays so, and a group that is on its way out is left alone.
 */
export function replanned(group: PositionGroup, { entryPlan, exitPlan, slippagePlan }: Replan): PositionGroup {
  if (group.windDown !== null || group.closedAt !== null) return group;
  const plan = retargeted(group.entryPlan, entryPlan);
  const target = (pyramid: Pyramid, leg: Leg): Leg => (isOver(group, pyramid, leg) ? leg : { ...leg, tpPercent: legTpPercent(exitPlan, pyramid.index, levelsOf(plan, pyramid.index)[leg.index]?.tpPercent ?? null) });
  return {
    ...group,
    entryPlan: plan,
    exitPlan: withStopOf(group.exitPlan, exitPlan),
    slippagePlan,
    pyramids: group.pyramids.map((pyramid) => ({ ...pyramid, legs: pyramid.legs.map((leg) => target(pyramid, leg)) })),
  };
}

function withStopOf({ signalStop }: ExitPlan, { signalStop: _, ...plan }: ExitPlan): ExitPlan {
  return { ...plan, ...(signalStop === true && { signalStop }) };
}

const isOver = (group: PositionGroup, pyramid: Pyramid, leg: Leg): boolean => isZero(quantityHeld(leg)) && !isZero(leg.entered.quantity) && entryEnded(group, pyramid, leg);

/** The ladders of `plan` with the targets of `like`, so that a pyramid added later is in line with those that are open. */
function retargeted(plan: EntryPlan, like: EntryPlan): EntryPlan {
  const indexes = [...new Set([...Object.keys(plan.pyramidLevels), ...Object.keys(like.pyramidLevels)])];
  return {
    ...plan,
    levels: withTargets(plan.levels, like.levels),
    pyramidLevels: Object.fromEntries(indexes.map((index) => [index, withTargets(plan.pyramidLevels[index] ?? plan.levels, like.pyramidLevels[index] ?? like.levels)])),
  };
}

/** A level that the new ladder does not have takes the common target. */
const withTargets = (levels: readonly GridLevel[], like: readonly GridLevel[]): GridLevel[] => levels.map((level, index) => ({ ...level, tpPercent: like[index]?.tpPercent ?? null }));
