import type { Market } from '#shared/engine/instrument/instrument';
import { isDecimalText, isPositive, price as priceText } from '#shared/engine/num/units';
import type { FeedStatus, PriceStep } from '#shared/ports/market-data.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { createPublicRest, publicAddresses, SymbolUnknown, type BinanceOrigins, type PublicRest } from './binance-public.ts';
import { sleep, type CandleSink, type MarketFeed, type PriceSink } from './market-feed.ts';
import { createNewestSteps } from './newest-steps.ts';
import { venueSymbolOf } from './pair.ts';
import { timeframeMs } from './timeframe.ts';
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
}

interface LiveMarket {
  rest: PublicRest;
  stream: TradeStream;
  /** Why the stream is down, null while it is up. */
  down: string | null;
}

/** Candle depth that is fetched when a symbol is first wanted; wider charts are put together from these. */
const history: readonly [timeframe: string, candles: number][] = [
  ['1m', 1000],
  ['5m', 500],
  ['1h', 500],
];
/** The venue needs a moment to finish a candle. */
const closingMs = 2000;
const pollsAtOnce = 10;
const unknownForMs = 600_000;

/**
 * The venue's own trades over its stream. REST fills what a stream may miss: last prices of symbols that are quiet or after a
 * reconnect, and whole candles at every minute's end and after a gap (R-387). Prices never wait: what the sink has not taken is
 * replaced by newer ones once it is too much.
 */
