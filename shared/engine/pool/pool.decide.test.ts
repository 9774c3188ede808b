import { expect } from 'chai';
import { PoolStory } from '#test/support/pool-story';
import { gridPlan, level, signal } from '#test/support/engine-story';
import { money, price, qty, ratio } from '#shared/engine/num/units';
import type { Signal } from '#shared/engine/messages/signals';
import { sameGroup } from './pool.ts';

const eth: Partial<Signal> = { timeframe: '1h' };
/** Two slots, both taken. */
const full = (): PoolStory => new PoolStory().signal('BTC').signal('ETH', eth);

describe('E-19 slots of a pool of two', () => {
  it('a first entry opens a group of its own', () => {
    expect(new PoolStory().signal('BTC').done).to.deep.equal(['open BTC long as 101']);
  });

  it('2 of 2: a new SOL group is queued, an ETH pyramid goes at once and takes no slot', () => {
    const story = full().signal('SOL');
    expect([story.done, story.waiting]).to.deep.equal([['queued 3 pool_full'], ['SOL long pool_full']]);
    story.signal('ETH', eth);
    expect([story.done, story.pool.open.length]).to.deep.equal([['add-pyramid 102'], 2]);
  });

  it('the full close of ETH promotes SOL: 2 of 2 again', () => {
    const story = full().signal('SOL').closed('ETH');
    expect([story.done, story.pool.open.map((open) => open.symbol.slice(0, 3)), story.waiting]).to.deep.equal([['open SOL long as 103'], ['BTC', 'SOL'], []]);
  });

  it('a queued entry that is forced goes although no slot is free: 3 of 2', () => {
    const story = full().signal('SOL');
    story.hear({ type: 'queue-force', queueId: story.pool.waiting[0]!.id });
    expect([story.done, story.pool.open.length]).to.deep.equal([['open SOL long as 103'], 3]);
  });

  it('after that one group has to close twice before the next may come (invariant 5)', () => {
    const story = full().signal('SOL');
    story.hear({ type: 'queue-force', queueId: story.pool.waiting[0]!.id }).signal('ADA').closed('SOL');
    expect(story.waiting).to.deep.equal(['ADA long pool_full']);
    story.closed('BTC');
    expect([story.done, story.pool.open.length]).to.deep.equal([['open ADA long as 104'], 2]);
  });

  it('promoting with no slot free changes nothing', () => {
    const story = full().signal('SOL');
    story.hear({ type: 'queue-promote', queueId: story.pool.waiting[0]!.id });
    expect([story.done, story.waiting]).to.deep.equal([['Entry 1-1 (SOL/USDT:USDT 15m long) was to be promoted and stays: no free slot: 2 of 2 are taken'], ['SOL long pool_full']]);
  });

  it('the oldest goes first (A-17)', () => {
    const story = full().signal('SOL').signal('ADA').signal('XRP').closed('BTC');
    expect([story.done, story.waiting]).to.deep.equal([['open SOL long as 103'], ['ADA long pool_full', 'XRP long pool_full']]);
  });

  it('a larger pool admits all who fit at once, each with a group id of its own', () => {
    const story = full().signal('SOL').signal('ADA').signal('XRP');
    story.settings.groupsMax = 4;
    story.hear({ type: 'timer' });
    expect([story.done, story.waiting]).to.deep.equal([['open SOL long as 103', 'open ADA long as 104'], ['XRP long pool_full']]);
  });

  it('a queue with a limit refuses who comes after it', () => {
    const story = new PoolStory({ groupsMax: 1, queueLimit: 1 }).signal('BTC').signal('ETH').signal('SOL');
    expect([story.done, story.settled('3')?.detail, story.waiting.length]).to.deep.equal([['refused 3 queue_full'], '1 entries wait, the limit is 1', 1]);
  });
});

describe('who is the same group (E-52)', () => {
  const one = signal();
  const rows: [string, Partial<Signal>, boolean][] = [
    ['everything alike', {}, true],
    ['another signal', { signalId: '2', tradeId: 't2', priceSignal: price('101') }, true],
    ['another timeframe', { timeframe: '1h' }, false],
    ['another side', { side: 'short' }, false],
    ['another symbol', { symbol: 'ETH/USDT:USDT' }, false],
    ['another account', { accountId: '2' }, false],
  ];
  for (const [title, changes, same] of rows) it(`${title}: ${same ? 'the same' : 'another'}`, () => expect(sameGroup(one, signal(changes))).to.equal(same));
});

