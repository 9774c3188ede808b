import { expect } from 'chai';
import { gridPlan, level, perLeg, signal } from '#test/support/engine-story';
import { PoolStory, unified } from '#test/support/pool-story';
import { money, price, qty, ratio } from '#shared/engine/num/units';
import type { ExitPlan } from '#shared/engine/exit/exit-plan';
import { expectedProfit } from './expected-profit.ts';
import type { QueuedEntry } from './pool.ts';
import { lossPercent, selectionRules, type SelectionRule } from './priority.ts';
import { lineUp } from './standings.ts';

type Row = [id: string, base: string, timeframe: string, side: 'long' | 'short', entry: string, last: string, percent: string, replacements: number, queuedAt: number];
const rows: Row[] = [
  ['Q1', 'BTC', '15m', 'long', '60000', '58800', '-2', 0, 1000],
  ['Q2', 'ETH', '1h', 'long', '3000', '2850', '-5', 1, 1005],
  ['Q3', 'SOL', '15m', 'long', '150', '142.5', '-5', 3, 1006],
  ['Q4', 'XRP', '15m', 'short', '0.5', '0.525', '-5', 1, 1002],
  ['Q5', 'ADA', '1h', 'long', '0.40', '0.404', '1', 0, 1010],
  ['Q6', 'DOGE', '5m', 'long', '0.10', '0.102', '2', 2, 1001],
];

const entryOf = ([id, base, timeframe, side, entry, , , replacementCount, queuedAt]: Row): QueuedEntry => ({
  ...{ id, reason: 'pool_full', queuedAt, replacementCount, replacedAt: null, unconfirmed: false },
  signal: signal({ signalId: id, symbol: unified(base), timeframe, side, priceSignal: price(entry) }),
});

/** The queue of E-21; a group of ADA 1h long is open. */
function queue(rules: readonly SelectionRule[], changes: Partial<ConstructorParameters<typeof PoolStory>[0]> = {}): PoolStory {
  const story = new PoolStory({ groupsMax: 1, selection: [...rules], ...changes });
  const { userId, accountId, symbol, timeframe, side } = entryOf(rows[4]!).signal;
  story.pool = { ...story.pool, open: [{ groupId: '100', userId, accountId, symbol, timeframe, side, pyramids: 1, legsOpen: 5 }], waiting: rows.map(entryOf) };
  for (const [, base, , , , last] of rows) story.price(base, last);
  return story;
}
const order = (rules: readonly SelectionRule[]): string => {
  const story = queue(rules);
  return lineUp(story.pool, story.pool.waiting, story.facts())
    .map(({ id }) => id)
    .join(' > ');
};

