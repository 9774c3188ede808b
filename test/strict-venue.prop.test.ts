import { expect } from 'chai';
import fc from 'fast-check';
import { defaultSettings } from '#shared/contracts/settings';
import { precisionOf } from '#shared/contracts/settings-plans';
import { effectiveRules } from '#shared/engine/instrument/effective-rules';
import type { Instrument } from '#shared/engine/instrument/instrument';
import type { PrecisionPlan } from '#shared/engine/instrument/precision-plan';
import { compare, dec, money, price, qty } from '#shared/engine/num/units';
import { isSettled } from '#shared/engine/order/apply-fill';
import type { Order } from '#shared/engine/order/order';
import { checkTicket, type OrderTicket } from '#shared/simulation/order-rules';
import type { SimAccount, SimInstrument } from '#shared/simulation/matching-state';
import { GroupStory, gridPlan, instrument, level } from './support/engine-story.ts';
import { runs } from './support/property-runs.ts';

/** A market, an entry and a ladder, at random. Steps are what venues use: powers of ten, and others such as 0.25 or 5. */
interface Case {
  market: 'spot' | 'usdm';
  side: 'long' | 'short';
  tick: string;
  step: string;
  /** Least quantity in steps. */
  least: number;
  notionalMin: string;
  /** Entry price in thousandths of a tick, so that it is hardly ever on the grid. */
  entry: number;
  capital: number;
  gaps: number[];
  tp: number;
  loose: { enforceTick: boolean; enforceStep: boolean; enforceNotionalMin: boolean; mode: 'auto' | 'force' };
}

const steps = ['0.00000001', '0.000001', '0.0001', '0.001', '0.0025', '0.01', '0.05', '0.1', '0.25', '0.5', '1', '5', '10'];
const someCase: fc.Arbitrary<Case> = fc
  .record({
    ...{ market: fc.constantFrom('spot' as const, 'usdm' as const), short: fc.boolean(), tick: fc.constantFrom(...steps), step: fc.constantFrom(...steps), least: fc.constantFrom(1, 1, 3, 10) },
    ...{ notionalMin: fc.constantFrom('0', '1', '5', '5', '100'), entry: fc.integer({ min: 1_200, max: 90_000_000 }), capital: fc.integer({ min: 100, max: 10_000_000 }) },
    ...{ gaps: fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 4 }), tp: fc.integer({ min: 5, max: 500 }) },
    loose: fc.record({ enforceTick: fc.boolean(), enforceStep: fc.boolean(), enforceNotionalMin: fc.boolean(), mode: fc.constantFrom('auto' as const, 'force' as const) }),
  })
  .map(({ short, ...rest }) => ({ ...rest, side: short && rest.market === 'usdm' ? 'short' : 'long' }));

const account = { orders: new Map(), tallies: new Map(), clientIds: new Map() } as unknown as SimAccount;

/** A venue with the paper exchange's own filters, as strict as they are, and one group that trades there. */
class StrictVenue {
  readonly story: GroupStory;
  refusals = 0;
  private readonly listed: SimInstrument;
  private readonly at: Case;
  private readonly venue: Instrument;

  constructor(at: Case, plan: PrecisionPlan) {
    this.at = at;
    const quantityMin = qty(dec(at.step).times(at.least));
    this.venue = instrument({
      ...{ market: at.market, symbol: at.market === 'spot' ? 'BTC/USDT' : 'BTC/USDT:USDT', tickSize: price(at.tick), stepSize: qty(at.step), quantityMin },
      ...{ notionalMin: at.notionalMin === '0' ? null : money(at.notionalMin), notionalMinSparesReduceOnly: at.market === 'usdm' },
    });
    this.listed = {
      ...{ market: at.market, symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tick: at.tick, step: at.step, quantityMin, notionalMin: at.notionalMin },
      ...{ priceMin: at.tick, priceMax: '1e30', quantityMax: '1e30', marketQuantityMax: '1e30', bandUp: '1000', bandDown: '0', maxOrders: 200, maxConditionalOrders: 5, maintenanceRatio: '0', trading: true },
    };
    const entry = price(dec(at.entry).dividedBy(1000).times(at.tick));
    this.story = new GroupStory({ priceLast: entry });
    this.rulesBy(plan);
    const levels = [0, ...at.gaps].map((gap, index) => level(index === 0 ? '0' : `-${gap / 100}`, dec(100).dividedBy(at.gaps.length + 1).toFixed(8), String(at.tp / 100)));
    const changes = { market: at.market, symbol: this.venue.symbol };
    this.story.open({ entry, capital: String(at.capital / 100), plan: gridPlan({ levels }), side: at.side as 'long', changes });
    this.story.group = { ...this.story.state, precisionPlan: plan };
  }

