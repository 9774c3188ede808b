import { expect } from 'chai';
import { GroupStory, instrument } from '#test/support/engine-story';
import { money, price, qty, sum } from '#shared/engine/num/units';
import type { Order } from '#shared/engine/order/order';
import { groupQuantity, pnlRealised } from './exposure.ts';
import type { PositionGroup } from './position-group.ts';

const ids = (story: GroupStory, type: 'submit-order' | 'cancel-order'): string[] => story.commanded(type);
const opened = (): GroupStory => new GroupStory().open().acceptAll();
const withTakeProfit = (): GroupStory => {
  const story = opened();
  return story.fill(story.order('entry', 0, 0)).acceptAll();
};
/** The state after an event that must change nothing. */
const unchanged = (story: GroupStory, again: () => unknown): void => {
  const before = story.state;
  again();
  expect(story.state).to.deep.equal(before);
  expect(story.commands).to.deep.equal([]);
};
const tells = (story: GroupStory): string[] => story.commands.flatMap((command) => (command.type === 'tell' ? [`${command.level}: ${command.message}`] : []));
const wakes = (story: GroupStory): number[] => story.commands.flatMap((command) => (command.type === 'wake-at' ? [command.at] : []));

describe('an order that the venue refuses', () => {
  it('an entry is blocked with the venue’s words, the others go on', () => {
    const story = new GroupStory().open();
    story.refuse(story.order('entry', 0, 2));
    expect(story.leg(0, 2).blocked).to.equal('refused by the venue, -2019: Margin is insufficient');
    expect([story.legStates()[2], story.working('entry').length, ids(story, 'submit-order')]).to.deep.equal(['blocked', 4, []]);
    expect(tells(story)).to.deep.equal(['warn: The venue refused the entry of leg 0.2 of BTC/USDT:USDT: -2019: Margin is insufficient']);
  });

  it('every entry refused: the group ends', () => {
    const story = new GroupStory().open();
    for (const leg of [0, 1, 2, 3, 4]) story.refuse(story.order('entry', 0, leg));
    expect([story.state.status, story.state.closeReason]).to.deep.equal(['closed', 'entries_ended']);
  });

  describe('for its precision', () => {
    const filter = (story: GroupStory): GroupStory => story.refuse(story.order('entry', 0, 0), 'precision', '-1111', 'Precision is over the maximum');
    it('is fitted anew to fresh rules, rounding down (A-63)', () => {
      const story = new GroupStory().open({ entry: '100.07' });
      story.facts.instrument = instrument({ tickSize: price('0.1'), stepSize: qty('0.1') });
      filter(story);
      const again = story.order('entry', 0, 0);
      expect([again.generation, again.price, again.quantity]).to.deep.equal([1, '100', '2']);
    });
    it('three times, then it is blocked', () => {
      const story = new GroupStory().open();
      const generations: number[] = [];
      while (story.leg(0, 0).blocked === null) {
        generations.push(story.order('entry', 0, 0).generation);
        filter(story);
      }
      expect(generations).to.deep.equal([0, 1, 2, 3]);
      expect(story.leg(0, 0).blocked).to.contain('-1111');
    });
    it('fresh rules may show that it is too small: blocked at once', () => {
      const story = new GroupStory().open();
      story.facts.instrument = instrument({ notionalMin: money('500') });
      filter(story);
      expect(story.leg(0, 0).blocked).to.match(/^below_minimum_notional/);
      expect(story.working('entry')).to.have.length(4);
    });
    it('an acceptance between starts the count again', () => {
      const story = new GroupStory().open();
      filter(story);
      expect(story.state.retries['entry:0:0']?.count).to.equal(1);
      story.report(story.order('entry', 0, 0), 'open');
      expect(story.state.retries).to.deep.equal({});
    });
  });

  describe('an exit is tried again after a pause, and never given up', () => {
    it('pauses grow from 1 s to 60 s and stay there', () => {
      const story = withTakeProfit();
      story.close().confirmCancels();
      const pauses: number[] = [];
      for (let attempt = 0; attempt < 9; attempt += 1) {
        story.refuse(story.order('close'));
        expect(story.working('close')).to.deep.equal([]);
        const [at] = wakes(story);
        pauses.push((at ?? 0) - story.facts.now);
        story.wait((at ?? 0) - story.facts.now - 1);
        expect(story.working('close'), 'one millisecond too early').to.deep.equal([]);
        story.wait(1);
        expect(story.order('close').generation).to.equal(attempt + 1);
      }
      expect(pauses).to.deep.equal([1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 60_000, 60_000, 60_000]);
      story.acceptAll().fill(story.order('close'), { price: '100' });
      expect(story.state.status).to.equal('closed');
    });

    it('a refused exit is an alert', () => {
      const story = withTakeProfit();
      story.close().confirmCancels();
      story.refuse(story.order('close'));
      expect(tells(story)).to.deep.equal(['alert: The venue refused the close of BTC/USDT:USDT: -2019: Margin is insufficient']);
    });

    it('a take-profit that pauses holds up neither other legs nor the exit', () => {
      const story = opened();
      story.fill(story.order('entry', 0, 0));
      story.refuse(story.order('take-profit', 0, 0));
      story.fill(story.order('entry', 0, 1)).acceptAll();
      expect(story.working('take-profit').map((order) => order.leg)).to.deep.equal([1]);
      story.close().confirmCancels();
      expect(story.order('close').quantity).to.equal('4.01');
    });
  });

  it('a wake that comes before the pause is over, by a clock ahead of ours, asks for another: its own key is used up', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0)).close().confirmCancels();
    story.refuse(story.order('close'));
    const keys = (): string[] => story.commands.flatMap((command) => (command.type === 'wake-at' ? [`${command.key} at ${command.at}`] : []));
    expect(keys()).to.deep.equal(['group:7:retry:2000 at 2000']);
    expect([story.wait(700).commanded('submit-order'), keys()]).to.deep.equal([[], ['group:7:retry:2000:from:1700 at 2000']]);
    expect(story.wait(300).commanded('submit-order')).to.deep.equal([story.order('close').clientOrderId]);
  });

  it('the venue ends an exit unasked: it is placed again after a pause, with an alert', () => {
    const story = withTakeProfit();
    story.report(story.order('take-profit', 0, 0), 'cancelled');
    expect([story.working('take-profit'), wakes(story), tells(story)]).to.deep.equal([[], [2_000], ['alert: The venue ended the take-profit of leg 0.0 of BTC/USDT:USDT: cancelled by the venue']]);
    story.wait(1_000);
    expect([story.order('take-profit', 0, 0).generation, story.order('take-profit', 0, 0).quantity]).to.deep.equal([1, '2']);
  });

  it('an entry the venue ends unasked is not sent again: somebody wanted it gone', () => {
    const story = opened();
    story.report(story.order('entry', 0, 3), 'cancelled');
    expect([ids(story, 'submit-order'), story.legStates()[3]]).to.deep.equal([[], 'cancelled']);
  });
});

