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
    await this.read(venue, market);
  }

  /** Reads the list of a market, however well it is known. */
  async read(venue: string, market: Market): Promise<void> {
    const { rows } = await this.#pool.query<{ venue_symbol: string; symbol: string }>({
      name: 'instrument-index',
      text: 'select venue_symbol, symbol from instruments where venue = $1 and market = $2',
      values: [venue, market],
    });
    this.#listings.set(`${venue} ${market}`, { byVenueSymbol: new Map(rows.map((row) => [row.venue_symbol, row.symbol])), at: this.#now() });
  }

  /** When the rules of a market were last fetched from the venue, in epoch milliseconds; null before the first time. */
  async fetchedAt(venue: string, market: Market): Promise<number | null> {
    const { rows } = await this.#pool.query<{ at: Date | null }>({ name: 'instruments-fetched-at', text: 'select max(fetched_at) as at from instruments where venue = $1 and market = $2', values: [venue, market] });
    return rows[0]?.at?.getTime() ?? null;
  }

  /** The unified symbol; null when the venue does not list it, undefined while its list is not loaded. */
  find(venue: string, market: Market, compact: string): string | null | undefined {
    const listing = this.#listings.get(`${venue} ${market}`);
    if (listing === undefined || listing.byVenueSymbol.size === 0) return undefined;
    return listing.byVenueSymbol.get(compact) ?? null;
  }
}
