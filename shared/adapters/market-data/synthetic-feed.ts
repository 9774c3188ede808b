import type { Candle, FeedStatus, PriceStep } from '#shared/ports/market-data.port';
import { candleStart } from '#shared/contracts/timeframe-span';
import type { CreateWalk, Walk, WalkPosition } from '#shared/ports/price-source.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { createOffering, sleep, type CandleSink, type FeedPositions, type MarketFeed, type PriceSink } from './market-feed.ts';
import { marketsOf, pairName, readPair, type Pair } from './pair.ts';
import { anchorOf, tickSizeFor } from './synthetic-anchor.ts';

/** What synthetic prices are made with. */
export interface SyntheticOptions {
  venue: string;
  seed: number;
  createWalk: CreateWalk;
  /** The instrument's tick, or null while no rules are known. */
  tickSizeOf: (pair: Pair) => Promise<string | null>;
  positions: FeedPositions;
  storeCandles: CandleSink;
  clock: Clock;
  log: Log;
  onFault: (error: Error) => void;
  /** Why these prices stand in for the venue's, or null where they were asked for. */
  fallbackReason?: string | null;
  tickMs?: number;
}

const baseMs = 60_000;
/** Steps that a new market has behind it, so that its first chart is not empty: twelve hours of seconds. */
const stepsBehind = 43_200;

/**
 * Prices of a seeded random walk per pair, one step a second, the same in every market of the pair. Positions survive a restart,
 * so a market goes on where it was; while the sink refuses, the walk stands still.
 */
export function createSyntheticFeed(options: SyntheticOptions): MarketFeed {
  const { venue, seed, positions, clock, log, fallbackReason = null, tickMs = 1000 } = options;
  const source = `synthetic ${seed}`;
  const stopping = new AbortController();
  const offering = createOffering('the synthetic market', stopping.signal, log);
  const markets = createMadeUpMarkets(options, tickMs);
  let running: Promise<void> = Promise.resolve();
  let lastAt: number | null = null;

  async function run(sink: PriceSink): Promise<void> {
    while (!stopping.signal.aborted) {
      const due = clock.now() + tickMs;
      const prices = markets.step();
      const taken = await offering.offer(async () => {
        if (prices.length === 0) return;
        const at = clock.now();
        await sink(prices.flatMap(({ pair, price }) => marketsOf(pair).map(({ market, symbol }): PriceStep => ({ venue, market, symbol, price, at }))));
        await positions.save(source, markets.positions());
        lastAt = at;
      });
      if (!taken) return;
      await sleep(due - clock.now(), stopping.signal);
    }
  }

  return {
    source,
    timeframes: ['1m'],
    realTime: false,
    start: async (sink) => {
      markets.goOn(((await positions.load(source)) ?? {}) as Record<string, WalkPosition>);
      log.info('market', 'prices are synthetic: a seeded random walk, no real market', { seed });
      running = run(sink).catch(options.onFault);
    },
    status: (): FeedStatus => {
      const why = fallbackReason === null ? '' : ` because ${fallbackReason}`;
      const waiting = offering.waiting();
      const detail = `synthetic prices${why}: a random walk from seed ${seed}, no real market${waiting === null ? '' : `, waits: ${waiting}`}`;
      return { kind: 'synthetic', fallback: fallbackReason !== null, detail, lastAt };
    },
    watch: async (_market, symbol) => {
      const pair = readPair(symbol);
      if (pair !== null) await markets.open(pair);
    },
    candles: async () => [],
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

interface MadeUpMarket {
  pair: Pair;
  walk: Walk;
  tickKnown: boolean;
}

/** The walks of all pairs somebody wants. */
function createMadeUpMarkets({ seed, createWalk, tickSizeOf, storeCandles, clock }: SyntheticOptions, tickMs: number) {
  const opening = new Map<string, Promise<void>>();
  const markets = new Map<string, MadeUpMarket>();
  let stored: Record<string, WalkPosition> = {};

  const walkOf = (pair: string, tickSize: string | null, from: WalkPosition | undefined): Walk => {
    const anchor = anchorOf(pair);
    return createWalk({ seed, pair, anchor, tickSize: tickSize ?? tickSizeFor(anchor), ...(from && { from }) });
  };

  async function make(pair: Pair): Promise<void> {
    const name = pairName(pair);
    const tickSize = await tickSizeOf(pair);
    const walk = walkOf(name, tickSize, stored[name]);
    if (stored[name] === undefined) {
      const history = historyOf(walk, clock.now() - stepsBehind * tickMs, tickMs);
      for (const { market, symbol } of marketsOf(pair)) await storeCandles(market, symbol, '1m', history);
    }
    markets.set(name, { pair, walk, tickKnown: tickSize !== null });
  }

  async function learnTick(name: string): Promise<void> {
    const market = markets.get(name);
    if (!market || market.tickKnown) return;
    const tickSize = await tickSizeOf(market.pair);
    if (tickSize === null) return;
    market.walk = walkOf(name, tickSize, market.walk.position());
    market.tickKnown = true;
  }

  return {
    goOn: (positions: Record<string, WalkPosition>): void => void (stored = positions),
    open: async (pair: Pair): Promise<void> => {
      const name = pairName(pair);
      const known = opening.get(name);
      if (known) return known.then(() => learnTick(name));
      const made = make(pair);
      opening.set(name, made);
      // A market that could not be made is made by the next request for it.
      await made.catch((error: unknown) => {
        opening.delete(name);
        throw error;
      });
    },
    step: (): { pair: Pair; price: string }[] => [...markets.values()].map(({ pair, walk }) => ({ pair, price: walk.step() })),
    /** Where every walk stands, those of other runs that nobody has asked for since included. */
    positions: (): Record<string, WalkPosition> => (stored = { ...stored, ...Object.fromEntries([...markets].map(([name, { walk }]) => [name, walk.position()])) }),
  };
}

/** Candles of a walk's first twelve hours, as its steps one by one would fold into them. */
function historyOf(walk: Walk, start: number, tickMs: number): Candle[] {
  const candles: Candle[] = [];
  for (let step = 0; step < stepsBehind; ) {
    const at = candleStart(start + step * tickMs, baseMs);
    const steps = Math.min(Math.ceil((at + baseMs - start) / tickMs), stepsBehind) - step;
    candles.push({ at, ...walk.candle(steps), volume: '0' });
    step += steps;
  }
  return candles;
}
