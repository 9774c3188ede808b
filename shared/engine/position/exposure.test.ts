import { expect } from 'chai';
import { GroupStory, gridPlan, instrument, level } from '#test/support/engine-story';
import { dec, money, price, qty } from '#shared/engine/num/units';
import { averagePrice, feesPaid, groupCost, groupQuantity, pnlRealised, pnlUnrealised, quantityHeld } from './exposure.ts';

const pnl = (story: GroupStory): string => money(pnlRealised(story.state));

describe('figures of a group', () => {
  describe('E-54 DCA0 and DCA1 filled, price 98', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0)).fill(story.order('entry', 0, 1));
    it('average 99.7493765586...', () => expect(averagePrice(story.state)).to.match(/^99\.7493765586/));
    it('unrealised -7.015', () => expect(pnlUnrealised(story.state, price('98'))).to.equal('-7.015'));
    it('-1.753771... % of a cost of 399.995', () => {
      expect(groupCost(story.state)).to.equal('399.995');
      expect(dec(pnlUnrealised(story.state, price('98'))).dividedBy(groupCost(story.state)).times(100).toFixed()).to.match(/^-1\.753771/);
    });
    it('a short gains what a long loses', () => {
      const short = new GroupStory().open({ side: 'short' }).acceptAll();
      short.fill(short.order('entry', 0, 0));
      expect(pnlUnrealised(short.state, price('98'))).to.equal('4');
    });
  });

  describe('fees in quote currency', () => {
    it('are counted once each, entry fees in proportion to what was sold', () => {
      const story = new GroupStory().open().acceptAll();
      story.fill(story.order('entry', 0, 0), { fee: '0.08' }).acceptAll();
      story.fill(story.order('take-profit', 0, 0), { quantity: '0.5', fee: '0.0202' });
      // 0.5 x 1.00, less 0.0202, less a quarter of 0.08
      expect([pnl(story), feesPaid(story.state)]).to.deep.equal(['0.4598', '0.1002']);
      story.fill(story.order('take-profit', 0, 0), { fee: '0.0606' });
      expect([pnl(story), feesPaid(story.state)]).to.deep.equal(['1.8392', '0.1608']);
    });

    it('of one market close over several legs add up to the whole, though thirds are not exact', () => {
      const story = new GroupStory().open().acceptAll();
      for (const leg of [0, 1, 2]) story.fill(story.order('entry', 0, leg));
      story.acceptAll().close().confirmCancels().acceptAll();
      story.fill(story.order('close'), { price: '100', fee: '0.1' });
      expect([feesPaid(story.state), story.state.status]).to.deep.equal(['0.1', 'closed']);
      // 6.030 x 100 - 599.975 - 0.1
      expect(pnl(story)).to.equal('2.925');
    });
  });

  describe('fees in the base asset on spot', () => {
    const spot = { market: 'spot', symbol: 'BTC/USDT' } as const;
    const begun = (): GroupStory => {
      const story = new GroupStory({ instrument: instrument(spot) }).open({ changes: spot }).acceptAll();
      return story.fill(story.order('entry', 0, 1), { fee: '0.00201', feeAsset: 'BTC' }).acceptAll();
    };

    it('reduce what is held: 2.010 less 0.00201', () => {
      expect([groupQuantity(begun().state), feesPaid(begun().state)]).to.deep.equal(['2.00799', '0.199995']);
    });

    it('the take-profit is what a step allows of it, and is no reduce-only order', () => {
      const order = begun().order('take-profit', 0, 1);
      expect([order.quantity, order.reduceOnly]).to.deep.equal(['2.007', false]);
    });

    it('dust is left at the end: the group closes, profit is exact', () => {
      const story = begun();
      story.fill(story.order('take-profit', 0, 1)).confirmCancels();
      expect([story.state.status, quantityHeld(story.leg(0, 1)), story.legStates()[1]]).to.deep.equal(['closed', '0.00099', 'filled']);
      // proceeds 2.007 x 99.99; cost 2.007 x 99.50; fee 0.199995 in proportion 2.007 of 2.00799
      const fee = dec('0.199995').times('2.007').dividedBy('2.00799');
      expect(pnl(story)).to.equal(money(dec('2.007').times('0.49').minus(fee)));
    });

    it('the dust of several legs is more than a step, but no leg can sell its part: the group does not hang', () => {
      const story = begun();
      for (const leg of [0, 2, 3, 4]) story.fill(story.order('entry', 0, leg), { fee: '0.0020001', feeAsset: 'BTC' }).acceptAll();
      for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('take-profit', 0, leg));
      expect(dec(groupQuantity(story.state)).greaterThan('0.001')).to.equal(true);
      expect(story.state.status).to.equal('closed');
    });

    it('a leg that fees have brought below one step holds dust from the start: the group does not hang', () => {
      const story = new GroupStory({ instrument: instrument({ ...spot, stepSize: qty('0.1'), quantityMin: qty('0.1'), notionalMin: null }) });
      story.open({ changes: spot, capital: '100', plan: gridPlan({ levels: [level('0', '15', '1')] }) }).acceptAll();
      story.fill(story.order('entry', 0, 0), { fee: '0.0001', feeAsset: 'BTC' });
      expect([story.state.status, groupQuantity(story.state)]).to.deep.equal(['closed', '0.0999']);
    });

    it('the dust of several legs is sold with the others where it is worth an order', () => {
      const story = new GroupStory({ instrument: instrument({ ...spot, notionalMin: null }) }).open({ changes: spot }).acceptAll();
      for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('entry', 0, leg), { fee: '0.0020001', feeAsset: 'BTC' }).acceptAll();
      for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('take-profit', 0, leg));
      expect([story.state.status, story.order('close').quantity]).to.deep.equal(['closing', '0.004']);
      story.acceptAll().fill(story.order('close'), { price: '100' });
      expect([story.state.status, groupQuantity(story.state)]).to.deep.equal(['closed', '0.0009995']);
    });
  });

  it('fees in BNB have no price here: they are kept by asset and change neither quantity nor profit', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0), { fee: '0.0003', feeAsset: 'BNB' }).acceptAll();
    story.fill(story.order('take-profit', 0, 0), { fee: '0.0002', feeAsset: 'BNB' });
    expect([story.state.feesUnpriced, pnl(story), feesPaid(story.state)]).to.deep.equal([{ BNB: '0.0005' }, '2', '0']);
  });

  it('the base price of a group is the first real fill; legs that are placed are not moved (A-02)', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0), { price: '99.97' }).fill(story.order('entry', 0, 1), { price: '99.40' });
    expect([story.state.priceBaseEntry, story.order('entry', 0, 2).price]).to.deep.equal(['99.97', '99']);
  });
});
