import pg from 'pg';
import { emptyPool, type Pool } from '#shared/engine/pool/pool';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { Changes, Locked, Saved, Work } from '#shared/ports/store.port';
import { saveChanges } from './save-changes.ts';

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
/** Open groups of the symbols that the event and who waits concern, and how many there are in all. */
const selectOpen = (userId: string, symbol: string | null): string =>
  `select id as "groupId", user_id as "userId", account_id as "accountId", symbol, timeframe, side from position_groups where user_id = ${userId} and status <> 'closed'
   and symbol in (select waiting->'signal'->>'symbol' from pools, jsonb_array_elements(state->'waiting') waiting where user_id = ${userId} ${symbol === null ? '' : `union all select ${escapeLiteral(symbol)}`})
   order by id; select count(*)::int as open from position_groups where user_id = ${userId} and status <> 'closed'`;

/**
 * Begins a transaction with a pool locked. Which groups are open is read from their own rows: the list would otherwise be written
 * with every signal, and groups only open under this lock. That query starts after the lock is held, so it sees what the last
 * holder committed.
 */
async function beginWithPool(client: pg.PoolClient, id: string, symbol: string | null): Promise<Locked> {
  const userId = literal(id);
  let [, locked, open, count] = await many(client, ['begin', selectPool(userId), selectOpen(userId, symbol)]);
  if (locked?.rows[0] === undefined) {
    await client.query('insert into pools (user_id, version, state) values ($1, 0, $2) on conflict do nothing', [userId, emptyPool(userId)]);
    [locked, open, count] = await many(client, [selectPool(userId), selectOpen(userId, symbol)]);
  }
  const row = locked?.rows[0] as { version: number; state: Omit<Pool, 'open'> } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no pool for user ${userId}`);
  const groups = (open?.rows ?? []) as OpenRow[];
  const all = (count?.rows[0] as { open: number } | undefined)?.open ?? groups.length;
  return { kind: 'pool', pool: { ...row.state, open: groups }, version: row.version, openElsewhere: all - groups.length };
}

/** Begins a transaction with a group locked. */
async function beginWithGroup(client: pg.PoolClient, groupId: string): Promise<Locked> {
  const [, locked] = await many(client, ['begin', `select version, state from position_groups where id = ${literal(groupId)} for update`]);
  const row = locked?.rows[0] as { version: number; state: PositionGroup } | undefined;
  if (row === undefined) throw new UnknownAggregate(`no position group ${groupId}`);
  return { kind: 'group', group: row.state, version: row.version };
}

/** Who waits in this process for the same aggregate: they queue here, where waiting costs no connection. */
const turns = new Map<string, Promise<unknown>>();

/** One event, one aggregate, one lock, one transaction. Transactions of one process on one aggregate go one after the other. */
export function transact(pool: pg.Pool, work: Work, decide: (locked: Locked) => Changes | null): Promise<Saved | null> {
  const key = `${work.aggregate} ${work.aggregateId}`;
  const turn = (turns.get(key) ?? Promise.resolve()).then(
    () => transactNow(pool, work, decide),
    () => transactNow(pool, work, decide),
  );
  turns.set(key, turn);
  const leave = (): void => {
    if (turns.get(key) === turn) turns.delete(key);
  };
  turn.then(leave, leave);
  return turn;
}

async function transactNow(pool: pg.Pool, work: Work, decide: (locked: Locked) => Changes | null): Promise<Saved | null> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const locked = await (work.aggregate === 'pool' ? beginWithPool(client, work.aggregateId, 'signal' in work.event ? work.event.signal.symbol : null) : beginWithGroup(client, work.aggregateId));
    const changes = decide(locked);
    const saved = changes === null ? null : await saveChanges(client, work, changes);
    await client.query(saved === null ? 'rollback' : 'commit');
    return saved;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
