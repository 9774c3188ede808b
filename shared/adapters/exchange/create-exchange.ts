import type { AccountAccess, ExchangePort, InstrumentSource } from '#shared/ports/exchange.port';
import { VenueUnavailable } from '#shared/ports/exchange.port';
import type { RateLedger } from '#shared/ports/rate-ledger.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { endpoint } from './binance-endpoints.ts';
import { createBinance } from './ccxt-binance.ts';
import { CcxtExchange } from './ccxt-exchange.ts';
import { createInstrumentSource } from './instrument-source.ts';
import { banAlert, countingOf, createRateBudget } from './rate-budget.ts';
import { createSymbolBook, sharedSymbolBook } from './symbol-book.ts';
import type { StreamTimes } from './user-stream.ts';
import { openUserStream } from './user-stream.ts';
import { createCaller } from './venue-caller.ts';
import { venueCapabilities } from './venue-capabilities.ts';
import type { VenueOrigins } from './venue-urls.ts';
import { serverKey } from './venue-urls.ts';

export interface ExchangeOptions {
  urls: VenueOrigins;
  log: Log;
  clock: Clock;
  /** Where the venue's symbol list comes from; the venue itself unless given. */
  instruments?: InstrumentSource;
  /** Shared by all processes that trade from this machine's address; this process's own unless given. */
  ledger?: RateLedger;
  /** False lifts our counting of the venue's limits. The paper exchange has the venue's. */
  limits?: boolean;
  /** What this account alone may use per minute, asked before every call; the venue's limits hold all the same. */
  weightCap?: () => number;
  /** Deadlines, for tests of slow venues. */
  times?: Partial<StreamTimes> & { writeMs?: number; readMs?: number };
}

// Binance answers -1007 after 10 s; to hang up sooner would race that answer.
const writeMs = 12_000;
const readMs = 10_000;

/** An exchange account, ready to trade. Nothing is sent and ccxt is not loaded before the first call. */
export function createExchange(access: AccountAccess, options: ExchangeOptions): ExchangePort {
  const { accountId, venue, market, mode, apiKey, secret } = access;
  const { urls, log, clock, times } = options;
  venueCapabilities(venue, market);
  const origin = serverKey(venue, mode, market, urls);
  let clockOffsetMs = 0;
  const budget = createRateBudget({
    origin,
    accountId,
    ...countingOf(market, options),
    clock,
    ...(options.weightCap === undefined ? {} : { weightCap: options.weightCap }),
    onBan: banAlert(log, accountId),
  });
  const login = { mode, market, urls, apiKey, secret, now: () => clock.now(), venueNow: () => clock.now() + clockOffsetMs };
  const book = sharedSymbolBook(origin, market, () => {
    const source = options.instruments ?? createInstrumentSource({ mode, urls, clock, log, ledger: options.ledger, limits: options.limits });
    return createSymbolBook(() => source.fetchInstruments(venue, market), clock);
  });
  return new CcxtExchange({
    access: { accountId, venue, market, mode },
    trading: createCaller({ ...login, timeoutMs: times?.writeMs ?? writeMs }, budget),
    polling: createCaller({ ...login, timeoutMs: times?.readMs ?? readMs }, budget),
    symbols: book,
    clock,
    log,
    correctClock: (offsetMs) => {
      clockOffsetMs = offsetMs;
    },
    stream: (handler) => {
      let privateFallback = false;
      return openUserStream({
        handler,
        clock,
        log,
        ...(times === undefined ? {} : { times }),
        open: async (hooks, failures) => {
          const waitMs = await budget.take(endpoint(market, 'time'), 'ordinary');
          if (waitMs > 0) throw new VenueUnavailable('our own rate budget is used up', waitMs);
          // Servers of Binance's protocol differ in the path of the private stream: one that does not work is tried the other way.
          if (failures > 0) privateFallback = !privateFallback;
          return createBinance({ ...login, timeoutMs: times?.readMs ?? readMs, hooks: { ...hooks, answered: budget.observe }, privateFallback });
        },
      });
    },
  });
}
