import type { Pool } from 'pg';
import { createCandleRecorder } from '#shared/adapters/market-data/candle-recorder';
import { dropOtherSources, pruneCandles } from '#shared/adapters/market-data/candle-store';
import { storeFeedStatus } from '#shared/adapters/market-data/feed-status.table';
import { storeLastPrices } from '#shared/adapters/market-data/last-prices.table';
import { sleep, type CandleSink, type MarketFeed } from '#shared/adapters/market-data/market-feed';
import { marketsOf, readPair } from '#shared/adapters/market-data/pair';
import { createLaggingPush, createPaperPush } from '#shared/adapters/market-data/paper-push';
import { usualPairs } from '#shared/adapters/market-data/synthetic-anchor';
import { readAllWakes, readWakesOf } from '#shared/adapters/market-data/wake-levels.query';
import { readWantedPrices } from '#shared/adapters/market-data/wanted-prices.query';
import type { JobQueue } from '#shared/ports/job-queue.port';
import type { Bus, Clock, Log } from '#shared/ports/system.port';
import { createPriceWatch } from '#shared/shell/price-watch';
import type { Term } from './market-leader.ts';
import { createPriceChain } from './price-chain.ts';
import { createWakeReader } from './wake-reader.ts';

/** What a term of leading the market works with. */
export interface MarketTermOptions {
  venue: string;
  /** Makes the feed, which stores whole candles in the given sink. */
  makeFeed: (storeCandles: CandleSink) => Promise<MarketFeed>;
  pool: Pool;
  bus: Bus;
  jobs: Pick<JobQueue, 'knock'>;
  /** Where the paper exchange takes prices. */
  paper: { url: string; token: string };
  /** False once another process may have taken over. */
  leads: () => boolean;
  clock: Clock;
  log: Log;
}

/** Real prices come faster than they need to be stored; a price that wakes a group is stored at once all the same. */
const storeEveryMs = 250;
const publishEveryMs = 50;
const statusEveryMs = 1000;
/** A wake condition whose message or job was lost is seen again after this. */
const sweepEveryMs = 2000;
const pruneEveryMs = 600_000;
/** How long real prices wait for the paper exchange at most. */
const paperLagMs = 500;

/** Runs the feed with everything its prices concern, until `stop`. */
export async function startMarketTerm({ venue, makeFeed, pool, bus, jobs, paper, leads, clock, log }: MarketTermOptions): Promise<Term> {
  const stopping = new AbortController();
  const watch = createPriceWatch();
  const feed = await makeFeed((...candles) => recorder.store(...candles));
  const recorder = createCandleRecorder(pool, venue, feed.source, feed.timeframes);
  const chain = createPriceChain({
    assertLeading: () => {
      if (!leads()) throw new Error('this process does not lead the market feed any more');
    },
    pushToPaper: feed.realTime ? createLaggingPush(createPaperPush({ ...paper, venue, log, timeoutMs: paperLagMs }), clock, log) : createPaperPush({ ...paper, venue, log }),
    storeLastPrices: (steps) => storeLastPrices(pool, steps),
    publish: (message) => bus.publish('price', message),
    watch,
    // What touched a stop must not be lost to a job that waits with another price.
    knock: (groupId, touched) => jobs.knock('tp-check', { groupId, touched }, { dedupeKey: ['tp-check', groupId, ...touched].join('-'), priority: 1 }),
    record: (steps) => recorder.take(steps),
    onWoken: (groupIds) => wakes.fired(groupIds),
    clock,
    log,
    storeEveryMs: feed.realTime ? storeEveryMs : 0,
    publishEveryMs,
  });
  const wakes = createWakeReader({
    venue,
    watch,
    readAll: () => readAllWakes(pool, venue),
    readSome: (groupIds) => readWakesOf(pool, venue, groupIds),
    wake: (groupIds) => chain.wake(groupIds),
  });
  const watchWanted = async (): Promise<void> => {
    for (const { market, symbol } of await readWantedPrices(pool, venue)) await feed.watch(market, symbol);
  };

  await dropOtherSources(pool, venue, feed.source);
  const unsubscribe = await bus.subscribe('wake', ({ groupId }) => {
    wakes.read(groupId).catch((error: Error) => log.warn('market', 'wake conditions could not be read', { groupId, error: error.message }));
  });
  await wakes.readAll();
  await feed.start((steps) => chain.take(steps));
  for (const pair of usualPairs) for (const { market, symbol } of marketsOf(readPair(pair)!)) await feed.watch(market, symbol);

  const every = (ms: number, what: string, work: () => Promise<void>): Promise<void> => repeat(ms, what, work, stopping.signal, log);
  const running = [
    every(statusEveryMs, 'storing the status', () => storeFeedStatus(pool, feed.status())),
    every(statusEveryMs, 'flushing prices', () => chain.flush()),
    every(statusEveryMs, 'storing candles', () => recorder.flush()),
    every(statusEveryMs, 'looking for wanted prices', watchWanted),
    every(sweepEveryMs, 'reading wake conditions', () => wakes.readAll()),
    every(pruneEveryMs, 'pruning candles', () => pruneCandles(pool, venue)),
  ];
  return {
    stop: async () => {
      stopping.abort();
      await unsubscribe().catch(() => {});
      await feed.stop();
      await Promise.all(running);
      if (!leads()) return;
      await recorder.flush().catch(() => {});
      await chain.flush().catch(() => {});
    },
  };
}

/** Does `work` over and over with a pause between, until `signal`. A failure is logged when it begins and when it ends. */
async function repeat(ms: number, what: string, work: () => Promise<void>, signal: AbortSignal, log: Log): Promise<void> {
  let failing = false;
  while (!signal.aborted) {
    try {
      await work();
      if (failing) log.info('market', `${what} works again`);
      failing = false;
    } catch (error) {
      if (!failing && !signal.aborted) log.warn('market', `${what} failed`, { error: error instanceof Error ? error.message : String(error) });
      failing = true;
    }
    await sleep(ms, signal);
  }
}
