import { expect } from 'chai';
import { gridPlan, GroupStory, instrument, level, perLeg, signal } from '#test/support/engine-story';
import { PoolStory } from '#test/support/pool-story';
import { defaultSettings } from '#shared/contracts/settings';
import { sizingOf } from '#shared/contracts/settings-plans';
import type { Budget, LadderPlan } from '#shared/engine/entry/plan-check';
import type { EntryPlan, SizingPlan } from '#shared/engine/entry/entry-plan';
import { planPyramid, type PlannedPyramid } from '#shared/engine/entry/plan-pyramid';
import type { Instrument } from '#shared/engine/instrument/instrument';
import type { PyramidStart } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';
import { money, price, qty, ratio } from '#shared/engine/num/units';

const sizing = (changes: Partial<typeof defaultSettings.grid_strategy> = {}): SizingPlan => sizingOf({ ...defaultSettings, grid_strategy: { ...defaultSettings.grid_strategy, ...changes } });
const budget = (free: string | null, changes: Partial<Budget> = {}): Budget => ({ check: 'trim', asset: 'USDT', free: free === null ? null : money(free), leverage: ratio('1'), ...changes });

interface Case {
  free?: string | null;
  budget?: Partial<Budget>;
  start?: Partial<PyramidStart>;
  plan?: EntryPlan;
  used?: string;
  rules?: Partial<Instrument>;
  side?: 'long' | 'short';
}
const planned = ({ free = null, budget: more = {}, start = {}, plan = gridPlan(), used = '0', rules = {}, side = 'long' }: Case): PlannedPyramid =>
  planPyramid({ entryPlan: plan, exitPlan: perLeg, side, index: 0, start: { signalId: '1', entryPrice: price('100'), capital: money('1000'), slippageMaxPercent: null, budget: budget(free, more), ...start }, used: money(used), instrument: instrument(rules) });
const going = ({ pyramid }: PlannedPyramid): number[] => pyramid.legs.filter((leg) => leg.blocked === null).map((leg) => leg.index);

