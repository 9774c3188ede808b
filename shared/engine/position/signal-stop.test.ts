import { expect } from 'chai';
import { GroupStory, perLeg, signal } from '#test/support/engine-story';
import type { ExitPlan } from '#shared/engine/exit/exit-plan';
import type { Tell } from '#shared/engine/messages/commands';
import { money, price, ratio, type Price } from '#shared/engine/num/units';
import { pnlRealised } from './exposure.ts';
import { wakeConditions } from './wake-conditions.ts';

const enforced: ExitPlan = { ...perLeg, signalStop: true };
const opened = ({ stop = '95', exit = enforced, side = 'long' }: { stop?: string | null; exit?: ExitPlan; side?: 'long' | 'short' } = {}): GroupStory =>
  new GroupStory().open({ exit, side, changes: { stopLoss: stop === null ? null : price(stop) } }).acceptAll();
/** DCA0 and DCA1 filled: 4.010 held. */
const held = (stop?: string): GroupStory => {
  const story = opened(stop === undefined ? {} : { stop });
  for (const leg of [0, 1]) story.fill(story.order('entry', 0, leg)).acceptAll();
  return story;
};
const wakes = (story: GroupStory): string[] => wakeConditions(story.state, story.facts.instrument).map((wake) => `${wake.direction} ${wake.price}`);
const tells = (story: GroupStory): string[] => story.commands.filter((command): command is Tell => command.type === 'tell').map(({ level, message }) => `${level}: ${message}`);
const pyramid = (story: GroupStory, entry: string, stopLoss: string | null): GroupStory =>
  story.hear({ type: 'add-pyramid', signal: signal({ signalId: '2', side: story.state.side, stopLoss: stopLoss as Price | null }), start: { signalId: '2', entryPrice: price(entry), capital: money('1000'), slippageMaxPercent: null } });

