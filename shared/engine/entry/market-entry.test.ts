import { expect } from 'chai';
import { GroupStory, gridPlan, instrument } from '#test/support/engine-story';
import { price, qty } from '#shared/engine/num/units';

const plan = gridPlan({ orderType: 'market' });
const begun = (rules: Parameters<typeof instrument>[0] = {}): GroupStory => new GroupStory({ priceLast: price('100'), instrument: instrument(rules) }).open({ plan });
const ladder = (story: GroupStory): (string | number | null)[][] => story.working('entry').map((order) => [order.leg, order.type, order.price, order.quantity]);

describe('market entry (A-02)', () => {
  it('the first leg goes alone, at market, for capital x weight / signal price', () => {
    expect(ladder(begun())).to.deep.equal([[0, 'market', null, '2']]);
    expect(begun().legStates()).to.deep.equal(['pending', 'pending', 'pending', 'pending', 'pending']);
  });

  it('a part of the fill is not enough: its average is not known yet', () => {
    const story = begun().acceptAll();
    story.fill(story.order('entry', 0, 0), { quantity: '1', price: '100.10' });
    expect(story.working('entry').map((order) => order.leg)).to.deep.equal([0]);
  });

  it('the other legs follow the average of all fills', () => {
    const story = begun().acceptAll();
    story.fill(story.order('entry', 0, 0), { quantity: '1', price: '100.10' }).fill(story.order('entry', 0, 0), { price: '100.30' });
    // from 100.20
    expect(ladder(story)).to.deep.equal([
      [1, 'limit', '99.69', '2.006'],
      [2, 'limit', '99.19', '2.016'],
      [3, 'limit', '98.69', '2.026'],
      [4, 'limit', '98.19', '2.036'],
    ]);
  });

  it('the venue says filled before its trades are known: the legs wait for the trades', () => {
    const story = begun();
    story.report(story.order('entry', 0, 0), 'filled', '2');
    expect(story.working('entry').map((order) => order.leg)).to.deep.equal([0]);
    story.fill(story.order('entry', 0, 0), { quantity: '2', price: '100.10' });
    expect(story.working('entry').map((order) => order.leg)).to.deep.equal([1, 2, 3, 4]);
  });

  it('ended half-filled: the legs follow what it got', () => {
    const story = begun().acceptAll();
    story.fill(story.order('entry', 0, 0), { quantity: '1.5', price: '100.10' }).report(story.order('entry', 0, 0), 'expired', '1.5');
    expect(story.working('entry').map((order) => [order.leg, order.price])).to.deep.equal([
      [1, '99.59'],
      [2, '99.09'],
      [3, '98.59'],
      [4, '98.09'],
    ]);
  });

  for (const [title, end] of [
    ['refused', (story: GroupStory) => story.refuse(story.order('entry', 0, 0))],
    ['ended by the venue without a fill', (story: GroupStory) => story.report(story.order('entry', 0, 0), 'expired')],
  ] as const) {
    it(`${title}: the others never go, and the group ends`, () => {
      const story = end(begun());
      expect([story.state.status, story.state.closeReason, story.working('entry')]).to.deep.equal(['closed', 'entries_ended', []]);
    });
  }

  it('a second pyramid goes at market and follows its own fill', () => {
    const story = begun().acceptAll();
    story.fill(story.order('entry', 0, 0), { price: '100' }).pyramid('103').acceptAll();
    story.fill(story.order('entry', 1, 0), { price: '103.10' });
    expect(story.order('entry', 1, 1).price).to.equal('102.58');
  });

  it('is bound by the maximum of market orders, the legs after it are not', () => {
    const story = begun({ quantityMaxMarket: qty('1') });
    expect(story.leg(0, 0).blocked).to.equal('above_maximum_quantity: 2 is above the maximum of 1 BTC');
    expect(story.working('entry')).to.deep.equal([]);
  });
});