describe('replacement in the queue (A-19, E-22)', () => {
  it('keeps the place and the time, takes everything else from the new signal', () => {
    const story = full().signal('SOL').signal('ADA').signal('SOL', { priceSignal: price('105'), size: { type: 'quote', amount: qty('500') } });
    expect(story.done).to.deep.equal(['replaced_in_queue 3', 'queued 5 pool_full']);
    const [first] = story.pool.waiting;
    expect(story.waiting).to.deep.equal(['SOL long pool_full', 'ADA long pool_full']);
    expect([first?.signal.signalId, first?.signal.priceSignal, first?.queuedAt, first?.replacementCount, first?.replacedAt]).to.deep.equal(['5', '105', 3_000, 1, 5_000]);
  });

  it('the other side never replaces', () => {
    const story = full().signal('SOL').signal('SOL', { side: 'short' });
    expect(story.waiting).to.deep.equal(['SOL long pool_full', 'SOL short pool_full']);
  });

  it('switched off: the second is a duplicate', () => {
    const story = new PoolStory({ groupsMax: 1, replacementAllowed: false }).signal('BTC').signal('SOL').signal('SOL');
    expect([story.done, story.waiting.length]).to.deep.equal([['refused 3 duplicate_entry'], 1]);
  });

  it('an entry that could go by now replaces the one that waits; it does not overtake it', () => {
    const story = new PoolStory();
    story.without.set('SOL/USDT:USDT', 'unavailable');
    story.signal('SOL');
    story.without.clear();
    story.signal('SOL', { priceSignal: price('105') });
    expect(story.done).to.deep.equal(['replaced_in_queue 1', 'queued 2 missing_precision', 'open SOL long as 101']);
    expect(story.waiting).to.deep.equal([]);
  });
});

describe('the other side (A-21)', () => {
  const long = (): PoolStory => new PoolStory().signal('BTC');
  it('waits although slots are free, and goes when the group has closed', () => {
    const story = long().signal('BTC', { side: 'short' });
    expect(story.done).to.deep.equal(['queued 2 opposite_side']);
    story.closed('BTC');
    expect(story.done).to.deep.equal(['open BTC short as 102']);
  });
  it('on USD-M it waits in every timeframe, because the venue nets them', () => {
    expect(long().signal('BTC', { side: 'short', timeframe: '4h' }).done).to.deep.equal(['queued 2 opposite_side']);
  });
  it('on another account it goes', () => {
    expect(long().signal('BTC', { side: 'short', accountId: '2' }).done).to.deep.equal(['open BTC short as 102']);
  });
  it('neither promoting nor forcing helps', () => {
    const story = long().signal('BTC', { side: 'short' });
    expect(story.promote('BTC').done).to.deep.equal(['Entry 1-1 (BTC/USDT:USDT 15m short) was to be promoted and stays: the long of BTC/USDT:USDT 15m is open (group 101)']);
    expect(story.force('BTC').done).to.deep.equal(['Entry 1-1 (BTC/USDT:USDT 15m short) was to be forced and stays: the long of BTC/USDT:USDT 15m is open (group 101)']);
    expect(story.waiting).to.deep.equal(['BTC short opposite_side']);
  });
  it('a spot account cannot sell short', () => {
    expect(new PoolStory().signal('BTC', { market: 'spot', side: 'short' }).done).to.deep.equal(['refused 1 short_not_supported']);
  });

  describe('reverse', () => {
    it('closes the long now, queues the short, and opens it when the long has closed (R-110)', () => {
      const story = long().signal('BTC', { kind: 'reverse', side: 'short' });
      expect(story.done).to.deep.equal(['queued 2 opposite_side', 'close-requested 101']);
      story.closed('BTC');
      expect(story.done).to.deep.equal(['open BTC short as 102']);
    });
    it('with nothing to close it is an entry', () => expect(new PoolStory().signal('BTC', { kind: 'reverse', side: 'short' }).done).to.deep.equal(['open BTC short as 101']));
    it('on spot it closes the long, and the short is refused', () => {
      const story = new PoolStory().signal('BTC', { market: 'spot' }).signal('BTC', { market: 'spot', kind: 'reverse', side: 'short' });
      expect(story.done).to.deep.equal(['refused 2 short_not_supported', 'close-requested 101']);
    });
  });
});

