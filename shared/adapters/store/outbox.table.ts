import type pg from 'pg';
import type { OutboxClaim, Saved, Store } from '#shared/ports/store.port';
import { orderRowOf, type RawOrder } from './orders.table.ts';

type OutboxTable = Pick<Store, 'dueOutbox' | 'claimOutbox' | 'putBack' | 'postponeOutbox' | 'finishOutbox'>;

type Claimed = RawOrder & { outbox_kind: 'submit' | 'cancel'; was_ready: boolean; halted_by: string | null; submit_pending: boolean; attempts: number };

/**
 * Takes the row for a while and, for a submit whose order is still ready and not halted, records *sending* in the same statement:
 * that commit comes before the socket is touched, so whatever dies afterwards leaves a trace. The halt is read here, in the
 * transaction that lets the order go.
 */
const claimText = `
with taken as (
  update outbox set due_at = clock_timestamp() + make_interval(secs => $2 / 1000.0), attempts = attempts + 1
  where id = (select id from outbox where id = $1 and done_at is null for update skip locked)
  returning id, kind, client_order_id, account_id, attempts
), halted as (
  select h.reason from halts h join taken t on true join orders o on o.client_order_id = t.client_order_id
  where t.kind = 'submit' and o.role = 'entry' and ((h.scope = 'global') or (h.scope = 'account' and h.scope_id = o.account_id::text)) limit 1
), sent as (
  update orders o set status = 'sending', sending_at = clock_timestamp(), updated_at = now()
  from taken t where t.kind = 'submit' and o.client_order_id = t.client_order_id and o.status = 'ready' and not exists (select 1 from halted)
  returning o.*
)
select o.*, t.kind as outbox_kind, t.attempts, exists (select 1 from sent) as was_ready, (select reason from halted) as halted_by,
  exists (select 1 from outbox s where s.client_order_id = t.client_order_id and s.kind = 'submit' and s.done_at is null) as submit_pending
from taken t join orders o on o.client_order_id = t.client_order_id`;

/** Work for venues: what to submit or cancel, and who has it in hand. */
export const outboxTable = (pool: pg.Pool): OutboxTable => ({
  async dueOutbox(limit, leaseMs) {
    const { rows } = await pool.query<Saved['outbox'][number]>({
      name: 'due-outbox',
      text: `with taken as (
               update outbox set due_at = now() + make_interval(secs => $2 / 1000.0) where id in (
                 select id from outbox where done_at is null and due_at <= now() - interval '300 ms' order by priority, due_at limit $1 for update skip locked)
               returning id, kind, venue, priority)
             select * from taken order by priority, id`,
      values: [limit, leaseMs],
    });
    return rows;
  },

  async claimOutbox(id, leaseMs) {
    const { rows } = await pool.query<Claimed>({ name: 'claim-outbox', text: claimText, values: [id, leaseMs] });
    const raw = rows[0];
    return raw === undefined ? { kind: 'nothing' } : claimOf(id, raw);
  },

  async putBack(outboxId, clientOrderId, dueAt, error) {
    await pool.query(
      // One that is being cancelled meanwhile was never sent either: without `sending_at` its cancel withdraws it.
      `with back as (update orders set status = case status when 'sending' then 'ready' else status end, sending_at = null
                     where client_order_id = $2 and status in ('sending', 'cancelling'))
       update outbox set due_at = to_timestamp($3 / 1000.0), error = $4 where id = $1 and done_at is null`,
      [outboxId, clientOrderId, dueAt, error],
    );
  },

  async postponeOutbox(id, dueAt, error) {
    await pool.query('update outbox set due_at = to_timestamp($2 / 1000.0), error = $3 where id = $1 and done_at is null', [id, dueAt, error]);
  },

  async finishOutbox(id) {
    await pool.query('update outbox set done_at = now() where id = $1 and done_at is null', [id]);
  },
});

function claimOf(outboxId: string, raw: Claimed): OutboxClaim {
  const row = orderRowOf(raw);
  if (raw.outbox_kind === 'cancel') return { kind: 'cancel', outboxId, row, submitPending: raw.submit_pending };
  if (raw.was_ready) return { kind: 'send', outboxId, row: { ...row, order: { ...row.order, status: 'sending' } }, attempts: raw.attempts };
  if (raw.status === 'ready') return { kind: 'halted', outboxId, row, reason: raw.halted_by ?? 'halted' };
  return { kind: 'resolve', outboxId, row };
}
