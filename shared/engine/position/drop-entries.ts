import { entryEnded } from '../entry/planned-entries.ts';
import type { GroupCommand } from '../messages/commands.ts';
import type { GroupEvent } from '../messages/events.ts';
import type { PositionGroup } from './position-group.ts';

/**
 * Ends every entry that is not over: its leg wants no order any more, so the one that rests is cancelled and no other follows. What it
 * has bought, or still buys until the venue has heard of the cancel, is held and sold as planned.
 */
export function dropEntries(group: PositionGroup, { reason }: Extract<GroupEvent, { type: 'entries-dropped' }>): { state: PositionGroup; commands: GroupCommand[] } {
  if (group.windDown !== null) return { state: group, commands: [] };
  const pyramids = group.pyramids.map((pyramid) => ({ ...pyramid, legs: pyramid.legs.map((leg) => (leg.blocked !== null || entryEnded(group, pyramid, leg) ? leg : { ...leg, blocked: reason })) }));
  return { state: { ...group, pyramids }, commands: [] };
}
