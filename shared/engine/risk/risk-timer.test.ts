import { expect } from 'chai';
import { GroupStory, gridPlan, instrument, level } from '#test/support/engine-story';
import { at, riskPlan } from '#test/support/risk-book';
import { price } from '#shared/engine/num/units';
import type { PositionGroup } from '../position/position-group.ts';
import { loserEligibility } from './offset-eligibility.ts';
import { riskGroupOf, type RiskGroup, type RiskGroupFacts } from './risk-group.ts';
import type { RiskPlan } from './risk-plan.ts';
import { riskTimer } from './risk-timer.ts';

const twoLegs = gridPlan({ levels: [level('0', '50', '9'), level('-1', '50', '9')], maxPyramids: 6 });

/** A group told by the clock. */
class Timed {
  readonly story: GroupStory;
  constructor(opened = '09:00:00', plan = twoLegs) {
    this.story = new GroupStory({ now: at(opened) }).open({ plan }).acceptAll();
  }
  pyramid(time: string): this {
    this.story.facts.now = at(time);
    this.story.pyramid('100', '1000', time).acceptAll();
    return this;
  }
  fill(time: string, pyramid: number, leg: number): this {
    this.story.facts.now = at(time);
    this.story.fill(this.story.order('entry', pyramid, leg)).acceptAll();
    return this;
  }
  /** Four pyramids from 09:10 to 09:40; their legs fill one after the other, the last at 10:00. */
  toFull(): this {
    for (const time of ['09:10:00', '09:20:00', '09:30:00', '09:40:00']) this.pyramid(time);
    for (let pyramid = 0; pyramid < 5; pyramid += 1) for (const leg of [0, 1]) this.fill(pyramid === 4 && leg === 1 ? '10:00:00' : '09:50:00', pyramid, leg);
    return this;
  }
  expires(changes: Partial<RiskPlan> = {}, group: PositionGroup = this.story.state): string | null {
    const { expiresAt } = riskTimer(group, riskPlan(changes));
    return expiresAt === null ? null : new Date(expiresAt).toISOString().slice(11, 19);
  }
  figures(last: string, changes: Partial<RiskGroupFacts> = {}): RiskGroup {
    return riskGroupOf(this.story.state, { plan: riskPlan(), accountMode: 'paper', priceLast: price(last), rules: instrument(), usdPerQuote: price('1'), skipOnce: false, blocked: false, restsUntil: null, ...changes });
  }
}

