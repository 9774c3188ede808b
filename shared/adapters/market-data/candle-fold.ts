import { compare } from '#shared/engine/num/units';
import type { Candle } from '#shared/ports/market-data.port';
import { candleStart } from '#shared/contracts/timeframe-span';

/** `candle` with one more price in it; a new candle where `candle` is null or the price belongs to a later one. */
export function foldPrice(candle: Candle | null, price: string, at: number, spanMs: number): Candle {
  const start = candleStart(at, spanMs);
  if (candle === null || candle.at !== start) return { at: start, open: price, high: price, low: price, close: price, volume: '0' };
  return { ...candle, high: compare(price, candle.high) > 0 ? price : candle.high, low: compare(price, candle.low) < 0 ? price : candle.low, close: price };
}
