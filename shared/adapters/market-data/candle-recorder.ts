import type { Pool } from 'pg';
import type { Candle, PriceStep } from '#shared/ports/market-data.port';
import { foldPrice } from './candle-fold.ts';
import { growCandles, storeCandles, type StoredCandle } from './candle-store.ts';
import type { CandleSink } from './market-feed.ts';
import { timeframeMs } from '#shared/contracts/timeframe-span';

/** Puts candles together from prices and stores them now and then. */
export interface CandleRecorder {
  take(steps: readonly PriceStep[]): void;
  /** Stores whole candles; they stand above ours. */
  store: CandleSink;
  /** Writes what has changed since the last flush. */
  flush(): Promise<void>;
}

interface Series {
  market: PriceStep['market'];
  symbol: string;
  timeframe: string;
  spanMs: number;
  open: Candle | null;
  /** Closed or changed since the last flush. */
  dirty: Candle[];
}

/** A recorder of `timeframes` for one venue's feed. A candle that grew is written at the next `flush`, so charts lag by at most that. */
export function createCandleRecorder(pool: Pick<Pool, 'query'>, venue: string, source: string, timeframes: readonly string[]): CandleRecorder {
  const series = new Map<string, Series[]>();

  const seriesOf = ({ market, symbol }: PriceStep): Series[] => {
    const key = `${market} ${symbol}`;
    const known = series.get(key);
    if (known) return known;
    const made = timeframes.map((timeframe): Series => ({ market, symbol, timeframe, spanMs: timeframeMs(timeframe) ?? 60_000, open: null, dirty: [] }));
    series.set(key, made);
    return made;
  };

  return {
    take: (steps) => {
      for (const step of steps)
        for (const one of seriesOf(step)) {
          const grown = foldPrice(one.open, step.price, step.at, one.spanMs);
          if (one.dirty.at(-1)?.at === grown.at) one.dirty.pop();
          one.dirty.push(grown);
          one.open = grown;
        }
    },
    store: async (market, symbol, timeframe, candles) => {
      await storeCandles(pool, venue, source, candles.map((candle): StoredCandle => ({ ...candle, market, symbol, timeframe })));
      // Ours of the same time would only be written over the whole one again.
      const whole = new Set(candles.map(({ at }) => at));
      for (const one of series.get(`${market} ${symbol}`) ?? []) if (one.timeframe === timeframe) one.dirty = one.dirty.filter(({ at }) => !whole.has(at));
    },
    flush: async () => {
      const changed = [...series.values()].flat().filter(({ dirty }) => dirty.length > 0);
      const rows = changed.flatMap(({ market, symbol, timeframe, dirty }) => dirty.map((candle): StoredCandle => ({ ...candle, market, symbol, timeframe })));
      if (rows.length === 0) return;
      for (const one of changed) one.dirty = [];
      try {
        await growCandles(pool, venue, source, rows);
      } catch (error) {
        for (const one of changed) one.dirty = [...rows.filter((row) => row.market === one.market && row.symbol === one.symbol && row.timeframe === one.timeframe), ...one.dirty];
        throw error;
      }
    },
  };
}
