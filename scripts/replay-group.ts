import type { GroupEvent } from '#shared/engine/messages/events';
import { decideGroup, type GroupFacts } from '#shared/engine/position/position-group.decide';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { JournalRow } from '#shared/ports/store.port';

/** What a replay found. `difference` names the place of the first one and both values. */
export type Replay = { kind: 'identical'; events: number } | { kind: 'different'; difference: string };

/**
 * Runs a group's journal through today's engine and compares with what was recorded: the commands of every event, then the stored state
 * (invariant 7). The first difference ends it.
 */
export function replayGroup(journal: readonly JournalRow[], stored: { group: PositionGroup; version: number }): Replay {
  let state: PositionGroup | null = null;
  for (const [index, row] of journal.entries()) {
    const event = row.event as GroupEvent;
    const where = `event ${row.version}, ${event.type}`;
    if (row.version !== index + 1) return { kind: 'different', difference: `the journal has no event ${index + 1}` };
    try {
      const decided = decideGroup(state, event, row.facts as GroupFacts);
      const found = firstDifference(asStored(decided.commands), row.commands, `${where}, commands`);
      if (found !== null) return { kind: 'different', difference: found };
      state = decided.state;
    } catch (error) {
      return { kind: 'different', difference: `${where}: the engine stops with ${String(error)}` };
    }
  }
  if (journal.length !== stored.version) return { kind: 'different', difference: `the journal ends with event ${journal.length}, the stored group is at version ${stored.version}` };
  const found = firstDifference(asStored(state), stored.group, 'state');
  return found === null ? { kind: 'identical', events: journal.length } : { kind: 'different', difference: found };
}

/** As it comes back from a `jsonb` column. */
const asStored = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The first place where two plain values differ, with both; null where they are the same. The order of keys means nothing. */
export function firstDifference(replayed: unknown, recorded: unknown, path: string): string | null {
  if (!isRecord(replayed) || !isRecord(recorded) || Array.isArray(replayed) !== Array.isArray(recorded)) {
    return replayed === recorded ? null : `${path}: replayed ${JSON.stringify(replayed)}, recorded ${JSON.stringify(recorded)}`;
  }
  for (const key of new Set([...Object.keys(replayed), ...Object.keys(recorded)])) {
    const found = firstDifference(replayed[key], recorded[key], Array.isArray(replayed) ? `${path}[${key}]` : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}