export function createLiveFeed(options: LiveOptions): MarketFeed {
  const { venue, origins, storeCandles, clock, log, quietMs = 5000, pollMs = 2000 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const wanted = new Map<string, LiveSymbol>();
  const buffer = createNewestSteps();
  let markets: Record<Market, LiveMarket> | null = null;
  let running: Promise<unknown> = Promise.resolve();
  let lastAt: number | null = null;
  let waiting: string | null = null;

  function hear(one: LiveSymbol, price: string, at: number): void {
    if (!isDecimalText(price) || !isPositive(price)) return;
    one.heardAt = lastAt = clock.now();
    buffer.add({ venue, market: one.market, symbol: one.symbol, price: priceText(price), at });
  }

  function open(market: Market): LiveMarket {
    const { rest, streams, channels } = publicAddresses(market, origins);
    const one: LiveMarket = { rest: createPublicRest(rest, clock), down: 'connecting', stream: undefined as never };
    one.stream = openTradeStream({
      urls: streams,
      channels,
      log,
      onTrade: ({ symbol, price, at }) => {
        const known = wanted.get(`${market} ${symbol}`);
        if (known) hear(known, price, at);
      },
      onUp: () => {
        log.info('market', 'live prices connected', { venue, market });
        one.down = null;
        // Whatever happened meanwhile is asked for at the next poll.
        for (const known of wanted.values()) if (known.market === market) known.heardAt = -Infinity;
        void fillCandles([...wanted.values()].filter((known) => known.market === market), history.map(([timeframe]) => [timeframe, 60]));
      },
      onDown: (reason) => {
        if (one.down === null || one.down === 'connecting') log.warn('market', 'live prices interrupted', { venue, market, reason });
        one.down = reason;
      },
    });
    return one;
  }

  /** Fetches candles one request after the other, so that a long list of symbols is no burst. */
  async function fillCandles(symbols: readonly LiveSymbol[], depths: readonly (readonly [string, number])[]): Promise<void> {
    for (const { market, symbol, venueSymbol, silentUntil } of symbols)
      for (const [timeframe, limit] of depths) {
        if (signal.aborted || markets === null || clock.now() < silentUntil) continue;
        await markets[market].rest
          .candles(venueSymbol, timeframe, limit)
          .then((candles) => storeCandles(market, symbol, timeframe, candles))
          .catch((error: Error) => log.debug('market', 'candles could not be fetched', { market, symbol, timeframe, error: error.message }));
      }
  }

  async function poll(one: LiveSymbol): Promise<void> {
    const before = one.heardAt;
    try {
      const price = await markets![one.market].rest.lastPrice(one.venueSymbol);
      // A trade that came meanwhile is newer than this answer.
      if (one.heardAt === before) hear(one, price, clock.now());
    } catch (error) {
      if (!(error instanceof SymbolUnknown)) return log.debug('market', 'a last price could not be fetched', { symbol: one.symbol, error: (error as Error).message });
      one.silentUntil = clock.now() + unknownForMs;
      log.warn('market', 'the venue does not know a symbol that somebody needs', { venue, market: one.market, symbol: one.symbol });
    }
  }

  async function pollQuiet(): Promise<void> {
    while (!signal.aborted) {
      const now = clock.now();
      const quiet = [...wanted.values()].filter((one) => now - one.heardAt >= quietMs && now >= one.silentUntil).sort((a, b) => a.heardAt - b.heardAt);
      await Promise.all(quiet.slice(0, pollsAtOnce).map(poll));
      await sleep(pollMs, signal);
    }
  }

  async function completeCandles(): Promise<void> {
    while (!signal.aborted) {
      const minute = 60_000;
      const end = Math.ceil((clock.now() + 1) / minute) * minute;
      if (!(await sleep(end + closingMs - clock.now(), signal))) return;
      const closed = history.map(([timeframe]) => timeframe).filter((timeframe) => end % (timeframeMs(timeframe) ?? minute) === 0);
      await fillCandles([...wanted.values()], closed.map((timeframe) => [timeframe, 3]));
    }
  }

  async function pump(sink: PriceSink): Promise<void> {
    for (let waitMs = 50; await buffer.filled(signal); ) {
      const steps = buffer.drain();
      try {
        await sink(steps);
        if (waiting !== null) log.info('market', 'live prices are taken again');
        [waiting, waitMs] = [null, 50];
      } catch (error) {
        buffer.giveBack(steps);
        const reason = (error as Error).message;
        if (waiting === null) log.warn('market', 'live prices are not taken', { reason });
        waiting = reason;
        await sleep(waitMs, signal);
        waitMs = Math.min(waitMs * 2, 2000);
      }
    }
  }

  return {
    source: `live ${venue} ${origins.spotUrl ?? ''} ${origins.usdmUrl ?? ''}`.trim(),
    timeframes: history.map(([timeframe]) => timeframe),
    realTime: true,
    start: async (sink) => {
      log.info('market', "prices are the venue's own", { venue, spot: publicAddresses('spot', origins).rest, usdm: publicAddresses('usdm', origins).rest });
      markets = { spot: open('spot'), usdm: open('usdm') };
      running = Promise.all([pump(sink), pollQuiet(), completeCandles()]).catch(options.onFault);
    },
    status: (): FeedStatus => {
      const of = (market: Market): string => {
        const down = markets?.[market].down ?? (markets === null ? 'not started' : null);
        return `${market} ${down === null ? 'connected' : `down (${down})`}`;
      };
      const state = waiting === null ? '' : `; not taken: ${waiting}`;
      return { kind: 'live', fallback: false, detail: `live prices of ${venue}: ${of('spot')}, ${of('usdm')}, ${wanted.size} symbols${state}`, lastAt };
    },
    watch: async (market, symbol) => {
      const venueSymbol = venueSymbolOf(symbol);
      const key = `${market} ${venueSymbol}`;
      if (wanted.has(key) || markets === null) return;
      const one: LiveSymbol = { market, symbol, venueSymbol, heardAt: -Infinity, silentUntil: -Infinity };
      wanted.set(key, one);
      markets[market].stream.add(venueSymbol);
      void poll(one).then(() => fillCandles([one], history));
    },
    candles: async (market, symbol, timeframe, limit) => (markets === null ? [] : markets[market].rest.candles(venueSymbolOf(symbol), timeframe, limit)),
    stop: async () => {
      stopping.abort();
      await Promise.all([markets?.spot.stream.close(), markets?.usdm.stream.close(), running]);
    },
  };
}
