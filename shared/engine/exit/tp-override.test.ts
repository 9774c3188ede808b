import { expect } from 'chai';
import { GroupStory, gridPlan, level, perLeg } from '#test/support/engine-story';
import { ratio } from '#shared/engine/num/units';
import { aggregateTrigger } from './aggregate.ts';
import type { ExitPlan, TpOverrideRule } from './exit-plan.ts';
import { exitPlanFor, type RuleSubject } from './tp-override.ts';

const rule = (changes: Partial<TpOverrideRule>): TpOverrideRule => ({ symbol: null, timeframe: null, strategy: null, pyramid: null, mode: null, tpPercent: ratio('3'), ...changes });
const subject = (changes: Partial<RuleSubject> = {}): RuleSubject => ({ symbol: 'BTC/USDT:USDT', timeframe: '15m', alertName: 'Trend', ...changes });
const planFor = (tpOverrides: TpOverrideRule[], about: Partial<RuleSubject> = {}, exitPlan: ExitPlan = perLeg): ExitPlan => exitPlanFor({ exitPlan, tpOverrides, signalStopEnforced: false }, subject(about));
const took = (plan: ExitPlan): boolean => plan.tpPercentForced === '3';

describe('R-090 which override rule a group takes', () => {
  const rows: [what: string, rule: Partial<TpOverrideRule>, about: Partial<RuleSubject>, expected: boolean][] = [
    ['a rule that names nothing matches everything', {}, {}, true],
    ['the unified symbol', { symbol: 'BTC/USDT:USDT' }, {}, true],
    ['the pair', { symbol: 'BTC/USDT' }, {}, true],
    ['the venue form', { symbol: 'BTCUSDT' }, {}, true],
    ['the venue form in small letters, with room around it', { symbol: ' btcusdt ' }, {}, true],
    ["TradingView's form of a perpetual", { symbol: 'BTCUSDT.P' }, {}, true],
    ['another symbol', { symbol: 'ETHUSDT' }, {}, false],
    ['a symbol that only begins alike', { symbol: 'BTCUSD' }, {}, false],
    ['spot by its venue form', { symbol: 'BTCUSDT' }, { symbol: 'BTC/USDT' }, true],
    ['spot is no perpetual', { symbol: 'BTC/USDT:USDT' }, { symbol: 'BTC/USDT' }, false],
    ['the timeframe', { timeframe: '15m' }, {}, true],
    ['another timeframe', { timeframe: '1h' }, {}, false],
    ['a minute is no month', { timeframe: '1M' }, { timeframe: '1m' }, false],
    ["the alert's name, whatever its case", { strategy: 'trend' }, {}, true],
    ['another strategy', { strategy: 'trend 2' }, {}, false],
    ['a strategy, and an alert without a name', { strategy: 'trend' }, { alertName: null }, false],
    ['all of them', { symbol: 'BTCUSDT', timeframe: '15m', strategy: 'Trend' }, {}, true],
    ['all but one', { symbol: 'BTCUSDT', timeframe: '15m', strategy: 'Other' }, {}, false],
  ];
  for (const [what, changes, about, expected] of rows) it(`${what}: ${expected ? 'taken' : 'left'}`, () => expect(took(planFor([rule(changes)], about))).to.equal(expected));

  it('the first that matches, and no other, not even for what the first leaves open', () => {
    const plan = planFor([rule({ symbol: 'ETHUSDT', tpPercent: ratio('9') }), rule({ mode: 'hybrid', tpPercent: null }), rule({ mode: 'aggregate', tpPercent: ratio('5') })]);
    expect([plan.kind, plan.tpPercent, plan.tpPercentForced]).to.deep.equal(['hybrid', '1', undefined]);
  });
  it('no rule: the plan of the configuration', () => expect(planFor([])).to.deep.equal({ ...perLeg, pyramidTpPercents: {} }));
  it('of several rules for one pyramid the first counts', () => {
    const plan = planFor([rule({ pyramid: 1, tpPercent: ratio('4') }), rule({ pyramid: 1, tpPercent: ratio('7') }), rule({ pyramid: 2, tpPercent: ratio('6') })]);
    expect(plan.pyramidTpForced).to.deep.equal({ '1': '4', '2': '6' });
  });
  it('a rule for a pyramid neither hides a rule for the group nor is hidden by one', () => {
    const plan = planFor([rule({ pyramid: 1, tpPercent: ratio('4') }), rule({ tpPercent: ratio('2') }), rule({ pyramid: 0, tpPercent: ratio('6') })]);
    expect([plan.tpPercentForced, plan.pyramidTpForced]).to.deep.equal(['2', { '0': '6', '1': '4' }]);
  });
});

