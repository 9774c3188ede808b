import type pg from 'pg';
import { emptyPool, type Pool } from '#shared/engine/pool/pool';
import { occupancyOf, type Occupancy } from '#shared/engine/pool/slots';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { emptyRisk, type Risk } from '#shared/engine/risk/risk';
import type { Saved, Work } from '#shared/ports/store.port';
import { inOnePacket } from './in-one-packet.ts';
import { onTheWay, partColumns } from './open-groups.query.ts';
import type { RememberedGroups } from './remembered-groups.ts';
import { begin, decideInTurn, saveTogether, type Begun } from './save-together.ts';
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

const openRows = `from position_groups g where user_id = $1 and status <> 'closed'`;

/**
 * Open groups of the symbols that the events and who waits concern. Pyramids on their way are counted only where they take slots: this
 * is read with every signal.
 */
const openGroups = (userId: string, symbols: readonly string[], countsParts: boolean): pg.QueryConfig => ({
  name: countsParts ? 'open-groups-parts' : 'open-groups',
  // An array, by which the index is asked: joined to a list, every open group was read, 1.8 ms of each decision with 1,800 of them.
  text: `select id as "groupId", user_id as "userId", account_id as "accountId", symbol, timeframe, side, pyramid_count + 1${countsParts ? ` + ${onTheWay}` : ''} as pyramids, legs_open as "legsOpen" ${openRows}
         and symbol = any($2::text[] || array(select waiting->'signal'->>'symbol' from pools, jsonb_array_elements(state->'waiting') waiting where user_id = $1)) order by id`,
  values: [userId, symbols],
});

/** How many groups are open in all, which touches no more than an index, and the stamp of what stands. */
const standing = (userId: string, countsParts: boolean): pg.QueryConfig => ({
  name: countsParts ? 'standing-parts' : 'standing',
  text: `select (select stamp::text from standing) as stamp, count(*)::int as groups${countsParts ? `, ${partColumns}` : ''} ${openRows}`,
  values: [userId],
});

/** Claims to be asked for, and which of the works each of them is for. */
interface Claims {
  statements: pg.QueryConfig[];
  /** Those of the works that were claimed, by the answers to `statements`. */
  claimed(answers: readonly pg.QueryResult[]): ReadonlySet<Work>;
}

/**
 * Takes the events that nobody has heard; under the aggregate's lock, so that two processes cannot both. Several of one batch may be the same
 * event, where a second knock came while the first still waited: one of them has it. A copy is claimed by itself, for its row may be claimed by another.
 */
function claimsOf(works: readonly Work[]): Claims {
  const copies = works.filter(({ copyOf }) => copyOf !== undefined);
  const firsts = new Map<string, Work>();
  for (const work of works) if (work.key !== null && work.copyOf === undefined && !firsts.has(work.key)) firsts.set(work.key, work);
  return {
    statements: [...copies.map(claimCopied), ...(firsts.size === 0 ? [] : [claimKeys([...firsts.values()])])],
    claimed(answers) {
      const keys = new Set((answers[copies.length]?.rows ?? []).map((row: { key: string }) => row.key));
      return new Set([...copies.filter((_, index) => answers[index]?.rows.length === 1), ...[...firsts.values()].filter(({ key }) => keys.has(key ?? ''))]);
    },
  };
}

/** Takes the inbox row that an event was copied from, if it says the same. */
const claimCopied = ({ key, aggregate, aggregateId, event, copyOf = '' }: Work): pg.QueryConfig => ({
  name: 'claim-copied',
  text: `update inbox set decided_at = now(), error = null where id = $1 and key = $2 and aggregate = $3 and aggregate_id = $4 and event = $5::jsonb and decided_at is null and due_at <= now() returning key`,
  values: [rowId(copyOf), key, aggregate, rowId(aggregateId), JSON.stringify(event)],
});

