import { expect } from 'chai';
import { userStreamsOf } from './life-streams.ts';
import { readOptions } from './simulate-options.ts';
import { liveSeed, type LifeReport } from './simulated-life.ts';

const seeds = Array.from({ length: 2_000 }, (_, index) => index + 1);
const untilStreams = ({ lines }: LifeReport): string[] => lines.filter((line) => line.startsWith('   0.000') && !line.includes('user-data streams'));

describe('lives without user-data streams', function () {
  this.timeout(60_000);

  it('are a tenth of all, of either way; whoever is told to be one is what it would have drawn', () => {
    const drawn = seeds.map((seed) => userStreamsOf(seed));
    for (const way of ['silent', 'refused'] as const) expect(drawn.filter((each) => each === way).length, way).to.be.within(70, 130);
    expect(seeds.map((seed) => userStreamsOf(seed, true))).to.not.include('on');
    expect(seeds.filter((_, place) => drawn[place] !== 'on').map((seed) => userStreamsOf(seed, true))).to.deep.equal(drawn.filter((each) => each !== 'on'));
  });

  for (const [way, seed] of [
    ['silent', 1],
    ['refused', 3],
  ] as const) {
    it(`${way}: orders fill and everything holds, though nobody hears of a fill`, async () => {
      const [on, off] = [await liveSeed(seed, { all: true }), await liveSeed(seed, { all: true, streamsOff: true })];
      expect([off.userStreams, off.failure]).to.deep.equal([way, null]);
      expect([off.fills > 0, off.crashes?.['stream:order']?.before.reached, (on.crashes?.['stream:order']?.before.reached ?? 0) > 0]).to.deep.equal([true, 0, true]);
      expect(untilStreams(off), 'all else is drawn as ever').to.deep.equal(untilStreams(on));
    });
  }

  it('are asked for by name', () => {
    expect(readOptions(['--streams', 'off', '--seeds', '20'])).to.deep.include({ streamsOff: true, seeds: 20 });
    expect(readOptions([])).to.deep.include({ streamsOff: false });
    expect(readOptions(['--streams', 'on'])).to.equal('--streams: found "on", expected off');
  });
});