  /** Facts as the shell brings them for a group with this plan. */
  private rulesBy(plan: PrecisionPlan): void {
    const rules = effectiveRules(this.venue, this.venue, plan);
    if (typeof rules === 'string') throw new Error(rules);
    this.story.facts.instrument = rules.instrument;
    delete this.story.facts.rulesOfVenue;
    if (rules.instrument !== this.venue) this.story.facts.rulesOfVenue = this.venue;
  }

  /** The paper exchange's word on an order, with what it was judged by; null where it takes it. */
  private fault(order: Order): string | null {
    const ticket: OrderTicket = {
      ...{ accountId: 'a', kind: 'order', market: this.at.market, symbol: 'BTCUSDT', clientOrderId: order.clientOrderId, side: order.side === 'buy' ? 'BUY' : 'SELL' },
      ...{ type: order.type === 'market' ? 'MARKET' : 'LIMIT', timeInForce: 'GTC', quantity: order.quantity, price: order.price, reduceOnly: order.reduceOnly },
      ...{ quoteQuantity: null, stopPrice: null, callbackRate: null, activationPrice: null, closePosition: false, fillParts: 1 },
    };
    const refused = checkTicket(ticket, this.listed, account, this.story.facts.priceLast);
    return refused === null ? null : `${JSON.stringify(refused)} ${order.quantity}@${order.price} on tick ${this.at.tick}, step ${this.at.step}`;
  }

  /** Everything that is ready is sent; what the venue refuses, the group hears of, until nothing is ready any more. */
  send(mayRefuse: boolean): void {
    for (let round = 0; round < 60; round += 1) {
      const order = this.story.state.orders.find(({ status }) => status === 'ready');
      if (order === undefined) return;
      this.rulesBy(this.story.state.precisionPlan);
      const fault = this.fault(order);
      if (fault === null) {
        this.story.report(order, 'open');
        continue;
      }
      expect(mayRefuse, `invariant 9: ${fault}`).to.equal(true);
      this.refusals += 1;
      this.story.refuse(order, 'precision', '-1013', 'Filter failure');
    }
    throw new Error('it never stops sending');
  }

  /** Every second entry fills, then the take-profits are sent; at last everything is closed at market. */
  live(mayRefuse: boolean): void {
    this.send(mayRefuse);
    for (const order of this.story.working('entry').filter((_, index) => index % 2 === 0)) {
      this.story.fill(order);
      this.send(mayRefuse);
    }
    this.story.close().confirmCancels();
    this.send(mayRefuse);
    for (const order of this.story.working('close')) this.story.fill(order, { price: this.story.facts.priceLast ?? '1' });
  }
}

const shipped = precisionOf(defaultSettings);

describe('a strict venue (R-134, R-135, invariant 9)', function () {
  this.timeout(120_000);

  it('property: nothing is refused for its precision, whatever the market, the price and the size', () => {
    fc.assert(fc.property(someCase, (at) => new StrictVenue(at, shipped).live(false)), runs());
  });

  it('property: with rules not enforced or forced, one refusal brings the group to the venue’s rules, and nothing is refused after that', () => {
    let refused = 0;
    fc.assert(
      fc.property(someCase, (at) => {
        const { loose } = at;
        const venue = new StrictVenue(at, { ...shipped, ...loose });
        venue.live(true);
        // All entries leave at once, so each may be refused; every later order is fitted by what that taught.
        expect(venue.refusals).to.be.at.most(at.gaps.length + 2);
        refused += venue.refusals;
        const { orders } = venue.story.state;
        for (const order of orders.filter(isSettled)) expect(compare(order.quantity, '0')).to.equal(1);
      }),
      runs(),
    );
    expect(refused, 'the switches make a difference').to.be.above(0);
  });
});
