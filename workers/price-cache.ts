import type { Market } from '#shared/engine/instrument/instrument';
import { price, type Price } from '#shared/engine/num/units';
import type { Store } from '#shared/ports/store.port';
import type { Bus } from '#shared/ports/system.port';

/** Last traded prices in memory, as the bus brings them; what was missed is read from the store. */
export interface PriceCache {
  last(venue: string, market: Market, symbol: string): Price | null;
  close(): Promise<void>;
}

/** Prices the bus may have lost are read again this often. */
const reloadMs = 5_000;

export async function createPriceCache(store: Pick<Store, 'lastPrices'>, bus: Bus): Promise<PriceCache> {
  const prices = new Map<string, { price: Price; at: number }>();
  const key = (venue: string, market: string, symbol: string): string => `${venue} ${market} ${symbol}`;
  const keep = (venue: string, market: string, each: { symbol: string; price: string; at: number }): void => {
    const known = prices.get(key(venue, market, each.symbol));
    if (known === undefined || known.at <= each.at) prices.set(key(venue, market, each.symbol), { price: price(each.price), at: each.at });
  };
  const unsubscribe = await bus.subscribe('price', (message) => {
    for (const each of message.prices) keep(message.venue, message.market, each);
  });
  const reload = async (): Promise<void> => {
    for (const each of await store.lastPrices()) keep(each.venue, each.market, each);
  };
  await reload();
  const timer = setInterval(() => void reload().catch(() => {}), reloadMs);
  return {
    last: (venue, market, symbol) => prices.get(key(venue, market, symbol))?.price ?? null,
    async close() {
      clearInterval(timer);
      await unsubscribe();
    },
  };
}
