import type { Position } from '#shared/contracts/http';
import { expect } from 'chai';
import { totalsOf } from './totals.ts';

const position = (change: Partial<Position>): Position =>
  ({ symbol: 'BTC/USDT:USDT', side: 'long', quantity: '0.01', priceEntryAverage: '100000', value: '1010', quoteAsset: 'USDT', pnlUnrealised: '10', pnlRealised: '0.1', feesPaid: '0.2', ...change }) as Position;

describe('totals of the open positions', () => {
  it('adds exactly what shares a quote currency and keeps others apart', () => {
    const [usdt, usdc] = totalsOf([position({}), position({ side: 'short', pnlUnrealised: '-10.30', pnlRealised: '0.2' }), position({ symbol: 'ETH/USDC', quoteAsset: 'USDC', value: null, pnlUnrealised: null, priceEntryAverage: null, quantity: '0' })]);
    expect(usdt).to.deep.include({ quote: 'USDT', groups: 2, long: 1, short: 1, unrealised: '-0.30', realised: '0.3', fees: '0.4', unrealisedPercent: '-0.0150' });
    expect(Number(usdt?.value)).to.equal(2020);
    expect(usdc).to.deep.include({ quote: 'USDC', groups: 1, unrealised: '0', unrealisedPercent: '0' });
  });

  it('is empty without positions', () => expect(totalsOf([])).to.deep.equal([]));
});
