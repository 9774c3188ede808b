import type { Pool } from 'pg';
import { timeframeMs, timeframeOrigin } from '#shared/contracts/timeframe-span';
import type { Candle } from '#shared/ports/market-data.port';

/** Which candles a chart wants. */
export interface CandleRequest {
  venue: string;
  market: string;
  symbol: string;
  timeframe: string;
  limit: number;
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