describe('an order whose outcome is unknown', () => {
  const lost = (): GroupStory => {
    const story = new GroupStory().open();
    return story.hear({ type: 'order-unknown', clientOrderId: story.order('entry', 0, 0).clientOrderId, message: 'no answer' });
  };

  it('keeps its slot: nothing else is sent for it, whatever happens', () => {
    const story = lost().wait(3_600_000);
    story.fill(story.order('entry', 0, 1));
    expect(story.state.orders.filter((order) => order.role === 'entry' && order.leg === 0)).to.have.length(1);
    expect(story.order('entry', 0, 0).status).to.equal('unknown');
  });

  it('found open: it works on', () => {
    const story = lost();
    story.report(story.order('entry', 0, 0), 'open');
    expect([story.order('entry', 0, 0).status, ids(story, 'submit-order')]).to.deep.equal(['open', []]);
  });

  it('found filled: booked with its trades', () => {
    const story = lost();
    story.report(story.order('entry', 0, 0), 'filled', '2');
    expect(groupQuantity(story.state), 'no trade is known yet').to.equal('0');
    story.fill(story.order('entry', 0, 0), { quantity: '2' });
    expect([groupQuantity(story.state), story.working('take-profit').length]).to.deep.equal(['2', 1]);
  });

  it('proved absent: the next generation goes out', () => {
    const story = lost();
    story.hear({ type: 'order-absent', clientOrderId: story.order('entry', 0, 0).clientOrderId, evidence: 'not found twice' });
    const [submitted] = ids(story, 'submit-order');
    const next = story.order('entry', 0, 0);
    expect([next.generation, next.clientOrderId, next.price, next.quantity]).to.deep.equal([1, submitted, '100', '2']);
    expect(story.state.orders.find((order) => order.generation === 0 && order.leg === 0)?.status).to.equal('abandoned');
  });

  it('called taken by the venue: no lookup proves it absent, and its slot stays taken', () => {
    const story = lost();
    const { clientOrderId } = story.order('entry', 0, 0);
    story.hear({ type: 'order-unknown', clientOrderId, message: 'duplicate', exists: true });
    story.hear({ type: 'order-absent', clientOrderId, evidence: 'not found twice' });
    expect([story.order('entry', 0, 0).status, story.order('entry', 0, 0).generation, ids(story, 'submit-order')]).to.deep.equal(['unknown', 0, []]);
    story.report(story.order('entry', 0, 0), 'open');
    expect(story.order('entry', 0, 0).status).to.equal('open');
  });

  it('an exit meanwhile waits for the evidence, then cancels what turns up', () => {
    const story = lost();
    for (const order of story.working('entry').slice(1)) story.report(order, 'open');
    story.close();
    expect(ids(story, 'cancel-order')).to.not.include(story.order('entry', 0, 0).clientOrderId);
    story.confirmCancels();
    expect(story.state.status).to.equal('closing');
    story.report(story.order('entry', 0, 0), 'open');
    expect(ids(story, 'cancel-order')).to.deep.equal([story.order('entry', 0, 0).clientOrderId]);
    story.confirmCancels();
    expect(story.state.status).to.equal('closed');
  });

  it('a cancel was on its way when the outcome was lost: it is asked for again once the order is found', () => {
    const story = new GroupStory().open().close();
    const first = story.order('entry', 0, 0);
    story.hear({ type: 'order-unknown', clientOrderId: first.clientOrderId, message: 'no answer' });
    expect(story.order('entry', 0, 0).status).to.equal('unknown');
    story.report(first, 'open');
    expect(ids(story, 'cancel-order')).to.deep.equal([first.clientOrderId]);
  });

  describe('a late ghost: an order that was proved absent turns up', () => {
    const ghost = (story: GroupStory): Order => story.state.orders.find((order) => order.status === 'abandoned')!;
    const abandoned = (): GroupStory => {
      const story = lost();
      return story.hear({ type: 'order-absent', clientOrderId: story.order('entry', 0, 0).clientOrderId, evidence: 'not found twice' }).acceptAll();
    };

    it('open: it is cancelled, its successor stays', () => {
      const story = abandoned();
      const late = ghost(story);
      story.report(late, 'open');
      expect([ids(story, 'cancel-order'), ids(story, 'submit-order')]).to.deep.equal([[late.clientOrderId], []]);
      story.confirmCancels();
      expect(story.working('entry').filter((order) => order.leg === 0).map((order) => order.generation)).to.deep.equal([1]);
    });

    it('filled: what it bought is held, and gets its take-profit beside that of the successor', () => {
      const story = abandoned();
      story.fill(ghost(story)).acceptAll();
      expect([groupQuantity(story.state), story.order('take-profit', 0, 0).quantity]).to.deep.equal(['2', '2']);
      story.fill(story.order('entry', 0, 0)).confirmCancels();
      expect([groupQuantity(story.state), story.order('take-profit', 0, 0).quantity]).to.deep.equal(['4', '4']);
    });

    it('a take-profit: never more than is held goes out, and what it sold is booked', () => {
      const story = opened();
      story.fill(story.order('entry', 0, 0));
      const late = story.order('take-profit', 0, 0);
      story.hear({ type: 'order-unknown', clientOrderId: late.clientOrderId, message: 'no answer' });
      story.hear({ type: 'order-absent', clientOrderId: late.clientOrderId, evidence: 'not found twice' }).acceptAll();
      const second = story.order('take-profit', 0, 0);
      story.fill(late, { quantity: '0.5' });
      expect([groupQuantity(story.state), ids(story, 'cancel-order'), ids(story, 'submit-order')]).to.deep.equal(['1.5', [late.clientOrderId, second.clientOrderId], []]);
      story.confirmCancels();
      expect([story.order('take-profit', 0, 0).generation, story.order('take-profit', 0, 0).quantity]).to.deep.equal([2, '1.5']);
    });

    it('after the group has closed: an open entry is cancelled, a filled one is sold', () => {
      const story = abandoned();
      const late = ghost(story);
      story.close().confirmCancels();
      expect(story.state.status).to.equal('closed');
      story.report(late, 'open');
      expect(ids(story, 'cancel-order')).to.deep.equal([late.clientOrderId]);
      story.fill(story.state.orders.find((order) => order.clientOrderId === late.clientOrderId)!, { quantity: '0.5' }).confirmCancels();
      expect([story.order('close').quantity, story.state.status]).to.deep.equal(['0.5', 'closed']);
      story.acceptAll().fill(story.order('close'), { price: '100' });
      expect(groupQuantity(story.state)).to.equal('0');
      expect(story.commands.filter(({ type }) => type === 'tell-pool')).to.deep.equal([]);
    });
  });
});

