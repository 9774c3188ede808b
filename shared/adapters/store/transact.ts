import type pg from 'pg';
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

/**
 * A pool under its lock. Which groups are open is read from their own rows: the list would otherwise be written with every signal,
 * and groups only open under this lock. The second query starts after the lock is held, so it sees what the last holder committed.
 */
async function lockPool(client: pg.PoolClient, userId: string): Promise<Locked> {
  const lock = (): Promise<pg.QueryResult<{ version: number; state: Omit<Pool, 'open'> }>> =>
    client.query({ name: 'lock-pool', text: 'select version, state from pools where user_id = $1 for update', values: [userId] });
  const open = (): Promise<pg.QueryResult<OpenRow>> =>
    client.query({
      name: 'open-groups',
      text: `select id as "groupId", user_id as "userId", account_id as "accountId", symbol, timeframe, side from position_groups where user_id = $1 and status <> 'closed' order by id`,
      values: [userId],
    });
  let row = (await lock()).rows[0];
  if (row === undefined) {
    await client.query('insert into pools (user_id, version, state) values ($1, 0, $2) on conflict do nothing', [userId, emptyPool(userId)]);
    row = (await lock()).rows[0];
  }
  if (row === undefined) throw new UnknownAggregate(`no pool for user ${userId}`);
  return { kind: 'pool', pool: { ...row.state, open: (await open()).rows }, version: row.version };
}

async function lockGroup(client: pg.PoolClient, groupId: string): Promise<Locked> {
  const { rows } = await client.query<{ version: number; state: PositionGroup }>({ name: 'lock-group', text: 'select version, state from position_groups where id = $1 for update', values: [groupId] });
  const row = rows[0];
  if (row === undefined) throw new UnknownAggregate(`no position group ${groupId}`);
  return { kind: 'group', group: row.state, version: row.version };
}

/** One event, one aggregate, one lock, one transaction. */
export async function transact(pool: pg.Pool, work: Work, decide: (locked: Locked) => Changes | null): Promise<Saved | null> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const locked = await (work.aggregate === 'pool' ? lockPool(client, work.aggregateId) : lockGroup(client, work.aggregateId));
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
