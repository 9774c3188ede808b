import type { Knex } from 'knex';

/**
 * The paper exchange's own books, apart from everything live: accounts and keys, balances, positions, orders, fills,
 * a ledger of every balance change. Times are epoch milliseconds, as on the wire it speaks. Secrets are those of simulated keys and
 * must be readable, for a signature is checked with them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table accounts_sim (
      id text primary key,
      market text not null check (market in ('spot', 'usdm')),
      maker_rate numeric not null,
      taker_rate numeric not null,
      created_at bigint not null
    );
    create table keys_sim (
      api_key text not null,
      market text not null check (market in ('spot', 'usdm')),
      secret text not null,
      account_id text not null references accounts_sim,
      created_at bigint not null,
      primary key (api_key, market)
    );
    create table balances_sim (
      account_id text not null references accounts_sim,
      asset text not null,
      free numeric not null,
      locked numeric not null check (locked >= 0),
      primary key (account_id, asset)
    );
    create table positions_sim (
      account_id text not null references accounts_sim,
      symbol text not null,
      quantity numeric not null,
      cost numeric not null check (cost >= 0),
      leverage int not null,
      margin_type text not null,
      realised numeric not null,
      updated_at bigint not null,
      primary key (account_id, symbol)
    );
    create table orders_sim (
      id bigint primary key,
      kind text not null check (kind in ('order', 'algo')),
      account_id text not null references accounts_sim,
      market text not null,
      symbol text not null,
      client_order_id text not null,
      side text not null,
      type text not null,
      time_in_force text not null,
      quantity numeric not null,
      quote_quantity numeric,
      price numeric,
      stop_price numeric,
      callback_rate numeric,
      activation_price numeric,
      extreme numeric,
      filled numeric not null,
      quote_filled numeric not null,
      reduce_only boolean not null,
      close_position boolean not null,
      working boolean not null,
      fill_parts int not null,
      locked numeric not null check (locked >= 0),
      status text not null,
      linked_id bigint,
      reason text,
      created_at bigint not null,
      updated_at bigint not null,
      triggered_at bigint
    );
    create index orders_sim_by_symbol on orders_sim (account_id, symbol, id);
    create index orders_sim_by_client_id on orders_sim (account_id, client_order_id);
    create index orders_sim_open on orders_sim (id) where status in ('NEW', 'PARTIALLY_FILLED', 'TRIGGERED');
    create table fills_sim (
      id bigint primary key,
      order_id bigint not null references orders_sim,
      account_id text not null references accounts_sim,
      market text not null,
      symbol text not null,
      client_order_id text not null,
      side text not null,
      price numeric not null,
      quantity numeric not null,
      quote numeric not null,
      fee numeric not null,
      fee_asset text not null,
      maker boolean not null,
      realised numeric not null,
      at bigint not null
    );
    create index fills_sim_by_symbol on fills_sim (account_id, symbol, id);
    create index fills_sim_by_order on fills_sim (order_id);
    create table ledger_sim (
      id bigint generated always as identity primary key,
      account_id text not null references accounts_sim,
      at bigint not null,
      kind text not null,
      asset text not null,
      delta numeric not null,
      balance numeric not null,
      symbol text,
      order_id bigint,
      trade_id bigint
    );
    create index ledger_sim_by_account on ledger_sim (account_id, id);
    create table prices_sim (
      market text not null,
      symbol text not null,
      price numeric not null,
      at bigint not null,
      primary key (market, symbol)
    );
    create table instruments_sim (
      market text not null,
      symbol text not null,
      rules jsonb not null,
      primary key (market, symbol)
    );
    create table listen_keys_sim (
      listen_key text primary key,
      account_id text not null references accounts_sim,
      expires_at bigint not null
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table listen_keys_sim, instruments_sim, prices_sim, ledger_sim, fills_sim, orders_sim, positions_sim, balances_sim, keys_sim, accounts_sim;
  `);
}
