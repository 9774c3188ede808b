import { expect } from 'chai';
import { GroupStory, gridPlan } from '#test/support/engine-story';
import { dec, money, price, ratio } from '#shared/engine/num/units';
import { averagePrice, groupQuantity, pnlRealised, pyramidAverage } from '#shared/engine/position/exposure';
import { wakeConditions } from '#shared/engine/position/wake-conditions';
import { aggregateTrigger, targetPercent } from './aggregate.ts';
import type { ExitPlan } from './exit-plan.ts';

const aggregate: ExitPlan = { kind: 'aggregate', tpPercent: ratio('1'), closeWhenFlat: true };
const hybrid: ExitPlan = { kind: 'hybrid', tpPercent: ratio('1'), closeWhenFlat: true };
const combined = (tpPercent: string, pyramidTpPercents: Record<string, string> = {}): ExitPlan => ({
  kind: 'pyramid_aggregate',
  tpPercent: ratio(tpPercent),
  closeWhenFlat: true,
  pyramidTpPercents: Object.fromEntries(Object.entries(pyramidTpPercents).map(([index, percent]) => [index, ratio(percent)])),
});

const trigger = (story: GroupStory): string | null => aggregateTrigger(story.state, story.facts.instrument);
const average = (story: GroupStory): string => dec(averagePrice(story.state) ?? '0').toFixed(10);
const pnl = (story: GroupStory): string => money(pnlRealised(story.state));

