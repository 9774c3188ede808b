import type pg from 'pg';
import type { AggregateKind, Store, StoredInboxRow } from '#shared/ports/store.port';

type InboxTable = Pick<Store, 'inboxRow' | 'inboxFailed' | 'dueInbox' | 'enqueue' | 'prune'>;

/** Events that wait for their aggregate. A row is due a little late: whoever wrote it has knocked already. */
export const inboxTable = (pool: pg.Pool): InboxTable => ({
  async inboxRow(id) {
    const { rows } = await pool.query<{ id: string; key: string; aggregate: AggregateKind; aggregate_id: string; event: StoredInboxRow['event']; attempts: number }>({
      name: 'inbox-row',
      text: 'select id, key, aggregate, aggregate_id, event, attempts from inbox where id = $1 and decided_at is null and due_at <= now()',
      values: [id],
    });
    const row = rows[0];
    return row === undefined ? null : { id: row.id, key: row.key, aggregate: row.aggregate, aggregateId: row.aggregate_id, event: row.event, attempts: row.attempts };
  },

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
  },
});
