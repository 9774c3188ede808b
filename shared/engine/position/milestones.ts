import { entryEnded } from '../entry/planned-entries.ts';
import { legsOf, type PositionGroup } from './position-group.ts';
import type { Time } from '../time.ts';

/** How many entry legs still wait, rest at the venue or are partly filled; blocked and cancelled ones do not count. */
export const entriesWaiting = (group: PositionGroup): number => legsOf(group).filter(({ pyramid, leg }) => !entryEnded(group, pyramid, leg)).length;

/**
 * The group with what its risk timer goes by noted on its pyramids: when each came, and when, with it the newest, no entry was left to
 * wait for. Both are kept once noted. They are state, because neither can be told afterwards: a fill has its time, but a leg's end by
 * cancellation or block has none. They know no setting, so that a timer read from them is the same after a restart and in a replay, and
 * another plan reads another timer from the same past.
 */
export function noteMilestones(group: PositionGroup, now: Time): PositionGroup {
  const newest = group.pyramids.length - 1;
  const complete = entriesWaiting(group) === 0;
  const due = group.pyramids.some(({ addedAt, completeAt }, at) => addedAt === undefined || (at === newest && complete && (completeAt ?? null) === null));
  if (!due) return group;
  return {
    ...group,
    pyramids: group.pyramids.map((pyramid, at) => ({
      ...pyramid,
      addedAt: pyramid.addedAt ?? now,
      completeAt: pyramid.completeAt ?? (at === newest && complete ? now : null),
    })),
  };
}