describe('exits and reductions', () => {
  it('an exit closes the group', () => expect(full().exit('BTC').done).to.deep.equal(['close-requested 101']));
  it('an exit drops the entry that waits for the same group (R-104)', () => {
    const story = full().signal('SOL').signal('ADA').exit('SOL');
    expect([story.done, story.waiting]).to.deep.equal([['dropped_from_queue 3', 'dropped_from_queue 5'], ['ADA long pool_full']]);
  });
  it('both: the group closes, the pyramid that waits is dropped', () => {
    const story = full();
    story.without.set('BTC/USDT:USDT', 'unavailable');
    story.signal('BTC').exit('BTC');
    expect([story.done, story.waiting]).to.deep.equal([['dropped_from_queue 3', 'close-requested 101'], []]);
  });
  it('an exit of another timeframe closes nothing, with the reason', () => {
    const story = full().exit('BTC', { timeframe: '4h' });
    expect([story.done, story.settled('3')?.status]).to.deep.equal([['refused 3 nothing_to_close'], 'done']);
  });
  it('a reduction reaches the group', () => expect(full().signal('BTC', { kind: 'reduce', reduceFraction: ratio('0.4') }).done).to.deep.equal(['reduce-requested 101']));
  it('a reduction of nothing is refused', () => expect(full().signal('SOL', { kind: 'reduce', reduceFraction: ratio('0.4') }).done).to.deep.equal(['refused 3 nothing_to_close']));
  it('an entry taken out of the queue by a person', () => {
    const story = full().signal('SOL');
    const { id } = story.pool.waiting[0]!;
    expect(story.hear({ type: 'queue-remove', queueId: id }).done).to.deep.equal(['removed_from_queue 3']);
    expect(story.hear({ type: 'queue-remove', queueId: id }).done).to.deep.equal([]);
  });
});

describe('an entry for a group that is closing', () => {
  const bounced = (): PoolStory => {
    const story = new PoolStory().signal('BTC');
    return story.hear({ type: 'entry-bounced', signal: signal({ signalId: '2' }), groupId: '101', reason: 'group_closing' });
  };
  it('waits, and is not sent to the same group again', () => {
    const story = bounced();
    expect([story.done, story.waiting]).to.deep.equal([['queued 2 group_closing'], ['BTC long group_closing']]);
    expect(story.hear({ type: 'timer' }).done).to.deep.equal([]);
    for (const what of ['promote', 'force'] as const) expect(story[what]('BTC').done).to.deep.equal([`Entry 1-1 (BTC/USDT:USDT 15m long) was to be ${what}d and stays: group 101 of BTC/USDT:USDT 15m long is closing`]);
  });
  it('opens a new group when the old one has closed', () => {
    const story = bounced().closed('BTC');
    expect([story.done, story.waiting]).to.deep.equal([['open BTC long as 102'], []]);
  });
  it('a further signal replaces it', () => {
    const story = bounced();
    story.hear({ type: 'signal', signal: signal({ signalId: '3' }) });
    expect([story.done, story.waiting]).to.deep.equal([['replaced_in_queue 2', 'queued 3 group_closing'], ['BTC long group_closing']]);
  });
  it('told after the group has closed: it opens at once', () => {
    const story = new PoolStory().signal('BTC').closed('BTC');
    story.hear({ type: 'entry-bounced', signal: signal({ signalId: '2' }), groupId: '101', reason: 'group_closing' });
    expect(story.done).to.deep.equal(['queued 2 group_closing', 'open BTC long as 102']);
  });
});

describe('what an entry needs', () => {
  it('rules that are not loaded: it waits, and goes when they come (A-08)', () => {
    const story = new PoolStory();
    story.without.set('BTC/USDT:USDT', 'unavailable');
    expect(story.signal('BTC').done).to.deep.equal(['queued 1 missing_precision', 'wake at 31000']);
    expect(story.hear({ type: 'timer' }).done).to.deep.equal([]);
    story.without.clear();
    expect(story.hear({ type: 'timer' }).done).to.deep.equal(['open BTC long as 101']);
  });
  it('rules that do not list it: refused', () => {
    const story = new PoolStory();
    story.without.set('BTC/USDT:USDT', 'unlisted');
    expect(story.signal('BTC').done).to.deep.equal(['refused 1 precision_unavailable']);
  });
  it('one that waits never holds up the others', () => {
    const story = new PoolStory({ groupsMax: 1 });
    story.without.set('SOL/USDT:USDT', 'unavailable');
    story.signal('BTC').signal('SOL').signal('ADA').closed('BTC');
    expect([story.done, story.waiting]).to.deep.equal([['open ADA long as 102'], ['SOL long missing_precision']]);
  });
  it('a price', () => expect(new PoolStory().signal('BTC', { priceSignal: null }).done).to.deep.equal(['refused 1 no_price']));
  it('a size', () => expect(new PoolStory({ sizing: { ...new PoolStory().settings.sizing, fixedQuote: money('0') } }).signal('BTC', { size: null }).done).to.deep.equal(['refused 1 no_size']));
  it('a ladder of which one leg can be sent (A-32)', () => {
    const story = new PoolStory({ entryPlan: gridPlan({ levels: [level('0', '100', '1')] }) }).signal('BTC', { size: { type: 'quote', amount: qty('4') } });
    expect([story.done, story.settled('1')?.detail, story.pool.open]).to.deep.equal([['refused 1 every_leg_blocked'], 'below_minimum_notional: 0.04 x 100 = 4, the minimum is 5 USDT', []]);
  });
  it('a mode that this version runs', () => expect(new PoolStory().signal('BTC', { executionMode: 'strategy' }).done).to.deep.equal(['refused 1 execution_mode_unavailable']));
});
