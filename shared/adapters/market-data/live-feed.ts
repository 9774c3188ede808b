import type { Market } from '#shared/engine/instrument/instrument';
import { isDecimalText, isPositive, price as priceText } from '#shared/engine/num/units';
import type { FeedStatus } from '#shared/ports/market-data.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { createPublicRest, publicAddresses, SymbolUnknown, type BinanceOrigins, type PublicRest } from './binance-public.ts';
import { sleep, type CandleSink, type MarketFeed, type PriceSink } from './market-feed.ts';
import { createNewestSteps, type NewestSteps } from './newest-steps.ts';
import { venueSymbolOf } from './pair.ts';
import { timeframeMs } from '#shared/contracts/timeframe-span';
import { openTradeStream, type TradeStream } from './trade-stream.ts';

/** Where live prices come from. */
export interface LiveOptions {
  venue: string;
  origins: BinanceOrigins;
  storeCandles: CandleSink;
  clock: Clock;
  log: Log;
  onFault: (error: Error) => void;
  /** A symbol without a trade for so long is asked for by REST. */
  quietMs?: number;
  pollMs?: number;
}

interface LiveSymbol {
  market: Market;
  symbol: string;
  venueSymbol: string;
  heardAt: number;
  /** The venue does not know it: not asked again before this time. */
  silentUntil: number;
  /** A question for its last price is on its way. */
  asking: boolean;
}

interface LiveMarket {
  rest: PublicRest;
  stream: TradeStream | null;
  /** Why the stream is down, null while it is up. */
  down: string | null;
}

interface Live extends LiveOptions {
  markets: Record<Market, LiveMarket>;
  wanted: Map<string, LiveSymbol>;
  buffer: NewestSteps;
  signal: AbortSignal;
  lastAt: number | null;
  waiting: string | null;
}

/** Candle depth that is fetched when a symbol is first wanted; wider charts are put together from these. */
const history: readonly (readonly [timeframe: string, candles: number])[] = [
  ['1m', 1000],
  ['5m', 500],
  ['1h', 500],
];
/** Candles of each timeframe that are fetched again after a gap. */
const gapCandles = 60;
/** The venue needs a moment to finish a candle. */
const closingMs = 2000;
const pollsAtOnce = 10;
const unknownForMs = 600_000;
const firstWaitMs = 50;
const waitMaxMs = 2000;

/**
 * The venue's own trades over its stream. REST fills what a stream may miss: last prices of symbols that are quiet or after a
 * reconnect, and whole candles at every minute's end and after a gap (R-387). Prices never wait: what the sink has not taken is
 * replaced by newer ones once it is too much.
 */
export function createLiveFeed(options: LiveOptions): MarketFeed {
  const { venue, origins, clock, log } = options;
  const stopping = new AbortController();
  const marketOf = (market: Market): LiveMarket => ({ rest: createPublicRest(publicAddresses(market, origins).rest, clock), stream: null, down: 'connecting' });
  const live: Live = { ...options, markets: { spot: marketOf('spot'), usdm: marketOf('usdm') }, wanted: new Map(), buffer: createNewestSteps(), signal: stopping.signal, lastAt: null, waiting: null };
  let running: Promise<unknown> = Promise.resolve();
  return {
    source: `live ${venue} ${origins.spotUrl ?? ''} ${origins.usdmUrl ?? ''}`.trim(),
    timeframes: history.map(([timeframe]) => timeframe),
    realTime: true,
    start: async (sink) => {
      log.info('market', "prices are the venue's own", { venue, spot: publicAddresses('spot', origins).rest, usdm: publicAddresses('usdm', origins).rest });
      for (const market of ['spot', 'usdm'] as const) live.markets[market].stream = openStream(live, market);
      running = Promise.all([pump(live, sink), pollQuiet(live), completeCandles(live)]).catch(options.onFault);
    },
    status: () => statusOf(live),
    watch: async (market, symbol) => watch(live, market, symbol),
    candles: (market, symbol, timeframe, limit) => live.markets[market].rest.candles(venueSymbolOf(symbol), timeframe, limit),
    stop: async () => {
      stopping.abort();
      await Promise.all([live.markets.spot.stream?.close(), live.markets.usdm.stream?.close(), running]);
    },
  };
}

function watch(live: Live, market: Market, symbol: string): void {
  const venueSymbol = venueSymbolOf(symbol);
  const key = `${market} ${venueSymbol}`;
  if (live.wanted.has(key)) return;
  const one: LiveSymbol = { market, symbol, venueSymbol, heardAt: -Infinity, silentUntil: -Infinity, asking: false };
  live.wanted.set(key, one);
  live.markets[market].stream?.add(venueSymbol);
  void poll(live, one).then(() => fillCandles(live, [one], history));
}

function hear(live: Live, one: LiveSymbol, price: string, at: number): void {
  const { venue, clock, buffer, log } = live;
  if (!isDecimalText(price) || !isPositive(price)) return log.warn('market', 'the venue sent a price that is none', { symbol: one.symbol, price });
  one.heardAt = live.lastAt = clock.now();
  buffer.add({ venue, market: one.market, symbol: one.symbol, price: priceText(price), at: Number.isFinite(at) ? at : one.heardAt });
}

