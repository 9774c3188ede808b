import { expect } from 'chai';
import { instrument, GroupStory, gridPlan, level, shows } from '#test/support/engine-story';
import { money, price, qty } from '#shared/engine/num/units';
import { floorTo } from '#shared/engine/num/rounding';
import { takeProfitPrice } from '#shared/engine/exit/take-profit-price';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { pnlRealised } from '#shared/engine/position/exposure';

const pnlOf = (story: GroupStory): string => money(pnlRealised(story.state));

interface Row {
  leg: number;
  price: string;
  qty: string;
  notional?: string;
  tp: string;
}
interface Ladder {
  title: string;
  entry: string;
  capital: string;
  side?: 'long' | 'short';
  rules?: Partial<Instrument>;
  rows: Row[];
}

const ladders: Ladder[] = [
  {
    title: 'E-01 default grid, long, entry 100, capital 1000',
    entry: '100',
    capital: '1000',
    rows: [
      { leg: 0, price: '100.00', qty: '2.000', notional: '200', tp: '101.00' },
      { leg: 1, price: '99.50', qty: '2.010', notional: '199.995', tp: '99.99' },
      { leg: 2, price: '99.00', qty: '2.020', notional: '199.98', tp: '100.98' },
      { leg: 3, price: '98.50', qty: '2.030', notional: '199.955', tp: '99.97' },
      { leg: 4, price: '98.00', qty: '2.040', notional: '199.92', tp: '98.98' },
    ],
  },
  {
    title: 'E-03 short mirror, entry 100, capital 1000',
    entry: '100',
    capital: '1000',
    side: 'short',
    rows: [
      { leg: 0, price: '100.00', qty: '2.000', notional: '200', tp: '99.00' },
      { leg: 1, price: '100.50', qty: '1.990', notional: '199.995', tp: '99.99' },
      { leg: 2, price: '101.00', qty: '1.980', notional: '199.98', tp: '98.98' },
      { leg: 3, price: '101.50', qty: '1.970', notional: '199.955', tp: '99.97' },
      { leg: 4, price: '102.00', qty: '1.960', notional: '199.92', tp: '100.98' },
    ],
  },
  {
    title: 'E-04 price 0.01171, tick 0.00001, step 1, capital 500',
    entry: '0.01171',
    capital: '500',
    rules: { tickSize: price('0.00001'), stepSize: qty('1'), quantityMin: qty('1') },
    rows: [
      { leg: 0, price: '0.01171', qty: '8539', notional: '99.99169', tp: '0.01182' },
      { leg: 1, price: '0.01165', qty: '8583', notional: '99.99195', tp: '0.01170' },
      { leg: 2, price: '0.01159', qty: '8628', notional: '99.99852', tp: '0.01182' },
      { leg: 3, price: '0.01153', qty: '8673', notional: '99.99969', tp: '0.01170' },
      { leg: 4, price: '0.01147', qty: '8718', notional: '99.99546', tp: '0.01158' },
    ],
  },
  {
    title: 'E-07a BTC, tick 0.10, step 0.0001, entry 43256.78',
    entry: '43256.78',
    capital: '1000',
    rules: { tickSize: price('0.10'), stepSize: qty('0.0001'), quantityMin: qty('0.0001') },
    rows: [
      { leg: 0, price: '43256.70', qty: '0.0046', notional: '198.98082', tp: '43689.20' },
      { leg: 1, price: '43040.40', qty: '0.0046', notional: '197.98584', tp: '43255.60' },
      { leg: 2, price: '42824.20', qty: '0.0046', notional: '196.99132', tp: '43680.60' },
      { leg: 3, price: '42607.90', qty: '0.0046', notional: '195.99634', tp: '43247.00' },
      { leg: 4, price: '42391.60', qty: '0.0047', notional: '199.24052', tp: '42815.50' },
    ],
  },
];

