import type { PriceUpdate } from '#shared/contracts/socket';
import type { BusTopics } from '#shared/ports/system.port';

/** Gathers prices and hands on the last of each symbol, so that a busy market costs a browser two messages a second. */
export function createPriceBatch(send: (update: PriceUpdate) => void): { take(message: BusTopics['price']): void; flush(): void } {
  let waiting = new Map<string, PriceUpdate['prices'][number]>();
  return {
    take({ venue, market, prices }) {
      for (const { symbol, price, at } of prices) waiting.set(`${venue} ${market} ${symbol}`, { exchange: venue, market: market as 'spot' | 'usdm', symbol, price, at: new Date(at).toISOString() });
    },
    flush() {
      if (waiting.size === 0) return;
      const prices = [...waiting.values()];
      waiting = new Map();
      send({ prices });
    },
  };
}