describe('aggregate take-profit', () => {
  describe('E-08 over partial fills, 1 %', () => {
    const first = (): GroupStory => {
      const story = new GroupStory().open({ exit: aggregate }).acceptAll();
      story.fill(story.order('entry', 0, 0));
      return story.fill(story.order('entry', 0, 1), { quantity: '1.2' });
    };
    const second = (): GroupStory => {
      const story = first();
      return story.fill(story.order('entry', 0, 1));
    };
    const third = (): GroupStory => {
      const story = second();
      return story.fill(story.order('entry', 0, 2));
    };

    it('DCA0 and 1.200 of DCA1: average of what was filled, 99.8125, trigger 100.81 (over what was ordered it would be 100.74)', () => {
      expect([average(first()), trigger(first())]).to.deep.equal(['99.8125000000', '100.81']);
    });
    it('DCA1 complete: 99.7493765586..., trigger 100.74', () => expect([average(second()), trigger(second())]).to.deep.equal(['99.7493765586', '100.74']));
    it('DCA2: 99.4983416252..., trigger 100.49', () => expect([average(third()), trigger(third())]).to.deep.equal(['99.4983416252', '100.49']));

    it('no order rests at the venue; the group asks to be woken at its trigger, which moves with the average (A-13)', () => {
      const story = third();
      expect(story.working('take-profit')).to.deep.equal([]);
      expect(wakeConditions(story.state, story.facts.instrument)).to.deep.equal([{ symbol: 'BTC/USDT:USDT', direction: 'at-or-above', price: '100.49' }]);
    });

    it('100.48 is not enough', () => {
      const story = third().trade('100.48');
      expect([story.state.windDown, story.commands]).to.deep.equal([null, []]);
    });

    it('100.49: DCA3 and DCA4 are cancelled first, then 6.030 closes at market; +5.9797', () => {
      const story = third().trade('100.49');
      expect(story.commanded('cancel-order')).to.deep.equal([story.order('entry', 0, 3).clientOrderId, story.order('entry', 0, 4).clientOrderId]);
      expect(story.working('close')).to.deep.equal([]);
      story.confirmCancels();
      const close = story.order('close');
      expect([close.type, close.side, close.quantity, close.reduceOnly]).to.deep.equal(['market', 'sell', '6.03', true]);
      story.acceptAll().fill(close, { price: '100.49' });
      expect([story.state.status, story.state.closeReason, pnl(story)]).to.deep.equal(['closed', 'take_profit', '5.9797']);
      expect(wakeConditions(story.state, story.facts.instrument)).to.deep.equal([]);
    });

    it('a price that has gone back again before it was heard changes nothing', () => {
      const story = third();
      story.trade('100.49').confirmCancels();
      const closing = new GroupStory();
      closing.group = third().state;
      closing.trade('99');
      expect([story.state.status, closing.state.windDown]).to.deep.equal(['closing', null]);
    });

    const ages: [what: string, at: (filledAt: number) => number | undefined, closes: boolean][] = [
      ['traded before the newest entry fill, and heard after it, does not close: the fill is the newer word', (filledAt) => filledAt - 30, false],
      ['traded with that fill closes', (filledAt) => filledAt, true],
      ['of another clock, as when a replay begins anew, closes', (filledAt) => filledAt - 3_600_000, true],
      ['without a time closes', () => undefined, true],
    ];
    for (const [what, at, closes] of ages) {
      it(`a price above the target ${what}`, () => {
        const story = third();
        const time = at(story.state.entryFilledAt ?? 0);
        story.hear({ type: 'price', price: price('100.5'), ...(time !== undefined && { at: time }) });
        expect(story.state.windDown?.reason ?? null).to.equal(closes ? 'take_profit' : null);
      });
    }

    it('a short is mirrored: woken at or below, closed by buying', () => {
      const story = new GroupStory().open({ exit: aggregate, side: 'short' }).acceptAll();
      story.fill(story.order('entry', 0, 0));
      expect(wakeConditions(story.state, story.facts.instrument)).to.deep.equal([{ symbol: 'BTC/USDT:USDT', direction: 'at-or-below', price: '99' }]);
      story.trade('99.01');
      expect(story.state.windDown).to.equal(null);
      story.trade('99').confirmCancels();
      expect(story.order('close').side).to.equal('buy');
    });
  });

  describe('E-09 hybrid, DCA0 to DCA3 filled, DCA4 open', () => {
    const begun = (): GroupStory => {
      const story = new GroupStory().open({ exit: hybrid }).acceptAll();
      for (const leg of [0, 1, 2, 3]) story.fill(story.order('entry', 0, leg));
      return story.acceptAll();
    };
    const afterOne = (): GroupStory => {
      const story = begun();
      return story.fill(story.order('take-profit', 0, 3));
    };
    const afterTwo = (): GroupStory => {
      const story = afterOne();
      return story.fill(story.order('take-profit', 0, 1));
    };

    it('holds 8.060 at 99.2468982630..., trigger 100.23, take-profits 101.00, 99.99, 100.98, 99.97', () => {
      const story = begun();
      expect([groupQuantity(story.state), average(story), trigger(story)]).to.deep.equal(['8.06', '99.2468982630', '100.23']);
      expect(story.working('take-profit').map((order) => [order.leg, order.price])).to.deep.equal([
        [0, '101'],
        [1, '99.99'],
        [2, '100.98'],
        [3, '99.97'],
      ]);
    });

    it('step 1, 99.97: DCA3 takes its own profit, +2.9841; average of what is still held (A-12), trigger 100.49', () => {
      const story = afterOne();
      expect([pnl(story), groupQuantity(story.state), average(story), trigger(story)]).to.deep.equal(['2.9841', '6.03', '99.4983416252', '100.49']);
    });

    it('A-12 an average over all legs ever filled would close at 100.23 here; nothing closes before 100.49', () => {
      const story = afterOne().trade('100.48');
      expect([story.state.windDown, story.commanded('cancel-order')]).to.deep.equal([null, []]);
    });

    it('step 2, 99.99: DCA1 takes its own, +0.9849; trigger stays 100.49', () => {
      const story = afterTwo();
      expect([pnl(story), groupQuantity(story.state), average(story), trigger(story)]).to.deep.equal(['3.969', '4.02', '99.4975124378', '100.49']);
    });

    it('step 3, 100.49: the aggregate wins before 100.98 and 101.00; 4.020 at market, total +7.9588, closed', () => {
      const story = afterTwo().trade('100.49');
      expect(story.commanded('cancel-order')).to.have.length(3);
      story.confirmCancels();
      expect(story.order('close').quantity).to.equal('4.02');
      story.acceptAll().fill(story.order('close'), { price: '100.49' });
      expect([story.state.status, pnl(story)]).to.deep.equal(['closed', '7.9588']);
    });

    it('step 4, the race: the cancel of DCA0 finds it filled, so only the 2.020 of DCA2 is sold at market', () => {
      const story = afterTwo().trade('100.49');
      story.fill(story.order('take-profit', 0, 0));
      expect(story.working('close')).to.deep.equal([]);
      story.confirmCancels();
      expect(story.order('close').quantity).to.equal('2.02');
      story.acceptAll().fill(story.order('close'), { price: '100.49' });
      expect([story.state.status, groupQuantity(story.state)]).to.deep.equal(['closed', '0']);
      // 3.969 so far, DCA0 2.000 x 1.00, DCA2 2.020 x 1.49
      expect(pnl(story)).to.equal('8.9788');
    });

    it('from 99 straight over 100.23: the close takes only what the resting take-profits have left', () => {
      const story = begun().trade('100.30');
      for (const leg of [1, 3]) story.fill(story.order('take-profit', 0, leg));
      story.confirmCancels();
      expect(story.order('close').quantity).to.equal('4.02');
    });
  });

  describe('E-10 over three pyramids', () => {
    const filled = (exit: ExitPlan): GroupStory => {
      const story = new GroupStory().open({ exit, plan: gridPlan() }).pyramid('103', '1000', '2').pyramid('105', '1000', '3').acceptAll();
      for (const [pyramid, leg] of [[0, 0], [0, 1], [1, 0], [2, 0], [2, 1]] as const) story.fill(story.order('entry', pyramid, leg));
      return story;
    };
    it('combined average 102.3434926809..., over 9.769', () => {
      const story = filled(combined('1.5'));
      expect([groupQuantity(story.state), dec(averagePrice(story.state) ?? '0').toFixed(8)]).to.deep.equal(['9.769', '102.34349268']);
    });
    it('averages of the pyramids: 99.7493765586..., 103, 104.7343059193...; their unweighted mean 102.4945608259... is not the average', () => {
      const { pyramids } = filled(combined('1.5')).state;
      expect(pyramids.map((pyramid) => dec(pyramidAverage(pyramid) ?? '0').toFixed(10))).to.deep.equal(['99.7493765586', '103.0000000000', '104.7343059193']);
    });
    it('targets of 1, 1.5 and 3 % weighted by cost are 1.899898417... %', () => {
      expect(dec(targetPercent(filled(combined('9', { '0': '1', '1': '1.5', '2': '3' })).state) ?? '0').toFixed(9)).to.equal('1.899898417');
    });
    it('one target of 1.5 %: 103.87 (the mean of the three averages would give 104.03)', () => expect(trigger(filled(combined('1.5')))).to.equal('103.87'));
    it('A-10 aggregate gives the same price', () => expect(trigger(filled({ ...aggregate, tpPercent: ratio('1.5') }))).to.equal('103.87'));
    it('targets of 1, 1.5 and 3 %: weighted by cost 1.899898417... %, 104.28', () => expect(trigger(filled(combined('9', { '0': '1', '1': '1.5', '2': '3' })))).to.equal('104.28'));
    it('a pyramid without a target of its own takes that of the group', () => expect(trigger(filled(combined('1.5', { '0': '1.5', '2': '1.5' })))).to.equal('103.87'));
    it('the whole group closes there', () => {
      const story = filled(combined('1.5')).trade('103.87').confirmCancels();
      expect(story.order('close').quantity).to.equal('9.769');
    });
  });
});
