import { expect } from 'chai';
import { PoolStory } from '#test/support/pool-story';
describe('review: pool', () => {
  it('account back', () => {
    const story = new PoolStory();
    story.accountsOff = { '1': { why: 'is switched off', forGood: false } };
    story.pool = { ...new PoolStory({ groupsMax: 1 }).signal('BTC').signal('SOL').pool };
    story.pool = { ...story.pool, open: [] };
    story.hear({ type: 'timer' });
    expect(story.waiting).to.deep.equal(['SOL long account_disabled']);
    story.accountsOff = {};
    console.log(story.signal('SOL', { signalId: '9' }).done);
  });
});
