import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { accountsHalted, type HaltSign } from '#shared/engine/pool/halts';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { AggregateKind, JournalRow, Store } from '#shared/ports/store.port';
import { clockSkewOf } from './clock-skew.query.ts';

type SystemTable = Pick<Store, 'group' | 'pools' | 'configuredUsers' | 'journalOf' | 'activeSettings' | 'deploymentPrefix' | 'nextGroupIds' | 'lease' | 'setStatus' | 'clockSkew'>;

const firstLetters = 'abcdefghijklmnopqrsuvwxyz'; // a client order id must not start with t
const others = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Five characters that mark this deployment's orders at a venue. */
function newPrefix(): string {
  const bytes = randomBytes(5);
  return [...bytes].map((byte, index) => (index === 0 ? firstLetters[byte % firstLetters.length] : others[byte % others.length])).join('');
}

/** Aggregates as they stand, and what the deployment knows of itself. */
export const systemTable = (pool: pg.Pool): SystemTable => ({
  async group(groupId) {
    const { rows } = await pool.query<{ version: number; state: PositionGroup }>('select version, state from position_groups where id = $1', [groupId]);
    return rows[0] === undefined ? null : { group: rows[0].state, version: rows[0].version };
  },

  async pools() {
    const { rows } = await pool.query<{ user_id: string }>('select user_id from pools');
    return rows.map((row) => row.user_id);
  },

  async configuredUsers() {
    const { rows } = await pool.query<{ user_id: string }>('select distinct user_id from configs');
    return rows.map((row) => row.user_id);
  },

  async journalOf(aggregate, aggregateId) {
    const { rows } = await pool.query<{ aggregate: AggregateKind; aggregate_id: string; version: number; at: Date; event: unknown; facts: unknown; commands: unknown }>(
      'select * from journal where aggregate = $1 and aggregate_id = $2 order by version',
      [aggregate, aggregateId],
    );
    return rows.map(({ aggregate_id: id, at, ...row }): JournalRow => ({ ...row, aggregateId: id, at: at.getTime() }));
  },

  async activeSettings(userId) {
    const { rows } = await pool.query<Awaited<ReturnType<Store['activeSettings']>> & { halts: HaltSign[]; accountIds: string[] }>({
      name: 'active-settings',
      text: `select c.version, c.document, exists (select 1 from halts where scope = 'global') as halted,
               (select coalesce(jsonb_object_agg(id, jsonb_build_object('why', case when deleted_at is not null then 'is deleted' when enabled then 'is not enabled for live trading' else 'is switched off' end,
                  'forGood', deleted_at is not null)), '{}') from accounts where user_id = $1 and (deleted_at is not null or not enabled or mode = 'live' and live_enabled_at is null)) as "accountsOff",
               (select coalesce(jsonb_agg(jsonb_build_object('scope', scope, 'scopeId', scope_id, 'kind', kind, 'reason', reason) order by created_at), '[]') from halts where kind <> 'paused') as halts,
               (select stamp::text from standing) as stamp,
               (select coalesce(jsonb_agg(id::text), '[]') from accounts where user_id = $1 and exists (select 1 from halts where kind <> 'paused')) as "accountIds"
             from (select 1) one left join lateral (select version, document from configs where user_id = $1 order by version desc limit 1) c on true`,
      values: [userId],
    });
    if (rows[0] === undefined) return { version: null, document: null, halted: false, accountsOff: {}, stamp: '' };
    const { halts, accountIds, accountsOff, ...active } = rows[0];
    return { ...active, accountsOff: { ...accountsHalted(halts, accountIds), ...accountsOff } };
  },

  async deploymentPrefix() {
    const { rows } = await pool.query<{ prefix: string }>(
      `with made as (insert into deployment (prefix) values ($1) on conflict (only_row) do nothing returning prefix)
       select prefix from made union all select prefix from deployment limit 1`,
      [newPrefix()],
    );
    const prefix = rows[0]?.prefix;
    return prefix ?? this.deploymentPrefix();
  },

  async nextGroupIds(count) {
    const { rows } = await pool.query<{ id: string }>({ name: 'next-group-ids', // A number that a crash took back would be given to a second group.
      text: `select nextval('group_ids') as id, set_config('synchronous_commit', 'on', true) from generate_series(1, $1::int)`, values: [count] });
    return rows.map((row) => row.id);
  },

  async lease(name, owner, ttlMs) {
    const { rows } = await pool.query(
      `insert into leases (name, owner, expires_at) values ($1, $2, clock_timestamp() + make_interval(secs => $3 / 1000.0))
       on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at
       where leases.owner = excluded.owner or leases.expires_at < clock_timestamp() returning name`,
      [name, owner, ttlMs],
    );
    return rows.length > 0;
  },

  clockSkew: () => clockSkewOf(pool),

  async setStatus(name, status) {
    await pool.query(
      `insert into process_status (name, status) values ($1, $2) on conflict (name) do update set status = excluded.status, updated_at = now()`,
      [name, JSON.stringify(status)],
    );
  },
});