describe('E-21 queue ranking', () => {
  const shipped = selectionRules.filter((rule) => rule !== 'highest_expected_profit');
  const without = (...rules: SelectionRule[]): SelectionRule[] => shipped.filter((rule) => !rules.includes(rule));
  const lines: [string, SelectionRule[], string][] = [
    ['all rules on', shipped, 'Q5 > Q3 > Q4 > Q2 > Q1 > Q6'],
    ['same_pair_timeframe off', without('pyramid_continuation'), 'Q3 > Q4 > Q2 > Q1 > Q5 > Q6'],
    ['deepest_loss_percent off', without('highest_loss_percent'), 'Q5 > Q3 > Q6 > Q4 > Q2 > Q1'],
    ['highest_replacement off', without('highest_replacement_count'), 'Q5 > Q4 > Q2 > Q3 > Q1 > Q6'],
    ['only fifo_fallback on', ['fifo'], 'Q1 > Q6 > Q4 > Q2 > Q3 > Q5'],
    ['no rule on: by id', [], 'Q1 > Q2 > Q3 > Q4 > Q5 > Q6'],
    ['the rules in another order', ['highest_replacement_count', 'fifo'], 'Q3 > Q6 > Q4 > Q2 > Q1 > Q5'],
  ];
  for (const [title, rules, expected] of lines) it(`${title}: ${expected}`, () => expect(order(rules)).to.equal(expected));

  it('shows the percent of each, the continuation, and 0 where no price is known (A-18)', () => {
    const story = queue(shipped);
    const percents = lineUp(story.pool, story.pool.waiting, story.facts()).map(({ id, lossPercent: percent, continuation }) => [id, percent, continuation]);
    expect(percents.sort()).to.deep.equal(rows.map(([id, base, , , , , percent]) => [id, percent, base === 'ADA']));
    story.price('SOL', null).price('DOGE', null);
    const line = lineUp(story.pool, story.pool.waiting, story.facts());
    expect([line.map(({ id }) => id).join(' '), line.find(({ id }) => id === 'Q3')?.lossPercent]).to.deep.equal(['Q5 Q4 Q2 Q1 Q3 Q6', null]);
  });

  it('promotion goes in this order: the pyramid, then SOL and XRP into the two free slots (R-234)', () => {
    const story = queue(shipped, { groupsMax: 3 });
    story.hear({ type: 'timer' });
    expect(story.done).to.deep.equal(['add-pyramid 100', 'open SOL long as 101', 'open XRP short as 102']);
    expect(story.pool.waiting.map(({ id }) => id)).to.deep.equal(['Q1', 'Q2', 'Q6']);
  });

  it('a change of prices changes who goes first (R-227)', () => {
    const story = queue(shipped, { groupsMax: 2 }).price('BTC', '54000').price('ADA', null);
    expect(story.hear({ type: 'timer' }).done).to.deep.equal(['add-pyramid 100', 'open BTC long as 101']);
  });

  it('highest_expected_profit, when it is on, breaks ties before FIFO (A-16)', () => {
    const tie = (rules: SelectionRule[]): string[] => {
      const story = new PoolStory({ groupsMax: 1, selection: rules }).signal('BTC').signal('SOL', { size: { type: 'quote', amount: qty('100') } }).signal('ETH', { size: { type: 'quote', amount: qty('900') } });
      return story.closed('BTC').done;
    };
    expect(tie([...selectionRules])).to.deep.equal(['open ETH long as 102']);
    expect(tie(shipped)).to.deep.equal(['open SOL long as 102']);
  });

  it('entries of one moment go by their number, the tenth after the ninth', () => {
    const story = new PoolStory({ groupsMax: 20, selection: ['fifo'] });
    story.pool = { ...story.pool, waiting: [10, 9, 11].map((number) => ({ ...entryOf(rows[0]!), id: `1-${number}`, signal: signal({ symbol: unified(`C${number}`) }) })) };
    expect(lineUp(story.pool, story.pool.waiting, story.facts()).map(({ id }) => id)).to.deep.equal(['1-9', '1-10', '1-11']);
  });
});

describe('A-18 loss of a queued entry', () => {
  const cases: [side: 'long' | 'short', entry: string, last: string, percent: string][] = [
    ['long', '100', '95', '-5'],
    ['long', '100', '105', '5'],
    ['short', '100', '105', '-5'],
    ['short', '100', '95', '5'],
    ['long', '100', '100', '0'],
  ];
  for (const [side, entry, last, percent] of cases) it(`${side} at ${entry}, now ${last}: ${percent} %`, () => expect(lossPercent(side, price(entry), price(last))).to.equal(percent));
});

describe('E-44 expected profit', () => {
  const plan = gridPlan();
  const exit = (kind: ExitPlan['kind'], more: Partial<ExitPlan> = {}): ExitPlan => ({ ...perLeg, ...more, kind });
  const cases: [string, ReturnType<typeof expectedProfit>, string][] = [
    ['per leg: 1000 x 6 % of 20 % each = 12', expectedProfit(money('1000'), plan, exit('per_leg'), 0), '12'],
    ['hybrid: the legs count', expectedProfit(money('1000'), plan, exit('hybrid'), 0), '12'],
    ['aggregate with 1 %: 10', expectedProfit(money('1000'), plan, exit('aggregate'), 0), '10'],
    ['pyramid aggregate: the target of the pyramid', expectedProfit(money('1000'), plan, exit('pyramid_aggregate', { pyramidTpPercents: { '1': ratio('2.5') } }), 1), '25'],
    ['pyramid aggregate without one: the common target', expectedProfit(money('1000'), plan, exit('pyramid_aggregate', { pyramidTpPercents: { '1': ratio('2.5') } }), 0), '10'],
    ['the ladder of the pyramid (R-055)', expectedProfit(money('1000'), gridPlan({ pyramidLevels: { '1': [level('0', '100', '3')] } }), exit('per_leg'), 1), '30'],
    ['a leg without a target takes the common one', expectedProfit(money('1000'), gridPlan({ levels: [level('0', '50', null), level('-1', '50', '2')] }), exit('per_leg'), 0), '15'],
  ];
  for (const [title, profit, expected] of cases) it(title, () => expect(profit).to.equal(expected));
});
