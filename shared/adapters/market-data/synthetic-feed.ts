import type { Candle, FeedStatus, PriceStep } from '#shared/ports/market-data.port';
import type { CreateWalk, Walk, WalkPosition } from '#shared/ports/price-source.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { foldPrice } from './candle-fold.ts';
import { offer, sleep, type CandleSink, type FeedPositions, type MarketFeed, type PriceSink } from './market-feed.ts';
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

interface MadeUpMarket {
  pair: Pair;
  walk: Walk;
  tickKnown: boolean;
}

const baseMs = 60_000;
/** Steps that a new market has behind it, so that its first chart is not empty: twelve hours of seconds. */
const stepsBehind = 43_200;

/**
 * Prices of a seeded random walk per pair, one step a second, the same in every market of the pair. Positions survive a restart,
 * so a market goes on where it was; while the sink refuses, the walk stands still.
 */
export function createSyntheticFeed(options: SyntheticOptions): MarketFeed {
  const { venue, seed, positions, storeCandles, clock, log, fallbackReason = null, tickMs = 1000 } = options;
  const source = `synthetic ${seed}`;
  const stopping = new AbortController();
  const { signal } = stopping;
  const made = new Map<string, Promise<MadeUpMarket>>();
  const markets = new Map<string, MadeUpMarket>();
  let stored: Record<string, WalkPosition> = {};
  let running: Promise<void> = Promise.resolve();
  let lastAt: number | null = null;
  let waiting: string | null = null;

  const onWaiting = (reason: string | null): void => {
    if (reason !== null && waiting === null) log.warn('market', 'synthetic prices wait', { reason });
    if (reason === null) log.info('market', 'synthetic prices go on');
    waiting = reason;
  };

  async function make(pair: Pair): Promise<MadeUpMarket> {
    const name = pairName(pair);
    const known = await options.tickSizeOf(pair);
    const anchor = anchorOf(name);
    const from = stored[name];
    const walk = options.createWalk({ seed, pair: name, anchor, tickSize: known ?? tickSizeFor(anchor), ...(from && { from }) });
    if (!from) await storeHistory(pair, walk);
    const market = { pair, walk, tickKnown: known !== null };
    markets.set(name, market);
    return market;
  }

  async function storeHistory(pair: Pair, walk: Walk): Promise<void> {
    const candles: Candle[] = [];
    let open: Candle | null = null;
    const start = clock.now() - stepsBehind * tickMs;
    for (let step = 0; step < stepsBehind; step += 1) {
      const next = foldPrice(open, walk.step(), start + step * tickMs, baseMs);
      if (open && next.at !== open.at) candles.push(open);
      open = next;
    }
    if (open) candles.push(open);
    for (const { market, symbol } of marketsOf(pair)) await storeCandles(market, symbol, '1m', candles);
  }

  async function learnTick(market: MadeUpMarket): Promise<void> {
    const tickSize = market.tickKnown ? null : await options.tickSizeOf(market.pair);
    if (tickSize === null) return;
    const pair = pairName(market.pair);
    market.walk = options.createWalk({ seed, pair, anchor: anchorOf(pair), tickSize, from: market.walk.position() });
    market.tickKnown = true;
  }

  async function run(sink: PriceSink): Promise<void> {
    while (!signal.aborted) {
      const due = clock.now() + tickMs;
      const prices = [...markets.values()].flatMap(({ pair, walk }) => {
        const price = walk.step();
        return marketsOf(pair).map(({ market, symbol }) => ({ venue, market, symbol, price }));
      });
      const work = async (): Promise<void> => {
        const at = clock.now();
        if (prices.length > 0) await sink(prices.map((price): PriceStep => ({ ...price, at })));
        for (const [name, { walk }] of markets) stored[name] = walk.position();
        await positions.save(source, stored);
        if (prices.length > 0) lastAt = at;
      };
      if (!(await offer(work, signal, onWaiting))) return;
      await sleep(due - clock.now(), signal);
    }
  }

  return {
    source,
    timeframes: ['1m'],
    realTime: false,
    start: async (sink) => {
      stored = ((await positions.load(source)) ?? {}) as typeof stored;
      log.info('market', 'prices are synthetic: a seeded random walk, no real market', { seed });
      running = run(sink).catch(options.onFault);
    },
    status: (): FeedStatus => {
      const why = fallbackReason === null ? '' : ` because ${fallbackReason}`;
      const state = waiting === null ? '' : `, waits: ${waiting}`;
      return { kind: 'synthetic', fallback: fallbackReason !== null, detail: `synthetic prices${why}: a random walk from seed ${seed}, no real market${state}`, lastAt };
    },
    watch: async (_market, symbol) => {
      const pair = readPair(symbol);
      if (pair === null) return;
      const name = pairName(pair);
      const known = made.get(name);
      if (known) return learnTick(await known);
      const making = make(pair);
      made.set(name, making);
      // A market that could not be made is made by the next request for it.
      await making.catch((error: unknown) => {
        made.delete(name);
        throw error;
      });
    },
    candles: async () => [],
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