describe('R-090 what an override rule changes', () => {
  const targets = (exit: ExitPlan): string[][] => {
    const story = new GroupStory().open({ exit, plan: gridPlan({ levels: [level('0', '50', '1'), level('-1', '50', null)] }) }).pyramid('103');
    return story.state.pyramids.map((pyramid) => pyramid.legs.map((leg) => leg.tpPercent));
  };
  const combined: ExitPlan = { kind: 'pyramid_aggregate', tpPercent: ratio('1'), closeWhenFlat: true, pyramidTpPercents: { '1': ratio('2') } };
  const trigger = (exit: ExitPlan): string | null => {
    const story = new GroupStory().open({ exit }).pyramid('103').acceptAll();
    for (const pyramid of [0, 1]) story.fill(story.order('entry', pyramid, 0));
    return aggregateTrigger(story.state, story.facts.instrument);
  };

  it('nothing: each level its own target, the common one where it names none', () => expect(targets(planFor([]))).to.deep.equal([['1', '1'], ['1', '1']]));
  it('a percent stands in for the common target and for every level', () => expect(targets(planFor([rule({ tpPercent: ratio('2.5') })]))).to.deep.equal([['2.5', '2.5'], ['2.5', '2.5']]));
  it('a percent for pyramid 1 changes its legs only', () => expect(targets(planFor([rule({ pyramid: 1, tpPercent: ratio('4') })]))).to.deep.equal([['1', '1'], ['4', '4']]));
  it('both: the pyramid its own, the others that of the group', () => expect(targets(planFor([rule({ tpPercent: ratio('2.5') }), rule({ pyramid: 1, tpPercent: ratio('4') })]))).to.deep.equal([['2.5', '2.5'], ['4', '4']]));
  it('the resting take-profit is at the forced target: 100 filled, 2.5 %, 102.5', () => {
    const story = new GroupStory().open({ exit: planFor([rule({ tpPercent: ratio('2.5') })]) }).acceptAll();
    expect(story.fill(story.order('entry', 0, 0)).order('take-profit', 0, 0).price).to.equal('102.5');
  });
  it('a mode leaves the targets as they are', () => expect(targets(planFor([rule({ mode: 'hybrid', tpPercent: null })]))).to.deep.equal([['1', '1'], ['1', '1']]));

  // 2.000 at 100 and 1.941 at 103: cost 399.923, average 101.4775...
  it('pyramid_aggregate without a rule: 1 and 2 % by cost, 102.99', () => expect(trigger(planFor([], {}, combined))).to.equal('102.99'));
  it('a percent stands in for the targets of pyramids too: 3 %, 104.52', () => expect(trigger(planFor([rule({})], {}, combined))).to.equal('104.52'));
  it('a percent for pyramid 0 changes its part: 3 and 2 %, 104.01', () => expect(trigger(planFor([rule({ pyramid: 0 })], {}, combined))).to.equal('104.01'));
  it('a mode of pyramid_aggregate finds the configured targets of pyramids: as without a rule', () => {
    expect(trigger(planFor([rule({ mode: 'pyramid_aggregate', tpPercent: null })], {}, { ...combined, kind: 'per_leg' }))).to.equal('102.99');
  });
});
