import { replayGroup } from '#scripts/replay-group';
import type { Breach, Evidence } from './evidence.ts';

/** Replaying a group's journal gives its stored state (invariant 7). */
export function auditJournals({ groups }: Evidence): Breach[] {
  return groups.flatMap(({ group, version, journal }): Breach[] => {
    const replayed = replayGroup(journal, { group, version });
    return replayed.kind === 'identical' ? [] : [{ promise: 'journal', id: group.id, what: `group ${group.id}: ${replayed.difference}` }];
  });
}
