import { expect } from 'chai';
import { GroupStory, gridPlan, instrument, level, perLeg } from '#test/support/engine-story';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { money, price, qty, ratio } from '#shared/engine/num/units';
import { wakeConditions } from './wake-conditions.ts';
import { groupQuantity, pnlRealised } from './exposure.ts';

const pnl = (story: GroupStory): string => money(pnlRealised(story.state));
const closedKey = 'group:7:closed';
const toldPool = (story: GroupStory): string[] => story.commands.flatMap((command) => (command.type === 'tell-pool' ? [command.key] : []));

describe('the end of a group', () => {
  describe('E-12 exit with one leg taken, one partial and unfilled DCAs', () => {
    const before = (): GroupStory => {
      const story = new GroupStory().open().acceptAll();
      story.fill(story.order('entry', 0, 0)).acceptAll();
      story.fill(story.order('entry', 0, 1)).acceptAll();
      story.fill(story.order('take-profit', 0, 0));
      return story.fill(story.order('entry', 0, 2), { quantity: '0.7' }).acceptAll();
    };

    it('before the exit: +2.000, DCA0 took its profit, DCA2 is partly filled', () => {
      expect(pnl(before())).to.equal('2');
      expect(before().legStates()).to.deep.equal(['tp_hit', 'filled', 'partially_filled', 'open', 'open']);
    });

    it('the exit cancels the rest of DCA2, DCA3, DCA4 and both take-profits, and sells nothing yet', () => {
      const story = before().close();
      const cancelled = [['entry', 2], ['entry', 3], ['entry', 4], ['take-profit', 1], ['take-profit', 2]] as const;
      expect(story.commanded('cancel-order').sort()).to.deep.equal(cancelled.map(([role, leg]) => story.order(role, 0, leg).clientOrderId).sort());
      expect(story.commanded('submit-order')).to.deep.equal([]);
      expect(story.commands).to.deep.include({ type: 'settle-signal', signalId: '9', status: 'accepted', outcome: 'closing', reason: null, detail: null, groupId: '7' });
      expect(story.state.status).to.equal('closing');
    });

    it('then 2.710 at market 99.20: group +1.537, the slot is given back once, legs as told', () => {
      const story = before().close().confirmCancels();
      expect(story.order('close').quantity).to.equal('2.71');
      story.acceptAll().fill(story.order('close'), { price: '99.20' });
      expect([pnl(story), story.state.status, story.state.closeReason]).to.deep.equal(['1.537', 'closed', 'exit_signal']);
      expect(story.legStates()).to.deep.equal(['tp_hit', 'closed', 'closed', 'cancelled', 'cancelled']);
      expect(toldPool(story)).to.deep.equal([closedKey]);
      story.report(story.order('close'), 'filled', '2.71').wait(1000).close();
      expect(toldPool(story)).to.deep.equal([]);
    });

    it('a take-profit that fills before its cancel arrives beats the exit for its quantity (A-11)', () => {
      const story = before().close();
      story.fill(story.order('take-profit', 0, 1)).confirmCancels();
      expect(story.order('close').quantity).to.equal('0.7');
    });

    it('an entry that fills on while its cancel is on the way is sold with the rest', () => {
      const story = before().close();
      story.fill(story.order('entry', 0, 2), { quantity: '0.3' }).confirmCancels();
      expect(story.order('close').quantity).to.equal('3.01');
    });

    it('a second exit finds nothing to claim (A-11)', () => {
      const story = before().close('exit_signal', '9').close('manual', null);
      expect([story.commands, story.state.windDown?.reason]).to.deep.equal([[], 'exit_signal']);
    });

    it('a market close that fills in parts closes with the last part', () => {
      const story = before().close().confirmCancels().acceptAll();
      story.fill(story.order('close'), { quantity: '1', price: '99.20' });
      expect([story.state.status, story.commanded('submit-order')]).to.deep.equal(['closing', []]);
      story.fill(story.order('close'), { price: '99.10' });
      expect(story.state.status).to.equal('closed');
    });

    it('the venue ends a close half-way: after a pause the rest goes out as the next generation', () => {
      const story = before().close().confirmCancels().acceptAll();
      const first = story.order('close');
      story.fill(first, { quantity: '1', price: '99.20' }).report(story.order('close'), 'expired', '1');
      expect(story.working('close')).to.deep.equal([]);
      story.wait(1_000);
      expect([story.order('close').generation, story.order('close').quantity]).to.deep.equal([1, '1.71']);
    });
  });

  it('before any fill: everything is cancelled, nothing is sold, closed', () => {
    const story = new GroupStory().open().acceptAll().close();
    expect(story.commanded('cancel-order')).to.have.length(5);
    story.confirmCancels();
    expect([story.state.status, story.state.closeReason, story.order('entry', 0, 0).status]).to.deep.equal(['closed', 'exit_signal', 'cancelled']);
    expect(story.state.orders.some((order) => order.role === 'close')).to.equal(false);
  });

  it('before anything was sent: orders are withdrawn', () => {
    const story = new GroupStory().open().close();
    for (const order of story.working('entry')) story.hear({ type: 'order-withdrawn', clientOrderId: order.clientOrderId });
    expect([story.state.status, story.order('entry', 0, 4).status]).to.deep.equal(['closed', 'cancelled']);
  });

  describe('A-24 flat again', () => {
    const flat = (closeWhenFlat: boolean): GroupStory => {
      const story = new GroupStory().open({ exit: { ...perLeg, closeWhenFlat } }).acceptAll();
      story.fill(story.order('entry', 0, 0)).acceptAll();
      return story.fill(story.order('take-profit', 0, 0));
    };
    it('the lower DCAs are cancelled and the group closes', () => {
      const story = flat(true);
      expect([story.state.status, story.commanded('cancel-order').length]).to.deep.equal(['closing', 4]);
      story.confirmCancels();
      expect([story.state.status, story.state.closeReason]).to.deep.equal(['closed', 'take_profit']);
    });
    it('with close_when_flat off it stays open for its lower DCAs', () => {
      const story = flat(false);
      expect([story.state.status, story.commands.filter(({ type }) => type === 'cancel-order')]).to.deep.equal(['partially_filled', []]);
    });
    it('and closes when the last of them has come and gone', () => {
      const story = flat(false);
      for (const leg of [1, 2, 3, 4]) story.report(story.order('entry', 0, leg), 'cancelled');
      expect([story.state.status, story.state.closeReason]).to.deep.equal(['closed', 'take_profit']);
    });
    it('a lower DCA that fills while its cancel is on the way is sold at market', () => {
      const story = flat(true);
      story.fill(story.order('entry', 0, 1)).confirmCancels();
      expect(story.order('close').quantity).to.equal('2.01');
    });
  });

  it('every entry cancelled by hand at the venue: the group ends', () => {
    const story = new GroupStory().open().acceptAll();
    for (const leg of [0, 1, 2, 3, 4]) story.report(story.order('entry', 0, leg), 'cancelled');
    expect([story.state.status, story.state.closeReason]).to.deep.equal(['closed', 'entries_ended']);
  });

  describe('an entry for a group that is closing', () => {
    it('goes back to the pool, with the reason', () => {
      const story = new GroupStory().open().acceptAll().close().pyramid('103', '1000', '2');
      expect(story.state.pyramids).to.have.length(1);
      const [bounced] = story.commands;
      expect(bounced).to.deep.include({ type: 'tell-pool', key: 'signal:2:bounced:7' });
      expect(bounced?.type === 'tell-pool' && bounced.event).to.deep.include({ type: 'entry-bounced', groupId: '7', reason: 'group_closing' });
    });
    it('also when it has closed meanwhile', () => {
      const story = new GroupStory().open().acceptAll().close().confirmCancels().pyramid('103', '1000', '2');
      expect([story.state.status, toldPool(story)]).to.deep.equal(['closed', ['signal:2:bounced:7']]);
    });
  });

  describe('what cannot be sold', () => {
    const spot = { market: 'spot', symbol: 'BTC/USDT' } as const;
    const begun = (quantity: string): GroupStory => {
      const story = new GroupStory({ instrument: instrument(spot) }).open({ changes: spot }).acceptAll();
      return story.fill(story.order('entry', 0, 0), { quantity });
    };
    it('below the minimum notional it is carried, with the reason and the price at which it can be sold', () => {
      const story = begun('0.04').close().confirmCancels();
      expect(story.state.status).to.equal('closing');
      expect(story.state.held).to.deep.equal({ 'close:-:-': 'below_minimum_notional: 0.04 x 100 = 4, the minimum is 5 USDT' });
      expect(wakeConditions(story.state, story.facts.instrument)).to.deep.equal([{ symbol: 'BTC/USDT', direction: 'at-or-above', price: '125' }]);
      story.trade('124.99');
      expect(story.working('close')).to.deep.equal([]);
      story.trade('125');
      expect(story.order('close').quantity).to.equal('0.04');
    });
    it('less than one step is dust: the group closes and keeps it', () => {
      const story = begun('0.0004').close().confirmCancels();
      expect([story.state.status, groupQuantity(story.state)]).to.deep.equal(['closed', '0.0004']);
    });
  });

  describe('more than one market order may carry', () => {
    const pieces: { title: string; rules: Partial<Instrument>; expected: string[] }[] = [
      { title: 'the maximum of market orders', rules: { quantityMax: qty('40'), quantityMaxMarket: qty('4') }, expected: ['4', '4', '2'] },
      { title: 'a maximum that is not on the step is rounded down to it', rules: { quantityMaxMarket: qty('4.0005') }, expected: ['4', '4', '2'] },
      { title: 'the general maximum where market orders have none', rules: { quantityMax: qty('10') }, expected: ['10', '10'] },
    ];
    for (const { title, rules, expected } of pieces) {
      it(`is closed in pieces: ${title}`, () => {
        const plan = gridPlan({ levels: gridPlan().levels.slice(0, 1) });
        const story = new GroupStory({ instrument: instrument(rules) }).open({ capital: '5000', plan });
        if (expected.length === 2) story.pyramid('100', '5000');
        for (const order of story.acceptAll().working('entry')) story.fill(order);
        story.acceptAll().close().confirmCancels();
        const sold: string[] = [];
        while (story.state.status !== 'closed' && sold.length < 9) {
          sold.push(story.order('close').quantity);
          story.acceptAll().fill(story.order('close'), { price: '100', quantity: '1' });
          expect(story.commanded('cancel-order'), 'a market order that fills in parts is left to run').to.deep.equal([]);
          story.fill(story.order('close'), { price: '100' });
        }
        expect(sold).to.deep.equal(expected);
      });
    }
  });

  it('legs that are each too small to be sold alone are sold together, also after the venue has refused it once', () => {
    const plan = gridPlan({ levels: [level('0', '50', null), level('-1', '50', null)] });
    const story = new GroupStory({ instrument: instrument({ quantityMin: qty('1'), notionalMin: null }) }).open({ capital: '300', plan, exit: { ...perLeg, kind: 'aggregate', tpPercent: ratio('50') } }).acceptAll();
    story.fill(story.order('entry', 0, 0)).fill(story.order('entry', 0, 1)).reduce('0.4').acceptAll();
    story.fill(story.order('reduce'), { price: '100' }).close();
    expect(story.order('close').quantity).to.equal('1.809');
    story.refuse(story.order('close'));
    expect([story.state.status, groupQuantity(story.state), toldPool(story)]).to.deep.equal(['closing', '1.809', []]);
    story.wait(1_000).acceptAll().fill(story.order('close'), { price: '100' });
    expect([story.state.status, groupQuantity(story.state), toldPool(story)]).to.deep.equal(['closed', '0', [closedKey]]);
  });

  it('a limit order is priced, a close is not, and the last price is only for the notional', () => {
    const story = new GroupStory({ priceLast: price('100') }).open().acceptAll();
    story.fill(story.order('entry', 0, 0)).acceptAll().close().confirmCancels();
    expect([story.order('close').type, story.order('close').price]).to.deep.equal(['market', null]);
  });
});
