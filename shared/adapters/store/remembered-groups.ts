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

/** Remembers groups as text, so that each reader has one of his own, exactly as the database would give it. */
export function createRememberedGroups(): RememberedGroups {
  const known = new Map<string, { text: string; version: number }>();
  const forget = (groupId: string): void => void known.delete(groupId);
  return {
    of(groupId) {
      const found = known.get(groupId);
      return found === undefined ? null : { group: JSON.parse(found.text) as PositionGroup, version: found.version };
    },
    keep(saved) {
      for (const { group, version } of saved) {
        forget(group.id);
        if (group.status !== 'closed') known.set(group.id, { text: JSON.stringify(group), version });
      }
      for (const groupId of known.keys()) {
        if (known.size <= keptMax) return;
        forget(groupId);
      }
    },
    forget,
  };
}
