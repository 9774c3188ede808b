import type pg from 'pg';
import type { NewOutboxRow, OutboxClaim, Saved, Store } from '#shared/ports/store.port';
import { gathered } from './gathered.ts';
import { oneOrMany } from './one-or-many.ts';
import { orderRowOf, type RawOrder } from './orders.table.ts';

type OutboxTable = Pick<Store, 'dueOutbox' | 'claimOutbox' | 'putBack' | 'postponeOutbox' | 'finishOutbox'>;

type Claimed = RawOrder & { outbox_id: string; outbox_kind: 'submit' | 'cancel'; was_ready: boolean; halted_by: string | null; submit_pending: boolean; attempts: number; sent_ago_ms: number | null };

/**
 * Takes the row for a while and, for a submit whose order is still ready and not halted, records *sending* in the same statement:
 * that commit comes before the socket is touched, so whatever dies afterwards leaves a trace. It is on the disk with everything that was
 * committed before it, so decisions themselves need not wait for the disk (ADR 0017). The halt is read here, in the transaction that
 * lets the order go, and a market order is told the last price: its fill is compared with the market as it was when it was sent.
 */
const claimText = (which: string): string => `
with taken as (
  update outbox set due_at = clock_timestamp() + make_interval(secs => $2 / 1000.0), attempts = attempts + 1
  where id in (select id from outbox where ${which} and done_at is null for update skip locked)
  returning id, kind, client_order_id, account_id, attempts
), halted as (
  select t.id, min(h.reason) as reason from taken t join orders o on o.client_order_id = t.client_order_id
  join (select scope, scope_id, reason from halts union all select 'account', account_id::text, holds from reconciles where holds is not null) h on h.scope = 'global' or (h.scope = 'account' and h.scope_id = o.account_id::text)
  where t.kind = 'submit' and o.role = 'entry' group by t.id
), unsure as (
  select t.id, min(u.client_order_id) as about from taken t join orders o on o.client_order_id = t.client_order_id
  join orders u on u.account_id = o.account_id and u.symbol = o.symbol and u.client_order_id <> o.client_order_id and u.sending_at is not null and u.accepted_at is null
    and u.status in ('sending', 'cancelling', 'unknown') and (u.status = 'unknown' or (u.status in ('sending', 'cancelling') and u.sending_at < clock_timestamp() - interval '15 seconds'))
  where t.kind = 'submit' and o.role = 'entry' group by t.id
), sent as (
  update orders o set status = 'sending', sending_at = clock_timestamp(), updated_at = now(), price_expected = case when o.type = 'market' then coalesce(
    (select p.price from prices p join accounts a on a.id = o.account_id where p.venue = o.venue and p.market = a.market and p.symbol = o.symbol), o.price_expected) end
  from taken t where t.kind = 'submit' and o.client_order_id = t.client_order_id and o.status = 'ready' and t.id not in (select id from halted) and t.id not in (select id from unsure)
  returning o.*
)
select o.*, coalesce(s.price_expected, o.price_expected) as price_expected, t.id as outbox_id, t.kind as outbox_kind, t.attempts, s.client_order_id is not null as was_ready, coalesce(h.reason, 'nobody knows yet what became of order ' || q.about || ' of this symbol') as halted_by,
  exists (select 1 from outbox b where b.client_order_id = t.client_order_id and b.kind = 'submit' and b.done_at is null) as submit_pending,
  (extract(epoch from clock_timestamp() - o.sending_at) * 1000)::float8 as sent_ago_ms, set_config('synchronous_commit', 'on', true)
from taken t join orders o on o.client_order_id = t.client_order_id left join sent s on s.client_order_id = t.client_order_id and t.kind = 'submit' left join halted h on h.id = t.id left join unsure q on q.id = t.id`;

/** Work for venues: what to submit or cancel, and who has it in hand. */
export function outboxTable(pool: pg.Pool): OutboxTable {
  const claims = new Map<number, (id: string) => Promise<OutboxClaim | undefined>>();
  const claimFor = (leaseMs: number): ((id: string) => Promise<OutboxClaim | undefined>) => {
    const known = claims.get(leaseMs) ?? gathered((ids: string[]) => claimRows(pool, ids, leaseMs), 'a claim');
    claims.set(leaseMs, known);
    return known;
  };
  return {
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

    claimOutbox: async (id, leaseMs) => (await claimFor(leaseMs)(id)) ?? { kind: 'nothing' },

    async putBack(outboxId, clientOrderId, dueAt, error, attempts) {
      await pool.query(
        // One that is being cancelled meanwhile was never sent either: without `sending_at` its cancel withdraws it.
        `with mine as (update outbox set due_at = to_timestamp($3 / 1000.0), error = $4 where id = $1 and done_at is null and attempts = $5 returning id)
         update orders set status = case status when 'sending' then 'ready' else status end, sending_at = null
         where client_order_id = $2 and status in ('sending', 'cancelling') and exists (select 1 from mine)`,
        [outboxId, clientOrderId, dueAt, error, attempts],
      );
    },

    async postponeOutbox(id, dueAt, error) {
      await pool.query('update outbox set due_at = to_timestamp($2 / 1000.0), error = $3 where id = $1 and done_at is null', [id, dueAt, error]);
    },

    async finishOutbox(id) {
      await pool.query('update outbox set done_at = now() where id = $1 and done_at is null', [id]);
    },
  };
}

const claimById = oneOrMany('claim-outbox', 'id', 'bigint', claimText);
const claimByOrder = oneOrMany('claim-saved', 'client_order_id', 'text', (is) => claimText(`${is} and token = $3::uuid`));
const claimsOf = ({ rows }: pg.QueryResult<Claimed>): ReadonlyMap<string, OutboxClaim> => new Map(rows.map((raw) => [raw.outbox_id, claimOf(raw.outbox_id, raw)]));

async function claimRows(pool: pg.Pool, ids: string[], leaseMs: number): Promise<ReadonlyMap<string, OutboxClaim>> {
  return claimsOf(await pool.query<Claimed>({ ...claimById(ids), values: [ids, leaseMs] }));
}

/**
 * Claims the rows of orders that were saved by the statements before it on this connection: asked in the same packet, because their ids are
 * known only by the answer. It runs also where the commit turned out a rollback; by the token of the packet it then finds nothing, and not the rows
 * of another process that has made the same decision. Never rejects: what could not be claimed waits like any other row.
 */
export async function claimSaved(client: pg.PoolClient, outbox: readonly NewOutboxRow[], token: string): Promise<ReadonlyMap<string, OutboxClaim>> {
  const mine = outbox.filter(({ claimForMs }) => claimForMs !== undefined);
  if (mine.length === 0) return new Map();
  const ids = mine.map(({ clientOrderId }) => clientOrderId);
  return client.query<Claimed>({ ...claimByOrder(ids), values: [ids, mine[0]?.claimForMs, token] }).then(claimsOf, () => new Map());
}

function claimOf(outboxId: string, raw: Claimed): OutboxClaim {
  const row = orderRowOf(raw);
  if (raw.outbox_kind === 'cancel') return { kind: 'cancel', outboxId, row, submitPending: raw.submit_pending };
  if (raw.was_ready) return { kind: 'send', outboxId, row: { ...row, order: { ...row.order, status: 'sending' } }, attempts: raw.attempts };
  if (raw.status === 'ready') return { kind: 'halted', outboxId, row, reason: raw.halted_by ?? 'halted' };
  return { kind: 'resolve', outboxId, row, sentAgoMs: raw.sent_ago_ms };
}
