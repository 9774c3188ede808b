import { expect } from 'chai';
import { filledSize, legProgress, progressPercent } from './progress-of-leg.ts';

describe('E-43 progress of a leg towards its take-profit', () => {
  const cases: [what: string, side: 'long' | 'short', fill: string, takeProfit: string, price: string, percent: number][] = [
    ['0.36 of 0.49 is 73.4693 percent', 'long', '99.50', '99.99', '99.86', 73],
    ['a fraction is cut off, not rounded', 'long', '100', '101', '100.9999', 99],
    ['below the fill', 'long', '99.50', '99.99', '99.20', 0],
    ['at the fill', 'long', '99.50', '99.99', '99.50', 0],
    ['at the take-profit', 'long', '99.50', '99.99', '99.99', 100],
    ['above the take-profit', 'long', '99.50', '99.99', '105', 100],
    ['a short mirrors it', 'short', '100.50', '99.99', '100.13', 72],
    ['a short above its fill', 'short', '100.50', '99.99', '101', 0],
    ['a short beyond its take-profit', 'short', '100.50', '99.99', '99', 100],
    ['a price of many digits', 'long', '0.00001171', '0.00001183', '0.00001179', 66],
    ['a target at the fill', 'long', '100', '100', '99', 0],
    ['a common target below the fill of a long, not reached', 'long', '100', '99.98', '97.60', 0],
    ['and reached', 'long', '100', '99.98', '99.98', 100],
  ];
  for (const [what, side, fill, takeProfit, price, percent] of cases) it(what, () => expect(progressPercent(side, fill, takeProfit, price)).to.equal(percent));

  const filled = { state: 'filled', priceFillAverage: '99.50', takeProfitPrice: '99.99' } as const;
  it('is 100 once the take-profit was hit, whatever the price does then', () => expect(legProgress('long', { ...filled, state: 'tp_hit' }, '90')).to.equal(100));
  it('is shown while the leg is held, in part too', () => expect([legProgress('long', filled, '99.86'), legProgress('long', { ...filled, state: 'partially_filled' }, '99.86')]).to.deep.equal([73, 73]));
  for (const state of ['pending', 'open', 'cancelled', 'blocked', 'closed'] as const) it(`is not shown of a leg that is ${state}`, () => expect(legProgress('long', { ...filled, state }, '99.86')).to.equal(null));
  it('needs a fill, a target and a price', () => expect([legProgress('long', { ...filled, priceFillAverage: null }, '1'), legProgress('long', { ...filled, takeProfitPrice: null }, '1'), legProgress('long', filled, null)]).to.deep.equal([null, null, null]));
});

describe('the filled size of a leg', () => {
  it('is what was filled in quote currency', () => expect([filledSize({ priceFillAverage: '99.5', quantityFilled: '2.01' }), filledSize({ priceFillAverage: null, quantityFilled: '0' })]).to.deep.equal(['199.995', null]));
});
