import { expect } from 'chai';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { isMultipleOf } from '#shared/engine/num/rounding';
import { compare, dec, min, money, price, qty, sum, type Dec } from '#shared/engine/num/units';
import type { Fill, Order, OrderReport } from '#shared/engine/order/order';

/** An order as the model venue knows it. */
export interface VenueOrder {
  order: Order;
  status: OrderReport['status'];
  trades: Fill[];
}

/** How the model venue takes its fees. */
export type FeeMode = 'quote' | 'base' | 'bnb' | 'none';

/** What a model venue is asked to be. */
export interface VenueRules {
  instrument: Instrument;
  fees: FeeMode;
}

const working = ({ status }: VenueOrder): boolean => status === 'open' || status === 'partially_filled';

/**
 * A venue for one group, as small as can be and without time: it keeps orders, trades and what the account holds, and refuses what a
 * venue would refuse. It never fills by itself; a story says what fills.
 */
export class ModelExchange {
  readonly orders = new Map<string, VenueOrder>();
  /** Base units held for the group, whichever side it is on. */
  position: Dec = dec('0');
  private trades = 0;
  private readonly rules: VenueRules;

  constructor(rules: VenueRules) {
    this.rules = rules;
  }

  /** What the venue would say no to, or null. A sound engine sends nothing that is refused for its numbers (invariant 9). */
  fault(order: Order, last: string): string | null {
    const { instrument } = this.rules;
    const at = order.price ?? last;
    const most = order.type === 'market' ? (instrument.quantityMaxMarket ?? instrument.quantityMax) : instrument.quantityMax;
    const spared = order.reduceOnly && instrument.notionalMinSparesReduceOnly;
    if (!isMultipleOf(order.quantity, instrument.stepSize) || compare(order.quantity, instrument.quantityMin) < 0) return `quantity ${order.quantity}`;
    if (order.price !== null && (!isMultipleOf(order.price, instrument.tickSize) || compare(order.price, '0') <= 0)) return `price ${order.price}`;
    if (most !== null && compare(order.quantity, most) > 0) return `quantity ${order.quantity} above ${most}`;
    if (!spared && instrument.notionalMin !== null && dec(at).times(order.quantity).lessThan(instrument.notionalMin)) return `notional of ${order.quantity} at ${at}`;
    return null;
  }

  /** Exits that work, as base units. */
  get exitsWorking(): Dec {
    return sum([...this.orders.values()].filter((each) => working(each) && each.order.role !== 'entry').map((each) => this.remaining(each)));
  }

  accept(order: Order): void {
    expect(this.orders.has(order.clientOrderId), `invariant 4: ${order.clientOrderId} was sent twice`).to.equal(false);
    this.orders.set(order.clientOrderId, { order, status: 'open', trades: [] });
  }

  open(): VenueOrder[] {
    return [...this.orders.values()].filter(working);
  }

  remaining({ order, trades }: VenueOrder): Dec {
    return dec(order.quantity).minus(sum(trades.map((trade) => trade.quantity)));
  }

  /** Trades up to `wanted` of an open order at `at`. An exit never sells more than there is: the venue lets the rest expire. */
  fill(id: string, wanted: Dec, at: string, now: number): Fill | null {
    const found = this.known(id);
    const { order } = found;
    if (!working(found)) return null;
    const quantity = order.role === 'entry' ? min(wanted, this.remaining(found)) : min(min(wanted, this.remaining(found)), this.position);
    if (!quantity.greaterThan(0)) {
      found.status = 'expired';
      return null;
    }
    this.trades += 1;
    const fill: Fill = { clientOrderId: id, tradeId: String(this.trades), price: price(at), quantity: qty(quantity), ...this.feeOf(order, quantity, at), at: now };
    found.trades.push(fill);
    found.status = this.remaining(found).isZero() ? 'filled' : 'partially_filled';
    const received = fill.feeAsset === this.rules.instrument.base ? quantity.minus(fill.fee) : quantity;
    this.position = order.role === 'entry' ? this.position.plus(received) : this.position.minus(quantity);
    return fill;
  }

  end(id: string, status: 'cancelled' | 'expired' | 'rejected'): void {
    const found = this.known(id);
    if (working(found)) found.status = status;
  }

  /** The venue's view as it is now. */
  report(id: string, now: number): OrderReport {
    const { status, trades } = this.known(id);
    return { clientOrderId: id, venueOrderId: `v${id}`, status, quantityFilled: qty(sum(trades.map((trade) => trade.quantity))), reason: null, at: now };
  }

  tradesOf(id: string): Fill[] {
    return [...this.known(id).trades];
  }

  private known(id: string): VenueOrder {
    const found = this.orders.get(id);
    if (found === undefined) throw new Error(`the venue does not know ${id}`);
    return found;
  }

  private feeOf(order: Order, quantity: Dec, at: string): Pick<Fill, 'fee' | 'feeAsset'> {
    const { instrument, fees } = this.rules;
    if (fees === 'none') return { fee: money('0'), feeAsset: instrument.quote };
    if (fees === 'bnb') return { fee: money('0.00001'), feeAsset: 'BNB' };
    if (fees === 'base' && order.role === 'entry') return { fee: money(quantity.times('0.001')), feeAsset: instrument.base };
    return { fee: money(quantity.times(at).times('0.0005')), feeAsset: instrument.quote };
  }
}
