import type { PositionGroup } from '#shared/engine/position/position-group';
import type { SavedGroup } from '#shared/ports/store.port';

/** Groups as this process last saved them, the newest few hundred. Never the truth: whoever decides on one asserts its version when he saves. */
export interface RememberedGroups {
  of(groupId: string): { group: PositionGroup; version: number } | null;
  keep(saved: readonly SavedGroup[]): void;
  forget(groupId: string): void;
}

/** A group with 25 legs is some 30 kB. */
const keptMax = 300;

/**
 * Remembers groups as text, so that each reader has one of his own, exactly as the database would give it. The text is made a moment after a
 * group was saved, when its orders are on their way: whoever comes before that reads the group under its lock.
 */
export function createRememberedGroups(): RememberedGroups {
  const known = new Map<string, { text: string; version: number }>();
  const forget = (groupId: string): void => void known.delete(groupId);
  const write = (saved: readonly SavedGroup[]): void => {
    for (const { group, version } of saved) if (group.status !== 'closed') known.set(group.id, { text: JSON.stringify(group), version });
    for (const groupId of known.keys()) {
      if (known.size <= keptMax) return;
      forget(groupId);
    }
  };
  return {
    of(groupId) {
      const found = known.get(groupId);
      return found === undefined ? null : { group: JSON.parse(found.text) as PositionGroup, version: found.version };
    },
    keep(saved) {
      for (const { group } of saved) forget(group.id);
      if (saved.length > 0) setImmediate(write, saved);
    },
    forget,
  };
}