describe('the plan check: a whole ladder against the free balance, before its first order leaves', () => {
  // E-01 needs 200, 199.995, 199.98, 199.955 and 199.92: 999.85 in all.
  describe('plan_check trim leaves out the last legs', () => {
    const rows: [string, string, number[], string][] = [
      ['more than enough', '5000', [0, 1, 2, 3, 4], '999.85'],
      ['to the last digit', '999.85', [0, 1, 2, 3, 4], '999.85'],
      ['one digit less', '999.84999999', [0, 1, 2, 3], '799.93'],
      ['half', '500', [0, 1], '399.995'],
      ['the first leg only', '200', [0], '200'],
    ];
    for (const [title, free, legs, bound] of rows) {
      it(`${title}: ${free} of 999.85 USDT, legs ${legs.join(', ')}`, () => {
        const found = planned({ free });
        expect([going(found), found.bound, found.plan.needed, found.plan.leftOut, found.refusal]).to.deep.equal([legs, bound, '999.85', 5 - legs.length, null]);
      });
    }
    it('says of each leg why, with the numbers', () =>
      expect(planned({ free: '500' }).pyramid.legs.map((leg) => leg.blocked)).to.deep.equal([
        null,
        null,
        'beyond_balance: needs 199.98 USDT, 100.005 of 500 USDT is left for it',
        'beyond_balance: needs 199.955 USDT, 100.005 of 500 USDT is left for it',
        'beyond_balance: needs 199.92 USDT, 100.005 of 500 USDT is left for it',
      ]));
    it('warns of it', () => expect(planned({ free: '500' }).plan.warnings).to.deep.equal([{ code: 'legs_left_out', detail: '3 of 5 legs are left out: the ladder needs 999.85 USDT, 500 USDT is free' }]));
    it('leaves no hole: a small leg behind one that is not covered stays out too', () => {
      const plan = gridPlan({ levels: [level('0', '20', '1'), level('-1', '70', '1'), level('-2', '10', '1')] });
      expect(going(planned({ free: '400', plan }))).to.deep.equal([0]);
    });
    it('a leg that the rules block needs nothing', () => {
      const plan = gridPlan({ levels: [level('0', '99.9', '1'), level('-1', '0.05', '1'), level('-2', '0.05', '1')] });
      const found = planned({ free: '999', plan });
      expect([going(found), found.plan.needed, found.plan.leftOut]).to.deep.equal([[0], '999', 0]);
      expect(found.plan.legs[1]?.blocked).to.match(/^below_minimum_notional/);
    });
    it('refuses a ladder whose first leg is not covered', () => {
      const found = planned({ free: '199.99' });
      expect(found.refusal).to.deep.equal({ code: 'insufficient_balance', detail: 'the first leg needs 200 USDT, 199.99 USDT is free' });
      expect(going(found)).to.deep.equal([]);
    });
  });

  describe('plan_check refuse refuses what is not covered whole', () => {
    it('with the numbers, and the legs say which', () => {
      const found = planned({ free: '500', budget: { check: 'refuse' } });
      expect(found.refusal).to.deep.equal({ code: 'insufficient_balance', detail: 'the ladder needs 999.85 USDT, 500 USDT is free' });
      expect(found.plan.legs.filter((leg) => leg.blocked?.startsWith('beyond_balance')).map(({ index }) => index)).to.deep.equal([2, 3, 4]);
    });
    it('lets pass what is', () => expect(planned({ free: '999.85', budget: { check: 'refuse' } }).refusal).to.equal(null));
  });

  it('plan_check off sends all, and shows the figures', () => {
    const found = planned({ free: '1', budget: { check: 'off' } });
    expect([going(found).length, found.refusal, found.plan.needed, found.plan.free, found.plan.warnings]).to.deep.equal([5, null, '999.85', '1', []]);
  });

  describe('leverage', () => {
    const rows: [string, string, number[]][] = [
      ['20', '49.9925', [0, 1, 2, 3, 4]],
      ['20', '49.9924', [0, 1, 2, 3]],
      ['5', '80', [0, 1]],
      ['3', '333.28333334', [0, 1, 2, 3, 4]],
      // A third of each leg, rounded up to what a venue keeps of a balance.
      ['3', '333.28333333', [0, 1, 2, 3]],
    ];
    for (const [leverage, free, legs] of rows) it(`${leverage}x with ${free} USDT: legs ${legs.join(', ')}`, () => expect(going(planned({ free, budget: { leverage: ratio(leverage) } }))).to.deep.equal(legs));
    it('stands in the refusal', () => expect(planned({ free: '1', budget: { leverage: ratio('20') } }).refusal?.detail).to.equal('the first leg needs 10 USDT at 20x, 1 USDT is free'));
    it('that is not known lets everything pass, with a warning', () => {
      const found = planned({ free: '1', budget: { leverage: null } });
      expect([going(found).length, found.refusal, found.plan.needed, found.plan.notional, found.plan.warnings.map(({ code }) => code)]).to.deep.equal([5, null, null, '999.85', ['leverage_unknown']]);
    });
  });

  it('a balance that is not known lets everything pass, with a warning', () => {
    const found = planned({ free: null });
    expect([going(found).length, found.refusal, found.plan.free, found.plan.warnings.map(({ code }) => code)]).to.deep.equal([5, null, null, ['balance_unknown']]);
  });

  it('a contract is worth its size', () => expect(planned({ free: '5000', rules: { contractSize: qty('0.01') } }).plan.needed).to.equal('999.99848'));

  describe('a market entry', () => {
    const plan = gridPlan({ orderType: 'market' });
    it('is checked whole before its first leg goes, by the signal\'s price', () => {
      const found = planned({ free: '500', plan });
      expect([going(found), found.plan.needed, found.plan.legs.map((leg) => leg.price)]).to.deep.equal([[0, 1], '999.85', ['100', '99.5', '99', '98.5', '98']]);
      expect(found.pyramid.legs[1]?.priceLimit, 'it is fitted to the real fill').to.equal(null);
    });
    it('what is beyond the balance stays out when the others follow the fill', () => {
      const story = new GroupStory({ priceLast: price('100') }).hear({ ...open({ plan }), start: { ...start(), budget: budget('500') } });
      story.acceptAll().fill(story.order('entry', 0, 0), { price: '100.10' });
      expect(story.working('entry').map((order) => [order.leg, order.price])).to.deep.equal([[1, '99.59']]);
      expect(story.legStates()).to.deep.equal(['filled', 'pending', 'blocked', 'blocked', 'blocked']);
    });
  });

  describe('exposure_max_quote', () => {
    it('cuts the capital of a new group', () => {
      const found = planned({ free: '5000', start: { exposureMax: money('600') } });
      expect([found.pyramid.capital, found.plan.notional, found.plan.warnings]).to.deep.equal(['600', '599.91', [{ code: 'capital_capped', detail: '600 of 1000 USDT: the group may be given 600 USDT, 0 USDT is given already' }]]);
    });
    it('counts what the group has been given', () => expect(planned({ free: '5000', used: '1000', start: { exposureMax: money('1250') } }).pyramid.capital).to.equal('250'));
    it('refuses when nothing is left, and every leg says so', () => {
      const found = planned({ free: '5000', used: '1000', start: { exposureMax: money('1000') } });
      expect(found.refusal).to.deep.equal({ code: 'exposure_reached', detail: '1000 of 1000 USDT is given to the group already' });
      expect(found.plan.legs.map((leg) => leg.blocked)).to.deep.equal(Array.from({ length: 5 }, () => 'exposure_reached: 1000 of 1000 USDT is given to the group already'));
    });
    it('absent is unlimited', () => expect(planned({ free: '5000', used: '1000000' }).pyramid.capital).to.equal('1000'));
  });

  it('every leg below the minimum is refused, and the plan says why of each', () => {
    const found = planned({ free: '5000', start: { capital: money('20') } });
    expect(found.refusal).to.deep.equal({ code: 'every_leg_blocked', detail: 'below_minimum_notional: 0.04 x 100 = 4, the minimum is 5 USDT' });
    expect(found.plan.legs.every((leg) => leg.blocked?.startsWith('below_minimum_notional'))).to.equal(true);
  });
});

