import type { Knex } from 'knex';

/**
 * What the market process keeps between two starts: candles for charts (base timeframes only, wider ones are put together on
 * reading), where each replayed or synthetic feed stands, and which symbols somebody asked for.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table candles (
      venue text not null,
      market text not null,
      symbol text not null,
      timeframe text not null,
      at timestamptz not null,
      open numeric not null,
      high numeric not null,
      low numeric not null,
      close numeric not null,
      volume numeric not null,
      source text not null,
      primary key (venue, market, symbol, timeframe, at)
    );
    create table feed_positions (
      source text primary key,
      position jsonb not null,
      updated_at timestamptz not null default now()
    );
    create table price_requests (
      venue text not null,
      market text not null,
      symbol text not null,
      asked_at timestamptz not null default now(),
      primary key (venue, market, symbol)
    );
  `);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table candles, feed_positions, price_requests');
}
