import { expect } from 'chai';
import { GroupStory, gridPlan, instrument } from '#test/support/engine-story';
import type { SettleSignal, Tell } from '../messages/commands.ts';
import { money, price, qty, ratio } from '../num/units.ts';
import type { SlippagePlan } from '../order/slippage.ts';

const plan = (action: SlippagePlan['action'], maxPercent = '1'): SlippagePlan => ({ maxPercent: ratio(maxPercent), action });
const atMarket = gridPlan({ orderType: 'market' });

/** A group that holds leg 0, the market at 100. */
const holding = (slippage: SlippagePlan): GroupStory => {
  const story = new GroupStory({ priceLast: price('100') }).open({ slippage }).acceptAll();
  return story.fill(story.order('entry', 0, 0)).acceptAll();
};
/** The same, its close at the venue. */
const closing = (slippage: SlippagePlan, limit: string | null = null): GroupStory => holding(slippage).close('exit_signal', '9', limit).confirmCancels().acceptAll();
const closed = (at: string, slippage: SlippagePlan, limit: string | null = null): GroupStory => {
  const story = closing(slippage, limit);
  return story.fill(story.order('close'), { price: at });
};

const tells = (story: GroupStory): Tell[] => story.commands.filter((command): command is Tell => command.type === 'tell' && command.category === 'order');
const levels = (story: GroupStory): string[] => tells(story).map(({ level }) => level);
const settlements = (story: GroupStory): SettleSignal[] => story.commands.filter((command): command is SettleSignal => command.type === 'settle-signal');

