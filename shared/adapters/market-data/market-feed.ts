import { setTimeout as pause } from 'node:timers/promises';
import type { Market } from '#shared/engine/instrument/instrument';
import type { Candle, PriceFeed, PriceStep } from '#shared/ports/market-data.port';
import type { Log } from '#shared/ports/system.port';

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

/** Hands something over until it is taken. */
export interface Offering {
  /** Tries ever more slowly; false when the feed was stopped first. */
  offer(work: () => Promise<void>): Promise<boolean>;
  /** Why it is not taken just now, or null. */
  waiting(): string | null;
}

/** An offering of `what`, which logs when it begins to wait and when it goes on. */
export function createOffering(what: string, signal: AbortSignal, log: Log): Offering {
  let waiting: string | null = null;
  return {
    waiting: () => waiting,
    offer: async (work) => {
      for (let waitMs = retryFirstMs; !signal.aborted; waitMs = Math.min(waitMs * 2, retryMaxMs)) {
        try {
          await work();
          if (waiting !== null) log.info('market', `${what} goes on`);
          waiting = null;
          return true;
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          if (waiting === null && !signal.aborted) log.warn('market', `${what} waits`, { reason });
          waiting = reason;
          await sleep(waitMs, signal);
        }
      }
      return false;
    },
  };
}