describe('reports that come late, twice or out of order (invariant 4)', () => {
  it('the same trade twice', () => {
    const story = withTakeProfit();
    const entry = story.order('entry', 0, 0);
    unchanged(story, () => story.fill(entry, { quantity: '2', tradeId: 't1' }));
  });

  it('the same report twice', () => {
    const story = withTakeProfit();
    for (const status of ['open', 'filled'] as const) unchanged(story, () => story.report(story.order('entry', 0, 0), status, '2'));
    unchanged(story, () => story.report(story.order('take-profit', 0, 0), 'open'));
  });

  it('an acceptance that was overtaken by its fill', () => {
    const story = new GroupStory().open();
    story.fill(story.order('entry', 0, 0));
    unchanged(story, () => {
      story.report(story.order('entry', 0, 0), 'open', '0');
      // only the venue's own order id is news
      story.group = { ...story.state, orders: story.state.orders.map((order) => ({ ...order, venueOrderId: null })) };
    });
    expect(story.order('entry', 0, 0).status).to.equal('filled');
  });

  it('the venue speaks of fills whose trades are still missing: the slot waits for them', () => {
    const story = withTakeProfit();
    story.report(story.order('take-profit', 0, 0), 'filled', '2');
    expect([story.order('take-profit', 0, 0).status, ids(story, 'submit-order'), groupQuantity(story.state)]).to.deep.equal(['filled', [], '2']);
    story.close();
    story.report(story.order('entry', 0, 1), 'cancelled');
    for (const leg of [2, 3, 4]) story.report(story.order('entry', 0, leg), 'cancelled');
    expect(story.working('close'), 'nothing may be sold that is sold already').to.deep.equal([]);
    story.fill(story.order('take-profit', 0, 0), { quantity: '2' });
    expect([story.state.status, money(pnlRealised(story.state))]).to.deep.equal(['closed', '2']);
  });

  it('cancelled with a part filled, its trade told later', () => {
    const story = opened();
    story.close();
    for (const order of story.working('entry').slice(1)) story.report(order, 'cancelled');
    story.report(story.order('entry', 0, 0), 'cancelled', '0.7');
    expect([story.state.status, story.working('close')]).to.deep.equal(['closing', []]);
    story.fill(story.order('entry', 0, 0), { quantity: '0.7' });
    expect(story.order('close').quantity).to.equal('0.7');
  });

  it('a cancel that lost its race: filled', () => {
    const story = opened();
    story.close();
    story.fill(story.order('entry', 0, 0));
    expect(story.order('entry', 0, 0).status).to.equal('filled');
    story.confirmCancels();
    expect(story.order('close').quantity).to.equal('2');
  });

  it('an older cumulative figure after a newer one', () => {
    const story = opened();
    story.report(story.order('entry', 0, 0), 'partially_filled', '1.5');
    unchanged(story, () => story.report(story.order('entry', 0, 0), 'partially_filled', '0.5'));
    expect(story.order('entry', 0, 0).quantityReported).to.equal('1.5');
  });

  it('a refusal told twice', () => {
    const story = withTakeProfit().close().confirmCancels();
    const close = story.order('close');
    story.refuse(close);
    const paused = story.state.retries;
    story.refuse(close).report(close, 'rejected');
    expect(story.state.retries).to.deep.equal(paused);
    expect(tells(story)).to.deep.equal([]);
  });

  it('a refusal of an order that filled: the venue contradicts itself, the fill counts', () => {
    const story = withTakeProfit();
    unchanged(story, () => story.refuse(story.order('entry', 0, 0)));
    expect(story.leg(0, 0).blocked).to.equal(null);
  });

  it('unknown, told after the venue has answered', () => {
    const story = opened();
    unchanged(story, () => story.hear({ type: 'order-unknown', clientOrderId: story.order('entry', 0, 0).clientOrderId, message: 'late' }));
    unchanged(story, () => story.hear({ type: 'order-absent', clientOrderId: story.order('entry', 0, 0).clientOrderId, evidence: 'late' }));
  });

  it('the opening told twice', () => {
    const story = withTakeProfit();
    const opening = story.events[0]!.event;
    unchanged(story, () => story.hear(opening));
  });

  it('an order nobody knows is an alert and changes nothing', () => {
    const story = opened();
    const before: PositionGroup = story.state;
    const report = { clientOrderId: 'stranger', venueOrderId: 'v', status: 'open' as const, quantityFilled: qty('0'), reason: null, at: 0 };
    story.hear({ type: 'order-report', clientOrderId: 'stranger', report, fills: [] });
    expect(story.state).to.deep.equal(before);
    expect(tells(story)).to.deep.equal(['alert: A report names order stranger, which group 7 does not know']);
  });

  it('a fill beyond what the group holds is counted as far as it goes, and the rest is an alert: the news of it is not refused', () => {
    const story = withTakeProfit();
    const order = story.order('take-profit', 0, 0);
    story.fill(order);
    const realised = pnlRealised(story.state);
    story.fill(order, { quantity: '1' });
    expect([groupQuantity(story.state), pnlRealised(story.state), story.state.orders.find(({ clientOrderId }) => clientOrderId === order.clientOrderId)?.quantityFilled]).to.deep.equal(['0', realised, '3']);
    expect(tells(story)).to.include('alert: The take-profit of leg 0.0 of BTC/USDT:USDT 15m long filled 1 more than the position held. That part is not booked here: it is of a purchase that is not heard of yet, or the next comparison finds whose it was');
  });
  for (const { title, boughtAt, held, beyond } of [
    { title: 'the purchase was made before the sale: it is what was sold', boughtAt: 500, held: '0', beyond: '0' },
    { title: 'the purchase was made after the sale: it is held, the sale was of something else', boughtAt: 1_500, held: '2', beyond: '2' },
  ]) {
    it(`a sale beyond what the group holds, then the news of a purchase; ${title}`, () => {
      const story = withTakeProfit();
      const [order, entry] = [story.order('take-profit', 0, 0), story.order('entry', 0, 1)];
      story.fill(order);
      story.fill(order, { quantity: '2' });
      story.facts.now = boughtAt;
      story.fill(entry, { quantity: '2', fee: '0' });
      story.facts.now = 2_000;
      expect([groupQuantity(story.state), sum((story.state.beyond ?? []).map(({ quantity }) => quantity)).toFixed()]).to.deep.equal([held, beyond]);
    });
  }
});

describe('a take-profit with a small rest', () => {
  it('is left to fill, though the rest could not be placed anew', () => {
    const story = withTakeProfit();
    story.fill(story.order('take-profit', 0, 0), { quantity: '1.99' });
    expect([ids(story, 'cancel-order'), story.working('take-profit').length, story.state.held]).to.deep.equal([[], 1, {}]);
  });
});
