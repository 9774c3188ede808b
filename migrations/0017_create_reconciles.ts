import type { Knex } from 'knex';

/**
 * Comparing exchange accounts with their venues. `reconciles` says when an account is due, who is at it, and that its entries wait for
 * the first comparison after a start; `reconcile_runs` keeps those that were asked for or found something, `reconcile_differences` what
 * they found and what became of it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table reconciles (
      account_id bigint primary key references accounts on delete cascade,
      due_at timestamptz not null default now(),
      occasion text not null default 'time' check (occasion in ('start', 'gap', 'time', 'asked', 'look')),
      holds text,
      busy_by text,
      busy_since timestamptz,
      busy_until timestamptz,
      asked_at timestamptz,
      reported_at timestamptz,
      failures int not null default 0
    );
    create index reconciles_due on reconciles (due_at);
    create table reconcile_runs (
      id bigint generated always as identity primary key,
      account_id bigint not null references accounts on delete cascade,
      occasion text not null,
      status text not null check (status in ('running', 'clean', 'differences', 'failed')),
      started_at timestamptz not null,
      ended_at timestamptz,
      orders_compared int not null default 0,
      positions_compared int not null default 0,
      differences int not null default 0,
      mended int not null default 0,
      detail text
    );
    create index reconcile_runs_newest on reconcile_runs (account_id, id desc);
    create table reconcile_differences (
      id bigint generated always as identity primary key,
      account_id bigint not null references accounts on delete cascade,
      run_id bigint not null references reconcile_runs on delete cascade,
      key text not null,
      kind text not null,
      state text not null check (state in ('seen', 'acting', 'done', 'asks', 'adopted', 'closed', 'ignored', 'gone')),
      symbol text not null,
      group_id bigint,
      client_order_id text,
      ours text,
      venue text,
      amount numeric,
      remedy jsonb not null,
      action text,
      detail text,
      decision text check (decision in ('adopt', 'close')),
      decided_by bigint references users on delete set null,
      decided_at timestamptz,
      first_seen_at timestamptz not null,
      last_seen_at timestamptz not null,
      ended_at timestamptz
    );
    create unique index reconcile_differences_open on reconcile_differences (account_id, key) where state in ('seen', 'acting', 'asks', 'ignored');
    create index reconcile_differences_newest on reconcile_differences (account_id, id desc) where state <> 'seen';
    create index reconcile_differences_run on reconcile_differences (run_id);
  `);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table reconcile_differences, reconcile_runs, reconciles');
}
