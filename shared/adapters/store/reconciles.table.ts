import type pg from 'pg';
import { price, qty } from '#shared/engine/num/units';
import type { OpenState } from '#shared/engine/reconcile/judge-differences';
import { stopPauseMs, stopSeenWithinMs, type EmergencyStop, type ReconcileOccasion, type ReconcileStore } from '#shared/ports/reconcile-store.port';
import { readAccountBook, readAccountOutline } from './account-book.query.ts';

/** Reports older than this are forgotten with their differences, except those that still ask or are ignored. */
const keptDays = 90;

interface RawKnown {
  id: string;
  key: string;
  symbol: string;
  state: OpenState;
  amount: string | null;
  first_seen_at: Date;
  decision: 'adopt' | 'close' | null;
  group_id: string | null;
  decided_by: string | null;
  stop: string | null;
  action: string | null;
  price_entry: string | null;
  ours: string | null;
  decided_at: Date | null;
}

const firedOf = ({ action, decided_at: decidedAt }: RawKnown): { stopFired: boolean; firedAt: number | null } => (action === 'stop_reached' ? { stopFired: true, firedAt: decidedAt?.getTime() ?? null } : { stopFired: false, firedAt: null });

/**
 * Entries of an account that has just come, was off, or has other keys, wait until it has been compared once: what is at the venue, and who
 * else works there, is not known before. Exits go on.
 */
export async function holdUntilCompared(client: Pick<pg.ClientBase, 'query'>, accountId: string): Promise<void> {
  await client.query(
    `insert into reconciles (account_id, due_at, occasion, holds, asked_at) values ($1, now(), 'start', 'waiting until the account has been compared with its venue', clock_timestamp())
     on conflict (account_id) do update set due_at = now(), occasion = 'start', holds = excluded.holds, asked_at = excluded.asked_at`,
    [accountId],
  );
}

type Scheduling = Pick<ReconcileStore, 'holdEntries' | 'dueReconciles' | 'askReconcile' | 'beginReconcile' | 'keepReconcile' | 'endReconcile'>;

/** When accounts are compared, by whom, and what is kept of it. */
const scheduling = (pool: pg.Pool): Scheduling => ({
  async holdEntries(reason) {
    await pool.query(
      `insert into reconciles (account_id, due_at, occasion, holds, asked_at) select id, now(), 'start', $1, clock_timestamp() from accounts where enabled and deleted_at is null order by id
       on conflict (account_id) do update set due_at = now(), occasion = 'start', holds = excluded.holds, asked_at = excluded.asked_at`,
      [reason],
    );
  },

  async dueReconciles(putOffMs) {
    const { rows } = await pool.query<{ account_id: string }>({
      name: 'due-reconciles',
      // Whoever changes several of these rows takes them in the order of their accounts: two at once wait for each other, and neither is broken off.
      text: `insert into reconciles (account_id, due_at) select a.id, now() + make_interval(secs => $1 / 1000.0) from accounts a left join reconciles r on r.account_id = a.id
             where a.enabled and a.deleted_at is null and (r.account_id is null or r.due_at <= now()) order by a.id
             on conflict (account_id) do update set due_at = excluded.due_at where reconciles.due_at <= now() returning account_id`,
      values: [putOffMs],
    });
    return rows.map((row) => ({ accountId: row.account_id }));
  },

  async askReconcile(accountId, occasion) {
    // A report that is due already is not turned into a mere look.
    await pool.query(
      `insert into reconciles (account_id, due_at, occasion, asked_at) select id, now(), $2, clock_timestamp() from accounts where id = $1
       on conflict (account_id) do update set due_at = now(), asked_at = excluded.asked_at, occasion = case when reconciles.occasion in ('start', 'asked') or excluded.occasion = 'look' then reconciles.occasion else excluded.occasion end`,
      [accountId, occasion],
    );
  },

  async beginReconcile(accountId, owner, leaseMs, startedAt) {
    const { rows } = await pool.query<{ run_id: string; occasion: ReconcileOccasion; reported_at: Date | null; failures: number; heard: string[]; around: string[]; decided: boolean }>(
      `with mine as (
         insert into reconciles (account_id, busy_by, busy_since, busy_until) select id, $2, clock_timestamp(), clock_timestamp() + make_interval(secs => $3 / 1000.0) from accounts where id = $1
         on conflict (account_id) do update set busy_by = excluded.busy_by, busy_since = excluded.busy_since, busy_until = excluded.busy_until where reconciles.busy_until is null or reconciles.busy_until < clock_timestamp()
         returning account_id, occasion, reported_at, failures, array(select key from jsonb_each_text(deployments) where value::timestamptz > clock_timestamp() - interval '1 day' order by key) as around, array(select key from jsonb_each_text(deployments) where value::timestamptz > greatest(rearmed_at, clock_timestamp() - interval '1 day') order by key) as heard
       ), left_over as (
         update reconcile_runs set status = 'failed', ended_at = now(), detail = 'the process that compared ended' where account_id = $1 and status = 'running' and exists (select 1 from mine)
       ), run as (
         insert into reconcile_runs (account_id, occasion, status, started_at) select account_id, occasion, 'running', to_timestamp($4 / 1000.0) from mine returning id
       )
       select run.id as run_id, mine.occasion, mine.reported_at, mine.failures, mine.heard, mine.around, exists (select 1 from reconcile_differences d where d.account_id = $1 and d.state in ('asks', 'acting') and d.decision is not null) as decided from mine, run`,
      [accountId, owner, leaseMs, startedAt],
    );
    const row = rows[0];
    return row === undefined ? null : { runId: row.run_id, occasion: row.occasion, reportedAt: row.reported_at?.getTime() ?? null, failures: row.failures, heard: row.heard, around: row.around, decided: row.decided };
  },

  async keepReconcile(accountId, owner, leaseMs) {
    const { rowCount } = await pool.query('update reconciles set busy_until = clock_timestamp() + make_interval(secs => $3 / 1000.0) where account_id = $1 and busy_by = $2', [accountId, owner, leaseMs]);
    return rowCount === 1;
  },

  async endReconcile(accountId, runId, owner, end, at) {
    await pool.query(
      `with run as (
         update reconcile_runs set status = $4, ended_at = to_timestamp($5 / 1000.0), orders_compared = $6, positions_compared = $7, differences = $8, mended = $9, detail = $10
           where id = $2 and ($11::boolean or exists (select 1 from reconcile_differences d where d.run_id = $2))
       ), dropped as (
         delete from reconcile_runs where id = $2 and not $11::boolean and not exists (select 1 from reconcile_differences d where d.run_id = $2)
       ), outlived as (
         delete from reconcile_runs r where account_id = $1 and $11::boolean and started_at < now() - interval '${keptDays} days'
           and not exists (select 1 from reconcile_differences d where d.run_id = r.id and d.state in ('seen', 'acting', 'asks', 'ignored'))
       ), freed as (
         update reconciles set busy_by = null, busy_until = null, failures = $13, holds = case when $4 = 'failed' or asked_at > busy_since then holds end,
           occasion = case when $4 = 'failed' or asked_at > busy_since then occasion else 'look' end, due_at = case when asked_at > busy_since then now() else now() + make_interval(secs => $12 / 1000.0) end,
           reported_at = case when $11::boolean and $4 <> 'failed' then now() else reported_at end
         where account_id = $1 and busy_by = $3 returning holds
       )
       update outbox set due_at = now() where account_id = $1 and done_at is null and kind = 'submit' and error like 'halted:%' and $4 <> 'failed'`,
      [accountId, runId, owner, end.status, at, end.ordersCompared, end.positionsCompared, end.differences, end.mended, end.detail, end.keep, end.againInMs, end.failures],
    );
  },
});

