import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { InstrumentAnswer, RuleNeed } from './gather-facts.ts';
import { InstrumentBook, type BookPorts } from './instrument-book.ts';

/** Venue rules in memory, over those kept in the store, over those of the venue. */
export interface InstrumentCache {
  /** The rules of a symbol, if an entry may be judged by them now. */
  peek(venue: string, market: Market, symbol: string, need?: RuleNeed): InstrumentAnswer;
  /** The rules last known of a symbol, however old: what is open is worked and left by these. */
  kept(venue: string, market: Market, symbol: string): Instrument | null;
  /** Fetches a market's rules where they do not do: at once where they do, whatever must be read again. A venue that fails is no rejection. */
  seek(venue: string, market: Market, symbol: string | null, need?: RuleNeed): Promise<void>;
  /** Fetches a market's rules from the venue now and keeps them. Rejects when the venue cannot be asked. */
  refresh(venue: string, market: Market): Promise<number>;
  /** The same, after a venue refused an order of this symbol: until it succeeds nothing is entered by the old rules. Resolves either way, soon. */
  doubt(venue: string, market: Market, symbol: string): Promise<void>;
  /** Refreshes what is older than `maxAgeMs` or was never fetched. Failures are logged; the old rules stay. */
  refreshStale(markets: readonly { venue: string; market: Market }[], maxAgeMs: number): Promise<void>;
  /** Fetches again what could not be fetched before in this process, unless another has. */
  recover(): Promise<void>;
}

export function createInstrumentCache(ports: BookPorts): InstrumentCache {
  const books = new Map<string, InstrumentBook>();
  const bookOf = (venue: string, market: Market): InstrumentBook => {
    const key = `${venue} ${market}`;
    const book = books.get(key) ?? new InstrumentBook(ports, venue, market);
    books.set(key, book);
    return book;
  };
  return {
    peek: (venue, market, symbol, need = {}) => bookOf(venue, market).answer(symbol, need),
    kept: (venue, market, symbol) => bookOf(venue, market).kept(symbol),
    seek: (venue, market, symbol, need = {}) => bookOf(venue, market).seek(symbol, need),
    refresh: (venue, market) => bookOf(venue, market).refresh(),
    doubt: (venue, market, symbol) => bookOf(venue, market).doubt(symbol),
    async refreshStale(markets, maxAgeMs) {
      for (const { venue, market } of markets) await bookOf(venue, market).renew(maxAgeMs);
    },
    async recover() {
      for (const book of books.values()) await book.recover();
    },
  };
}
