import type pg from 'pg';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { Changes, Saved } from '#shared/ports/store.port';
import { inOnePacket } from './in-one-packet.ts';
import type { RememberedGroups } from './remembered-groups.ts';
import { begin, decideInTurn, saveTogether } from './save-together.ts';
import type { Waiting } from './turns.ts';

/** What venues report of groups, several groups to a transaction where they wait. */
export interface Reports {
  /** Runs events of one group that carry no key. Null where that could not be done here, with nothing written: then it is done with the group alone. */
  take(events: readonly Waiting[]): Promise<(Saved | null)[] | null>;
}

/** As many transactions of one process at once: one would leave the database idle between its two packets, more would share less. */
const atOnceMax = 2;
/** Groups one transaction takes at the most: enough to make it cheap, few enough to hold their locks briefly. */
const groupsMax = 16;

interface Entry {
  groupId: string;
  events: readonly Waiting[];
  resolve: (saved: (Saved | null)[] | null) => void;
}

/** An entry with what its events decided. */
interface Decided extends Entry {
  changes: (Changes | null)[];
}

interface Known {
  group: PositionGroup;
  version: number;
}

/** What PostgreSQL answers to `lockVersion` where the group is not as it was. */
const divisionByZero = '22012';
/** Locks a group as long as it has this version and nobody else has it; an error otherwise, so that nothing of the packet behind it is done. */
const lockVersion = (groupId: string, version: number): pg.QueryConfig => ({
  name: 'lock-version',
  text: 'select 1 / coalesce((select 1 from position_groups where id = $1 and version = $2 for update skip locked), 0)',
  values: [groupId, version],
});

/** Locks the groups that nobody else has, and reads those that are not as they are remembered. To wait for one would hold up all others. */
const lockGroups = (known: ReadonlyMap<string, Known | null>): pg.QueryConfig => ({
  name: 'lock-groups',
  text: `select g.id::text, g.version, case when g.version <> k.version then g.state end as state
         from position_groups g join unnest($1::bigint[], $2::int[]) as k(id, version) on k.id = g.id order by g.id for update of g skip locked`,
  values: [[...known.keys()], [...known.values()].map((each) => each?.version ?? -1)],
});

/**
 * Under load the reports of many groups wait at once, each for a transaction of its own: at a hundred orders a second these were half of what
 * the database and a worker did. Here those that wait share one. A single one is decided on the group as this process last saved it,
 * and lock, assertion of its version, save and commit are one packet (ADR 0021).
 */
export function createReports(pool: pg.Pool, remembered: RememberedGroups): Reports {
  const queue: Entry[] = [];
  let running = 0;

  const fly = async (entries: readonly Entry[]): Promise<void> => {
    let client: pg.PoolClient | undefined;
    let broken: Error | undefined;
    try {
      client = await pool.connect();
      await transactReports(client, entries, remembered);
    } catch {
      for (const { groupId } of entries) remembered.forget(groupId);
      await client?.query('rollback').catch((error: Error) => (broken = error));
    } finally {
      client?.release(broken);
      // What was not answered is done alone, where a failure is told to whom it concerns.
      for (const { resolve } of entries) resolve(null);
    }
  };

  const run = async (): Promise<void> => {
    running += 1;
    try {
      while (queue.length > 0) await fly(queue.splice(0, groupsMax));
    } finally {
      running -= 1;
    }
  };

  return {
    take: (events) =>
      new Promise((resolve) => {
        queue.push({ groupId: events[0]?.work.aggregateId ?? '', events, resolve });
        if (running < atOnceMax) void run();
      }),
  };
}

async function transactReports(client: pg.PoolClient, entries: readonly Entry[], remembered: RememberedGroups): Promise<void> {
  const known = new Map(entries.map(({ groupId }) => [groupId, remembered.of(groupId)]));
  const [only] = entries;
  if (only !== undefined && entries.length === 1 && known.get(only.groupId) !== null) return transactRemembered(client, only, known, remembered);
  const [, locked] = await inOnePacket(client, () => Promise.all([client.query(begin), client.query<{ id: string; version: number; state: PositionGroup | null }>(lockGroups(known))]));
  const standing = new Map(locked.rows.map(({ id, version, state }) => [id, state === null ? (known.get(id) ?? null) : { group: state, version }]));
  const decided = entries.flatMap((entry) => decideOn(standing.get(entry.groupId) ?? null, entry));
  const changed = decided.filter(({ changes }) => changes.some((each) => each !== null));
  if (changed.length === 0) await client.query('rollback');
  else await save(client, changed, remembered);
  for (const { resolve, changes } of decided) resolve(changes.map(() => null));
}

/** One group, lock and save in one packet. */
async function transactRemembered(client: pg.PoolClient, entry: Entry, known: ReadonlyMap<string, Known | null>, remembered: RememberedGroups): Promise<void> {
  const group = known.get(entry.groupId) ?? null;
  const [decided] = decideOn(group, entry);
  if (group === null || decided === undefined || decided.changes.includes(null)) return;
  try {
    await save(client, [decided], remembered, () => [client.query(begin), client.query(lockVersion(entry.groupId, group.version))]);
  } catch (error) {
    remembered.forget(entry.groupId);
    if ((error as { code?: unknown }).code !== divisionByZero) throw error;
  }
}

/** None where the group is not there, or its events cannot be decided: perhaps only because what is remembered has moved on. */
function decideOn(known: Known | null, entry: Entry): Decided[] {
  if (known === null) return [];
  try {
    return [{ ...entry, changes: decideInTurn(entry.events, { locked: { kind: 'group', ...known }, claimed: new Set() }) }];
  } catch {
    return [];
  }
}

/** Saves all of it and commits; whoever waits is told. What was written is told to the first of them, who knocks for it. */
async function save(client: pg.PoolClient, decided: readonly Decided[], remembered: RememberedGroups, opening?: () => Promise<unknown>[]): Promise<void> {
  const events = decided.flatMap((each) => each.events);
  const saved = await saveTogether(client, events, decided.flatMap(({ changes }) => changes), remembered, opening);
  let from = 0;
  for (const { events: own, resolve } of decided) resolve(saved.slice(from, (from += own.length)));
}
