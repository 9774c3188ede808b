import type { Pool } from 'pg';
import type { PriceStep } from '#shared/ports/market-data.port';

/** Stores last traded prices; of several steps of a symbol the last one counts. */
export async function storeLastPrices(pool: Pick<Pool, 'query'>, steps: readonly PriceStep[]): Promise<void> {
  const last = [...new Map(steps.map((step) => [`${step.venue} ${step.market} ${step.symbol}`, step])).values()];
  if (last.length === 0) return;
  await pool.query(
    `insert into prices (venue, market, symbol, price, at)
     select venue, market, symbol, price, to_timestamp(at) from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::float8[]) as given(venue, market, symbol, price, at)
     on conflict (venue, market, symbol) do update set price = excluded.price, at = excluded.at`,
    [last.map(({ venue }) => venue), last.map(({ market }) => market), last.map(({ symbol }) => symbol), last.map(({ price }) => price), last.map(({ at }) => at / 1000)],
  );
}
