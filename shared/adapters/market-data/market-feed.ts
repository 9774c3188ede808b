import { setTimeout as pause } from 'node:timers/promises';
import type { Market } from '#shared/engine/instrument/instrument';
import type { Candle, PriceFeed, PriceStep } from '#shared/ports/market-data.port';

/** A price feed as the market process runs it. */
export interface MarketFeed extends PriceFeed {
  /** Names the market that is shown: candles and positions of another source do not belong to it. */
  readonly source: string;
  /** The timeframes in which its candles are kept; wider ones are put together from them. */
  readonly timeframes: readonly string[];
  /** True where prices are those of the venue here and now, which do not wait for anybody. */
  readonly realTime: boolean;
}

/** Takes steps, or rejects when they must be offered again. */
export type PriceSink = (steps: PriceStep[]) => Promise<void>;

/** Stores whole candles, which stand above those put together from steps. */
export type CandleSink = (market: Market, symbol: string, timeframe: string, candles: readonly Candle[]) => Promise<void>;

/** Where a feed stands, kept across restarts. */
export interface FeedPositions {
  load(source: string): Promise<unknown>;
  save(source: string, position: object): Promise<void>;
}

const retryFirstMs = 50;
const retryMaxMs = 2000;

/** Waits; answers false when `signal` ended the wait. */
export const sleep = (ms: number, signal: AbortSignal): Promise<boolean> =>
  pause(Math.max(0, ms), true, { signal }).catch(() => false);

/**
 * Offers something until it is taken, ever more slowly. `onWaiting` is told the reason at every refusal, and null once it is
 * taken after one. Answers false when `signal` ended it first.
 */
export async function offer(work: () => Promise<void>, signal: AbortSignal, onWaiting: (reason: string | null) => void): Promise<boolean> {
  for (let waitMs = retryFirstMs; !signal.aborted; waitMs = Math.min(waitMs * 2, retryMaxMs)) {
    try {
      await work();
      if (waitMs > retryFirstMs) onWaiting(null);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      onWaiting(error instanceof Error ? error.message : String(error));
      await sleep(waitMs, signal);
    }
  }
  return false;
}
