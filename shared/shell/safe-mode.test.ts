import { expect } from 'chai';
import { ShellStory } from '#test/support/shell-story';
import { memoryRig } from '#test/support/store-rig';
import { crashMoments } from './crash-points.ts';
import { enterSafeMode } from './safe-mode.ts';

describe('safe mode is told', () => {
  const told = async (prepare: (story: ShellStory) => void): Promise<unknown[]> => {
    const story = await ShellStory.on(memoryRig());
    const alerts: unknown[] = [];
    story.ports.log = { ...story.ports.log, alert: (_, __, fields) => void alerts.push(fields?.['accountId'] === story.accountId && fields['userId'] === story.userId ? 'its user' : 'somebody') };
    prepare(story);
    for (let times = 0; times < 2; times += 1) await story.live(() => enterSafeMode(story.ports, story.accountId, 'unknown_orders', 'the test'));
    expect(story.spared).to.equal(false);
    return alerts;
  };

  it('once, to the user of the account', async () => {
    expect(await told(() => {})).to.deep.equal(['its user']);
  });

  for (const moment of crashMoments)
    it(`once, though it fails ${moment} it is looked up whose account that is`, async () => {
      expect(await told((story) => story.strikeAt('halt:account', moment, 'throws'))).to.deep.equal(['somebody']);
    });
});