describe('E-18 risk timer', () => {
  it('is null before the pyramids are complete, set after, and over one millisecond after its end', () => {
    const group = new Timed();
    expect(group.expires()).to.equal(null);
    for (const time of ['09:10:00', '09:20:00', '09:30:00', '09:40:00']) expect(group.pyramid(time).expires(), `at ${time}`).to.equal(null);
    for (let pyramid = 0; pyramid < 5; pyramid += 1) for (const leg of [0, 1]) if (pyramid < 4 || leg < 1) expect(group.fill('09:50:00', pyramid, leg).expires(), 'legs are still open').to.equal(null);
    expect(riskTimer(group.story.state, riskPlan())).to.include({ pyramidCount: 4, pyramidsRequired: 4, entriesWaiting: 1, fullSince: null });
    expect(group.fill('10:00:00', 4, 1).expires()).to.equal('10:15:00');
    expect(riskTimer(group.story.state, riskPlan())).to.include({ entriesWaiting: 0, fullSince: at('10:00:00') });
    const eligible = (now: number): boolean => loserEligibility(group.figures('90'), riskPlan(), now).eligible;
    expect([at('10:00:00'), at('10:15:00'), at('10:15:00') + 1].map(eligible)).to.deep.equal([false, false, true]);
  });

  it('with four entries there is no timer, however long they have been filled', () => {
    const group = new Timed();
    for (const time of ['09:10:00', '09:20:00', '09:30:00']) group.pyramid(time);
    for (let pyramid = 0; pyramid < 4; pyramid += 1) for (const leg of [0, 1]) group.fill('09:50:00', pyramid, leg);
    const conditions = loserEligibility(group.figures('90'), riskPlan(), at('20:00:00')).conditions.filter(({ met }) => !met);
    expect([group.expires(), conditions.map(({ name, actual, required }) => [name, actual, required])]).to.deep.equal([
      null,
      [
        ['pyramids', '3', '4'],
        ['wait_over', '2026-03-01T20:00:00.000Z', null],
      ],
    ]);
  });

  it('a new pyramid at 10:05, filled at 10:07: 10:22 with the reset, 10:15 without (A-84)', () => {
    const group = new Timed().toFull().pyramid('10:05:00');
    expect([group.expires({ restartOnPyramid: true }), group.expires()], 'while its legs are open').to.deep.equal([null, '10:15:00']);
    group.fill('10:06:00', 5, 0).fill('10:07:00', 5, 1);
    expect([group.expires({ restartOnPyramid: true }), group.expires()]).to.deep.equal(['10:22:00', '10:15:00']);
  });

  it('without the reset, a group whose new pyramid still has open legs is not offset, though its timer is over', () => {
    const group = new Timed().toFull().pyramid('10:05:00').fill('10:06:00', 5, 0);
    const unmet = (now: string): string[] => loserEligibility(group.figures('90'), riskPlan(), at(now)).conditions.flatMap(({ name, met }) => (met ? [] : [name]));
    expect([unmet('10:14:00'), unmet('10:16:00')]).to.deep.equal([['entries_done', 'wait_over'], ['entries_done']]);
  });

  const settings: [string, Partial<RiskPlan>, string | null][] = [
    ['required_pyramids_for_timer 2: still not before the last leg of those received', { pyramidsRequired: 2 }, '10:15:00'],
    ['post_pyramids_wait_minutes 60', { waitMs: 3_600_000 }, '11:00:00'],
    ['enable_post_full_wait off: no timer', { waitMs: null }, null],
    ['after_all_dca_submitted: from the fifth entry', { timerStart: 'all_submitted' }, '09:55:00'],
    ['after_all_dca_submitted with two continuations', { timerStart: 'all_submitted', pyramidsRequired: 2 }, '09:35:00'],
    ['after_all_dca_submitted, cleared by each further pyramid', { timerStart: 'all_submitted', pyramidsRequired: 2, restartOnPyramid: true }, '09:55:00'],
    ['require_full_pyramids off, after_all_dca_submitted: from the first entry', { timerStart: 'all_submitted', fullRequired: false }, '09:15:00'],
    ['more pyramids required than the group may ever have: all of its own', { pyramidsRequired: 9 }, null],
  ];
  for (const [title, changes, expected] of settings) it(title, () => expect(new Timed().toFull().expires(changes)).to.equal(expected));

  it('required_pyramids_for_timer 2: starts with the third entry, when all is filled', () => {
    const group = new Timed().pyramid('09:10:00').pyramid('09:20:00');
    for (let pyramid = 0; pyramid < 3; pyramid += 1) for (const leg of [0, 1]) group.fill('09:30:00', pyramid, leg);
    expect([group.expires({ pyramidsRequired: 2 }), group.expires()]).to.deep.equal(['09:45:00', null]);
    group.pyramid('09:40:00');
    expect([group.expires({ pyramidsRequired: 2 }), group.expires({ pyramidsRequired: 2, restartOnPyramid: true })]).to.deep.equal(['09:45:00', null]);
  });

  it('a group opened with two pyramids is full with two', () => {
    const group = new Timed('09:00:00', gridPlan({ levels: [level('0', '100', '9')], maxPyramids: 2 })).fill('09:01:00', 0, 0).pyramid('09:10:00').fill('09:12:00', 1, 0);
    expect([group.expires(), group.figures('90').timer.pyramidsRequired]).to.deep.equal(['09:27:00', 1]);
  });

  it('require_full_pyramids off: one filled pyramid is enough, one open leg is not', () => {
    const group = new Timed().fill('09:01:00', 0, 0);
    const plan = riskPlan({ fullRequired: false });
    const eligible = (): boolean => loserEligibility(group.figures('90', { plan }), plan, at('11:00:00')).eligible;
    expect([eligible(), group.expires({ fullRequired: false })]).to.deep.equal([false, null]);
    group.fill('09:02:00', 0, 1);
    expect([eligible(), group.expires({ fullRequired: false })]).to.deep.equal([true, '09:17:00']);
    expect(loserEligibility(group.figures('90'), riskPlan(), at('11:00:00')).eligible).to.equal(false);
  });

  it('a leg that was cancelled or blocked is not waited for, one that took its profit counts as filled (A-05)', () => {
    const cancelled = new Timed('09:00:00', gridPlan({ levels: twoLegs.levels, maxPyramids: 1 })).fill('09:01:00', 0, 0);
    cancelled.story.facts.now = at('09:05:00');
    cancelled.story.report(cancelled.story.order('entry', 0, 1), 'cancelled');
    expect(cancelled.expires()).to.equal('09:20:00');
    const blocked = new Timed('09:00:00', gridPlan({ levels: [level('0', '99.9', '9'), level('-1', '0.1', '9')], maxPyramids: 1 }));
    expect(blocked.story.leg(0, 1).blocked).to.match(/below_minimum_notional/);
    expect(blocked.fill('09:03:00', 0, 0).expires()).to.equal('09:18:00');
    const profit = new Timed('09:00:00', gridPlan({ levels: twoLegs.levels, maxPyramids: 1 })).fill('09:01:00', 0, 0);
    profit.story.fill(profit.story.order('take-profit', 0, 0));
    expect([profit.expires(), profit.fill('09:04:00', 0, 1).expires()]).to.deep.equal([null, '09:19:00']);
  });

  it('is the same after the group was stored and read again, and after it has heard more', () => {
    const group = new Timed().toFull();
    const stored = JSON.parse(JSON.stringify(group.story.state)) as PositionGroup;
    expect(riskTimer(stored, riskPlan())).to.deep.equal(riskTimer(group.story.state, riskPlan()));
    group.story.facts.now = at('12:00:00');
    group.story.acceptAll().hear({ type: 'timer' });
    expect(group.expires()).to.equal('10:15:00');
  });

  it('a group stored before milestones were noted begins its wait with the next thing it hears', () => {
    const group = new Timed().toFull();
    group.story.group = { ...group.story.state, pyramids: group.story.state.pyramids.map(({ addedAt: _a, completeAt: _c, ...pyramid }) => pyramid) };
    expect([group.expires(), group.expires({ timerStart: 'all_submitted' })]).to.deep.equal([null, null]);
    group.story.facts.now = at('13:00:00');
    expect([group.story.hear({ type: 'timer' }).state.pyramids[4]?.completeAt, group.expires()]).to.deep.equal([at('13:00:00'), '13:15:00']);
  });
});

