import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { emptyPool, type Pool } from '#shared/engine/pool/pool';
import { occupancyOf, type Occupancy } from '#shared/engine/pool/slots';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { emptyRisk, type Risk } from '#shared/engine/risk/risk';
import type { Changes, Locked, OutboxClaim, Saved, Work } from '#shared/ports/store.port';
import { inOnePacket } from './in-one-packet.ts';
import { onTheWay, partColumns } from './open-groups.query.ts';
import { mergeChanges } from './merge-changes.ts';
import { claimSaved } from './outbox.table.ts';
import type { RememberedGroups } from './remembered-groups.ts';
import { saveRisk } from './risks.table.ts';
import { saveChanges } from './save-changes.ts';
import type { Waiting } from './turns.ts';

/** The named aggregate does not exist: the event was meant for nobody. */
export class UnknownAggregate extends Error {
  override readonly name = 'UnknownAggregate';
}

interface OpenRow {
  groupId: string;
  userId: string;
  accountId: string;
  symbol: string;
  timeframe: string;
  side: Pool['open'][number]['side'];
  pyramids: number;
  legsOpen: number;
}

/** Nothing leaves on the strength of a decision alone: the claim of an outbox row comes first, and brings all of it to the disk (ADR 0017). */
const begin = 'begin; set local synchronous_commit = off';

/** An id as a row can have it. */
function rowId(id: string): string {
  if (!/^\d{1,19}$/.test(id)) throw new UnknownAggregate(`"${id}" is not the id of a row`);
  return id;
}

/** Several prepared statements in one round trip, each with a snapshot of its own: what is read after the lock sees what its last holder committed. */
const beginWith = async (client: pg.PoolClient, statements: readonly pg.QueryConfig[]): Promise<pg.QueryResult[]> => {
  const [, ...results] = await inOnePacket(client, () => Promise.all([client.query(begin), ...statements.map((statement) => client.query(statement))]));
  return results;
};

const lockPool = (userId: string): pg.QueryConfig => ({ name: 'lock-pool', text: 'select version, state from pools where user_id = $1 for update', values: [userId] });
const lockGroup = (groupId: string): pg.QueryConfig => ({ name: 'lock-group', text: 'select version, state from position_groups where id = $1 for update', values: [groupId] });

/** What PostgreSQL answers to `lockVersion` where the group is not as it was. */
const divisionByZero = '22012';
/** Locks a group as long as it has this version; an error otherwise, so that nothing of the packet behind it is done. */
const lockVersion = (groupId: string, version: number): pg.QueryConfig => ({
  name: 'lock-version',
  text: 'select 1 / coalesce((select 1 from position_groups where id = $1 and version = $2 for update), 0)',
  values: [groupId, version],
});

const openRows = `from position_groups g where user_id = $1 and status <> 'closed'`;

/**
 * Open groups of the symbols that the events and who waits concern. Pyramids on their way are counted only where they take slots: this
 * is read with every signal.
 */
const openGroups = (userId: string, symbols: readonly string[], countsParts: boolean): pg.QueryConfig => ({
  name: countsParts ? 'open-groups-parts' : 'open-groups',
  text: `select id as "groupId", user_id as "userId", account_id as "accountId", symbol, timeframe, side, pyramid_count + 1${countsParts ? ` + ${onTheWay}` : ''} as pyramids, legs_open as "legsOpen" ${openRows}
         and symbol in (select waiting->'signal'->>'symbol' from pools, jsonb_array_elements(state->'waiting') waiting where user_id = $1 union all select unnest($2::text[])) order by id`,
  values: [userId, symbols],
});

/** How many groups are open in all; the count alone touches no more than an index. */
const countOpen = (userId: string, countsParts: boolean): pg.QueryConfig => ({
  name: countsParts ? 'count-open-parts' : 'count-open',
  text: `select count(*)::int as groups${countsParts ? `, ${partColumns}` : ''} ${openRows}`,
  values: [userId],
});

const readStamp: pg.QueryConfig = { name: 'standing', text: 'select stamp::text from standing' };

/** Takes the keys of events that nobody has heard; under the aggregate's lock, so that two processes cannot both. */
const claimEvents = (works: readonly Work[]): pg.QueryConfig => {
  const keyed = works.filter(({ key }) => key !== null);
  return {
    name: 'claim-events',
    text: `insert into inbox (key, aggregate, aggregate_id, decided_at) select key, aggregate, id, now() from unnest($1::text[], $2::text[], $3::bigint[]) as r(key, aggregate, id)
           on conflict (key) do update set decided_at = now(), error = null where inbox.decided_at is null returning key`,
    values: [keyed.map(({ key }) => key), keyed.map(({ aggregate }) => aggregate), keyed.map(({ aggregateId }) => rowId(aggregateId))],
  };
};