const claimKeys = (keyed: readonly Work[]): pg.QueryConfig => ({
  name: 'claim-events',
  text: `insert into inbox (key, aggregate, aggregate_id, decided_at) select key, aggregate, id, now() from unnest($1::text[], $2::text[], $3::bigint[]) as r(key, aggregate, id)
         on conflict (key) do update set decided_at = now(), error = null where inbox.decided_at is null returning key`,
  values: [keyed.map(({ key }) => key), keyed.map(({ aggregate }) => aggregate), keyed.map(({ aggregateId }) => rowId(aggregateId))],
});

/**
 * Begins a transaction with a pool locked. Which groups are open is read from their own rows: the list would otherwise be written
 * with every signal, and groups only open under this lock. That query starts after the lock is held, so it sees what the last
 * holder committed.
 */
async function beginWithPool(client: pg.PoolClient, works: readonly Work[]): Promise<Begun> {
  const userId = rowId(works[0]?.aggregateId ?? '');
  const symbols = [...new Set(works.flatMap(({ event }) => ('signal' in event ? [event.signal.symbol] : [])))];
  const countsParts = works.some((work) => work.countsParts === true);
  const claims = claimsOf(works);
  const read = [lockPool(userId), openGroups(userId, symbols, countsParts), standing(userId, countsParts), ...claims.statements];
  let [locked, found, all, ...claimed] = await beginWith(client, read);
  if (locked?.rows[0] === undefined) {
    await client.query('rollback');
    await client.query('insert into pools (user_id, version, state) values ($1, 0, $2) on conflict do nothing', [userId, emptyPool(userId)]);
    [locked, found, all, ...claimed] = await beginWith(client, read);
  }
  const row = locked?.rows[0] as { version: number; state: Omit<Pool, 'open'> } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no pool for user ${userId}`);
  const groups = (found?.rows ?? []) as OpenRow[];
  const { stamp, ...open } = all?.rows[0] as { stamp: string } & Partial<Occupancy>;
  return { locked: { kind: 'pool', pool: { ...row.state, open: groups }, version: row.version, openElsewhere: others(groups, open), stamp }, claimed: claims.claimed(claimed) };
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
  const claims = claimsOf(works);
  const [locked, ...claimed] = await beginWith(client, [lockGroup(groupId), ...claims.statements]);
  const row = locked?.rows[0] as { version: number; state: PositionGroup } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no position group ${groupId}`);
  return { locked: { kind: 'group', group: row.state, version: row.version }, claimed: claims.claimed(claimed) };
}

const lockRisk = (userId: string): pg.QueryConfig => ({ name: 'lock-risk', text: `select version, state, last_cycle->>'mind' as "lastMind" from risks where user_id = $1 for update`, values: [userId] });

/** Begins a transaction with a risk engine locked; the first event of a user makes its row. */
async function beginWithRisk(client: pg.PoolClient, works: readonly Work[]): Promise<Begun> {
  const userId = rowId(works[0]?.aggregateId ?? '');
  const claims = claimsOf(works);
  const read = [lockRisk(userId), ...claims.statements];
  let [locked, ...claimed] = await beginWith(client, read);
  if (locked?.rows[0] === undefined) {
    await client.query('rollback');
    await client.query('insert into risks (user_id, version, state) values ($1, 0, $2) on conflict do nothing', [userId, emptyRisk(userId)]);
    [locked, ...claimed] = await beginWith(client, read);
  }
  const row = locked?.rows[0] as { version: number; state: Risk; lastMind: string | null } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no risk engine for user ${userId}`);
  return { locked: { kind: 'risk', risk: row.state, version: row.version, lastMind: row.lastMind }, claimed: claims.claimed(claimed) };
}

const beginWithAggregate = { pool: beginWithPool, group: beginWithGroup, risk: beginWithRisk };

/**
 * Some events of one aggregate, one lock, one transaction: each decided on what the one before left. Answers what was saved with the
 * first that changed anything, and null for those that were heard before or change nothing. Rejects as a whole, with nothing written.
 */
export async function transactTogether(pool: pg.Pool, waiting: readonly Waiting[], remembered: RememberedGroups): Promise<(Saved | null)[]> {
  const works = waiting.map(({ work }) => work);
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
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