/** The stop of the old row `d` was reached, and the look that writes `r` has set another, or none. */
const passedBy = `d.state = 'asks' and d.action = 'stop_reached' and d.remedy->>'stop' is distinct from r.remedy->>'stop'`;

type Differences = Pick<ReconcileStore, 'accountBook' | 'accountOutline' | 'openDifferences' | 'keepDifferences' | 'endDifference' | 'noteGroup'>;

const differences = (pool: pg.Pool): Differences => ({
  accountBook: (accountId) => readAccountBook(pool, accountId),

  accountOutline: (accountId) => readAccountOutline(pool, accountId),

  async openDifferences(accountId) {
    const { rows } = await pool.query<RawKnown>(`select id, key, symbol, state, amount, first_seen_at, decision, group_id, decided_by, action, remedy->>'stop' as stop, remedy->>'priceEntry' as price_entry, ours, decided_at from reconcile_differences where account_id = $1 and state in ('seen', 'acting', 'asks', 'ignored')`, [accountId]);
    return rows.map((row) => ({ id: row.id, key: row.key, symbol: row.symbol, state: row.state, amount: row.amount === null ? null : qty(row.amount), firstSeenAt: row.first_seen_at.getTime(), decision: row.decision, groupId: row.group_id, decidedBy: row.decided_by, stop: row.stop === null ? null : price(row.stop), ...firedOf(row), ours: row.ours, priceEntry: row.price_entry === null ? null : price(row.price_entry) }));
  },

  async keepDifferences(accountId, runId, seenAt, found) {
    // A stop that is set anew here may have been reached, at its old price, since this look read what was known: the new one was not. A person's decision has another action.
    const { rows } = await pool.query<{ key: string; id: string }>(
      `with known as (
         update reconcile_differences d set state = case when d.state = 'ignored' or d.state = 'asks' and r.state = 'seen' then d.state else r.state end, run_id = case when r.state = d.state then d.run_id else $2 end,
           ours = r.ours, venue = r.venue, amount = r.amount, remedy = r.remedy, group_id = coalesce(d.group_id, r.group_id), first_seen_at = to_timestamp(r.first_seen_at / 1000.0), last_seen_at = to_timestamp($3 / 1000.0),
           decision = case when ${passedBy} then null else d.decision end, action = case when ${passedBy} then null else d.action end, decided_at = case when ${passedBy} then null else d.decided_at end
         from jsonb_to_recordset($4) as r(id bigint, state text, group_id bigint, ours text, venue text, amount numeric, remedy jsonb, first_seen_at numeric)
         where d.id = r.id and d.state in ('seen', 'acting', 'asks', 'ignored') returning d.key, d.id
       ), fresh as (
         insert into reconcile_differences (account_id, run_id, key, kind, state, symbol, group_id, client_order_id, ours, venue, amount, remedy, first_seen_at, last_seen_at)
         select $1, $2, key, kind, state, symbol, group_id, client_order_id, ours, venue, amount, remedy, to_timestamp(first_seen_at / 1000.0), to_timestamp($3 / 1000.0)
         from jsonb_to_recordset($4) as r(id bigint, key text, kind text, state text, symbol text, group_id bigint, client_order_id text, ours text, venue text, amount numeric, remedy jsonb, first_seen_at numeric)
         where r.id is null on conflict do nothing returning key, id
       )
       select key, id from known union all select key, id from fresh`,
      [accountId, runId, seenAt, JSON.stringify(found.map(({ id, state, firstSeenAt, difference }) => ({ id, state, first_seen_at: firstSeenAt, key: difference.key, kind: difference.kind, symbol: difference.symbol, group_id: difference.groupId, client_order_id: difference.clientOrderId, ours: difference.ours, venue: difference.venue, amount: difference.amount, remedy: difference.remedy })))],
    );
    return Object.fromEntries(rows.map(({ key, id }) => [key, id]));
  },

  async endDifference(id, end, at) {
    if (end === null) {
      await pool.query(`delete from reconcile_differences where id = $1 and state = 'seen'`, [id]);
      return;
    }
    // What could not be done is asked again; what has ended meanwhile stays as it ended.
    await pool.query(
      `update reconcile_differences set state = $2, action = $3, detail = $4, group_id = case when $2 = 'asks' then null else coalesce($5, group_id) end, decision = case when $2 <> 'asks' then decision end,
         decided_at = case when $2 = 'asks' then to_timestamp($6 / 1000.0) else decided_at end, ended_at = case when $2 <> 'asks' then to_timestamp($6 / 1000.0) end where id = $1 and ended_at is null`,
      [id, end.state, end.action, end.detail, end.groupId ?? null, at],
    );
  },

  async noteGroup(id, groupId) {
    const { rows } = await pool.query<{ groupId: string }>(`update reconcile_differences set group_id = coalesce(group_id, $2), state = 'acting' where id = $1 and ended_at is null and decision is not null returning group_id::text as "groupId"`, [id, groupId]);
    return rows[0]?.groupId ?? null;
  },
});