const start = (): PyramidStart => ({ signalId: '1', entryPrice: price('100'), capital: money('1000'), slippageMaxPercent: null });
/** The event that opens a group, as a story without a pool tells it. */
function open({ plan = gridPlan() }: { plan?: EntryPlan } = {}): Extract<GroupStory['events'][number]['event'], { type: 'open' }> {
  const told = new GroupStory({ priceLast: price('100') }).open({ plan }).events[0]?.event;
  if (told?.type !== 'open') throw new Error('no group was opened');
  return told;
}

describe('a group under a plan check', () => {
  const opened = (free: string): GroupStory => new GroupStory().hear({ ...open(), start: { ...start(), budget: budget(free) } });
  const planOf = (story: GroupStory): LadderPlan | undefined => story.commands.flatMap((command) => (command.type === 'settle-signal' ? [command.plan] : []))[0];

  it('sends the legs that are covered; the others are blocked and are waited for no longer', () => {
    const story = opened('500').acceptAll();
    expect(story.working('entry').map((order) => order.leg)).to.deep.equal([0, 1]);
    expect(story.legStates()).to.deep.equal(['open', 'open', 'blocked', 'blocked', 'blocked']);
    for (const leg of [0, 1]) story.fill(story.order('entry', 0, leg));
    expect(story.state.status).to.equal('active');
  });
  it('tells a person, and the plan travels with the signal', () => {
    const story = opened('500');
    expect(story.commands.flatMap((command) => (command.type === 'tell' ? [command.message] : []))).to.deep.equal(['Signal 1 BTC/USDT:USDT 15m long: 3 of 5 legs are left out: the ladder needs 999.85 USDT, 500 USDT is free']);
    expect(planOf(story)).to.deep.include({ pyramid: 0, capital: '1000', asset: 'USDT', needed: '999.85', free: '500', leftOut: 3 });
  });
  it('a further pyramid is checked alike', () => {
    const story = new GroupStory().open().hear({ type: 'add-pyramid', signal: signal({ signalId: '2' }), start: { ...start(), signalId: '2', budget: budget('250') } });
    expect(story.working('entry').filter((order) => order.pyramid === 1).map((order) => order.leg)).to.deep.equal([0]);
    expect(planOf(story)).to.deep.include({ pyramid: 1, leftOut: 4, free: '250' });
  });
  it('a further pyramid that is not covered is refused, and the group stays as it is', () => {
    const story = new GroupStory().open();
    const before = story.state;
    story.hear({ type: 'add-pyramid', signal: signal({ signalId: '2' }), start: { ...start(), signalId: '2', budget: budget('999', { check: 'refuse' }) } });
    expect(story.state).to.deep.equal(before);
    expect(story.commands[0]).to.deep.include({ type: 'settle-signal', signalId: '2', outcome: 'refused', reason: 'insufficient_balance', detail: 'the ladder needs 999.85 USDT, 999 USDT is free' });
  });
  it('exposure_max_quote holds over all pyramids: the second is cut, the third refused', () => {
    const story = new GroupStory().open();
    const further = (signalId: string): GroupStory => story.hear({ type: 'add-pyramid', signal: signal({ signalId }), start: { ...start(), signalId, exposureMax: money('1500') } });
    expect(further('2').state.pyramids.map(({ capital }) => capital)).to.deep.equal(['1000', '500']);
    expect(further('3').commands[0]).to.deep.include({ outcome: 'refused', reason: 'exposure_reached' });
    expect(story.state.pyramids).to.have.length(2);
  });
});

