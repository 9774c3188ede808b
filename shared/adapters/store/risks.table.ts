import type pg from 'pg';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { Risk } from '#shared/engine/risk/risk';
import type { SavedRisk, Store } from '#shared/ports/store.port';

/** The last record stands in the row of the engine; those to be kept also in a table of their own, which is pruned. */
const text = `
with risk as (
  insert into risks (user_id, version, state) select $1::bigint, $2::int, $3::jsonb where $2::int is not null
  on conflict (user_id) do update set version = excluded.version, state = excluded.state
), cycles as (
  insert into risk_cycles (user_id, at, request_id, record)
  select $1::bigint, to_timestamp((record->>'at')::numeric / 1000.0), record->>'requestId', record from jsonb_array_elements($4::jsonb) record where (record->>'kept')::boolean
)
insert into risk_actions (id, user_id, status, loser_id, started_at, ended_at, run)
select run->>'id', $1::bigint, run->>'status', (run->'offset'->'loser'->>'groupId')::bigint, to_timestamp((run->>'startedAt')::numeric / 1000.0), to_timestamp((run->>'endedAt')::numeric / 1000.0), run
from jsonb_array_elements($5::jsonb) run
on conflict (id) do update set status = excluded.status, ended_at = excluded.ended_at, run = excluded.run`;

/** Writes what a decision of a risk engine changes, within its transaction. */
export async function saveRisk(client: pg.PoolClient, { userId, next, cycles, actions }: SavedRisk): Promise<void> {
  if (next !== null || actions.length > 0 || cycles.some(({ kept }) => kept)) {
    await Promise.all([
      client.query({ name: 'save-risk', text, values: [userId, next?.version ?? null, next?.risk ?? null, JSON.stringify(cycles), JSON.stringify(actions)] }),
      ...(cycles.length === 0 ? [] : [saveLastCycle(client, userId, cycles)]),
    ]);
    return;
  }
  if (cycles.length > 0) await saveLastCycle(client, userId, cycles);
}

// A statement of its own: one statement may change a row once.
const saveLastCycle = (client: pg.PoolClient, userId: string, cycles: SavedRisk['cycles']): Promise<unknown> => {
  const last = cycles.at(-1);
  return client.query({ name: 'save-last-cycle', text: 'update risks set last_cycle = $2, last_cycle_at = to_timestamp($3 / 1000.0) where user_id = $1', values: [userId, last, last?.at] });
};

type RisksTable = Pick<Store, 'openBook' | 'riskUsers' | 'risk'>;

/** Risk engines and the books they look at. */
export const risksTable = (pool: pg.Pool): RisksTable => ({
  async openBook(userId) {
    const { rows } = await pool.query<{ group: PositionGroup; accountMode: string }>({
      name: 'open-book',
      text: `select g.state as "group", a.mode as "accountMode" from position_groups g join accounts a on a.id = g.account_id where g.user_id = $1 and g.status <> 'closed' order by g.id`,
      values: [userId],
    });
    return rows;
  },

  async riskUsers() {
    const { rows } = await pool.query<{ userId: string; lastCycleAt: Date | null }>({
      name: 'risk-users',
      text: `select distinct g.user_id as "userId", r.last_cycle_at as "lastCycleAt" from position_groups g left join risks r on r.user_id = g.user_id where g.status <> 'closed'`,
    });
    return rows.map(({ userId, lastCycleAt }) => ({ userId, lastCycleAt: lastCycleAt?.getTime() ?? null }));
  },

  async risk(userId) {
    const { rows } = await pool.query<{ state: Risk; version: number; lastCycleAt: Date | null }>('select state, version, last_cycle_at as "lastCycleAt" from risks where user_id = $1', [userId]);
    const row = rows[0];
    return row === undefined ? null : { risk: row.state, version: row.version, lastCycleAt: row.lastCycleAt?.getTime() ?? null };
  },
});