describe('figures of a group for the risk engine', () => {
  const filled = new Timed('09:00:00', gridPlan({ levels: [level('0', '100', null)], maxPyramids: 1 })).fill('09:01:00', 0, 0);

  it('are those of the group (R-199)', () => {
    expect(filled.figures('94')).to.deep.include({ groupId: '7', symbol: 'BTC/USDT:USDT', status: 'active', openedAt: at('09:00:00'), quantity: '10', pnlUsd: '-60', pnlPercent: '-6', exitInFlight: false });
  });
  it('in dollars, whatever the quote currency', () => expect(filled.figures('94', { usdPerQuote: price('1.5') })).to.include({ pnlUsd: '-90', pnlPercent: '-6' }));
  it('are not known without a price, or without what the quote currency is worth', () => {
    expect(filled.figures('94', { priceLast: null })).to.include({ pnlUsd: null, pnlPercent: null });
    expect(filled.figures('94', { usdPerQuote: null })).to.include({ pnlUsd: null, pnlPercent: '-6' });
  });
  it('say that a market exit is on its way', () => {
    const reducing = new Timed('09:00:00', gridPlan({ levels: [level('0', '100', null)], maxPyramids: 1 })).fill('09:01:00', 0, 0);
    expect(reducing.figures('94').exitInFlight).to.equal(false);
    reducing.story.trade('94').reduce('0.5');
    expect(reducing.figures('94').exitInFlight).to.equal(true);
  });
});
