import type { Candle, FeedStatus, PriceStep } from '#shared/ports/market-data.port';
import type { CandlePosition, CandleStep, CandleSteps } from '#shared/ports/price-source.port';
import type { Clock, Log } from '#shared/ports/system.port';
import type { CandleFile } from './candle-file.ts';
import { offer, sleep, type CandleSink, type FeedPositions, type MarketFeed, type PriceSink } from './market-feed.ts';
import { marketsOf, pairName, type Pair } from './pair.ts';
import { timeframeOf } from './timeframe.ts';

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
interface ReplayPosition extends CandlePosition {
  last: { price: string; at: number } | null;
}

const stepsPerCandle = 4;
/** Steps that are due at the same time travel together; more than this would keep a stop or a lost lease waiting. */
const batchMax = 400;
/** A replay that was held up this long goes on at its pace from there instead of rushing to where it should be. */
const lagMaxMs = 1000;
/** As many candles before the place where it goes on are put back for charts; a chart's widest view. */
const historyMax = 10_000;

const iso = (at: number): string => new Date(at).toISOString();

/**
 * Plays a candle file as if it were now, `speed` candles a second, and stops at its end. Each batch is taken by the sink before
 * the next one leaves, and its place is stored after that, so a killed replay repeats at most the batch nobody confirmed.
 */
export function createReplayFeed(options: ReplayOptions): MarketFeed {
  const { venue, pair, file, speed, positions, storeCandles, clock, log } = options;
  const markets = marketsOf(pair);
  const timeframe = timeframeOf(file.spanMs);
  const source = `replay ${pairName(pair)} ${file.digest.slice(0, 32)}`;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> = Promise.resolve();
  let place: ReplayPosition = { candle: 0, step: 0, last: null };
  let waiting: string | null = null;

  const inMarkets = ({ price, at }: { price: string; at: number }): PriceStep[] => markets.map(({ market, symbol }) => ({ venue, market, symbol, price, at }));
  const ended = (): boolean => place.candle >= file.candles;
  const storeEverywhere = async (candles: readonly Candle[]): Promise<void> => {
    for (const { market, symbol } of markets) await storeCandles(market, symbol, timeframe, candles);
  };
  const onWaiting = (reason: string | null): void => {
    if (reason !== null && waiting === null) log.warn('market', 'the replay waits', { reason });
    if (reason === null) log.info('market', 'the replay goes on');
    waiting = reason;
  };

  async function deliver(sink: PriceSink, batch: readonly CandleStep[]): Promise<boolean> {
    const last = batch.at(-1);
    if (!last) return true;
    const steps = batch.flatMap(inMarkets);
    const closed = batch.flatMap((step) => step.closed ?? []);
    const next: ReplayPosition = { ...last.next, last: { price: last.price, at: last.at } };
    const work = async (): Promise<void> => {
      await sink(steps);
      if (closed.length > 0) await storeEverywhere(closed);
      await positions.save(source, next);
    };
    if (!(await offer(work, signal, onWaiting))) return false;
    place = next;
    return true;
  }

  async function play(sink: PriceSink): Promise<void> {
    const stepMs = 1000 / speed / stepsPerCandle;
    let due = clock.now();
    let batch: CandleStep[] = [];
    for await (const step of options.steps(file.read(place.candle), file.spanMs, place)) {
      if (signal.aborted) return;
      if (due > clock.now() || batch.length >= batchMax) {
        if (!(await deliver(sink, batch))) return;
        batch = [];
        if (clock.now() - due > lagMaxMs) due = clock.now();
        if (due > clock.now() && !(await sleep(due - clock.now(), signal))) return;
      }
      batch.push(step);
      due += stepMs;
    }
    if (await deliver(sink, batch)) log.warn('market', 'the replay has reached the end of its file; the last price stays', { file: file.name, price: place.last?.price });
  }

  /** Goes back to where the last run stood: its candles for charts, and its last price once more, for whoever has lost it. */
  async function resume(sink: PriceSink): Promise<boolean> {
    const saved = readPlace(await positions.load(source));
    if (saved === null) return true;
    place = saved;
    log.info('market', 'the replay goes on where it stood', { file: file.name, candle: place.candle, candles: file.candles });
    const history: Candle[] = [];
    for await (const candle of file.read(Math.max(0, place.candle - historyMax), place.candle)) history.push(candle);
    const last = place.last;
    return offer(
      async () => {
        await storeEverywhere(history);
        if (last) await sink(inMarkets(last));
      },
      signal,
      onWaiting,
    );
  }

  return {
    source,
    timeframes: [timeframe],
    realTime: false,
    start: async (sink) => {
      log.info('market', 'replaying a candle file', { file: file.name, symbol: pairName(pair), candles: file.candles, timeframe, from: iso(file.firstAt), to: iso(file.lastAt), speed });
      if (file.gapCount > 0) log.warn('market', 'the candle file has gaps', { gaps: file.gapCount, first: file.gaps.join('; ') });
      running = (async () => {
        if ((await resume(sink)) && !ended()) await play(sink);
      })().catch(options.onFault);
    },
    status: (): FeedStatus => {
      const where = place.last ? `, at ${iso(place.last.at)}` : '';
      const state = ended() ? `has ended; the last price ${place.last?.price} stays` : waiting === null ? `${speed} candles/s` : `waits: ${waiting}`;
      const detail = `replay of ${file.name} (${pairName(pair)}), candle ${Math.min(place.candle + 1, file.candles)} of ${file.candles}${where}, ${state}`;
      return { kind: 'replay', fallback: false, detail, lastAt: place.last?.at ?? null };
    },
    watch: async () => {},
    candles: async (market, symbol, wanted, limit) => {
      if (wanted !== timeframe || !markets.some((known) => known.market === market && known.symbol === symbol)) return [];
      const candles: Candle[] = [];
      for await (const candle of file.read(Math.max(0, place.candle - limit), place.candle)) candles.push(candle);
      return candles;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

function readPlace(stored: unknown): ReplayPosition | null {
  const place = stored as Partial<ReplayPosition> | null;
  return place !== null && Number.isInteger(place.candle) && Number.isInteger(place.step) ? (place as ReplayPosition) : null;
}
