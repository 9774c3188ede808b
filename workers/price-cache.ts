import type { Market } from '#shared/engine/instrument/instrument';
import { price, type Price } from '#shared/engine/num/units';
import type { Store } from '#shared/ports/store.port';
import type { Bus } from '#shared/ports/system.port';

export interface LastTrade {
  price: Price;
  at: number;
}

/** Last traded prices in memory, as the bus brings them; what was missed is read from the store. */
export interface PriceCache {
  last(venue: string, market: Market, symbol: string): Price | null;
  /** The same with the time of its trade, by the market's clock. */
  lastTrade(venue: string, market: Market, symbol: string): LastTrade | null;
  /** The last price, where it has come within two minutes; null where it may be of before an outage. */
  fresh(venue: string, market: Market, symbol: string): Price | null;
  close(): Promise<void>;
}

const freshMs = 120_000;
const reloadMs = 5_000;
/** A price the bus brought within this time is newer than what the store may show. */
const busLeadsMs = 2_000;

/**
 * The newest word wins, not the newest time stamp: a replay speaks of a day long past, and its prices hold all the same. The bus
 * leads; the store fills in where the bus was silent.
 */
export async function createPriceCache(store: Pick<Store, 'lastPrices'>, bus: Bus): Promise<PriceCache> {
  const prices = new Map<string, LastTrade & { heardAt: number; cameAt: number }>();
  const key = (venue: string, market: string, symbol: string): string => `${venue} ${market} ${symbol}`;
  const unsubscribe = await bus.subscribe('price', ({ venue, market, prices: heard }) => {
    for (const each of heard) prices.set(key(venue, market, each.symbol), { price: price(each.price), at: each.at, heardAt: performance.now(), cameAt: performance.now() });
  });
  const reload = async (atStart: boolean): Promise<void> => {
    const askedAt = performance.now();
    for (const each of await store.lastPrices()) {
      const known = prices.get(key(each.venue, each.market, each.symbol));
      if (known !== undefined && known.heardAt >= askedAt - busLeadsMs) continue;
      // What a start finds in the store may be of any age; what changes there later has just come.
      const cameAt = known === undefined ? (atStart ? -Infinity : askedAt) : known.at === each.at && known.price === price(each.price) ? known.cameAt : askedAt;
      prices.set(key(each.venue, each.market, each.symbol), { price: price(each.price), at: each.at, heardAt: askedAt - busLeadsMs, cameAt });
    }
  };
  await reload(true);
  const timer = setInterval(() => void reload(false).catch(() => {}), reloadMs);
  return {
    last: (venue, market, symbol) => prices.get(key(venue, market, symbol))?.price ?? null,
    lastTrade: (venue, market, symbol) => prices.get(key(venue, market, symbol)) ?? null,
    fresh(venue, market, symbol) {
      const known = prices.get(key(venue, market, symbol));
      return known !== undefined && performance.now() - known.cameAt <= freshMs ? known.price : null;
    },
    async close() {
      clearInterval(timer);
      await unsubscribe();
    },
  };
}
