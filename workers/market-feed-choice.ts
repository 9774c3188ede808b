import { probeVenue } from '#shared/adapters/market-data/binance-public';
import { CandleFileFault, openCandleFile, type CandleFile } from '#shared/adapters/market-data/candle-file';
import { createLiveFeed } from '#shared/adapters/market-data/live-feed';
import type { CandleSink, FeedPositions, MarketFeed } from '#shared/adapters/market-data/market-feed';
import { pairOfFile, readPair, type Pair } from '#shared/adapters/market-data/pair';
import { createReplayFeed } from '#shared/adapters/market-data/replay-feed';
import { createSyntheticFeed } from '#shared/adapters/market-data/synthetic-feed';
import { logCode } from '#shared/contracts/log-codes';
import { ConfigFault, type Config } from '#shared/contracts/config';
import type { Clock, Log } from '#shared/ports/system.port';
import { candleSteps } from '#shared/simulation/candle-source';
import { createWalk } from '#shared/simulation/random-walk';

/** What feeds are made of. */
export interface FeedParts {
  venue: string;
  config: Pick<Config, 'market' | 'binance' | 'trading'>;
  positions: FeedPositions;
  storeCandles: CandleSink;
  tickSizeOf: (pair: Pair) => Promise<string | null>;
  /** Is a position open that made-up prices could harm? */
  hasOpenRealGroups: () => Promise<boolean>;
  clock: Clock;
  log: Log;
  onFault: (error: Error) => void;
  /** How long the venue may take to answer before `auto` gives it up. */
  probeMs?: number;
}

/** The feed the configuration asks for, not started yet. A candle file that cannot be played is a `ConfigFault`. */
export async function chooseFeed(parts: FeedParts): Promise<MarketFeed> {
  const { market } = parts.config;
  switch (market.data) {
    case 'replay':
      return replay(parts);
    case 'synthetic':
      return synthetic(parts, null);
    case 'live':
      return live(parts);
    case 'auto':
      return automatic(parts);
  }
}

/** Live where the venue answers. Where real money or a test account is at work, made-up prices never take its place. */
async function automatic(parts: FeedParts): Promise<MarketFeed> {
  const unreachable = await probeVenue(parts.config.binance, parts.clock, parts.probeMs);
  if (unreachable === null) return live(parts);
  const real = parts.config.trading.mode === 'live' || (await parts.hasOpenRealGroups());
  if (real) {
    parts.log.alert('market', 'the venue cannot be reached; no synthetic prices, because positions on real or test accounts depend on its own', { reason: unreachable, ...logCode('market_unreachable', { detail: unreachable }) });
    return live(parts);
  }
  parts.log.warn('market', 'the venue cannot be reached: prices are synthetic', { reason: unreachable });
  return synthetic(parts, unreachable);
}

const live = ({ venue, config, storeCandles, clock, log, onFault }: FeedParts): MarketFeed => createLiveFeed({ venue, origins: config.binance, storeCandles, clock, log, onFault });

const synthetic = ({ venue, config, positions, storeCandles, tickSizeOf, clock, log, onFault }: FeedParts, fallbackReason: string | null): MarketFeed =>
  createSyntheticFeed({ venue, seed: config.market.seed, createWalk, tickSizeOf, positions, storeCandles, clock, log, onFault, fallbackReason });

async function replay({ venue, config, positions, storeCandles, clock, log, onFault }: FeedParts): Promise<MarketFeed> {
  const { file, pair } = await openReplay(config.market);
  return createReplayFeed({ venue, pair, file, speed: config.market.replaySpeed, steps: candleSteps, positions, storeCandles, clock, log, onFault });
}

/** The file to be replayed and what it holds, or a `ConfigFault` that names file, line and what to do. */
export async function openReplay({ replayFile, replaySymbol }: Config['market']): Promise<{ file: CandleFile; pair: Pair }> {
  if (replayFile === null) throw new ConfigFault(['MARKET_REPLAY_FILE: found nothing, expected a readable file; required with MARKET_DATA=replay']);
  const file = await openCandleFile(replayFile).catch((error: unknown) => {
    throw error instanceof CandleFileFault ? new ConfigFault(error.faults.map((fault) => `MARKET_REPLAY_FILE: ${fault}`)) : error;
  });
  const pair = replaySymbol === null ? pairOfFile(file.name) : readPair(replaySymbol);
  if (pair !== null) return { file, pair };
  const found = replaySymbol === null ? 'nothing' : JSON.stringify(replaySymbol);
  const why = replaySymbol === null ? `, because the name of ${file.name} does not begin with one` : '';
  throw new ConfigFault([`MARKET_REPLAY_SYMBOL: found ${found}, expected a symbol such as BTCUSDT${why}`]);
}
