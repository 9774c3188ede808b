import { expect } from 'chai';
import { crashMoments, crashPointsOf } from '#shared/shell/crash-points';
import { seededChance } from '#shared/simulation/seeded-chance';
import { ArmedStrikes, crashCombinations } from './armed-strikes.ts';

/** Everything a seed strikes in a life that passes every call fifty times. */
function struckBy(seed: number): string[] {
  const armed = new ArmedStrikes(seed, seededChance(String(seed)));
  const struck: string[] = [];
  for (let pass = 0; pass < 50; pass += 1) for (const point of crashPointsOf('simulation')) for (const moment of crashMoments) struck.push(...[armed.at(point, moment)].filter((way) => way !== null).map((way) => `${way} ${moment} ${point}`));
  return struck;
}

describe('the strikes that seeds are armed with', () => {
  it('come to every point, moment and way in few seeds, and again and again in many', () => {
    const struck = Array.from({ length: 2_000 / 10 }, (_, index) => struckBy(index + 1)).flat();
    expect(crashCombinations.map(({ point, moment, way }) => `${way} ${moment} ${point}`).filter((each) => !struck.includes(each))).to.deep.equal([]);
  });

  it('are the same for the same seed, others for another, and each strikes once', () => {
    expect(struckBy(7)).to.deep.equal(struckBy(7));
    expect(struckBy(7)).to.not.deep.equal(struckBy(8));
    for (const seed of [1, 2, 3]) expect(struckBy(seed).length).to.be.lessThan(20);
  });
});
