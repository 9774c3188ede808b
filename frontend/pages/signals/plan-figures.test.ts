import type { LadderPlan } from '#shared/contracts/http';
import { expect } from 'chai';
import { balanceLeft, sentLegs } from './plan-figures.ts';

type Leg = LadderPlan['legs'][number];
const leg = (change: object): Leg => ({ index: 0, price: '100', quantity: '2', notional: '200', weightPercent: '20', tpPercent: '1', blocked: null, ...change }) as Leg;
const money = (free: string | null, needed: string | null) => balanceLeft({ free, needed } as LadderPlan);

describe('the figures of a plan', () => {
  it('orders go out for legs that are neither blocked nor without a price', () =>
    expect(sentLegs({ legs: [leg({}), leg({ index: 1, blocked: 'below_minimum_notional: ...' }), leg({ index: 2, price: null })] }).map(({ index }) => index)).to.deep.equal([0]));
  it('says what is left, and what is lacking', () => expect([money('500.15', '200'), money('500.15', '999.85')]).to.deep.equal(['300.15', '-499.70']));
  it('says nothing where one of the two is not known', () => expect([money(null, '1'), money('1', null)]).to.deep.equal([null, null]));
});
