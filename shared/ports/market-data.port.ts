import type { Market } from '#shared/engine/instrument/instrument';

/** One traded price. `symbol` is unified, `price` decimal text, `at` epoch milliseconds of the venue or of the replayed candle. */
export interface PriceStep {
  venue: string;
  market: Market;
  symbol: string;
  price: string;
  at: number;
}

/** Open, high, low, close and volume as decimal text; `at` is the opening time, epoch milliseconds. */
export interface Candle {
  at: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
}

export type FeedKind = 'live' | 'replay' | 'synthetic';

/** What the feed is and why: shown in the top bar of the web app. */
export interface FeedStatus {
  kind: FeedKind;
  /** True where `auto` could not reach the venue and fell back. */
  fallback: boolean;
  detail: string;
  /** When the last price came, epoch ms; null before the first. A replay's is the time of its candle. */
  lastAt: number | null;
  /** True where a replay has come to the end of its file. */
  ended?: boolean;
}

/** Where prices come from. Steps of one symbol arrive in order; `sink` is awaited before the next step (back-pressure). */
export interface PriceFeed {
  start(sink: (steps: PriceStep[]) => Promise<void>): Promise<void>;
  status(): FeedStatus;
  /** Makes sure a symbol's prices flow; safe to repeat. */
  watch(market: Market, symbol: string): Promise<void>;
  candles(market: Market, symbol: string, timeframe: string, limit: number): Promise<Candle[]>;
  stop(): Promise<void>;
}
