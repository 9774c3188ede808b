import type { Candle, FeedStatus, PriceStep } from '#shared/ports/market-data.port';
import type { CandlePosition, CandleStep, CandleSteps } from '#shared/ports/price-source.port';
import type { Clock, Log } from '#shared/ports/system.port';
import type { CandleFile } from './candle-file.ts';
import { createOffering, sleep, type CandleSink, type FeedPositions, type MarketFeed, type Offering, type PriceSink } from './market-feed.ts';
import { marketsOf, pairName, type Pair } from './pair.ts';
import { timeframeOfSpan } from '#shared/contracts/timeframe-span';

/** What a replay plays, and with what. */
export interface ReplayOptions {
  venue: string;
  pair: Pair;
  file: CandleFile;
  /** Candles per second. */
  speed: number;
  steps: CandleSteps;
  positions: FeedPositions;
  storeCandles: CandleSink;
  clock: Clock;
  log: Log;
  /** The feed cannot go on. */
  onFault: (error: Error) => void;
}

/** Where a replay stands: what comes next, and what was taken last. */
interface ReplayPlace extends CandlePosition {
  last: { price: string; at: number } | null;
}

interface Replay extends ReplayOptions {
  source: string;
  timeframe: string;
  place: ReplayPlace;
  offering: Offering;
  signal: AbortSignal;
}

const stepsPerCandle = 4;
/** Steps that are due at the same time travel together; more than this would keep a stop or a lost lease waiting. */
const batchMax = 400;
/** A replay that was held up this long goes on at its pace from there instead of rushing to where it should be. */
const lagMaxMs = 1000;
/** As many candles before the place where it goes on are put back for charts. */
const historyMax = 10_000;

const iso = (at: number): string => new Date(at).toISOString();
const hasEnded = ({ place, file }: Replay): boolean => place.candle >= file.candles;

/**
 * Plays a candle file as if it were now, `speed` candles a second, and stops at its end. Each batch is taken by the sink before
 * the next one leaves, and its place is stored after that, so a killed replay repeats at most the batch nobody confirmed.
 */
export function createReplayFeed(options: ReplayOptions): MarketFeed {
  const { pair, file, speed, log } = options;
  const stopping = new AbortController();
  const replay: Replay = {
    ...options,
    source: `replay ${pairName(pair)} ${file.digest.slice(0, 32)}`,
    timeframe: timeframeOfSpan(file.spanMs),
    place: { candle: 0, step: 0, last: null },
    offering: createOffering('the replay', stopping.signal, log),
    signal: stopping.signal,
  };
  let running: Promise<void> = Promise.resolve();
  return {
    source: replay.source,
    timeframes: [replay.timeframe],
    realTime: false,
    start: async (sink) => {
      log.info('market', 'replaying a candle file', { file: file.name, symbol: pairName(pair), candles: file.candles, timeframe: replay.timeframe, from: iso(file.firstAt), to: iso(file.lastAt), speed });
      if (file.gapCount > 0) log.warn('market', 'the candle file has gaps', { gaps: file.gapCount, first: file.gaps.join('; ') });
      running = run(replay, sink).catch(options.onFault);
    },
    status: () => statusOf(replay),
    watch: async () => {},
    candles: async (market, symbol, timeframe, limit) => {
      const ours = timeframe === replay.timeframe && marketsOf(pair).some((known) => known.market === market && known.symbol === symbol);
      return ours ? playedCandles(replay, limit) : [];
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function run(replay: Replay, sink: PriceSink): Promise<void> {
  if ((await resume(replay, sink)) && !hasEnded(replay)) await play(replay, sink);
}

/** Goes back to where the last run stood: its candles for charts, and its last price once more, for whoever has lost it. */
async function resume(replay: Replay, sink: PriceSink): Promise<boolean> {
  const { file, log, offering, positions } = replay;
  const saved = readPlace(await positions.load(replay.source));
  if (saved === null) return true;
  replay.place = saved;
  log.info('market', 'the replay goes on where it stood', { file: file.name, candle: saved.candle, candles: file.candles });
  const history = await playedCandles(replay, historyMax);
  return offering.offer(async () => {
    await storeEverywhere(replay, history);
    if (saved.last) await sink(inMarkets(replay, saved.last));
  });
}

async function play(replay: Replay, sink: PriceSink): Promise<void> {
  const { clock, file, log, signal } = replay;
  const stepMs = 1000 / replay.speed / stepsPerCandle;
  let due = clock.now();
  let batch: CandleStep[] = [];
  for await (const step of replay.steps(file.read(replay.place.candle), file.spanMs, replay.place)) {
    if (signal.aborted) return;
    if (due > clock.now() || batch.length >= batchMax) {
      if (!(await deliver(replay, sink, batch))) return;
      batch = [];
      if (clock.now() - due > lagMaxMs) due = clock.now();
      if (due > clock.now() && !(await sleep(due - clock.now(), signal))) return;
    }
    batch.push(step);
    due += stepMs;
  }
  if (await deliver(replay, sink, batch)) log.warn('market', 'the replay has reached the end of its file; the last price stays', { file: file.name, price: replay.place.last?.price });
}

/** False where the feed was stopped before the batch was taken. */
async function deliver(replay: Replay, sink: PriceSink, batch: readonly CandleStep[]): Promise<boolean> {
  const last = batch.at(-1);
  if (!last) return true;
  const steps = batch.flatMap((step) => inMarkets(replay, step));
  const closed = batch.flatMap((step) => step.closed ?? []);
  const next: ReplayPlace = { ...last.next, last: { price: last.price, at: last.at } };
  const taken = await replay.offering.offer(async () => {
    await sink(steps);
    await storeEverywhere(replay, closed);
    await replay.positions.save(replay.source, next);
  });
  if (taken) replay.place = next;
  return taken;
}

const inMarkets = ({ venue, pair }: Replay, { price, at }: { price: string; at: number }): PriceStep[] => marketsOf(pair).map(({ market, symbol }) => ({ venue, market, symbol, price, at }));

async function storeEverywhere({ pair, timeframe, storeCandles }: Replay, candles: readonly Candle[]): Promise<void> {
  if (candles.length === 0) return;
  for (const { market, symbol } of marketsOf(pair)) await storeCandles(market, symbol, timeframe, candles);
}

/** The last candles before the place where the replay stands. */
async function playedCandles({ file, place }: Replay, limit: number): Promise<Candle[]> {
  const candles: Candle[] = [];
  for await (const candle of file.read(Math.max(0, place.candle - limit), place.candle)) candles.push(candle);
  return candles;
}

function statusOf(replay: Replay): FeedStatus {
  const { place, file, pair, speed, offering } = replay;
  const waiting = offering.waiting();
  const where = place.last ? `, at ${iso(place.last.at)}` : '';
  const state = hasEnded(replay) ? `has ended; the last price ${place.last?.price} stays` : waiting === null ? `${speed} candles/s` : `waits: ${waiting}`;
  const detail = `replay of ${file.name} (${pairName(pair)}), candle ${Math.min(place.candle + 1, file.candles)} of ${file.candles}${where}, ${state}`;
  return { kind: 'replay', fallback: false, detail, lastAt: place.last?.at ?? null, ended: hasEnded(replay) };
}

function readPlace(stored: unknown): ReplayPlace | null {
  const place = stored as Partial<ReplayPlace> | null;
  return place !== null && Number.isInteger(place.candle) && Number.isInteger(place.step) ? (place as ReplayPlace) : null;
}
