import { expect } from 'chai';
import { planPyramid, type PlannedPyramid } from '#shared/engine/entry/plan-pyramid';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { money, price, qty, ratio } from '#shared/engine/num/units';
import { gridPlan, instrument, perLeg } from '#test/support/engine-story';
import { PoolStory } from '#test/support/pool-story';
import { readDetail } from '../../frontend/components/server-detail.ts';

const planned = (free: string | null, rules: Partial<Instrument> = {}, check: 'trim' | 'refuse' = 'trim'): PlannedPyramid =>
  planPyramid({
    entryPlan: gridPlan(),
    exitPlan: perLeg,
    side: 'long',
    index: 0,
    start: { signalId: '1', entryPrice: price('100'), capital: money('1000'), slippageMaxPercent: null, budget: { check, asset: 'USDT', free: free === null ? null : money(free), leverage: ratio('1') } },
    used: money('0'),
    instrument: instrument(rules),
  });
const blocked = (rules: Partial<Instrument>, free = '5000'): string => planned(free, rules).pyramid.legs.at(-1)?.blocked ?? '';

/** The web app reads these sentences back to tell them in its own languages: whoever rewords one here has to teach it there. */
describe('sentences of the engine that the web app knows', () => {
  const sentences: [key: string, told: () => string][] = [
    ['belowNotional', () => blocked({ notionalMin: money('500') })],
    ['belowQuantity', () => blocked({ quantityMin: qty('50') })],
    ['aboveQuantity', () => blocked({ quantityMax: qty('1') })],
    ['beyondBalance', () => blocked({}, '500')],
    ['legsLeftOut', () => planned('500').plan.warnings[0]?.detail ?? ''],
    ['balanceUnknown', () => planned(null).plan.warnings[0]?.detail ?? ''],
    ['firstLegNeeds', () => planned('10').refusal?.detail ?? ''],
    ['ladderNeeds', () => planned('500', {}, 'refuse').refusal?.detail ?? ''],
    ['noFreeSlot', () => new PoolStory({ groupsMax: 1 }).signal('BTC').signal('SOL').settled('2')?.detail ?? ''],
    ['oppositeOpen', () => new PoolStory({ groupsMax: 5 }).signal('BTC').signal('BTC', { side: 'short' }).settled('2')?.detail ?? ''],
  ];
  for (const [key, told] of sentences) it(key, () => expect(readDetail(told())?.key, told()).to.equal(key));
});
