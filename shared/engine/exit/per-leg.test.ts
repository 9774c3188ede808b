import { expect } from 'chai';
import { GroupStory, instrument, shows } from '#test/support/engine-story';
import { money } from '#shared/engine/num/units';
import { pnlRealised, priceEntry, quantityHeld } from '#shared/engine/position/exposure';

describe('per-leg take-profits', () => {
  describe('E-02 the target is taken from the actual fill', () => {
    const rows: [number, string, string][] = [
      [0, '99.97', '100.96'],
      [1, '99.48', '99.97'],
      [2, '98.94', '100.91'],
      [3, '98.50', '99.97'],
      [4, '97.99', '98.96'],
    ];
    for (const [leg, filledAt, target] of rows) {
      it(`DCA${leg} filled at ${filledAt}: ${target}`, () => {
        const story = new GroupStory().open().acceptAll();
        story.fill(story.order('entry', 0, leg), { price: filledAt });
        const order = story.order('take-profit', 0, leg);
        expect(shows(order.price, target), `found ${order.price}`).to.equal(true);
        expect([order.side, order.type, order.reduceOnly]).to.deep.equal(['sell', 'limit', true]);
      });
    }

    it('DCA2 in two fills, 1.000 at 98.94 and 1.020 at 98.96: average 98.9500990099..., target 100.92, never 102.00', () => {
      const story = new GroupStory().open().acceptAll();
      story.fill(story.order('entry', 0, 2), { quantity: '1', price: '98.94' }).acceptAll();
      expect(story.order('take-profit', 0, 2).price).to.equal('100.91');
      story.fill(story.order('entry', 0, 2), { quantity: '1.02', price: '98.96' }).confirmCancels();
      expect(priceEntry(story.leg(0, 2))).to.match(/^98\.9500990099/);
      expect([story.order('take-profit', 0, 2).price, story.order('take-profit', 0, 2).quantity]).to.deep.equal(['100.92', '2.02']);
    });
  });

  describe('E-11 DCA1, 2.010 at 99.50, filled bit by bit', () => {
    const begun = (): GroupStory => {
      const story = new GroupStory().open().acceptAll();
      story.fill(story.order('entry', 0, 0)).acceptAll();
      return story.fill(story.order('entry', 0, 1), { quantity: '0.040' });
    };
    const filled800 = (): GroupStory => {
      const story = begun();
      return story.fill(story.order('entry', 0, 1), { quantity: '0.760' });
    };

    it('0.040: worth 3.9996, below the minimum of 5, so it is carried with the reason', () => {
      const story = begun();
      expect(story.working('take-profit').map((order) => order.leg)).to.deep.equal([0]);
      expect(story.state.held).to.deep.equal({ 'take-profit:0:1': 'below_minimum_notional: 0.04 x 99.99 = 3.9996, the minimum is 5 USDT' });
      expect(story.legStates()[1]).to.equal('partially_filled');
    });

    it('0.800: one take-profit for all of it at 99.99, nothing is carried any more', () => {
      const story = filled800();
      const order = story.order('take-profit', 0, 1);
      expect([order.quantity, order.price]).to.deep.equal(['0.8', '99.99']);
      expect(story.state.held).to.deep.equal({});
    });

    it('2.010: the take-profit is raised by cancel and replace, and the successor waits for the confirmation', () => {
      const story = filled800().acceptAll();
      const first = story.order('take-profit', 0, 1);
      story.fill(story.order('entry', 0, 1));
      expect(story.commanded('cancel-order')).to.deep.equal([first.clientOrderId]);
      expect(story.commanded('submit-order')).to.deep.equal([]);
      story.confirmCancels();
      const second = story.order('take-profit', 0, 1);
      expect([second.quantity, second.price, second.generation]).to.deep.equal(['2.01', '99.99', 1]);
    });

    it('0.800 sold before the rest: +0.392, the entry stays open, the rest of 1.210 gets its own take-profit, the leg ends when all is sold', () => {
      const story = filled800().acceptAll();
      story.fill(story.order('take-profit', 0, 1));
      expect(money(pnlRealised(story.state))).to.equal('0.392');
      expect([story.order('entry', 0, 1).status, story.state.status, story.legStates()[1]]).to.deep.equal(['partially_filled', 'partially_filled', 'partially_filled']);
      story.fill(story.order('entry', 0, 1));
      const rest = story.order('take-profit', 0, 1);
      expect([rest.quantity, rest.price, rest.generation, story.legStates()[1]]).to.deep.equal(['1.21', '99.99', 1, 'filled']);
      story.acceptAll().fill(rest);
      expect([story.legStates()[1], quantityHeld(story.leg(0, 1)), money(pnlRealised(story.state))]).to.deep.equal(['tp_hit', '0', '0.9849']);
      expect(story.state.status).to.equal('partially_filled');
    });

    it('a take-profit that fills while it is being raised sells its part only; the successor takes what is left', () => {
      const story = filled800().acceptAll();
      const first = story.order('take-profit', 0, 1);
      story.fill(story.order('entry', 0, 1)).fill(first);
      const second = story.order('take-profit', 0, 1);
      expect([second.generation, second.quantity]).to.deep.equal([1, '1.21']);
    });

    it('a take-profit of which 0.300 fills while it is being raised: what remains is 1.710', () => {
      const story = filled800().acceptAll();
      const first = story.order('take-profit', 0, 1);
      story.fill(story.order('entry', 0, 1)).fill(first, { quantity: '0.3' }).confirmCancels();
      expect([story.order('take-profit', 0, 1).quantity, story.order('take-profit', 0, 1).generation]).to.deep.equal(['1.71', 1]);
    });
  });

  it('a partly filled take-profit is left alone: what remains of it is what is held', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0)).acceptAll();
    story.fill(story.order('take-profit', 0, 0), { quantity: '0.5' });
    expect([story.commanded('cancel-order'), story.commanded('submit-order')]).to.deep.equal([[], []]);
    expect(story.order('take-profit', 0, 0).status).to.equal('partially_filled');
  });

  it('a short leg whose target would be at or below zero is carried with the reason, spared minimum or not', () => {
    const story = new GroupStory({ instrument: instrument({ notionalMinSparesReduceOnly: true }) }).open({ side: 'short' }).acceptAll();
    const dear = { ...story.state, pyramids: story.state.pyramids.map((pyramid) => ({ ...pyramid, legs: pyramid.legs.map((leg) => ({ ...leg, tpPercent: '150' as typeof leg.tpPercent })) })) };
    story.group = dear;
    story.fill(story.order('entry', 0, 0));
    expect(story.working('take-profit')).to.deep.equal([]);
    expect(story.state.held['take-profit:0:0']).to.match(/^price_rounds_to_zero/);
  });
});
