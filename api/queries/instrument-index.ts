import type pg from 'pg';
import type { Market } from '#shared/engine/instrument/instrument';

const freshMs = 30_000;
const leastMs = 2_000;

interface Listing {
  byVenueSymbol: ReadonlyMap<string, string>;
  at: number;
}

/** Which symbols a venue lists, from the instruments table, held in memory so that an alert waits for no look-up. */
export class InstrumentIndex {
  readonly #pool: Pick<pg.Pool, 'query'>;
  readonly #now: () => number;
  readonly #listings = new Map<string, Listing>();

  constructor(pool: Pick<pg.Pool, 'query'>, now: () => number) {
    this.#pool = pool;
    this.#now = now;
  }

  /** Reads the list of a market, unless it is known well enough. `again`: a symbol was not found, so look once more, but not for every alert. */
  async load(venue: string, market: Market, again = false): Promise<void> {
    const known = this.#listings.get(`${venue} ${market}`);
    const age = known === undefined ? Infinity : this.#now() - known.at;
    if (age < (again ? leastMs : freshMs)) return;
    const { rows } = await this.#pool.query<{ venue_symbol: string; symbol: string }>({
      name: 'instrument-index',
      text: 'select venue_symbol, symbol from instruments where venue = $1 and market = $2',
      values: [venue, market],
    });
    this.#listings.set(`${venue} ${market}`, { byVenueSymbol: new Map(rows.map((row) => [row.venue_symbol, row.symbol])), at: this.#now() });
  }

  /** The unified symbol; null when the venue does not list it, undefined while its list is not loaded. */
  find(venue: string, market: Market, compact: string): string | null | undefined {
    const listing = this.#listings.get(`${venue} ${market}`);
    if (listing === undefined || listing.byVenueSymbol.size === 0) return undefined;
    return listing.byVenueSymbol.get(compact) ?? null;
  }
}
