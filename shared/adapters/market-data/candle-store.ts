import type { Pool } from 'pg';
import type { Market } from '#shared/engine/instrument/instrument';
import type { Candle } from '#shared/ports/market-data.port';
import { timeframeMs, timeframeOrigin } from './timeframe.ts';

/** Candles per symbol and timeframe that are kept. */
export const candlesKept = 10_000;

/** Which candles a chart wants. */
export interface CandleRequest {
  venue: string;
  market: string;
  symbol: string;
  timeframe: string;
  limit: number;
}

/** One row for the store. */
export interface StoredCandle extends Candle {
  market: Market;
  symbol: string;
  timeframe: string;
}

/**
 * The last `limit` candles of a symbol, oldest first; the last one may still be open. They are put together from the widest stored
 * timeframe that fits into the wanted one. Where only wider candles are stored, those are returned, because a coarse
 * chart tells more than none. A timeframe that is none gives no candles.
 */
export async function readCandles(pool: Pick<Pool, 'query'>, { venue, market, symbol, timeframe, limit }: CandleRequest): Promise<Candle[]> {
  const wanted = timeframeMs(timeframe);
  if (wanted === null) return [];
  const stored = await pool.query<{ timeframe: string }>('select distinct timeframe from candles where venue = $1 and market = $2 and symbol = $3', [venue, market, symbol]);
  const spans = stored.rows.map((row) => ({ name: row.timeframe, ms: timeframeMs(row.timeframe) ?? Infinity })).sort((a, b) => b.ms - a.ms);
  const base = spans.find(({ ms }) => ms <= wanted && wanted % ms === 0) ?? spans.at(-1);
  if (base === undefined) return [];
  const span = Math.max(wanted, base.ms);
  const { rows } = await pool.query<{ at: string } & Omit<Candle, 'at'>>(
    `select (extract(epoch from bin) * 1000)::bigint as at,
            trim_scale((array_agg(open order by at))[1])::text as open, trim_scale(max(high))::text as high, trim_scale(min(low))::text as low,
            trim_scale((array_agg(close order by at desc))[1])::text as close, trim_scale(sum(volume))::text as volume
     from (select *, date_bin(make_interval(secs => $5), at, to_timestamp($6)) as bin
           from (select * from candles where venue = $1 and market = $2 and symbol = $3 and timeframe = $4 order by at desc limit $7) newest) binned
     group by bin order by bin desc limit $8`,
    [venue, market, symbol, base.name, span / 1000, timeframeOrigin(span) / 1000, Math.ceil(((limit + 1) * span) / base.ms), limit],
  );
  return rows.map((row) => ({ ...row, at: Number(row.at) })).reverse();
}

/** Says that somebody looks at a symbol, so that its prices flow for a day although nobody trades it. */
export async function askForPrices(pool: Pick<Pool, 'query'>, venue: string, market: string, symbol: string): Promise<void> {
  await pool.query(
    `insert into price_requests (venue, market, symbol) values ($1, $2, $3)
     on conflict (venue, market, symbol) do update set asked_at = now() where price_requests.asked_at < now() - interval '1 minute'`,
    [venue, market, symbol],
  );
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
