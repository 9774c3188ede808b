import type { Market } from '#shared/engine/instrument/instrument';
import { recvWindowMs } from './client-ids/binance-client-ids.ts';
import type { AccountMode, VenueOrigins } from './venue-urls.ts';

/** What one instance tells of itself. */
export interface BinanceHooks {
  /** Every answer's status and headers, failures included: rate figures and bans stand there. */
  answered?(status: number, headers: Readonly<Record<string, string>>, message: string): void;
  /** A raw event of the user-data stream, before ccxt coalesces or caches anything. */
  accountEvent?(event: Record<string, unknown>): void;
  /** The stream is authenticated and its events flow from now on. */
  subscribed?(): void;
  /** The stream is of no more use. May be called several times. */
  lost?(reason: string): void;
}

export interface BinanceSetup {
  mode: AccountMode;
  market: Market;
  urls: VenueOrigins;
  apiKey?: string;
  secret?: string;
  /** Until the headers of an answer; the body has what is left of the call's deadline. */
  timeoutMs: number;
  now(): number;
  /** The venue's time, as well as we know it, for the timestamps of signed requests. */
  venueNow(): number;
  hooks?: BinanceHooks;
  /** Open the USD-M user stream at `/ws/<listenKey>`. */
  privateFallback?: boolean;
}

// Dead peers are noticed after two missed pongs; ccxt's own interval for Binance is three minutes.
const keepAliveMs = 15_000;

/** The configuration ccxt is made with. */
export const configurationOf = (setup: BinanceSetup): Record<string, unknown> => ({
  apiKey: setup.apiKey,
  secret: setup.secret,
  // Our own budget decides; ccxt's queue has no priorities and lets an order wait seconds behind polls.
  enableRateLimit: false,
  timeout: setup.timeoutMs,
  number: String,
  // An empty table keeps ccxt from loading 3000 markets (0.5 s, 40 MB) that only its rounding would need.
  markets: {},
  streaming: { keepAlive: keepAliveMs },
  options: {
    recvWindow: recvWindowMs,
    maxRetriesOnFailure: 0,
    adjustForTimeDifference: false,
    fetchCurrencies: false,
    fetchMargins: false,
    watchPositions: { fetchPositionsSnapshot: false, awaitPositionsSnapshot: false },
    watchBalance: { fetchBalanceSnapshot: false, awaitBalanceSnapshot: false },
    ws: { backoff: { base: 250, factor: 2, max: 10_000 } },
  },
});