/** What a transaction has begun with. */
interface Begun {
  locked: Locked;
  claimed: ReadonlySet<string>;
}
const keysOf = (result: pg.QueryResult | undefined): ReadonlySet<string> => new Set((result?.rows ?? []).map((row: { key: string }) => row.key));

/**
 * Begins a transaction with a pool locked. Which groups are open is read from their own rows: the list would otherwise be written
 * with every signal, and groups only open under this lock. That query starts after the lock is held, so it sees what the last
 * holder committed.
 */
async function beginWithPool(client: pg.PoolClient, works: readonly Work[]): Promise<Begun> {
  const userId = rowId(works[0]?.aggregateId ?? '');
  const symbols = [...new Set(works.flatMap(({ event }) => ('signal' in event ? [event.signal.symbol] : [])))];
  const countsParts = works.some((work) => work.countsParts === true);
  const read = [lockPool(userId), claimEvents(works), openGroups(userId, symbols, countsParts), countOpen(userId, countsParts), readStamp];
  let [locked, claims, found, count, standing] = await beginWith(client, read);
  if (locked?.rows[0] === undefined) {
    await client.query('rollback');
    await client.query('insert into pools (user_id, version, state) values ($1, 0, $2) on conflict do nothing', [userId, emptyPool(userId)]);
    [locked, claims, found, count, standing] = await beginWith(client, read);
  }
  const row = locked?.rows[0] as { version: number; state: Omit<Pool, 'open'> } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no pool for user ${userId}`);
  const groups = (found?.rows ?? []) as OpenRow[];
  const { stamp } = standing?.rows[0] as { stamp: string };
  return { locked: { kind: 'pool', pool: { ...row.state, open: groups }, version: row.version, openElsewhere: others(groups, count?.rows[0] as Partial<Occupancy> | undefined), stamp }, claimed: keysOf(claims) };
}

/** All open groups but these. */
function others(open: readonly OpenRow[], all: Partial<Occupancy> = {}): Occupancy {
  const here = occupancyOf(open);
  const { groups = here.groups, continuations = here.continuations, legsOpen = here.legsOpen } = all;
  return { groups: groups - here.groups, continuations: continuations - here.continuations, legsOpen: legsOpen - here.legsOpen };
}

/** Begins a transaction with a group locked. */
async function beginWithGroup(client: pg.PoolClient, works: readonly Work[]): Promise<Begun> {
  const groupId = rowId(works[0]?.aggregateId ?? '');
  const [locked, claims] = await beginWith(client, [lockGroup(groupId), ...(works.some(({ key }) => key !== null) ? [claimEvents(works)] : [])]);
  const row = locked?.rows[0] as { version: number; state: PositionGroup } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no position group ${groupId}`);
  return { locked: { kind: 'group', group: row.state, version: row.version }, claimed: keysOf(claims) };
}

const lockRisk = (userId: string): pg.QueryConfig => ({ name: 'lock-risk', text: `select version, state, last_cycle->>'mind' as "lastMind" from risks where user_id = $1 for update`, values: [userId] });

