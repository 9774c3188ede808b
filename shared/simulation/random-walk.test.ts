import { expect } from 'chai';
import { isMultipleOf } from '#shared/engine/num/rounding';
import type { WalkOptions } from '#shared/ports/price-source.port';
import { createWalk } from './random-walk.ts';

const btc: WalkOptions = { seed: 7, pair: 'BTC/USDT', anchor: '100000', tickSize: '0.1' };
const prices = (options: WalkOptions, count: number): string[] => {
  const walk = createWalk(options);
  return Array.from({ length: count }, () => walk.step());
};

describe('random walk', () => {
  it('gives the same prices for the same seed and symbol, on every machine', () => {
    expect(prices(btc, 1000)).to.deep.equal(prices(btc, 1000));
    expect(prices(btc, 5)).to.deep.equal(['99981.3', '99984.3', '99985.2', '99977.5', '99952.9']);
  });

  it('gives other prices for another seed or another symbol', () => {
    expect(prices({ ...btc, seed: 8 }, 20)).not.to.deep.equal(prices(btc, 20));
    expect(prices({ ...btc, pair: 'ETH/USDT' }, 20)).not.to.deep.equal(prices(btc, 20));
  });

  it('goes on from a stored position as if it had never stopped', () => {
    const walk = createWalk(btc);
    for (let step = 0; step < 321; step += 1) walk.step();
    expect(prices({ ...btc, from: walk.position() }, 50)).to.deep.equal(prices(btc, 371).slice(321));
  });

  for (const steps of [1, 2, 60])
    it(`a candle of ${steps} steps shows what the steps one by one would have`, () => {
      const [byStep, byCandle] = [prices(btc, steps * 50), createWalk(btc)];
      for (let candle = 0; candle < 50; candle += 1) {
        const made = byStep.slice(candle * steps, (candle + 1) * steps);
        const sorted = [...made].sort((a, b) => Number(a) - Number(b));
        expect(byCandle.candle(steps)).to.deep.equal({ open: made[0], high: sorted.at(-1), low: sorted[0], close: made.at(-1) });
      }
      expect(byCandle.position()).to.deep.equal({ step: steps * 50, price: byStep.at(-1) });
    });

  for (const [anchor, tickSize] of [['100000', '0.1'], ['0.2', '0.00001'], ['0.00001234', '0.00000001'], ['6', '1']] as const)
    it(`stays on the tick ${tickSize}, positive and near ${anchor} for a day`, () => {
      const walked = prices({ ...btc, anchor, tickSize }, 86_400);
      expect(walked.filter((_, index) => index % 97 === 0).every((price) => isMultipleOf(price, tickSize))).to.equal(true);
      expect(Math.min(...walked.map(Number))).to.be.greaterThan(Number(anchor) * 0.6);
      expect(Math.max(...walked.map(Number))).to.be.lessThan(Number(anchor) * 1.6);
    });
});
