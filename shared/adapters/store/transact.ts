import type pg from 'pg';
import { emptyPool, type Pool } from '#shared/engine/pool/pool';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { Changes, Locked, Saved, Work } from '#shared/ports/store.port';
import { saveChanges } from './save-changes.ts';

/** The named aggregate does not exist: the event was meant for nobody. */
export class UnknownAggregate extends Error {
  override readonly name = 'UnknownAggregate';
}

async function lockPool(client: pg.PoolClient, userId: string): Promise<Locked> {
  const select = { name: 'lock-pool', text: 'select version, state from pools where user_id = $1 for update', values: [userId] };
  const { rows } = await client.query<{ version: number; state: Pool }>(select);
  if (rows[0] !== undefined) return { kind: 'pool', pool: rows[0].state, version: rows[0].version };
  await client.query('insert into pools (user_id, version, state) values ($1, 0, $2) on conflict do nothing', [userId, emptyPool(userId)]);
  const again = await client.query<{ version: number; state: Pool }>(select);
  const row = again.rows[0];
  if (row === undefined) throw new UnknownAggregate(`no pool for user ${userId}`);
  return { kind: 'pool', pool: row.state, version: row.version };
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
    const begun = client.query('begin');
    const [, locked] = await Promise.all([begun, work.aggregate === 'pool' ? lockPool(client, work.aggregateId) : lockGroup(client, work.aggregateId)]);
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
