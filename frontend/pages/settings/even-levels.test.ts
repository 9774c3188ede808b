import { expect } from 'chai';
import { evenLevels, weightSum } from './even-levels.ts';

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