function openStream(live: Live, market: Market): TradeStream {
  const { venue, log, wanted } = live;
  const { streams, channels } = publicAddresses(market, live.origins);
  const ours = live.markets[market];
  return openTradeStream({
    urls: streams,
    channels,
    log,
    onTrade: ({ symbol, price, at }) => {
      const one = wanted.get(`${market} ${symbol}`);
      if (one) hear(live, one, price, at);
    },
    onUp: () => {
      log.info('market', 'live prices connected', { venue, market });
      ours.down = null;
      const symbols = [...wanted.values()].filter((one) => one.market === market);
      // What happened meanwhile is asked for at the next poll.
      for (const one of symbols) one.heardAt = -Infinity;
      void fillCandles(live, symbols, history.map(([timeframe]) => [timeframe, gapCandles]));
    },
    onDown: (reason) => {
      if (ours.down === null || ours.down === 'connecting') log.warn('market', 'live prices interrupted', { venue, market, reason });
      ours.down = reason;
    },
  });
}

/** Fetches candles one request after the other, so that a long list of symbols is no burst. */
async function fillCandles(live: Live, symbols: readonly LiveSymbol[], depths: readonly (readonly [string, number])[]): Promise<void> {
  const { clock, log, signal, storeCandles } = live;
  for (const one of symbols)
    for (const [timeframe, limit] of depths) {
      if (signal.aborted || clock.now() < one.silentUntil) continue;
      const { market, symbol } = one;
      await live.markets[market].rest
        .candles(one.venueSymbol, timeframe, limit)
        .then((candles) => storeCandles(market, symbol, timeframe, candles))
        .catch((error: Error) => log.debug('market', 'candles could not be fetched', { market, symbol, timeframe, error: error.message }));
    }
}

async function poll(live: Live, one: LiveSymbol): Promise<void> {
  if (one.asking) return;
  const { clock, log } = live;
  const before = one.heardAt;
  one.asking = true;
  try {
    const price = await live.markets[one.market].rest.lastPrice(one.venueSymbol);
    // A trade that came meanwhile is newer than this answer.
    if (one.heardAt === before) hear(live, one, price, clock.now());
  } catch (error) {
    if (!(error instanceof SymbolUnknown)) return log.debug('market', 'a last price could not be fetched', { symbol: one.symbol, error: (error as Error).message });
    one.silentUntil = clock.now() + unknownForMs;
    log.warn('market', 'the venue does not know a symbol that somebody needs', { venue: live.venue, market: one.market, symbol: one.symbol });
  } finally {
    one.asking = false;
  }
}

async function pollQuiet(live: Live): Promise<void> {
  const { clock, signal, wanted, quietMs = 5000, pollMs = 2000 } = live;
  while (!signal.aborted) {
    const now = clock.now();
    const quiet = [...wanted.values()].filter((one) => now - one.heardAt >= quietMs && now >= one.silentUntil).sort((a, b) => a.heardAt - b.heardAt);
    await Promise.all(quiet.slice(0, pollsAtOnce).map((one) => poll(live, one)));
    await sleep(pollMs, signal);
  }
}

async function completeCandles(live: Live): Promise<void> {
  const { clock, signal, wanted } = live;
  const minute = 60_000;
  while (!signal.aborted) {
    const end = Math.ceil((clock.now() + 1) / minute) * minute;
    if (!(await sleep(end + closingMs - clock.now(), signal))) return;
    const closed = history.map(([timeframe]) => timeframe).filter((timeframe) => end % (timeframeMs(timeframe) ?? minute) === 0);
    await fillCandles(live, [...wanted.values()], closed.map((timeframe) => [timeframe, 3]));
  }
}

async function pump(live: Live, sink: PriceSink): Promise<void> {
  const { buffer, log, signal } = live;
  let waitMs = firstWaitMs;
  while (await buffer.filled(signal)) {
    const steps = buffer.drain();
    try {
      await sink(steps);
      if (live.waiting !== null) log.info('market', 'live prices are taken again');
      live.waiting = null;
      waitMs = firstWaitMs;
    } catch (error) {
      buffer.giveBack(steps);
      const reason = (error as Error).message;
      if (live.waiting === null) log.warn('market', 'live prices are not taken', { reason });
      live.waiting = reason;
      await sleep(waitMs, signal);
      waitMs = Math.min(waitMs * 2, waitMaxMs);
    }
  }
}

function statusOf({ venue, markets, wanted, waiting, lastAt }: Live): FeedStatus {
  const of = (market: Market): string => `${market} ${markets[market].down === null ? 'connected' : `down (${markets[market].down})`}`;
  const state = waiting === null ? '' : `; not taken: ${waiting}`;
  return { kind: 'live', fallback: false, detail: `live prices of ${venue}: ${of('spot')}, ${of('usdm')}, ${wanted.size} symbols${state}`, lastAt };
}
