import type { Position } from '#shared/contracts/http';
import { expect } from 'chai';
import { priceKey, revalue, revalueAll } from './revalue.ts';

const long: Position = {
  id: 'g1', accountId: 'a1', accountName: 'paper', mode: 'paper', value: '1200', quoteAsset: 'USDT', priceDecimals: 1, quantityDecimals: 3, exchange: 'binance', market: 'usdm', symbol: 'BTC/USDT:USDT', timeframe: '15m', side: 'long', status: 'active', tpMode: 'per_leg',
  pyramidCount: 0, maxPyramids: 5, quantity: '0.012', priceEntryAverage: '100000', priceLast: '100000', pnlRealised: '0', pnlUnrealised: '-0.5', pnlUnrealisedPercent: '-0.04',
  feesPaid: '0.5', openedAt: '2026-11-21T14:00:00Z', closedAt: null, closeReason: null, legsFilled: 1, legsTotal: 5,
};

describe('a position at a new last price', () => {
  const cases: [string, Partial<Position>, string, string | null, string | null][] = [
    ['a long gains when the price rises', {}, '100100', '0.7', '0.060000'],
    ['a long loses when it falls', {}, '99900', '-1.7', '-0.140000'],
    ['a short gains when it falls', { side: 'short' }, '99900', '0.7', '0.060000'],
    ['an unvalued one only takes the price', { pnlUnrealised: null, pnlUnrealisedPercent: null }, '99900', null, null],
    ['an empty one only takes the price', { quantity: '0' }, '99900', '-0.5', '-0.04'],
  ];
  for (const [name, change, price, pnl, percent] of cases) {
    it(name, () => {
      const after = revalue({ ...long, ...change }, price);
      if (after.pnlUnrealised !== null && after.quantity !== '0') expect(Number(after.value)).to.be.closeTo(Number(price) * 0.012, 1e-9);
      expect([after.priceLast, after.pnlUnrealised === null ? null : Number(after.pnlUnrealised), after.pnlUnrealisedPercent]).to.deep.equal([price, pnl === null ? null : Number(pnl), percent]);
    });
  }

  it('leaves the list as it is when no price concerns it', () => {
    const list = [long];
    const other = { exchange: 'binance', market: 'spot' as const, symbol: 'BTC/USDT', price: '1', at: '' };
    expect(revalueAll(list, new Map([[priceKey(other), other]]))).to.equal(list);
  });
});
