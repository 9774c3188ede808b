import { expect } from 'chai';
import { evenLevels, scaledLevels, weightSum, type Level } from './even-levels.ts';

describe('the ladder generator', () => {
  for (const count of [1, 2, 3, 5, 6, 7]) it(`makes ${count} levels that weigh 100 together`, () => expect(weightSum(evenLevels(count, 0.5))).to.equal(100));

  it('gives the last level the remainder and equal gaps downwards', () => {
    expect(evenLevels(3, 0.3)).to.deep.equal([
      { gap_percent: 0, weight_percent: 33.33, tp_percent: null },
      { gap_percent: -0.3, weight_percent: 33.33, tp_percent: null },
      { gap_percent: -0.6, weight_percent: 33.34, tp_percent: null },
    ]);
  });
});

describe('scaling a ladder to 100', () => {
  const ladder = (...weights: number[]): Level[] => weights.map((weight_percent, index) => ({ gap_percent: -index, weight_percent, tp_percent: 1 }));
  const cases: [given: number[], scaled: number[]][] = [
    [[20, 20, 20], [33.33, 33.33, 33.34]],
    [[10, 30], [25, 75]],
    [[60, 60, 80], [30, 30, 40]],
    [[0, 0], [50, 50]],
    [[50, 50], [50, 50]],
  ];
  for (const [given, scaled] of cases) it(`${given.join(' + ')} becomes ${scaled.join(' + ')}`, () => expect(scaledLevels(ladder(...given))).to.deep.equal(ladder(...scaled)));
});
