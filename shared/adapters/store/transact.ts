import pg from 'pg';
import { emptyPool, type Pool } from '#shared/engine/pool/pool';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { Locked, Saved, Work } from '#shared/ports/store.port';
import { mergeChanges } from './merge-changes.ts';
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
}

const { escapeLiteral } = pg;

/** An id as it may stand in a statement without parameters. */
function literal(id: string): string {
  if (!/^\d{1,19}$/.test(id)) throw new UnknownAggregate(`"${id}" is not the id of a row`);
  return id;
}

/** Several statements in one round trip, each with a snapshot of its own. */
const many = async (client: pg.PoolClient, statements: readonly string[]): Promise<pg.QueryResult[]> => (await client.query(statements.join('; '))) as unknown as pg.QueryResult[];

const selectPool = (userId: string): string => `select version, state from pools where user_id = ${userId} for update`;
/** Open groups of the symbols that the events and who waits concern, and how many there are in all. */
const selectOpen = (userId: string, symbols: readonly string[]): string =>
  `select id as "groupId", user_id as "userId", account_id as "accountId", symbol, timeframe, side from position_groups where user_id = ${userId} and status <> 'closed'
   and symbol in (select waiting->'signal'->>'symbol' from pools, jsonb_array_elements(state->'waiting') waiting where user_id = ${userId} ${symbols.map((symbol) => `union all select ${escapeLiteral(symbol)}`).join(' ')})
   order by id; select count(*)::int as open from position_groups where user_id = ${userId} and status <> 'closed'`;

/** Takes the keys of events that nobody has heard; under the aggregate's lock, so that two processes cannot both. */
const selectClaims = (works: readonly Work[]): string => {
  const rows = works.flatMap(({ key, aggregate, aggregateId }) => (key === null ? [] : [`(${escapeLiteral(key)}, '${aggregate}', ${literal(aggregateId)}, now())`]));
  if (rows.length === 0) return 'select null as key limit 0';
  return `insert into inbox (key, aggregate, aggregate_id, decided_at) values ${rows.join(', ')}
    on conflict (key) do update set decided_at = now(), error = null where inbox.decided_at is null returning key`;
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
  const userId = literal(works[0]?.aggregateId ?? '');
  const symbols = works.flatMap(({ event }) => ('signal' in event ? [event.signal.symbol] : []));
  const read = [selectPool(userId), selectClaims(works), selectOpen(userId, symbols)];
  let [, locked, claims, open, count] = await many(client, ['begin', ...read]);
  if (locked?.rows[0] === undefined) {
    await client.query('rollback');
    await client.query('insert into pools (user_id, version, state) values ($1, 0, $2) on conflict do nothing', [userId, emptyPool(userId)]);
    [, locked, claims, open, count] = await many(client, ['begin', ...read]);
  }
  const row = locked?.rows[0] as { version: number; state: Omit<Pool, 'open'> } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no pool for user ${userId}`);
  const groups = (open?.rows ?? []) as OpenRow[];
  const all = (count?.rows[0] as { open: number } | undefined)?.open ?? groups.length;
  return { locked: { kind: 'pool', pool: { ...row.state, open: groups }, version: row.version, openElsewhere: all - groups.length }, claimed: keysOf(claims) };
}

/** Begins a transaction with a group locked. */
async function beginWithGroup(client: pg.PoolClient, works: readonly Work[]): Promise<Begun> {
  const groupId = literal(works[0]?.aggregateId ?? '');
  const [, locked, claims] = await many(client, ['begin', `select version, state from position_groups where id = ${groupId} for update`, selectClaims(works)]);
  const row = locked?.rows[0] as { version: number; state: PositionGroup } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no position group ${groupId}`);
  return { locked: { kind: 'group', group: row.state, version: row.version }, claimed: keysOf(claims) };
}

/** The aggregate as the next event of the same transaction finds it. */
function after(locked: Locked, changes: NonNullable<ReturnType<Waiting['decide']>>): Locked {
  if (locked.kind === 'pool') return changes.pool === null ? locked : { ...locked, ...changes.pool };
  const group = changes.groups.find(({ group: { id } }) => id === locked.group.id);
  return group === undefined ? locked : { ...locked, group: group.group, version: group.version };
}

/** A decision that turned out to be none among others that were some: each must be told apart, alone. */
class NotTogether extends Error {
  override readonly name = 'NotTogether';
}

/**
 * Some events of one aggregate, one lock, one transaction: each decided on what the one before left. Answers what was saved with the
 * first that changed anything, and null for those that were heard before or change nothing. Rejects as a whole, with nothing written.
 */
export async function transactTogether(pool: pg.Pool, waiting: readonly Waiting[]): Promise<(Saved | null)[]> {
  const works = waiting.map(({ work }) => work);
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const begun = await (works[0]?.aggregate === 'pool' ? beginWithPool(client, works) : beginWithGroup(client, works));
    let { locked } = begun;
    const decided = waiting.map(({ work, decide }) => {
      if (work.key !== null && !begun.claimed.has(work.key)) return null;
      const changes = decide(locked);
      if (changes === null && work.key !== null && waiting.length > 1) throw new NotTogether(work.key);
      if (changes !== null) locked = after(locked, changes);
      return changes;
    });
    const some = decided.flatMap((changes) => (changes === null ? [] : [changes]));
    if (some.length === 0) {
      await client.query('rollback');
      return decided.map(() => null);
    }
    const completes = waiting.flatMap(({ work }, index) => (decided[index] === null || work.completes === undefined ? [] : [work.completes]));
    const saved = await saveChanges(client, mergeChanges(some), completes);
    await client.query('commit');
    const first = decided.findIndex((changes) => changes !== null);
    return decided.map((changes, index) => (changes === null ? null : index === first ? saved : { outbox: [], inbox: [] }));
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