/** What others have made on an account: positions with a stop of ours, and other deployments. */
const others = (pool: pg.Pool): Pick<ReconcileStore, 'emergencyStops' | 'fireStop' | 'hearDeployment'> => ({
  async emergencyStops(now) {
    const { rows } = await pool.query<EmergencyStop>({
      name: 'emergency-stops',
      text: `select d.id, d.account_id as "accountId", a.user_id as "userId", a.venue, a.market, a.mode, d.symbol, d.remedy->>'side' as side, d.remedy->>'stop' as price, coalesce(d.action = 'refused', false) as again
             from reconcile_differences d join accounts a on a.id = d.account_id where d.state = 'asks' and d.decision is null and d.remedy->>'stop' is not null
               and a.enabled and a.deleted_at is null and (a.mode <> 'live' or a.live_enabled_at is not null) and d.last_seen_at >= to_timestamp($1 / 1000.0)
               and (d.action is distinct from 'refused' or d.decided_at is null or d.decided_at <= to_timestamp($2 / 1000.0)) order by d.id`,
      values: [now - stopSeenWithinMs, now - stopPauseMs],
    });
    return rows;
  },

  async fireStop(id, stop, now) {
    const { rowCount } = await pool.query(`update reconcile_differences set decision = 'close', decided_at = to_timestamp($3 / 1000.0), action = 'stop_reached' where id = $1 and state = 'asks' and decision is null and remedy->>'stop' = $2`, [id, stop, now]);
    return rowCount === 1;
  },

  async hearDeployment(accountId, prefix) {
    await pool.query(
      `insert into reconciles (account_id, deployments) select id, jsonb_build_object($2::text, clock_timestamp()) from accounts where id = $1
       on conflict (account_id) do update set deployments = reconciles.deployments || excluded.deployments`,
      [accountId, prefix],
    );
  },
});

/** Comparisons of accounts with their venues. */
export const reconcilesTable = (pool: pg.Pool): ReconcileStore => ({ ...scheduling(pool), ...differences(pool), ...others(pool) });