describe('A-38 the stop-loss of a signal', () => {
  describe('is kept where the plan enforces it', () => {
    it('rounded down to the tick for both sides (A-33)', () => {
      expect(opened({ stop: '95.019' }).state.stop).to.deep.equal({ price: '95.01', from: 'signal' });
      expect(opened({ stop: '105.019', side: 'short' }).state.stop).to.deep.equal({ price: '105.01', from: 'signal' });
    });
    it('and only there', () => expect([opened({ exit: perLeg }).state.stop, opened({ stop: null }).state.stop]).to.deep.equal([null, null]));
    it('the group asks to be woken at it, whether or not it holds anything yet; no order rests at the venue', () => {
      expect([wakes(opened()), wakes(held()), held().state.orders.some(({ role }) => role === 'stop')]).to.deep.equal([['at-or-below 95'], ['at-or-below 95'], false]);
      expect(wakes(opened({ stop: '105', side: 'short' }))).to.deep.equal(['at-or-above 105']);
    });
    it('beside the common target of the aggregate modes', () => {
      const story = new GroupStory().open({ exit: { ...enforced, kind: 'aggregate' }, changes: { stopLoss: price('95') } }).acceptAll();
      expect(wakes(story.fill(story.order('entry', 0, 0)))).to.deep.equal(['at-or-above 101', 'at-or-below 95']);
    });
    it('a person is told that it is watched', () => {
      expect(tells(new GroupStory().open({ exit: enforced, changes: { stopLoss: price('95') } }))).to.deep.equal(['info: The stop-loss of BTC/USDT:USDT is 95; Tranche watches it, it does not rest at the venue']);
    });
  });

  describe('closes the whole position at market', () => {
    it('95.01 is not enough', () => expect([held().trade('95.01').state.windDown, held().trade('95.01').commands]).to.deep.equal([null, []]));
    it('95: entries and take-profits are cancelled first, then 4.010 is sold; closed for stop_loss, -19.0450', () => {
      const story = held().trade('95');
      expect([story.commanded('cancel-order').length, story.working('close')]).to.deep.equal([5, []]);
      expect(tells(story)).to.deep.equal(['warn: The stop-loss 95 of BTC/USDT:USDT is reached, the last price is 95: the position closes at market']);
      const close = story.confirmCancels().order('close');
      expect([close.type, close.side, close.quantity, close.price]).to.deep.equal(['market', 'sell', '4.01', null]);
      story.acceptAll().fill(close, { price: '95' });
      // 4.010 x 95 = 380.95 of 399.995
      expect([story.state.status, story.state.closeReason, money(pnlRealised(story.state))]).to.deep.equal(['closed', 'stop_loss', '-19.045']);
    });
    it('a gap through it closes as well, at what the market gives', () => {
      const story = held().trade('80').confirmCancels().acceptAll();
      story.fill(story.order('close'), { price: '80' });
      expect([story.state.closeReason, money(pnlRealised(story.state))]).to.deep.equal(['stop_loss', '-79.195']);
    });
    it('a stop that was touched holds although the price has gone back since', () => {
      const story = held();
      story.facts.priceLast = price('96');
      story.hear({ type: 'price', price: price('96'), touched: [price('95')] });
      expect(story.state.windDown?.reason).to.equal('stop_loss');
    });
    it('what touched a target does not: there the last price decides', () => {
      const story = new GroupStory().open({ exit: { ...enforced, kind: 'aggregate' }, changes: { stopLoss: price('95') } }).acceptAll();
      story.fill(story.order('entry', 0, 0)).hear({ type: 'price', price: price('100.5'), touched: [price('101')] });
      expect(story.state.windDown).to.equal(null);
    });
    it('a take-profit that fills before its cancel arrives beats the stop for its quantity (A-11)', () => {
      const story = held().trade('95');
      story.fill(story.order('take-profit', 0, 1)).confirmCancels();
      expect(story.order('close').quantity).to.equal('2');
    });
    it('before any fill: the entries are cancelled and the group closes', () => {
      const story = opened().trade('94').confirmCancels();
      expect([story.state.status, story.state.closeReason]).to.deep.equal(['closed', 'stop_loss']);
    });
    it('a short is mirrored: 105 buys back', () => {
      const story = opened({ stop: '105', side: 'short' });
      story.fill(story.order('entry', 0, 0)).acceptAll().trade('104.99');
      expect(story.state.windDown).to.equal(null);
      story.trade('105').confirmCancels();
      expect([story.state.windDown?.reason, story.order('close').side, story.order('close').quantity]).to.deep.equal(['stop_loss', 'buy', '2']);
    });
    it('once a close has begun it is not watched any more', () => {
      const story = held().close('manual', null).trade('90');
      expect([wakes(story), story.state.windDown?.reason]).to.deep.equal([[], 'manual']);
    });
  });

  describe('a further signal may only tighten it (R-312)', () => {
    const rows: [what: string, side: 'long' | 'short', first: string | null, entry: string, next: string | null, expected: string | null][] = [
      ['a tighter one takes its place', 'long', '95', '103', '99.999', '99.99'],
      ['a looser one does not', 'long', '95', '103', '94', '95'],
      ['one that differs by less than a tick is the same', 'long', '95', '103', '95.004', '95'],
      ['none leaves it', 'long', '95', '103', null, '95'],
      ['the first of a group that had none is taken', 'long', null, '103', '97', '97'],
      ['short: tighter is lower', 'short', '105', '98', '102.5', '102.5'],
      ['short: looser is higher', 'short', '105', '98', '106', '105'],
    ];
    for (const [what, side, first, entry, next, expected] of rows)
      it(`${what}: ${side} ${first}, then ${next}: ${expected}`, () => {
        const story = pyramid(opened({ stop: first, side }), entry, next);
        expect([story.state.stop?.price ?? null, story.state.pyramids.length]).to.deep.equal([expected, 2]);
      });
    it('a looser one is told', () => expect(tells(pyramid(opened(), '103', '94'))).to.deep.equal(['warn: The stop-loss 94 of signal 2 is looser than the 95 of BTC/USDT:USDT and is not taken']));
    it('a tighter one is told, and watched', () => {
      const story = pyramid(opened(), '103', '99');
      expect([tells(story), wakes(story)]).to.deep.equal([['info: The stop-loss of BTC/USDT:USDT is 99; Tranche watches it, it does not rest at the venue'], ['at-or-below 99']]);
    });
    it('a plan that enforces none goes on enforcing none', () => expect(pyramid(opened({ exit: perLeg }), '103', '99').state.stop).to.equal(null));

    const refused: [what: string, next: string, last: string | null, detail: string][] = [
      ['at the entry price', '103', null, 'the stop 103 is not below the entry price 103 of a long'],
      ['equal to it on the tick', '103.009', null, 'the stop 103 is not below the entry price 103 of a long'],
      ['above it', '104', null, 'the stop 104 is not below the entry price 103 of a long'],
      ['passed by the last price', '102', '101.5', 'the last price 101.5 has passed the stop 102 of the long already'],
    ];
    for (const [what, next, last, detail] of refused)
      it(`a further entry with a stop ${what} is refused, and nothing changes`, () => {
        const story = opened();
        story.facts.priceLast = last === null ? null : price(last);
        const before = story.state;
        pyramid(story, '103', next);
        expect(story.commands).to.deep.equal([{ type: 'settle-signal', signalId: '2', status: 'refused', outcome: 'refused', reason: 'stop_on_wrong_side', detail, groupId: '7' }]);
        expect(story.state).to.deep.equal(before);
      });
  });

  it('an override of the target leaves the stop (R-090)', () => {
    expect(opened({ exit: { ...enforced, tpPercentForced: ratio('3') } }).state.stop?.price).to.equal('95');
  });
});
