import type pg from 'pg';
import type { AggregateKind, Store, StoredInboxRow } from '#shared/ports/store.port';
import { gathered } from './gathered.ts';
import { oneOrMany } from './one-or-many.ts';

type InboxTable = Pick<Store, 'inboxRow' | 'inboxFailed' | 'dueInbox' | 'enqueue' | 'prune'>;

type PendingRow = Pick<StoredInboxRow, 'id' | 'key' | 'event' | 'attempts'> & { aggregate: AggregateKind; aggregate_id: string };

const pending = oneOrMany('inbox-rows', 'id', 'bigint', (is) => `select id, key, aggregate, aggregate_id, event, attempts from inbox where ${is} and decided_at is null and due_at <= now()`);

async function pendingRows(pool: pg.Pool, ids: string[]): Promise<ReadonlyMap<string, StoredInboxRow>> {
  const { rows } = await pool.query<PendingRow>({ ...pending(ids), values: [ids] });
  return new Map(rows.map(({ aggregate_id: aggregateId, ...row }) => [row.id, { ...row, aggregateId }]));
}

/** Events that wait for their aggregate. A row is due a little late: whoever wrote it has knocked already. */
export function inboxTable(pool: pg.Pool): InboxTable {
  const pendingRow = gathered((ids: string[]) => pendingRows(pool, ids), 'a read');
  return {
    inboxRow: async (id) => (await pendingRow(id)) ?? null,

    async inboxFailed(id, error, retryAt) {
      await pool.query('update inbox set attempts = attempts + 1, error = $2, due_at = to_timestamp($3 / 1000.0) where id = $1 and decided_at is null', [id, error.slice(0, 2000), retryAt]);
    },

    async dueInbox(limit) {
      const { rows } = await pool.query<{ id: string }>({ name: 'due-inbox', text: `select id from inbox where decided_at is null and due_at <= now() - interval '300 ms' order by due_at, id limit $1`, values: [limit] });
      return rows;
    },

    async enqueue(row) {
      const { rows } = await pool.query<{ id: string }>(
        `insert into inbox (key, aggregate, aggregate_id, event, due_at) values ($1, $2, $3, $4, to_timestamp($5 / 1000.0)) on conflict (key) do nothing returning id`,
        [row.key, row.aggregate, row.aggregateId, JSON.stringify(row.event), row.dueAt],
      );
      return rows[0]?.id ?? null;
    },

    async prune(keepDays) {
      await pool.query(`delete from inbox where decided_at < now() - make_interval(days => $1::int)`, [keepDays]);
      await pool.query(`delete from outbox where done_at < now() - make_interval(days => $1::int)`, [keepDays]);
      await pool.query(`delete from risk_cycles where at < now() - make_interval(days => $1::int)`, [keepDays]);
    },
  };
}
