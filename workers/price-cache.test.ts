import { expect } from 'chai';
import { createPriceCache } from './price-cache.ts';

describe('last prices in memory', () => {
  const symbol = 'BTC/USDT:USDT';

  it('one that a start finds in the store may be of any age; one that the bus brings has just come', async () => {
    let tell: (message: { venue: string; market: 'usdm'; prices: { symbol: string; price: string; at: number }[] }) => void = () => {};
    const bus = { subscribe: async (_: string, hear: never) => ((tell = hear), async () => {}) };
    const cache = await createPriceCache({ lastPrices: async () => [{ venue: 'binance', market: 'usdm', symbol, price: '100', at: Date.now() }] }, bus as never);
    expect([cache.last('binance', 'usdm', symbol), cache.fresh('binance', 'usdm', symbol)]).to.deep.equal(['100', null]);
    tell({ venue: 'binance', market: 'usdm', prices: [{ symbol, price: '90', at: 1 }] });
    expect([cache.last('binance', 'usdm', symbol), cache.fresh('binance', 'usdm', symbol)], 'a replay speaks of a day long past').to.deep.equal(['90', '90']);
    await cache.close();
  });
});