describe('the grid ladder', () => {
  for (const ladder of ladders) {
    describe(ladder.title, () => {
      for (const row of ladder.rows) {
        it(`DCA${row.leg}: ${row.qty} at ${row.price}, take-profit ${row.tp}`, () => {
          const rules = instrument(ladder.rules);
          const story = new GroupStory({ instrument: rules }).open({ entry: ladder.entry, capital: ladder.capital, side: ladder.side ?? 'long' });
          const order = story.order('entry', 0, row.leg);
          expect(shows(order.price, row.price), `price ${order.price}`).to.equal(true);
          expect(shows(order.quantity, row.qty), `quantity ${order.quantity}`).to.equal(true);
          const tp = price(floorTo(takeProfitPrice(ladder.side ?? 'long', order.price ?? '0', story.legs()[row.leg]?.tpPercent ?? '0'), rules.tickSize));
          expect(shows(tp, row.tp), `take-profit ${tp}`).to.equal(true);
          story.acceptAll().fill(story.order('entry', 0, row.leg));
          expect(shows(story.order('take-profit', 0, row.leg).price, row.tp)).to.equal(true);
        });
      }
    });
  }

  it('E-01 the whole ladder: quantity 10.100, notional 999.85', () => {
    const orders = new GroupStory().open().working('entry');
    const total = orders.reduce((sum, order) => sum + Number(order.quantity) * 1000, 0);
    expect(total).to.equal(10_100);
    expect(orders).to.have.length(5);
  });

  it('E-01 every leg filled and every take-profit hit: +11.9678 before fees', () => {
    const story = new GroupStory().open().acceptAll();
    for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('entry', 0, leg));
    for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('take-profit', 0, leg));
    expect(story.state.status).to.equal('closed');
    expect(pnlOf(story)).to.equal('11.9678');
  });

  it('E-03 every leg of the short filled and every take-profit hit: +12.0278', () => {
    const story = new GroupStory().open({ side: 'short' }).acceptAll();
    for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('entry', 0, leg));
    for (const leg of [0, 1, 2, 3, 4]) story.fill(story.order('take-profit', 0, leg));
    expect(pnlOf(story)).to.equal('12.0278');
  });

  const pyramidOne: Row[] = [
    { leg: 0, price: '103.00', qty: '1.941', tp: '104.03' },
    { leg: 1, price: '102.48', qty: '1.951', tp: '102.99' },
    { leg: 2, price: '101.97', qty: '1.961', tp: '104.00' },
    { leg: 3, price: '101.45', qty: '1.971', tp: '102.97' },
    { leg: 4, price: '100.94', qty: '1.981', tp: '101.94' },
  ];
  for (const row of pyramidOne) {
    it(`E-05 pyramid 1 from its own entry 103, DCA${row.leg}: ${row.qty} at ${row.price}, take-profit ${row.tp}`, () => {
      const story = new GroupStory().open().pyramid('103');
      const order = story.order('entry', 1, row.leg);
      expect(shows(order.price, row.price), `price ${order.price}`).to.equal(true);
      expect(shows(order.quantity, row.qty), `quantity ${order.quantity}`).to.equal(true);
      story.acceptAll().fill(story.order('entry', 1, row.leg));
      expect(shows(story.order('take-profit', 1, row.leg).price, row.tp)).to.equal(true);
    });
  }

  describe('E-06 pyramid_specific_levels', () => {
    const plan = gridPlan({
      pyramidLevels: { '1': [level('0', '50', '1'), level('-1', '50', '1.5')], '3': [level('0', '40', '2'), level('-0.8', '35', '1.2'), level('-2.4', '25', '3')] },
    });
    const rows: [number, number, string, string, string][] = [
      [0, 0, '100.00', '2.000', '101.00'],
      [0, 4, '98.00', '2.040', '98.98'],
      [1, 0, '103.00', '4.854', '104.03'],
      [1, 1, '101.97', '4.903', '103.49'],
      [2, 0, '105.00', '1.904', '106.05'],
      [2, 1, '104.47', '1.914', '104.99'],
      [2, 2, '103.95', '1.924', '106.02'],
      [2, 3, '103.42', '1.933', '104.97'],
      [2, 4, '102.90', '1.943', '103.92'],
      [3, 0, '104.50', '3.827', '106.59'],
      [3, 1, '103.66', '3.376', '104.90'],
      [3, 2, '101.99', '2.451', '105.04'],
    ];
    const told = (): GroupStory => new GroupStory().open({ plan }).pyramid('103', '1000', '2').pyramid('105', '1000', '3').pyramid('104.5', '1000', '4');
    for (const [pyramid, leg, at, quantity, tp] of rows) {
      it(`pyramid ${pyramid} DCA${leg}: ${quantity} at ${at}, take-profit ${tp}`, () => {
        const story = told();
        const order = story.order('entry', pyramid, leg);
        expect([shows(order.price, at), shows(order.quantity, quantity)], `${order.quantity} at ${order.price}`).to.deep.equal([true, true]);
        story.acceptAll().fill(story.order('entry', pyramid, leg));
        expect(shows(story.order('take-profit', pyramid, leg).price, tp)).to.equal(true);
      });
    }
    it('has 4 pyramids and 15 legs', () => {
      const story = told();
      expect([story.state.pyramids.length, story.legs().length]).to.deep.equal([4, 15]);
    });
    it('A-03 the sixth entry is refused: max_pyramids_reached', () => {
      const story = told().pyramid('106', '1000', '5').pyramid('107', '1000', '6');
      expect(story.state.pyramids).to.have.length(5);
      expect(story.commands).to.deep.include({ type: 'settle-signal', signalId: '6', status: 'refused', outcome: 'refused', reason: 'max_pyramids_reached', detail: '5 of 5 pyramids are in use', groupId: '7' });
    });
  });

  it('A-32 one leg below the minimum is blocked with the reason, the others go', () => {
    const plan = gridPlan({ levels: [level('0', '99.9', '1'), level('-1', '0.1', '1')] });
    const story = new GroupStory().open({ plan, capital: '100' });
    expect(story.working('entry').map((order) => order.leg)).to.deep.equal([0]);
    expect(story.legs()[1]?.blocked).to.equal('below_minimum_notional: 0.001 x 99 = 0.099, the minimum is 5 USDT');
  });

  it('A-02 with a market entry the other legs follow the real fill of the first', () => {
    const story = new GroupStory({ priceLast: price('100') }).open({ plan: gridPlan({ orderType: 'market' }) });
    expect(story.working('entry').map((order) => [order.leg, order.type])).to.deep.equal([[0, 'market']]);
    story.acceptAll().fill(story.order('entry', 0, 0), { price: '100.10' });
    expect(story.working('entry').map((order) => [order.leg, order.type, order.price])).to.deep.equal([
      [1, 'limit', '99.59'],
      [2, 'limit', '99.09'],
      [3, 'limit', '98.59'],
      [4, 'limit', '98.09'],
    ]);
  });
});
