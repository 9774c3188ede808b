import { expect } from 'chai';
import { GroupStory } from '#test/support/engine-story';
import { PoolStory, unified } from '#test/support/pool-story';
import type { Signal } from '#shared/engine/messages/signals';
import type { PoolSettings } from './pool-settings.ts';
import { legsOpenOf, nothingOpen, occupancyOf, slotsTaken } from './slots.ts';

const eth: Partial<Signal> = { timeframe: '1h' };

/** Open: BTC 15m long with 5 pyramids of 5 legs, ETH 1h long with one. */
function pool(settings: Partial<PoolSettings>): PoolStory {
  const story = new PoolStory({ groupsMax: 2, ...settings });
  const group = (groupId: string, base: string, timeframe: string, pyramids: number, legsOpen: number) => ({ groupId, userId: '1', accountId: '1', symbol: unified(base), timeframe, side: 'long' as const, pyramids, legsOpen });
  story.pool = { ...story.pool, open: [group('91', 'BTC', '15m', 5, 25), group('92', 'ETH', '1h', 1, 5)] };
  return story;
}

describe('E-19 pool accounting', () => {
  it('default: 2 / 2, a new SOL group is queued, an ETH pyramid is executed at once', () => {
    const story = pool({});
    expect(story.slots).to.equal('2 / 2');
    expect(story.signal('SOL').done).to.deep.equal(['queued 1 pool_full']);
    expect(story.settled('1')?.detail).to.equal('no free slot: 2 of 2 are taken');
    expect([story.signal('ETH', eth).done, story.slots]).to.deep.equal([['add-pyramid 92'], '2 / 2']);
  });

  describe('same_pair_timeframe false: 2 / 2', () => {
    const gated: Partial<PoolSettings> = { pyramidsBypass: false, selection: ['fifo'] };
    it('a new SOL group is queued, an ETH pyramid too', () => {
      expect(pool(gated).signal('SOL').signal('ETH', eth).waiting).to.deep.equal(['SOL long pool_full', 'ETH long pool_full']);
    });
    it('the pyramid goes when a slot is free and takes none: SOL goes as well', () => {
      const story = pool(gated).signal('ETH', eth).signal('SOL').closed('BTC');
      expect([story.done, story.slots, story.waiting]).to.deep.equal([['add-pyramid 92', 'open SOL long as 101'], '2 / 2', []]);
    });
    it('an ETH pyramid with a slot free goes at once', () => expect(pool({ ...gated, groupsMax: 3 }).signal('ETH', eth).done).to.deep.equal(['add-pyramid 92']));
  });

  describe('count_pyramids_toward_pool true (max 10): 2 groups + 4 continuations = 6 / 10', () => {
    const counted: Partial<PoolSettings> = { pyramidsCount: true, groupsMax: 10 };
    it('6 / 10', () => expect(pool(counted).slots).to.equal('6 / 10'));
    it('a new SOL group is executed: 7 / 10', () => expect([pool(counted).signal('SOL').done, pool(counted).signal('SOL').slots]).to.deep.equal([['open SOL long as 101'], '7 / 10']));
    it('a new ETH pyramid is executed: 7 / 10', () => expect([pool(counted).signal('ETH', eth).done, pool(counted).signal('ETH', eth).slots]).to.deep.equal([['add-pyramid 92'], '7 / 10']));
    it('with 6 slots and no bypass both wait', () => {
      expect(pool({ ...counted, groupsMax: 6, pyramidsBypass: false }).signal('SOL').signal('ETH', eth).waiting).to.deep.equal(['SOL long pool_full', 'ETH long pool_full']);
    });
    it('with 6 slots a pyramid that bypasses goes: 7 / 6', () => expect(pool({ ...counted, groupsMax: 6 }).signal('ETH', eth).slots).to.equal('7 / 6'));
  });

  it('count_dca_toward_pool true: 2 groups + 30 open legs = 32, both flags: 36', () => {
    expect(pool({ legsCount: true }).slots).to.equal('32 / 2');
    expect(pool({ legsCount: true, pyramidsCount: true }).slots).to.equal('36 / 2');
    const story = new PoolStory({ legsCount: true, groupsMax: 6 }).signal('SOL');
    expect([story.slots, story.signal('ADA').waiting]).to.deep.equal(['6 / 6', ['ADA long pool_full']]);
  });

  it('Force Add on SOL: 3 / 2, an ETH pyramid is executed', () => {
    const story = pool({}).signal('SOL').force('SOL');
    expect([story.done, story.slots]).to.deep.equal([['open SOL long as 101'], '3 / 2']);
    expect(story.signal('ETH', eth).done).to.deep.equal(['add-pyramid 92']);
  });

  it('a full close of ETH: 1 / 2, SOL is promoted: 2 / 2', () => {
    const story = pool({}).signal('SOL').closed('ETH');
    expect([story.done, story.slots]).to.deep.equal([['open SOL long as 101'], '2 / 2']);
  });

  it('groups of other symbols, read only as numbers, count alike', () => {
    const story = new PoolStory({ groupsMax: 3 });
    story.elsewhere = { groups: 2, continuations: 9, legsOpen: 40 };
    expect([story.slots, story.signal('SOL').done, story.signal('ADA').waiting]).to.deep.equal(['2 / 3', ['open SOL long as 101'], ['ADA long pool_full']]);
    story.settings.pyramidsCount = true;
    expect(story.slots).to.equal('12 / 3');
  });
});

describe('what a group counts (R-210, R-211)', () => {
  const taken = (story: GroupStory, settings: { pyramidsCount: boolean; legsCount: boolean }): number =>
    slotsTaken(occupancyOf([{ pyramids: story.state.pyramids.length, legsOpen: legsOpenOf(story.state) }]), settings);
  const legs = (story: GroupStory): number => legsOpenOf(story.state);

  it('nothing is open: nothing is taken', () => expect(slotsTaken(nothingOpen, { pyramidsCount: true, legsCount: true })).to.equal(0));
  it('5 pyramids of 5 legs: 1 as shipped, 5 with pyramids, 26 with legs, 30 with both (R-206)', () => {
    const story = new GroupStory().open().pyramid('101').pyramid('102', '1000', '3').pyramid('103', '1000', '4').pyramid('104', '1000', '5');
    const flags = [[false, false], [true, false], [false, true], [true, true]] as const;
    expect(flags.map(([pyramidsCount, legsCount]) => taken(story, { pyramidsCount, legsCount }))).to.deep.equal([1, 5, 26, 30]);
  });
  it('a leg counts until its entry is over: filled or cancelled it does not', () => {
    const story = new GroupStory().open();
    expect(legs(story), 'before anything is sent').to.equal(5);
    story.acceptAll();
    expect(legs(story)).to.equal(5);
    story.fill(story.order('entry', 0, 0), { quantity: '1.000' });
    expect(legs(story), 'half filled').to.equal(5);
    story.fill(story.order('entry', 0, 0), { quantity: '1.000' });
    expect(legs(story), 'filled').to.equal(4);
    story.close();
    expect(legs(story), 'cancels are on their way').to.equal(4);
    story.confirmCancels();
    expect(legs(story)).to.equal(0);
  });
});
