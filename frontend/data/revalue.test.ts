import type { Position, QueueEntry } from '#shared/contracts/http';
import { expect } from 'chai';
import { priceKey, revalue, revalueAll, revalueQueue } from './revalue.ts';

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

describe('E-54 group profit as the price moves', () => {
  const held: Position = { ...long, priceEntryAverage: '99.7493765586034912718', quantity: '4.01', priceLast: '99.5', pnlUnrealised: '-1', pnlUnrealisedPercent: '-0.250003125' };
  it('DCA0 and DCA1 filled, price 98: -7.015, -1.753771 percent of the cost', () => {
    const { pnlUnrealised, pnlUnrealisedPercent } = revalue(held, '98');
    expect([Number(pnlUnrealised), Number(pnlUnrealisedPercent).toFixed(6)]).to.deep.equal([-7.015, '-1.753771']);
  });
  it('the same for a short, mirrored', () => expect(Number(revalue({ ...held, side: 'short', pnlUnrealised: '1' }, '98').pnlUnrealised)).to.equal(7.015));
});

describe('a waiting entry at a new price', () => {
  const entry = { exchange: 'binance', symbol: 'BTC/USDT:USDT', side: 'long', entryPrice: '2950', priceLast: '2950', lossPercent: '0' } as QueueEntry;
  const at = (price: string, market: 'spot' | 'usdm' = 'usdm') => new Map([[priceKey({ exchange: 'binance', market, symbol: entry.symbol }), { exchange: 'binance', market, symbol: entry.symbol, price, at: '' }]]);
  const cases: [string, QueueEntry, string, string | null, string][] = [
    ['2950 at 2900 is a discount of 1.6949', entry, '2900', '-1.6949', '2900'],
    ['a price that ran away counts against it', entry, '3009', '2.0000', '3009'],
    ['a short the other way round', { ...entry, side: 'short' }, '2900', '1.6949', '2900'],
    ['without an entry price only the price is taken', { ...entry, entryPrice: null, lossPercent: null }, '2900', null, '2900'],
  ];
  for (const [what, row, price, loss, last] of cases)
    it(what, () => {
      const [after] = revalueQueue([row], at(price));
      expect([after?.lossPercent == null ? null : Number(after.lossPercent).toFixed(4), after?.priceLast]).to.deep.equal([loss, last]);
    });
  it('the same rows when the price is of another market', () => {
    const rows = [entry];
    expect(revalueQueue(rows, at('2900', 'spot'))).to.equal(rows);
  });
});
