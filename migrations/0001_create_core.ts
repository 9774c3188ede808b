import type { Knex } from 'knex';

/**
 * Users and how they sign in, exchange accounts, intake, the three aggregates with their journal, and the orders and fills that
 * belong to groups. Money is `numeric`, never a float; times are `timestamptz`.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table deployment (
      only_row boolean primary key default true check (only_row),
      prefix text not null,
      created_at timestamptz not null default now()
    );

    create table users (
      id bigint generated always as identity primary key,
      email text not null unique,
      password_hash text not null,
      role text not null default 'administrator' check (role in ('administrator', 'trader', 'viewer')),
      created_at timestamptz not null default now()
    );
    create table sessions (
      id_hash bytea primary key,
      user_id bigint not null references users on delete cascade,
      csrf_token text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create table api_tokens (
      id bigint generated always as identity primary key,
      user_id bigint not null references users on delete cascade,
      name text not null,
      token_hash bytea not null unique,
      created_at timestamptz not null default now(),
      last_used_at timestamptz
    );
    create table setup_links (
      token_hash bytea primary key,
      created_at timestamptz not null default now(),
      used_at timestamptz
    );

    create table accounts (
      id bigint generated always as identity primary key,
      user_id bigint not null references users on delete cascade,
      name text not null,
      venue text not null,
      market text not null check (market in ('spot', 'usdm')),
      mode text not null check (mode in ('paper', 'testnet', 'live')),
      secrets bytea not null,
      api_key_mask text not null,
      enabled boolean not null default true,
      live_enabled_at timestamptz,
      created_at timestamptz not null default now(),
      deleted_at timestamptz,
      poll_due_at timestamptz not null default now(),
      unique (user_id, name)
    );
    create table webhook_endpoints (
      id text primary key,
      user_id bigint not null references users on delete cascade,
      account_id bigint not null references accounts,
      name text not null,
      execution_mode text not null default 'grid',
      secret bytea not null,
      created_at timestamptz not null default now(),
      deleted_at timestamptz
    );

    create table alerts (
      id bigint generated always as identity primary key,
      endpoint_id text,
      user_id bigint,
      received_at timestamptz not null default now(),
      content_type text,
      body bytea not null,
      answer int not null,
      code text,
      detail text,
      signal_id bigint
    );
    create index on alerts (received_at);
    create index on alerts (signal_id);
    create table signals (
      id bigint generated always as identity primary key,
      user_id bigint not null references users on delete cascade,
      account_id bigint not null references accounts,
      endpoint_id text not null,
      identity text not null,
      symbol text not null,
      timeframe text not null,
      kind text not null,
      side text,
      payload jsonb not null,
      status text not null default 'pending' check (status in ('pending', 'waiting', 'accepted', 'refused', 'done')),
      outcome text,
      reason text,
      detail text,
      group_id bigint,
      received_at timestamptz not null default now(),
      decided_at timestamptz
    );
    create unique index signals_identity on signals (user_id, identity);
    create index on signals (user_id, id desc);
    create index on signals (group_id);

    create table inbox (
      id bigint generated always as identity primary key,
      key text not null unique,
      aggregate text not null check (aggregate in ('pool', 'group', 'risk')),
      aggregate_id bigint not null,
      event jsonb,
      due_at timestamptz not null default now(),
      created_at timestamptz not null default now(),
      decided_at timestamptz,
      attempts int not null default 0,
      error text
    );
    create index inbox_pending on inbox (due_at) where decided_at is null;

    create sequence group_ids;
    create table position_groups (
      id bigint primary key,
      user_id bigint not null references users on delete cascade,
      account_id bigint not null references accounts,
      venue text not null,
      market text not null,
      symbol text not null,
      timeframe text not null,
      side text not null,
      status text not null,
      version int not null,
      state jsonb not null,
      tp_mode text not null,
      pyramid_count int not null,
      max_pyramids int not null,
      quantity numeric not null,
      cost_held numeric not null,
      price_entry_average numeric,
      pnl_realised numeric not null,
      fees_paid numeric not null,
      legs_filled int not null,
      legs_total int not null,
      opened_at timestamptz not null,
      closed_at timestamptz,
      close_reason text,
      wake jsonb not null default '[]',
      updated_at timestamptz not null default now()
    );
    create unique index position_groups_open on position_groups (user_id, account_id, symbol, timeframe, side) where status <> 'closed';
    create index on position_groups (user_id, id desc);
    create index position_groups_wake on position_groups (venue, market, symbol) where wake <> '[]'::jsonb;

    create table pools (
      user_id bigint primary key references users on delete cascade,
      version int not null,
      state jsonb not null
    );

    create table journal (
      aggregate text not null,
      aggregate_id bigint not null,
      version int not null,
      at timestamptz not null,
      event jsonb not null,
      facts jsonb not null,
      commands jsonb not null,
      primary key (aggregate, aggregate_id, version)
    );

    create table orders (
      client_order_id text primary key,
      group_id bigint not null references position_groups deferrable initially deferred,
      account_id bigint not null references accounts,
      venue text not null,
      symbol text not null,
      role text not null,
      pyramid int,
      leg int,
      generation int not null,
      side text not null,
      type text not null,
      price numeric,
      quantity numeric not null,
      reduce_only boolean not null,
      status text not null,
      venue_order_id text,
      quantity_filled numeric not null default 0,
      quantity_reported numeric not null default 0,
      notional_filled numeric not null default 0,
      reason text,
      created_at timestamptz not null,
      sending_at timestamptz,
      accepted_at timestamptz,
      updated_at timestamptz not null default now(),
      absent_checks int not null default 0
    );
    create index orders_working on orders (account_id, symbol) where status in ('sending', 'open', 'partially_filled', 'cancelling', 'unknown') or quantity_reported > quantity_filled;
    create index on orders (group_id);
    create index on orders (created_at desc);

    create table fills (
      account_id bigint not null references accounts,
      symbol text not null,
      trade_id text not null,
      client_order_id text not null references orders deferrable initially deferred,
      group_id bigint not null,
      price numeric not null,
      quantity numeric not null,
      fee numeric not null,
      fee_asset text not null,
      at timestamptz not null,
      primary key (account_id, symbol, trade_id, client_order_id)
    );
    create index on fills (group_id);
    create index on fills (at desc);

    create table outbox (
      id bigint generated always as identity primary key,
      kind text not null check (kind in ('submit', 'cancel')),
      account_id bigint not null references accounts,
      venue text not null,
      group_id bigint not null,
      client_order_id text not null,
      priority int not null,
      created_at timestamptz not null default now(),
      due_at timestamptz not null default now(),
      done_at timestamptz,
      attempts int not null default 0,
      error text
    );
    create index outbox_pending on outbox (due_at) where done_at is null;

    create table instruments (
      venue text not null,
      market text not null,
      symbol text not null,
      venue_symbol text not null,
      rules jsonb not null,
      fetched_at timestamptz not null,
      primary key (venue, market, symbol)
    );
    create table prices (
      venue text not null,
      market text not null,
      symbol text not null,
      price numeric not null,
      at timestamptz not null,
      primary key (venue, market, symbol)
    );
    create table trade_watermarks (
      account_id bigint not null references accounts on delete cascade,
      symbol text not null,
      at timestamptz not null,
      primary key (account_id, symbol)
    );

    create table configs (
      user_id bigint not null references users on delete cascade,
      version int not null,
      document jsonb not null,
      created_at timestamptz not null default now(),
      primary key (user_id, version)
    );
    create table config_drafts (
      user_id bigint primary key references users on delete cascade,
      document jsonb not null,
      updated_at timestamptz not null default now()
    );
    create table halts (
      scope text not null,
      scope_id text not null,
      reason text not null,
      created_at timestamptz not null default now(),
      primary key (scope, scope_id)
    );
    create table process_status (
      name text primary key,
      status jsonb not null,
      updated_at timestamptz not null default now()
    );
    create table leases (
      name text primary key,
      owner text not null,
      expires_at timestamptz not null
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table leases, process_status, halts, config_drafts, configs, trade_watermarks, prices, instruments, outbox, fills, orders, journal,
      pools, position_groups, inbox, signals, alerts, webhook_endpoints, accounts, setup_links, api_tokens, sessions, users, deployment;
    drop sequence group_ids;
  `);
}
