import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { Clock } from '#shared/ports/system.port';

/** The venue's own symbols by their unified names, for what the venue tells of its own accord. */
export interface SymbolBook {
  /** The unified symbol, or null when even a fresh list does not name it. Rejects when no list can be had. */
  symbolOf(venueSymbol: string): Promise<string | null>;
  /** Resolves once a list is loaded. */
  ready(): Promise<void>;
  /** As `symbolOf`, from what is loaded already. */
  known(venueSymbol: string): string | null;
}

const reloadMs = 10_000;

/** A book that reads the instruments when it is first asked, and again, every ten seconds at most, for a symbol it does not know. */
export function createSymbolBook(load: () => Promise<readonly Pick<Instrument, 'symbol' | 'venueSymbol'>[]>, clock: Clock): SymbolBook {
  let book = new Map<string, string>();
  let loadedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;
  const reload = (): Promise<void> => {
    loading ??= load()
      .then((instruments) => {
        book = new Map(instruments.map(({ venueSymbol, symbol }) => [venueSymbol, symbol]));
        loadedAt = clock.now();
      })
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };
  return {
    ready: async () => (book.size > 0 ? undefined : reload()),
    known: (venueSymbol) => book.get(venueSymbol) ?? null,
    async symbolOf(venueSymbol) {
      if (!book.has(venueSymbol) && clock.now() - loadedAt >= reloadMs) await reload();
      return book.get(venueSymbol) ?? null;
    },
  };
}

const shared = new Map<string, SymbolBook>();

/** The book of one server and market, shared by all accounts of this process: the list is the same for each. */
export function sharedSymbolBook(origin: string, market: Market, make: () => SymbolBook): SymbolBook {
  const key = `${origin}|${market}`;
  let book = shared.get(key);
  if (book === undefined) shared.set(key, (book = make()));
  return book;
}
