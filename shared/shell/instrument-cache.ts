import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { InstrumentSource } from '#shared/ports/exchange.port';
import type { Store } from '#shared/ports/store.port';
import type { Clock, Log } from '#shared/ports/system.port';
import type { InstrumentAnswer } from './gather-facts.ts';

/** A symbol that is missing makes the venue be asked again, at most this often. */
const askAgainMs = 10_000;
/** Another process may have fetched newer rules: what the store keeps is read again this often. */
const reloadMs = 60_000;

interface Book {
  rules: Map<string, Instrument>;
  fetchedAt: number | null;
  loadedAt: number;
  askedAt: number;
  busy: Promise<void> | null;
}

/** Venue rules in memory, over those kept in the store, over those of the venue. */
export interface InstrumentCache {
  peek(venue: string, market: Market, symbol: string): InstrumentAnswer;
  /** Loads a market's rules from the store where they are not in memory or may be old, and asks the venue for a symbol they lack. */
  seek(venue: string, market: Market, symbol: string | null): Promise<void>;
  /** Fetches a market's rules from the venue now and keeps them. Rejects when the venue cannot be asked. */
  refresh(venue: string, market: Market): Promise<number>;
  /** Refreshes what is older than `maxAgeMs` or was never fetched; true where anything was fetched. Failures are logged; the old rules stay. */
  refreshStale(markets: readonly { venue: string; market: Market }[], maxAgeMs: number): Promise<boolean>;
}

const emptyBook = (): Book => ({ rules: new Map(), fetchedAt: null, loadedAt: 0, askedAt: 0, busy: null });

export function createInstrumentCache(ports: { store: Store; source: InstrumentSource; clock: Clock; log: Log }): InstrumentCache {
  const { store, source, clock, log } = ports;
  const books = new Map<string, Book>();

  const bookOf = (venue: string, market: Market): Book => {
    const key = `${venue} ${market}`;
    const book = books.get(key) ?? emptyBook();
    books.set(key, book);
    return book;
  };

  const reload = async (book: Book, venue: string, market: Market): Promise<void> => {
    const kept = await store.instruments(venue, market);
    book.rules = new Map(kept.instruments.map((rules) => [rules.symbol, rules]));
    book.fetchedAt = kept.fetchedAt;
    book.loadedAt = clock.now();
  };

  const refresh = async (venue: string, market: Market): Promise<number> => {
    const book = bookOf(venue, market);
    book.askedAt = clock.now();
    const instruments = await source.fetchInstruments(venue, market);
    await store.saveInstruments(venue, market, instruments, clock.now());
    await reload(book, venue, market);
    log.info('precision', `Rules of ${instruments.length} instruments fetched from ${venue} ${market}`, { venue, market, count: instruments.length });
    return instruments.length;
  };

  const tryRefresh = async (venue: string, market: Market): Promise<boolean> => {
    try {
      await refresh(venue, market);
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.warn('precision', `The rules of ${venue} ${market} cannot be fetched: ${why}. Entries that need them wait`, { venue, market });
      return false;
    }
  };

  const catchUp = async (book: Book, venue: string, market: Market, symbol: string | null): Promise<void> => {
    await reload(book, venue, market);
    const missing = symbol === null ? book.fetchedAt === null : !book.rules.has(symbol);
    if (missing && clock.now() - book.askedAt >= askAgainMs) {
      book.askedAt = clock.now();
      await tryRefresh(venue, market);
    }
  };

  return {
    refresh,
    peek(venue, market, symbol) {
      const book = bookOf(venue, market);
      return book.rules.get(symbol) ?? (book.fetchedAt === null ? 'unavailable' : 'unlisted');
    },
    async seek(venue, market, symbol) {
      const book = bookOf(venue, market);
      const known = symbol === null || book.rules.has(symbol);
      if (known && clock.now() - book.loadedAt < reloadMs) return;
      // One catch-up for everybody who misses something at the same time.
      book.busy ??= catchUp(book, venue, market, symbol).finally(() => {
        book.busy = null;
      });
      await book.busy;
    },
    async refreshStale(markets, maxAgeMs) {
      let refreshed = false;
      for (const { venue, market } of markets) {
        const book = bookOf(venue, market);
        if (book.loadedAt === 0) await reload(book, venue, market);
        if (book.fetchedAt === null || clock.now() - book.fetchedAt >= maxAgeMs) refreshed = (await tryRefresh(venue, market)) || refreshed;
      }
      return refreshed;
    },
  };
}
