import { dec, max, min } from '#shared/engine/num/units';

/** One candle; amounts are decimal text, times epoch milliseconds. */
export interface PaperCandle {
  openTime: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  quote: string;
  trades: number;
}

const minute = 60_000;
const day = 24 * 60 * minute;
const lengths: Record<string, number> = { '1m': minute, '3m': 3 * minute, '5m': 5 * minute, '15m': 15 * minute, '30m': 30 * minute, '1h': 60 * minute, '2h': 120 * minute, '4h': 240 * minute, '6h': 360 * minute, '8h': 480 * minute, '12h': 720 * minute, '1d': day, '3d': 3 * day, '1w': 7 * day, '1M': 31 * day };
// 1970-01-01 was a Thursday; Binance's weeks begin on Monday.
const mondayOffset = 4 * day;
// Four days of minutes for each symbol, so that the 24 h figures and the usual look-backs are there.
const kept = 4 * 24 * 60;

export const isInterval = (interval: string): boolean => interval in lengths;

/** When the candle of `interval` that holds `at` opened. */
export function openTimeOf(interval: string, at: number): number {
  if (interval === '1M') {
    const date = new Date(at);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  const length = lengths[interval] ?? minute;
  const offset = interval === '1w' ? mondayOffset : 0;
  return Math.floor((at - offset) / length) * length + offset;
}

/** The last millisecond of the candle that opened at `openTime`. */
export function closeTimeOf(interval: string, openTime: number): number {
  if (interval !== '1M') return openTime + (lengths[interval] ?? minute) - 1;
  const date = new Date(openTime);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - 1;
}

const merge = (into: PaperCandle, next: PaperCandle): PaperCandle => ({
  openTime: into.openTime,
  open: into.open,
  high: max(into.high, next.high).toFixed(),
  low: min(into.low, next.low).toFixed(),
  close: next.close,
  volume: dec(into.volume).plus(next.volume).toFixed(),
  quote: dec(into.quote).plus(next.quote).toFixed(),
  trades: into.trades + next.trades,
});

/** Candles of all symbols, built from price steps and from what the feed brings. Kept in memory only: a restart begins them anew. */
export interface Candles {
  add(key: string, step: { price: string; volume: string; at: number }): void;
  /** A whole candle from the feed; it replaces what steps had built. */
  push(key: string, interval: string, candle: PaperCandle): void;
  list(key: string, interval: string, query: { limit: number; startTime?: number; endTime?: number }): PaperCandle[];
  /** The candle in the making. */
  latest(key: string, interval: string): PaperCandle | null;
  /** The last 24 hours before `now` as one candle, or null when nothing traded. */
  last24h(key: string, now: number): PaperCandle | null;
}

export function createCandles(): Candles {
  const minutes = new Map<string, PaperCandle[]>();
  const pushed = new Map<string, Map<number, PaperCandle>>();

  const seriesOf = (key: string): PaperCandle[] => {
    const series = minutes.get(key) ?? [];
    minutes.set(key, series);
    return series;
  };
  const aggregate = (key: string, interval: string): PaperCandle[] => {
    const merged: PaperCandle[] = [];
    for (const candle of minutes.get(key) ?? []) {
      const openTime = openTimeOf(interval, candle.openTime);
      const last = merged.at(-1);
      if (last?.openTime === openTime) merged[merged.length - 1] = merge(last, candle);
      else merged.push({ ...candle, openTime });
    }
    const given = pushed.get(`${key} ${interval}`);
    if (given === undefined) return merged;
    const byTime = new Map(merged.map((candle) => [candle.openTime, candle]));
    for (const [openTime, candle] of given) byTime.set(openTime, candle);
    return [...byTime.values()].sort((a, b) => a.openTime - b.openTime);
  };

  return {
    add(key, { price, volume, at }) {
      const series = seriesOf(key);
      const step: PaperCandle = { openTime: openTimeOf('1m', at), open: price, high: price, low: price, close: price, volume, quote: dec(price).times(volume).toFixed(), trades: 1 };
      const last = series.at(-1);
      if (last === undefined || step.openTime > last.openTime) series.push(step);
      else if (step.openTime === last.openTime) series[series.length - 1] = merge(last, step);
      else {
        // A replay that starts over: what is later than the step belongs to the earlier run.
        series.splice(series.findIndex((candle) => candle.openTime >= step.openTime), Infinity, step);
      }
      if (series.length > kept) series.splice(0, series.length - kept);
    },
    push(key, interval, candle) {
      const name = `${key} ${interval}`;
      const given = pushed.get(name) ?? new Map<number, PaperCandle>();
      pushed.set(name, given);
      given.delete(candle.openTime);
      given.set(candle.openTime, candle);
      const [oldest] = given.keys();
      if (given.size > kept && oldest !== undefined) given.delete(oldest);
    },
    list(key, interval, { limit, startTime, endTime }) {
      const within = aggregate(key, interval).filter((candle) => (startTime === undefined || candle.openTime >= startTime) && (endTime === undefined || candle.openTime <= endTime));
      return startTime === undefined ? within.slice(-limit) : within.slice(0, limit);
    },
    latest(key, interval) {
      const series = minutes.get(key);
      const newest = series?.at(-1);
      if (series === undefined || newest === undefined) return null;
      const openTime = openTimeOf(interval, newest.openTime);
      let first = series.length - 1;
      while (first > 0 && (series[first - 1]?.openTime ?? -1) >= openTime) first -= 1;
      return series.slice(first).reduce((whole, candle) => (whole === null ? { ...candle, openTime } : merge(whole, candle)), null as PaperCandle | null);
    },
    last24h(key, now) {
      const recent = (minutes.get(key) ?? []).filter((candle) => candle.openTime > now - day);
      return recent.reduce((whole, candle) => (whole === null ? candle : merge(whole, candle)), null as PaperCandle | null);
    },
  };
}