describe('money is not spent twice', () => {
  const usdt = (free: string, total = free): { USDT: { free: ReturnType<typeof money>; total: ReturnType<typeof money> } } => ({ USDT: { free: money(free), total: money(total) } });
  const rich = (free: string, settings: Partial<typeof defaultSettings.grid_strategy> = {}, leverage = '1'): PoolStory => {
    const story = new PoolStory({ groupsMax: 9, sizing: sizing(settings) });
    story.accounts = { '1': { at: story.now, assets: usdt(free), leverage: Object.fromEntries(['BTC', 'ETH', 'SOL'].map((base) => [`${base}/USDT:USDT`, ratio(leverage)])) } };
    return story;
  };
  const sent = (story: PoolStory): (string | undefined)[] => story.commands.flatMap((command) => (command.type === 'open-group' ? [command.event.start.budget?.free ?? undefined] : []));

  it('a second signal finds what the first has left', () => {
    const story = rich('1500');
    expect(sent(story.signal('BTC'))).to.deep.equal(['1500']);
    expect(sent(story.signal('ETH'))).to.deep.equal(['500.15']);
    expect(story.signal('SOL').done, 'nothing but 100.17 is left').to.deep.equal(['refused 3 insufficient_balance']);
  });
  it('what is left out of a ladder is not promised', () => {
    const story = rich('500').signal('BTC');
    expect(story.pool.promised).to.deep.equal([{ signalId: '1', accountId: '1', asset: 'USDT', amount: '399.995', at: 1_000 }]);
  });
  it('a pyramid of an open group is promised its capital, which is the most it can bind', () => {
    const story = rich('5000').signal('BTC').signal('BTC');
    expect(story.pool.promised?.map(({ amount }) => amount)).to.deep.equal(['999.85', '1000']);
    const told = story.commands.find((command) => command.type === 'tell-group');
    expect(told?.event.type === 'add-pyramid' ? told.event.start.budget?.free : null).to.equal('4000.15');
  });
  it('by margin, not by notional', () => expect(sent(rich('60', {}, '20').signal('BTC').signal('ETH'))).to.deep.equal(['10.0075']));
  it('two that are promoted by one decision share it as well', () => {
    const story = rich('1500');
    story.without.set('BTC/USDT:USDT', 'unavailable').set('ETH/USDT:USDT', 'unavailable');
    story.signal('BTC').signal('ETH');
    story.without.clear();
    story.accounts['1']!.at = story.now;
    expect(sent(story.hear({ type: 'timer' }))).to.deep.equal(['1500', '500.15']);
  });
  it('another account has its own money', () => {
    const story = rich('1000');
    story.accounts['2'] = { ...story.accounts['1']!, assets: usdt('1000') };
    expect(sent(story.signal('BTC').signal('ETH', { accountId: '2' }))).to.deep.equal(['1000']);
  });

  it('a balance asked for a while after shows the orders, and the promise is over', () => {
    const story = rich('1500').signal('BTC');
    story.accounts['1'] = { ...story.accounts['1']!, at: 1_000 + 1_999, assets: usdt('500.15') };
    expect(sent(story.signal('ETH')), 'asked too soon: it counts what was promised as well').to.deep.equal([]);
    story.accounts['1'] = { ...story.accounts['1'], at: 1_000 + 2_000, assets: usdt('500.15') };
    expect(sent(story.signal('ETH'))).to.deep.equal(['500.15']);
    expect(story.pool.promised?.map(({ signalId }) => signalId)).to.deep.equal(['3']);
  });
  it('a promise that no balance answers ends by itself', () => {
    const story = rich('1500').signal('BTC');
    story.now += 120_000;
    expect(sent(story.signal('ETH'))).to.deep.equal(['1500']);
  });
  it('an entry that its group has sent back is promised once', () => {
    const story = rich('1500').signal('BTC').signal('BTC', { priceSignal: price('99') });
    expect(story.pool.promised?.map(({ signalId }) => signalId)).to.deep.equal(['1', '2']);
    story.hear({ type: 'entry-bounced', signal: signal({ signalId: '2' }), groupId: '101', reason: 'group_closing' }).closed('BTC');
    expect(story.pool.promised?.map(({ signalId }) => signalId)).to.deep.equal(['1', '2']);
  });

  describe('grid_strategy.plan_check decides', () => {
    const rows: [(typeof defaultSettings.grid_strategy)['plan_check'], string[]][] = [
      ['trim', ['open BTC long as 101']],
      ['refuse', ['refused 1 insufficient_balance']],
      ['off', ['open BTC long as 101']],
    ];
    for (const [check, done] of rows) it(`${check}: ${done.join()}`, () => expect(rich('500', { plan_check: check }).signal('BTC').done).to.deep.equal(done));
    it('a refused signal carries the plan as well', () => expect(rich('500', { plan_check: 'refuse' }).signal('BTC').settled('1')?.plan).to.deep.include({ needed: '999.85', free: '500', leftOut: 3 }));
  });
  it('grid_strategy.exposure_max_quote reaches the ladder; 0 is unlimited', () => {
    const capital = (settings: Partial<typeof defaultSettings.grid_strategy>): unknown => rich('5000', settings).signal('BTC').commands.flatMap((command) => (command.type === 'open-group' ? [command.event.start.exposureMax] : []))[0];
    expect([capital({ exposure_max_quote: 700 }), capital({ exposure_max_quote: 0 })]).to.deep.equal(['700', undefined]);
  });
  it('on spot a balance is spent whole, whatever a venue says of leverage', () => {
    const story = rich('500', {}, '20');
    const alert: Partial<Signal> = { market: 'spot' };
    const plan = story.signal('BTC', alert).commands.find((command) => command.type === 'open-group')?.event.start.budget;
    expect(plan).to.deep.equal({ check: 'trim', asset: 'USDT', free: '500', leverage: '1' });
  });
  it('an asset that the account does not name is not held', () => {
    const story = rich('500');
    story.accounts['1']!.assets = {};
    expect(story.signal('BTC').settled('1')).to.deep.include({ reason: 'insufficient_balance', detail: 'the first leg needs 200 USDT, 0 USDT is free' });
  });
});
