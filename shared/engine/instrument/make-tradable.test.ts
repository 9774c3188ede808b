import { expect } from 'chai';
import { instrument, GroupStory, gridPlan, level } from '#test/support/engine-story';
import { money, price, qty } from '#shared/engine/num/units';
import { makeTradable, type Tradable, type WishedTrade } from './make-tradable.ts';
import type { Instrument } from './instrument.ts';

interface Case {
  title: string;
  rules: Partial<Instrument>;
  wish: Partial<WishedTrade>;
  /** `quantity@price`, or the rule that blocks. */
  gives: string;
}

const btc: Partial<Instrument> = { tickSize: price('0.10'), stepSize: qty('0.0001'), quantityMin: qty('0.0001') };
const fallback: Partial<Instrument> = { tickSize: price('0.00000001'), stepSize: qty('0.000001'), quantityMin: qty('0.000001'), notionalMin: money('1') };
const cases: Case[] = [
  { title: 'E-07b notional is judged after rounding: 4.32567 < 5', rules: btc, wish: { price: '43256.7', quantity: '0.000115589' }, gives: 'below_minimum_notional' },
  { title: 'E-07c quantity rounds to nothing', rules: btc, wish: { price: '43256.7', quantity: '0.0000924712' }, gives: 'below_minimum_quantity' },
  { title: 'E-07d notional exactly at the minimum goes', rules: {}, wish: { price: '100', quantity: '0.050' }, gives: '0.05@100' },
  { title: 'E-07d one step below the minimum notional is blocked', rules: {}, wish: { price: '100', quantity: '0.049' }, gives: 'below_minimum_notional' },
  { title: 'E-07e fallback rules: 81.000006 at 0.12345678', rules: fallback, wish: { price: '0.1234567891', quantity: '81.000006642' }, gives: '81.000006@0.12345678' },
  { title: 'E-07e fallback rules: 0.99 USDT is below 1', rules: fallback, wish: { price: '0.12345678', quantity: '8.019000065' }, gives: 'below_minimum_notional' },
  { title: 'E-07f tick 0.25: 100.90 becomes 100.75', rules: { tickSize: price('0.25') }, wish: { price: '100.90', quantity: '1' }, gives: '1@100.75' },
  { title: 'E-07f step 5: 17 becomes 15', rules: { stepSize: qty('5') }, wish: { quantity: '17' }, gives: '15@100' },
  { title: 'E-07g tick 0.05: 99.99 becomes 99.95', rules: { tickSize: price('0.05') }, wish: { price: '99.99', quantity: '1' }, gives: '1@99.95' },
  { title: 'a reduce-only order is spared the minimum notional where the venue says so', rules: { notionalMinSparesReduceOnly: true }, wish: { quantity: '0.001', reduceOnly: true }, gives: '0.001@100' },
  { title: 'an entry is never spared', rules: { notionalMinSparesReduceOnly: true }, wish: { quantity: '0.001' }, gives: 'below_minimum_notional' },
  { title: 'without a stated minimum notional the quantity alone decides', rules: { notionalMin: null }, wish: { quantity: '0.001' }, gives: '0.001@100' },
  { title: 'a minimum quantity above the step', rules: { quantityMin: qty('0.5') }, wish: { quantity: '0.4999' }, gives: 'below_minimum_quantity' },
  { title: 'the maximum quantity may be reached', rules: { quantityMax: qty('10') }, wish: { quantity: '10.0009' }, gives: '10@100' },
  { title: 'the maximum quantity may not be passed', rules: { quantityMax: qty('10') }, wish: { quantity: '10.001' }, gives: 'above_maximum_quantity' },
  { title: 'a market order has a maximum of its own', rules: { quantityMax: qty('10'), quantityMaxMarket: qty('2') }, wish: { type: 'market', quantity: '3' }, gives: 'above_maximum_quantity' },
  { title: 'a limit order is not bound by the maximum of market orders', rules: { quantityMax: qty('10'), quantityMaxMarket: qty('2') }, wish: { quantity: '3' }, gives: '3@100' },
  { title: 'contracts of 10 units count tenfold in the notional', rules: { contractSize: qty('10') }, wish: { quantity: '0.005' }, gives: '0.005@100' },
  { title: 'a price below one tick', rules: { tickSize: price('0.5') }, wish: { price: '0.4' }, gives: 'price_rounds_to_zero' },
  { title: 'a price below zero never leaves, not even as reduce-only', rules: { notionalMinSparesReduceOnly: true }, wish: { price: '-5', reduceOnly: true }, gives: 'price_rounds_to_zero' },
];

const told = (tradable: Tradable): string => (tradable.ok ? `${tradable.quantity}@${tradable.price}` : tradable.code);

describe('makeTradable', () => {
  for (const { title, rules, wish, gives } of cases) {
    it(title, () => {
      expect(told(makeTradable({ type: 'limit', price: '100', quantity: '1', reduceOnly: false, ...wish }, instrument(rules)))).to.equal(gives);
    });
  }

  it('says the numbers of the case', () => {
    const blocked = makeTradable({ type: 'limit', price: '100', quantity: '0.049', reduceOnly: false }, instrument());
    expect(blocked.ok ? '' : blocked.detail).to.equal('0.049 x 100 = 4.9, the minimum is 5 USDT');
  });

  it('E-07b a leg of 5 USDT at 43256.7 is blocked in the ladder', () => {
    const plan = gridPlan({ levels: [level('0', '99', '1'), level('0', '1', '1')] });
    const story = new GroupStory({ instrument: instrument(btc) }).open({ entry: '43256.7', capital: '500', plan });
    expect(story.legStates()).to.deep.equal(['pending', 'blocked']);
    expect(story.leg(0, 1).blocked).to.equal('below_minimum_notional: 0.0001 x 43256.7 = 4.32567, the minimum is 5 USDT');
  });
});