/** Begins a transaction with a risk engine locked; the first event of a user makes its row. */
async function beginWithRisk(client: pg.PoolClient, works: readonly Work[]): Promise<Begun> {
  const userId = rowId(works[0]?.aggregateId ?? '');
  const read = [lockRisk(userId), claimEvents(works)];
  let [locked, claims] = await beginWith(client, read);
  if (locked?.rows[0] === undefined) {
    await client.query('rollback');
    await client.query('insert into risks (user_id, version, state) values ($1, 0, $2) on conflict do nothing', [userId, emptyRisk(userId)]);
    [locked, claims] = await beginWith(client, read);
  }
  const row = locked?.rows[0] as { version: number; state: Risk; lastMind: string | null } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no risk engine for user ${userId}`);
  return { locked: { kind: 'risk', risk: row.state, version: row.version, lastMind: row.lastMind }, claimed: keysOf(claims) };
}

const beginWithAggregate = { pool: beginWithPool, group: beginWithGroup, risk: beginWithRisk };

/** The aggregate as the next event of the same transaction finds it. */
function after(locked: Locked, changes: NonNullable<ReturnType<Waiting['decide']>>): Locked {
  if (locked.kind === 'pool') return changes.pool === null ? locked : { ...locked, ...changes.pool };
  if (locked.kind === 'risk') return changes.risk === undefined ? locked : { ...locked, ...changes.risk.next, lastMind: changes.risk.cycles.at(-1)?.mind ?? locked.lastMind };
  const group = changes.groups.find(({ group: { id } }) => id === locked.group.id);
  return group === undefined ? locked : { ...locked, group: group.group, version: group.version };
}

const withClaims = (saved: Saved, claims: ReadonlyMap<string, OutboxClaim>): Saved => ({
  ...saved,
  outbox: saved.outbox.map((row) => {
    const claim = claims.get(row.id);
    return claim === undefined ? row : { ...row, claim };
  }),
});

/** A decision that turned out to be none among others that were some: each must be told apart, alone. */
class NotTogether extends Error {
  override readonly name = 'NotTogether';
}

/** What each decided, null where it was heard before or changes nothing, on what the one before left. */
function decideInTurn(waiting: readonly Waiting[], begun: Begun): (Changes | null)[] {
  let { locked } = begun;
  return waiting.map(({ work, decide }) => {
    if (work.key !== null && !begun.claimed.has(work.key)) return null;
    const changes = decide(locked);
    if (changes === null && work.key !== null && waiting.length > 1) throw new NotTogether(work.key);
    if (changes !== null) locked = after(locked, changes);
    return changes;
  });
}

/**
 * Saves what was decided and commits, in one packet with the statements that `begin` opens it with, if any. All at once: a commit after a
 * statement that failed is a rollback, and the failure is what rejects.
 */
async function saveTogether(client: pg.PoolClient, waiting: readonly Waiting[], decided: readonly (Changes | null)[], remembered: RememberedGroups, begin: () => Promise<unknown>[] = () => []): Promise<(Saved | null)[]> {
  const merged = mergeChanges(decided.flatMap((changes) => (changes === null ? [] : [changes])));
  const token = randomUUID();
  const completes = waiting.flatMap(({ work }, index) => (decided[index] === null || work.completes === undefined ? [] : [work.completes]));
  const [written, claims] = await inOnePacket(client, async () => {
    const opened = begin();
    const saving = saveChanges(client, merged, completes, token);
    const others = [...opened, merged.risk === undefined ? null : saveRisk(client, merged.risk), client.query('commit')];
    const claiming = claimSaved(client, merged.outbox, token);
    // Whatever fails first, everything that was asked is waited for: the client goes back to its pool.
    const [first, ...rest] = await Promise.allSettled([...others, saving]);
    for (const each of first === undefined ? rest : [first, ...rest]) if (each.status === 'rejected') throw each.reason;
    return [await saving, await claiming] as const;
  });
  remembered.keep(merged.groups);
  const saved = withClaims(written, claims);
  const first = decided.findIndex((changes) => changes !== null);
  return decided.map((changes, index) => (changes === null ? null : index === first ? saved : { outbox: [], inbox: [] }));
}

/**
 * Some events of one aggregate, one lock, one transaction: each decided on what the one before left. Answers what was saved with the
 * first that changed anything, and null for those that were heard before or change nothing. Rejects as a whole, with nothing written.
 */
export async function transactTogether(pool: pg.Pool, waiting: readonly Waiting[], remembered: RememberedGroups): Promise<(Saved | null)[]> {
  const works = waiting.map(({ work }) => work);
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const quick = await decideRemembered(client, waiting, remembered);
    if (quick !== null) return quick;
    const begun = await beginWithAggregate[works[0]?.aggregate ?? 'group'](client, works);
    const decided = decideInTurn(waiting, begun);
    if (decided.some((changes) => changes !== null)) return await saveTogether(client, waiting, decided, remembered);
    await client.query('rollback');
    return decided.map(() => null);
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * Decides on a group as this process last saved it, and locks it, asserts its version, saves and commits in one packet. Null where the group is
 * not remembered, has moved on, or not every event changes it: then it is done with the group as it stands.
 */
async function decideRemembered(client: pg.PoolClient, waiting: readonly Waiting[], remembered: RememberedGroups): Promise<(Saved | null)[] | null> {
  const { aggregate, aggregateId } = waiting[0]?.work ?? { aggregate: 'pool', aggregateId: '' };
  if (aggregate !== 'group' || waiting.some(({ work }) => work.key !== null)) return null;
  const known = remembered.of(aggregateId);
  if (known === null) return null;
  let decided: (Changes | null)[];
  try {
    decided = decideInTurn(waiting, { locked: { kind: 'group', ...known }, claimed: new Set() });
  } catch {
    // Perhaps only because the group has moved on; if not, it is thrown again under the lock.
    return null;
  }
  if (decided.includes(null)) return null;
  try {
    return await saveTogether(client, waiting, decided, remembered, () => [client.query(begin), client.query(lockVersion(aggregateId, known.version))]);
  } catch (error) {
    remembered.forget(aggregateId);
    if ((error as { code?: unknown }).code !== divisionByZero) throw error;
    return null;
  }
}