describe('slippage of market orders', () => {
  it('a market order remembers the last price at its decision, a limit order none; null where none was known', () => {
    const story = closing(plan('warn'));
    expect([story.order('close').priceExpected, story.order('entry', 0, 0).priceExpected]).to.deep.equal(['100', null]);
    const blind = new GroupStory().open({ plan: atMarket });
    expect(blind.order('entry', 0, 0).priceExpected).to.equal(null);
  });

  it('a price that moves after the decision changes nothing of what was expected', () => {
    const story = closing(plan('warn'));
    story.facts.priceLast = price('90');
    story.fill(story.order('close'), { price: '99.5' });
    expect(tells(story)[0]?.slippage).to.deep.include({ expected: '100', actual: '99.5', percent: '0.5' });
  });

  it('R-195: every market order tells an info line with expected, actual and percent, once', () => {
    const story = closed('99.5', plan('reject'));
    const { clientOrderId } = story.order('close');
    expect(tells(story)).to.deep.equal([
      {
        type: 'tell',
        level: 'info',
        category: 'order',
        message: 'The close of BTC/USDT:USDT filled at 99.5 on average, expected was 100: slippage 0.5 %',
        slippage: { clientOrderId, expected: '100', actual: '99.5', percent: '0.5', limitPercent: '1' },
        said: { code: 'executed', figures: { order: 'close', symbol: 'BTC/USDT:USDT', expected: '100', actual: '99.5', percent: '0.5' } },
      },
    ]);
    expect(levels(story.report(story.order('close'), 'filled', story.order('close').quantity))).to.deep.equal([]);
  });

  it('no last price at the decision: the info line says so, and nothing is exceeded', () => {
    const story = new GroupStory().open({ plan: atMarket, slippage: plan('reject', '0') }).acceptAll();
    story.fill(story.order('entry', 0, 0), { price: '150' });
    expect(tells(story).map(({ level, message }) => [level, message])).to.deep.equal([
      ['info', 'The entry of leg 0.0 of BTC/USDT:USDT filled at 150 on average; no last price was known when it was decided, so its slippage is not known'],
    ]);
  });

  it('several trades: judged by their average, when the last has come', () => {
    const story = closing(plan('reject'));
    story.fill(story.order('close'), { quantity: '1', price: '97' });
    expect(levels(story)).to.deep.equal([]);
    story.fill(story.order('close'), { price: '99.9' });
    expect(levels(story)).to.deep.equal(['info', 'error', 'alert']);
    expect(tells(story)[0]?.slippage?.percent).to.equal('1.55');
  });

  it('a report that ends the order before its last trade is known waits for that trade', () => {
    const story = closing(plan('warn'));
    story.report(story.order('close'), 'filled', '2');
    expect(levels(story)).to.deep.equal([]);
    story.fill(story.order('close'), { price: '98' });
    expect(levels(story)).to.deep.equal(['info', 'warn']);
  });

  describe('E-20 too much (1.1 %)', () => {
    it('warn: a warning, and nothing else', () => {
      const story = closed('98.9', plan('warn'));
      expect(levels(story)).to.deep.equal(['info', 'warn']);
      expect(tells(story)[1]?.message).to.equal('Too much slippage: the close of BTC/USDT:USDT slipped 1.1 %, more than the 1 % allowed: expected 100, filled at 98.9 on average');
      expect([story.state.status, settlements(story), story.commanded('submit-order')]).to.deep.equal(['closed', [], []]);
    });

    it('reject: an error, an alert, and the signal hears slippage_exceeded; the group is closed at the real price and sends nothing', () => {
      const story = closed('98.9', plan('reject'));
      expect(levels(story)).to.deep.equal(['info', 'error', 'alert']);
      const detail = 'the close of BTC/USDT:USDT slipped 1.1 %, more than the 1 % allowed: expected 100, filled at 98.9 on average';
      expect(tells(story)[1]?.message).to.equal(`SlippageExceeded: ${detail}`);
      expect(settlements(story)).to.deep.equal([{ type: 'settle-signal', signalId: '9', status: 'accepted', outcome: 'closing', reason: 'slippage_exceeded', detail, groupId: '7' }]);
      expect([story.state.status, story.state.closeReason, story.leg(0, 0).exited.notional, story.commanded('submit-order')]).to.deep.equal(['closed', 'exit_signal', money('197.8'), []]);
      story.wait(600_000);
      expect([story.state.orders.filter(({ role }) => role === 'close').length, story.commands]).to.deep.equal([1, []]);
    });

    for (const action of ['warn', 'reject'] as const) {
      it(`${action}: exactly the limit is not too much, and an improvement never is`, () => {
        expect([levels(closed('99', plan(action))), levels(closed('100.5', plan(action, '0')))]).to.deep.equal([['info'], ['info']]);
      });
    }

    it('a trade the venue lists late tells the figures again, and that it was too much only once', () => {
      const story = closing(plan('reject'));
      const close = story.order('close');
      story.fill(close, { quantity: '1', price: '98.5' });
      story.report(close, 'expired', '1');
      // The first alert is that the venue has ended an exit nobody wanted ended.
      expect(levels(story)).to.deep.equal(['alert', 'info', 'error', 'alert']);
      story.fill(close, { quantity: '0.5', price: '98' });
      expect(levels(story)).to.deep.equal(['info']);
    });
  });

  describe('A-15 which limit', () => {
    it("an exit signal's own limit beats the configured one, in both directions", () => {
      expect(levels(closed('99.5', plan('warn', '1'), '0.2'))).to.deep.equal(['info', 'warn']);
      expect(levels(closed('98.9', plan('warn', '1'), '2'))).to.deep.equal(['info']);
      expect(levels(closed('99.99', plan('warn', '1'), '0'))).to.deep.equal(['info', 'warn']);
    });

    it("the entry's limit is not that of its close", () => {
      const story = new GroupStory({ priceLast: price('100') }).open({ slippage: plan('warn'), changes: { slippageMaxPercent: ratio('0.2') } }).acceptAll();
      story.fill(story.order('entry', 0, 0)).close().confirmCancels().acceptAll();
      story.fill(story.order('close'), { price: '99.5' });
      expect(levels(story)).to.deep.equal(['info']);
    });

    it('an entry at market is judged by the limit of its own signal, and that signal hears of it', () => {
      const opened = (limit: string | null): GroupStory => {
        const story = new GroupStory({ priceLast: price('100') }).open({ plan: atMarket, slippage: plan('reject'), changes: { slippageMaxPercent: limit === null ? null : ratio(limit) } }).acceptAll();
        return story.fill(story.order('entry', 0, 0), { price: '100.5' });
      };
      expect(levels(opened(null))).to.deep.equal(['info']);
      const story = opened('0.2');
      expect(levels(story)).to.deep.equal(['info', 'error', 'alert']);
      expect(settlements(story).map(({ signalId, status, outcome, reason, groupId }) => [signalId, status, outcome, reason, groupId])).to.deep.equal([['1', 'accepted', 'opened', 'slippage_exceeded', '7']]);
      expect(story.leg(0, 0).entered.notional).to.equal(money('201'));
      expect(story.order('entry', 0, 1).status, 'the ladder goes on').to.equal('ready');
    });

    it('a further pyramid hears of its own order', () => {
      const story = new GroupStory({ priceLast: price('100') }).open({ plan: atMarket, slippage: plan('reject') }).acceptAll();
      story.fill(story.order('entry', 0, 0)).acceptAll().pyramid('100', '1000', '2').acceptAll();
      story.fill(story.order('entry', 1, 0), { price: '102' });
      expect(settlements(story).map(({ signalId, outcome, reason }) => [signalId, outcome, reason])).to.deep.equal([['2', 'pyramid_added', 'slippage_exceeded']]);
    });

    it('a common target, a person and a reversal have no signal to tell: error and alert only', () => {
      const byTarget = new GroupStory({ priceLast: price('100') }).open({ exit: { kind: 'aggregate', tpPercent: ratio('1'), closeWhenFlat: true }, slippage: plan('reject'), changes: { slippageMaxPercent: ratio('5') } }).acceptAll();
      byTarget.fill(byTarget.order('entry', 0, 0)).trade('101').confirmCancels().acceptAll();
      byTarget.fill(byTarget.order('close'), { price: '99' });
      const byHand = holding(plan('reject')).close('manual', null).confirmCancels().acceptAll();
      byHand.fill(byHand.order('close'), { price: '98' });
      const reversed = holding(plan('reject', '5')).close('reverse', null, '0.2').confirmCancels().acceptAll();
      reversed.fill(reversed.order('close'), { price: '99' });
      for (const story of [byTarget, byHand, reversed]) expect([levels(story), settlements(story)]).to.deep.equal([['info', 'error', 'alert'], []]);
    });

    it('a short closes by buying: dearer is worse', () => {
      const story = new GroupStory({ priceLast: price('100') }).open({ side: 'short', slippage: plan('warn') }).acceptAll();
      story.fill(story.order('entry', 0, 0)).close().confirmCancels().acceptAll();
      story.fill(story.order('close'), { price: '101.2' });
      expect([levels(story), tells(story)[0]?.slippage?.percent]).to.deep.equal([['info', 'warn'], '1.2']);
    });
  });

  describe('reductions', () => {
    /** Half of the leg is to be sold by signal 9; its take-profit has made room. */
    const reducing = (limit: string | null): GroupStory => holding(plan('reject')).reduce('0.5', '9', limit).confirmCancels().acceptAll();

    it("by the signal's limit; the signal hears of it", () => {
      const story = reducing('0.2');
      story.fill(story.order('reduce'), { price: '99.5' });
      expect([levels(story), settlements(story).map(({ signalId, outcome, reason }) => [signalId, outcome, reason])]).to.deep.equal([['info', 'error', 'alert'], [['9', 'reducing', 'slippage_exceeded']]]);
      const unnamed = reducing(null);
      expect(levels(unnamed.fill(unnamed.order('reduce'), { price: '99.5' }))).to.deep.equal(['info']);
    });

    it('one that is asked for while another is at the venue has nothing to do with that order', () => {
      const story = reducing('0.2');
      const first = story.order('reduce');
      story.reduce('0.5', '10', '3').confirmCancels();
      story.fill(first, { price: '99.5' });
      expect(settlements(story).map(({ signalId }) => signalId)).to.deep.equal(['9']);
      story.confirmCancels().acceptAll();
      const second = story.order('reduce');
      expect(second.clientOrderId).to.not.equal(first.clientOrderId);
      story.fill(second, { price: '97.5' });
      expect([levels(story), tells(story)[0]?.slippage?.limitPercent]).to.deep.equal([['info'], '3']);
    });
  });

  it('a close in pieces: every piece is judged', () => {
    const story = new GroupStory({ priceLast: price('100'), instrument: instrument({ quantityMaxMarket: qty('1') }) }).open({ slippage: plan('warn') }).acceptAll();
    story.fill(story.order('entry', 0, 0)).close().confirmCancels().acceptAll();
    story.fill(story.order('close'), { price: '98' });
    expect(levels(story)).to.deep.equal(['info', 'warn']);
    story.acceptAll().fill(story.order('close'), { price: '100' });
    expect([levels(story), story.state.status]).to.deep.equal([['info'], 'closed']);
  });
});
