import type { Pool } from 'pg';
import type { Market } from '#shared/engine/instrument/instrument';
import type { Candle } from '#shared/ports/market-data.port';

/** Candles per symbol and timeframe that are kept. */
export const candlesKept = 10_000;

/** One row for the store. */
export interface StoredCandle extends Candle {
  market: Market;
  symbol: string;
  timeframe: string;
}

const columns = (venue: string, source: string, candles: readonly StoredCandle[]): unknown[] => [
  venue,
  source,
  candles.map(({ market }) => market),
  candles.map(({ symbol }) => symbol),
  candles.map(({ timeframe }) => timeframe),
  candles.map(({ at }) => at / 1000),
  ...(['open', 'high', 'low', 'close', 'volume'] as const).map((name) => candles.map((candle) => candle[name])),
];
const insert = `insert into candles (venue, source, market, symbol, timeframe, at, open, high, low, close, volume)
  select $1, $2, market, symbol, timeframe, to_timestamp(at), open, high, low, close, volume
  from unnest($3::text[], $4::text[], $5::text[], $6::float8[], $7::numeric[], $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[])
    as given(market, symbol, timeframe, at, open, high, low, close, volume)
  on conflict (venue, market, symbol, timeframe, at) do update set close = excluded.close,`;

/** Stores whole candles; they replace what was put together from single prices. */
export async function storeCandles(pool: Pick<Pool, 'query'>, venue: string, source: string, candles: readonly StoredCandle[]): Promise<void> {
  if (candles.length === 0) return;
  await pool.query(`${insert} open = excluded.open, high = excluded.high, low = excluded.low, volume = excluded.volume`, columns(venue, source, candles));
}

/** Stores candles that are still growing: what an earlier process saw of them stays in. */
export async function growCandles(pool: Pick<Pool, 'query'>, venue: string, source: string, candles: readonly StoredCandle[]): Promise<void> {
  if (candles.length === 0) return;
  await pool.query(`${insert} high = greatest(candles.high, excluded.high), low = least(candles.low, excluded.low)`, columns(venue, source, candles));
}

/** Removes what another feed left: a replayed year and today do not belong into one chart. */
export async function dropOtherSources(pool: Pick<Pool, 'query'>, venue: string, source: string): Promise<void> {
  await pool.query('delete from candles where venue = $1 and source <> $2', [venue, source]);
}

/** Removes all but the newest `kept` candles of each symbol and timeframe. */
export async function pruneCandles(pool: Pick<Pool, 'query'>, venue: string, kept = candlesKept): Promise<void> {
  await pool.query(
    `with oldest as (
       select market, symbol, timeframe, (select at from candles c where c.venue = $1 and c.market = s.market and c.symbol = s.symbol and c.timeframe = s.timeframe order by at desc offset $2 limit 1) as at
       from (select distinct market, symbol, timeframe from candles where venue = $1) s)
     delete from candles using oldest
     where candles.venue = $1 and candles.market = oldest.market and candles.symbol = oldest.symbol and candles.timeframe = oldest.timeframe and candles.at <= oldest.at`,
    [venue, kept],
  );
}
