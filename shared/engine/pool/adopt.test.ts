import { expect } from 'chai';
import { PoolStory } from '#test/support/pool-story';
import { instrument, signal } from '#test/support/engine-story';
import { emergencyStop } from '../position/adopt-position.ts';
import { price, qty } from '../num/units.ts';

describe('a position that was found at the venue', () => {
  const adopting = (story: PoolStory, groupId: string): PoolStory => story.hear({ type: 'adopt-position', groupId, signal: signal({ signalId: '', timeframe: 'adopted', priceSignal: null, size: null }), quantity: qty('0.05'), priceEntry: price('100'), close: false });

  it('is taken over into a group of its own, though no slot is free', () => {
    const story = new PoolStory({ groupsMax: 1 }).signal('SOL');
    expect(adopting(story, '900').done).to.deep.equal(['adopt BTC long as 900']);
    expect(adopting(story, '901').commands.flatMap((command) => (command.type === 'adopt-group' ? [command.event.signal.timeframe] : []))).to.deep.equal(['adopted-2']);
  });

  const stops: [side: 'long' | 'short', entry: string, last: string | null, tick: string, expected: string][] = [
    ['long', '90800', '90000', '0.1', '88984'],
    ['long', '90800', '88984.1', '0.1', '88984'],
    ['long', '90800', '88984', '0.1', '87204.3'],
    ['long', '90800', '88500', '0.1', '86730'],
    ['short', '3000', '2990', '0.01', '3060'],
    ['short', '3000', '3100', '0.01', '3162'],
    ['short', '3000', null, '0.01', '3060'],
  ];
  for (const [side, entry, last, tick, expected] of stops)
    it(`E-48: ${side} from ${entry}, ${last === null ? 'no price yet' : `last price ${last}`}, tick ${tick}: its emergency stop is ${expected}`, () =>
      expect(emergencyStop(side, price(entry), last === null ? null : price(last), instrument({ tickSize: price(tick) }))).to.equal(expected));
});
