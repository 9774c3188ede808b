import { expect } from 'chai';
import { GroupStory, instrument, perLeg } from '#test/support/engine-story';
import { aggregateTrigger } from '#shared/engine/exit/aggregate';
import { money, price, qty, sum } from '#shared/engine/num/units';
import { legsOf } from './position-group.ts';
import { averagePrice, groupQuantity, pnlRealised, quantityHeld } from './exposure.ts';

const held = (story: GroupStory): string[] => legsOf(story.state).map(({ leg }) => quantityHeld(leg));
const resting = (story: GroupStory): (string | number | null)[][] => story.working('take-profit').map((order) => [order.leg, order.quantity]);

describe('E-50 a reduction by 40 %', () => {
  const whole = (): GroupStory => {
    const story = new GroupStory().open().acceptAll();
    for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('entry', 0, leg));
    return story.acceptAll();
  };
  const reducing = (): GroupStory => whole().reduce('0.4');
  const claims = ['0.8', '0.804', '0.808', '0.812', '0.816'];

  it('claims 40 % of each leg, and the take-profits let go of it first', () => {
    const story = reducing();
    expect(Object.values(story.state.claims)).to.deep.equal(claims);
    expect([story.commanded('cancel-order').length, story.working('reduce').length]).to.deep.equal([5, 0]);
    expect(story.commands).to.deep.include({ type: 'settle-signal', signalId: '9', status: 'accepted', outcome: 'reducing', reason: null, detail: null, groupId: '7' });
  });

  it('sells 4.040 in one market order; take-profits rest for what is left', () => {
    const story = reducing().confirmCancels();
    const order = story.order('reduce');
    expect([order.type, order.side, order.quantity, order.reduceOnly]).to.deep.equal(['market', 'sell', '4.04', true]);
    expect(resting(story)).to.deep.equal([[0, '1.2'], [1, '1.206'], [2, '1.212'], [3, '1.218'], [4, '1.224']]);
    story.acceptAll().fill(order, { price: '99' });
    expect([held(story), groupQuantity(story.state), story.state.claims]).to.deep.equal([['1.2', '1.206', '1.212', '1.218', '1.224'], '6.06', {}]);
    expect([story.commands.filter(({ type }) => type !== 'tell'), story.state.status]).to.deep.equal([[], 'active']);
  });

  it('one cancel confirmed after the other: never more in flight than is held (invariant 2)', () => {
    const story = reducing();
    for (const leg of [3, 0, 4, 2, 1]) {
      story.report(story.state.orders.find((order) => order.role === 'take-profit' && order.leg === leg && order.generation === 0)!, 'cancelled');
      const inFlight = sum([...story.working('take-profit'), ...story.working('reduce')].map((order) => order.quantity));
      expect(inFlight.lessThanOrEqualTo(groupQuantity(story.state))).to.equal(true);
    }
    expect(story.order('reduce').quantity).to.equal('4.04');
  });

  it('keeps the slot and the DCA orders', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0)).acceptAll().reduce('0.4').confirmCancels();
    expect([story.working('entry').map((order) => order.leg), story.state.status]).to.deep.equal([[1, 2, 3, 4], 'partially_filled']);
    expect(story.order('reduce').quantity).to.equal('0.8');
  });

  it('a take-profit that fills before its cancel arrives beats the reduction of its leg (A-11)', () => {
    const story = reducing();
    story.fill(story.order('take-profit', 0, 3)).confirmCancels();
    expect(story.order('reduce').quantity).to.equal('3.228');
    story.acceptAll().fill(story.order('reduce'), { price: '99' });
    expect(held(story)).to.deep.equal(['1.2', '1.206', '1.212', '0', '1.224']);
  });

  it('a take-profit that half fills leaves the claim what it holds', () => {
    const story = reducing();
    story.fill(story.order('take-profit', 0, 0), { quantity: '1.5' }).confirmCancels();
    expect(story.state.claims['0:0']).to.equal('0.5');
    expect(story.order('reduce').quantity).to.equal('3.74');
  });

  it('while take-profits are still on their way to the venue: nothing is sold before each has ended or been withdrawn (invariant 2)', () => {
    const story = new GroupStory().open().acceptAll();
    for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('entry', 0, leg));
    story.reduce('0.4');
    expect([story.working('take-profit').map(({ status }) => status), story.working('reduce')]).to.deep.equal([['cancelling', 'cancelling', 'cancelling', 'cancelling', 'cancelling'], []]);
    // One reached the venue before its cancel and filled there: what it sold is not reduced again.
    story.fill(story.order('take-profit', 0, 2)).confirmCancels();
    expect([story.order('reduce').quantity, groupQuantity(story.state)]).to.deep.equal(['3.232', '8.08']);
    expect(resting(story)).to.deep.equal([[0, '1.2'], [1, '1.206'], [3, '1.218'], [4, '1.224']]);
  });

  it('leaves the average of the rest as it was, and with it the common target (A-12)', () => {
    const story = new GroupStory().open({ exit: { ...perLeg, kind: 'aggregate' } }).acceptAll();
    for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('entry', 0, leg));
    const figures = (): (string | null)[] => [averagePrice(story.state), aggregateTrigger(story.state, story.facts.instrument)];
    const before = figures();
    story.reduce('0.4').acceptAll();
    story.fill(story.order('reduce'), { price: '99' });
    expect([figures(), groupQuantity(story.state)]).to.deep.equal([before, '6.06']);
  });

  it('a second reduction while the first is at the venue takes its share of what is left', () => {
    const story = reducing().confirmCancels().acceptAll().reduce('0.5', '10').confirmCancels();
    expect(story.state.claims['0:0']).to.equal('1.4');
    story.fill(story.order('reduce'), { price: '99' });
    expect([story.order('reduce').generation, story.order('reduce').quantity]).to.deep.equal([1, '3.03']);
    story.confirmCancels().acceptAll().fill(story.order('reduce'), { price: '99' });
    expect(held(story)).to.deep.equal(['0.6', '0.603', '0.606', '0.609', '0.612']);
  });

  it('all of it leaves nothing, and the group closes', () => {
    const story = whole().reduce('1').confirmCancels().acceptAll();
    story.fill(story.order('reduce'), { price: '100' });
    expect([story.state.status, money(pnlRealised(story.state))]).to.deep.equal(['closed', '10.15']);
  });

  it('an exit while the reduction is at the venue waits for it, and sells the rest', () => {
    const story = reducing().confirmCancels().acceptAll().close('exit_signal', '11');
    for (const order of story.working('take-profit')) story.report(order, 'cancelled');
    expect([story.working('close'), story.order('reduce').status]).to.deep.equal([[], 'cancelling']);
    story.fill(story.order('reduce'), { price: '99' });
    expect(story.order('close').quantity).to.equal('6.06');
  });

  it('in pieces where it is more than one market order may carry', () => {
    const story = new GroupStory({ instrument: instrument({ quantityMaxMarket: qty('3') }) }).open().acceptAll();
    for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('entry', 0, leg));
    story.acceptAll().reduce('0.4').confirmCancels().acceptAll();
    expect(story.order('reduce').quantity).to.equal('3');
    story.fill(story.order('reduce'), { price: '99' });
    expect([story.order('reduce').quantity, story.order('reduce').generation]).to.deep.equal(['1.04', 1]);
  });

  describe('is refused, with the reason', () => {
    const refusals: [string, () => GroupStory, string][] = [
      ['where nothing is held', () => new GroupStory().open().acceptAll().reduce('0.4'), 'below_minimum_quantity: 0 rounds down to 0, the minimum is 0.001 BTC'],
      ['where the share rounds to nothing', () => whole().reduce('0.0001'), 'below_minimum_quantity: 0 rounds down to 0, the minimum is 0.001 BTC'],
      ['where the venue would refuse so small an order', () => whole().reduce('0.0006'), 'below_minimum_notional: 0.005 x 98.99 = 0.49495, the minimum is 5 USDT'],
      ['while the group is closing', () => whole().close('manual', null).reduce('0.4'), 'the group is closing already'],
    ];
    for (const [title, story, detail] of refusals) {
      it(title, () => {
        const told = story();
        expect(told.commands).to.deep.include({ type: 'settle-signal', signalId: '9', status: 'refused', outcome: 'refused', reason: 'nothing_to_close', detail, groupId: '7' });
        expect(told.state.claims).to.deep.equal({});
      });
    }
  });

  it('with a common target, a rest that no leg could sell on its own is kept: together it can be sold', () => {
    const story = new GroupStory({ instrument: instrument({ quantityMin: qty('1.5') }), priceLast: price('99') }).open({ exit: { ...perLeg, kind: 'aggregate' } }).acceptAll();
    for (const order of story.working('entry')) story.fill(order);
    story.reduce('0.4').acceptAll().fill(story.order('reduce'), { price: '99' });
    expect([groupQuantity(story.state), story.state.windDown]).to.deep.equal(['6.06', null]);
  });
});
