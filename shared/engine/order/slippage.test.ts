import { expect } from 'chai';
import { GroupStory } from '#test/support/engine-story';
import { dec, money, price, qty, ratio } from '../num/units.ts';
import type { Order, OrderSide } from './order.ts';
import { executionOf, slippedMoreThan } from './slippage.ts';

const limitOrder = new GroupStory().open().order('entry', 0, 0);

/** A market order whose trades are all counted. */
const executed = (side: OrderSide, expected: string | null, actual: string, quantity = '2', changes: Partial<Order> = {}): Order => ({
  ...limitOrder,
  type: 'market',
  price: null,
  priceExpected: expected === null ? null : price(expected),
  side,
  status: 'filled',
  quantity: qty(quantity),
  quantityFilled: qty(quantity),
  quantityReported: qty(quantity),
  notionalFilled: money(dec(actual).times(quantity)),
  ...changes,
});

describe('E-20 slippage', () => {
  const rows: [OrderSide, string, string, string, boolean, boolean][] = [
    // side, expected, actual, adverse percent, exceeds 1.0, exceeds payload 0.2
    ['sell', '100', '98.90', '1.1', true, true],
    ['sell', '100', '99.00', '1', false, true],
    ['sell', '100', '98.99', '1.01', true, true],
    ['sell', '100', '100.50', '-0.5', false, false],
    ['buy', '100', '101.20', '1.2', true, true],
    ['buy', '43256.7', '43300.0', '0.1001', false, false],
  ];
  for (const [side, expected, actual, percent, overConfig, overPayload] of rows) {
    it(`${side} ${expected} at ${actual}: ${percent} %, over 1.0 ${overConfig}, over 0.2 ${overPayload}`, () => {
      const order = executed(side, expected, actual);
      expect(executionOf(order)).to.deep.equal({ expected: price(expected), actual: price(actual), percent });
      expect([slippedMoreThan(order, ratio('1.0')), slippedMoreThan(order, ratio('0.2'))]).to.deep.equal([overConfig, overPayload]);
    });
  }

  it('the average over all trades counts, exactly: a hair beyond the limit is beyond it', () => {
    const at = (notional: string): Order => executed('sell', '100', '0', '3', { notionalFilled: money(notional) });
    expect([slippedMoreThan(at('297'), ratio('1')), slippedMoreThan(at('296.9999999999'), ratio('1'))]).to.deep.equal([false, true]);
    expect(executionOf(at('296'))).to.deep.equal({ expected: '100', actual: '98.666666666666', percent: '1.333333' });
  });

  it('a limit of 0 allows nothing but what is as good as expected', () => {
    expect([slippedMoreThan(executed('buy', '100', '100'), ratio('0')), slippedMoreThan(executed('buy', '100', '100.01'), ratio('0'))]).to.deep.equal([false, true]);
  });

  it('nothing was expected: executed, its slippage not known, no limit exceeded', () => {
    const order = executed('sell', null, '50');
    expect([executionOf(order), slippedMoreThan(order, ratio('0'))]).to.deep.equal([{ expected: null, actual: '50', percent: null }, false]);
  });

  describe('is not asked', () => {
    const none: [string, Order][] = [
      ['of a limit order', { ...executed('sell', '100', '90'), type: 'limit' }],
      ['before the order has ended', executed('sell', '100', '90', '2', { status: 'partially_filled' })],
      ['while the venue speaks of trades that are not counted', executed('sell', '100', '90', '2', { quantityReported: qty('3'), status: 'cancelled' })],
      ['of an order that ended without a trade', executed('sell', '100', '90', '2', { status: 'expired', quantityFilled: qty(0), quantityReported: qty(0), notionalFilled: money(0) })],
    ];
    for (const [title, order] of none) it(title, () => expect([executionOf(order), slippedMoreThan(order, ratio('0'))]).to.deep.equal([null, false]));
  });
});
