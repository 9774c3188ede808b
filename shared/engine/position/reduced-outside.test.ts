import { expect } from 'chai';
import { GroupStory } from '#test/support/engine-story';
import { money, price, qty } from '../num/units.ts';
import type { Order } from '../order/order.ts';
import { groupQuantity, pnlRealised } from './exposure.ts';

const holding = (): GroupStory => {
  const story = new GroupStory().open().acceptAll();
  return story.fill(story.order('entry', 0, 0)).acceptAll();
};
const reduced = (story: GroupStory, quantity: string, held = '2', at = '103', fee = '0.5'): GroupStory =>
  story.hear({ type: 'position-reduced', held: qty(held), quantity: qty(quantity), price: price(at), fee: money(fee), priceFrom: 'trades' });

describe('a position that was closed at the venue without us', () => {
  it('all of it: the group ends as manual, entries and take-profits are cancelled, nothing is sent', () => {
    const story = reduced(holding(), '2');
    expect([story.state.windDown?.reason, groupQuantity(story.state), pnlRealised(story.state)]).to.deep.equal(['manual', '0', '5.5']);
    expect([story.commanded('cancel-order').length, story.commanded('submit-order').length]).to.deep.equal([5, 0]);
    story.confirmCancels();
    expect([story.state.status, story.state.closeReason]).to.deep.equal(['closed', 'manual']);
  });
  it('a part of it: the rest is worked on, its take-profit follows, entries stay', () => {
    const story = reduced(holding(), '0.5').confirmCancels();
    expect([story.state.windDown, groupQuantity(story.state), story.working('entry').length, story.order('take-profit', 0, 0).quantity]).to.deep.equal([null, '1.5', 4, '1.5']);
  });
  it('a close that the venue refused meanwhile goes out at once for what is left, not after its pause', () => {
    const story = holding().close().confirmCancels();
    story.refuse(story.order('close'), 'balance', '-2019', 'not enough of it');
    expect(story.commanded('submit-order'), 'it waits').to.deep.equal([]);
    reduced(story, '0.5');
    expect([story.commanded('submit-order').length, story.order('close').quantity]).to.deep.equal([1, '1.5']);
  });
  it('told twice, or of a group that holds something else by now: nothing follows', () => {
    const story = reduced(holding(), '0.5');
    reduced(story, '0.5');
    expect([groupQuantity(story.state), story.commands]).to.deep.equal(['1.5', []]);
  });
  it('what a reduction had claimed of it is given up', () => {
    const story = reduced(holding().reduce('0.5'), '2');
    expect([story.state.claims, story.commanded('submit-order')]).to.deep.equal([{}, []]);
  });
  it('a market exit that was decided since makes it void: it may be what sells the rest', () => {
    const story = holding().close().confirmCancels();
    expect(story.order('close').status).to.equal('ready');
    const before = groupQuantity(story.state);
    expect([groupQuantity(reduced(story, '0.5').state), story.order('close').quantity]).to.deep.equal([before, before]);
  });
  describe('and its take-profit of 2 fills before it is cancelled: the trade stands, what somebody closed was of another position', () => {
    const surplus = (story: GroupStory): string[] => story.commands.flatMap((command) => (command.type === 'tell' && command.said?.code === 'outside_taken_back' ? [`${command.level} ${command.said.figures['quantity']}`] : []));
    const takeProfit = (story: GroupStory): Order => story.state.orders.find(({ role }) => role === 'take-profit')!;
    // Bought 2 at 100, the take-profit at 102: what a person closed was booked at 103, with fees of 0.5.
    for (const { title, off, held, gain, alerts, left } of [
      { title: 'a part was closed: that much is taken back', off: '0.5', held: '0', gain: '4', alerts: ['alert 0.5'], left: undefined },
      { title: 'all was closed: all is taken back', off: '2', held: '0', gain: '4', alerts: ['alert 2'], left: undefined },
    ]) {
      it(title, () => {
        const story = reduced(holding(), off);
        story.fill(takeProfit(story), { price: '102', fee: '0' });
        expect([groupQuantity(story.state), pnlRealised(story.state), surplus(story), story.state.outside?.['0:0']]).to.deep.equal([held, gain, alerts, left]);
      });
    }
    it('it fills in parts: only what finds nothing to sell takes the place of what was booked', () => {
      const story = reduced(holding(), '1', '2', '103', '0.4');
      const order = takeProfit(story);
      story.fill(order, { quantity: '1', price: '102', fee: '0' });
      expect([groupQuantity(story.state), surplus(story), pnlRealised(story.state)]).to.deep.equal(['0', [], '4.6']);
      story.fill(order, { quantity: '0.5', price: '102', fee: '0' });
      expect([groupQuantity(story.state), surplus(story), pnlRealised(story.state)]).to.deep.equal(['0', ['alert 0.5'], '4.3']);
      expect(story.state.outside?.['0:0']).to.deep.equal({ quantity: '0.5', notional: '51.5', fees: '0.2' });
    });
    it('it fills in many trades, told at once: one alert', () => {
      const story = reduced(holding(), '2');
      const order = takeProfit(story);
      const fills = ['0.5', '0.5', '1'].map((quantity, index) => ({ clientOrderId: order.clientOrderId, tradeId: `many${index}`, price: price('102'), quantity: qty(quantity), fee: money('0'), feeAsset: 'USDT', at: 1_000 }));
      story.hear({ type: 'order-report', clientOrderId: order.clientOrderId, report: null, fills });
      expect([surplus(story), pnlRealised(story.state)]).to.deep.equal([['alert 2'], '4']);
    });
    it('heard after its cancel was confirmed and the group has closed: it stays closed, and its profit is that of its trades', () => {
      const story = reduced(holding(), '2');
      const order = takeProfit(story);
      story.confirmCancels();
      expect(story.state.status).to.equal('closed');
      story.fill(order, { price: '102', fee: '0' });
      expect([story.state.status, groupQuantity(story.state), pnlRealised(story.state), story.commanded('submit-order')]).to.deep.equal(['closed', '0', '4', []]);
    });
  });
  describe('of a closed group, that a late fill has left something in', () => {
    /** Its close is refused: a person was quicker. */
    const late = (): GroupStory => {
      const story = new GroupStory().open().acceptAll();
      const entry = story.order('entry', 0, 0);
      story.close().confirmCancels();
      expect(story.state.status).to.equal('closed');
      story.fill(entry);
      return story.refuse(story.order('close'), 'other', '-2022', 'ReduceOnly Order is rejected.');
    };
    it('all of it: it has nothing to sell any more, and stays closed', () => {
      const story = reduced(late(), '2');
      expect([groupQuantity(story.state), story.state.status, story.commanded('submit-order')]).to.deep.equal(['0', 'closed', []]);
      story.facts.now += 3_600_000;
      story.hear({ type: 'timer' });
      expect(story.commands).to.deep.equal([]);
    });
    it('a part of it: what is left is sold', () => {
      const story = reduced(late(), '0.5');
      expect([groupQuantity(story.state), story.order('close').quantity, story.order('close').status]).to.deep.equal(['1.5', '1.5', 'ready']);
    });
  });
});
