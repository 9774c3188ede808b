import { compare, dec, isPositive } from '#shared/engine/num/units';
import { isMultipleOf } from '#shared/engine/num/rounding';
import { conditionOf } from './order-levels.ts';
import { noneOpen } from './open-tally.ts';
import type { SimAccount, SimInstrument, SimMarket, SimOrderType, SimSide, SimTimeInForce } from './matching-state.ts';
import { refuse, type Refused } from './sim-refusal.ts';

/** A wish for an order, with every amount as decimal text. */
export interface OrderTicket {
  accountId: string;
  kind: 'order' | 'algo';
  market: SimMarket;
  symbol: string;
  clientOrderId: string;
  side: SimSide;
  type: SimOrderType;
  timeInForce: SimTimeInForce;
  quantity: string;
  quoteQuantity: string | null;
  price: string | null;
  stopPrice: string | null;
  callbackRate: string | null;
  activationPrice: string | null;
  reduceOnly: boolean;
  closePosition: boolean;
  fillParts: number;
}

const decimals = (value: string): number => dec(value).decimalPlaces();

/** The venue's filters on a ticket, in the order in which Binance reports them; null when all pass. `last` values market orders and bounds limit prices. */
export function checkTicket(ticket: OrderTicket, instrument: SimInstrument, account: SimAccount, last: string | null): Refused | null {
  for (const price of [ticket.price, ticket.stopPrice, ticket.activationPrice]) {
    const wrong = price === null ? null : checkPrice(price, instrument);
    if (wrong !== null) return wrong;
  }
  if (ticket.callbackRate !== null && (compare(ticket.callbackRate, '0.1') < 0 || compare(ticket.callbackRate, '10') > 0)) return refuse('callback_rate');
  const quantityGiven = !ticket.closePosition && ticket.quoteQuantity === null;
  return (quantityGiven ? checkQuantity(ticket, instrument) : null) ?? checkBand(ticket, instrument, last) ?? checkNotional(ticket, instrument, last) ?? checkCount(ticket, instrument, account);
}

function checkPrice(price: string, instrument: SimInstrument): Refused | null {
  if (decimals(price) > Math.max(decimals(instrument.tick), instrument.market === 'spot' ? 8 : 0)) return refuse('price_precision');
  if (compare(price, instrument.priceMin) < 0 || compare(price, instrument.priceMax) > 0) return refuse('price_range');
  return isMultipleOf(price, instrument.tick) ? null : refuse('price_tick');
}

function checkQuantity(ticket: OrderTicket, instrument: SimInstrument): Refused | null {
  const quantity = ticket.quantity;
  if (!isPositive(quantity)) return refuse('quantity_zero');
  if (decimals(quantity) > Math.max(decimals(instrument.step), instrument.market === 'spot' ? 8 : 0)) return refuse('quantity_precision');
  if (compare(quantity, instrument.quantityMin) < 0) return refuse('quantity_min');
  if (compare(quantity, instrument.quantityMax) > 0) return refuse('quantity_max');
  if (ticket.type === 'MARKET' && compare(quantity, instrument.marketQuantityMax) > 0) return refuse('market_quantity_max');
  return isMultipleOf(quantity, instrument.step) ? null : refuse('quantity_step');
}

function checkBand(ticket: OrderTicket, instrument: SimInstrument, last: string | null): Refused | null {
  if (ticket.price === null || last === null) return null;
  const high = dec(last).times(instrument.bandUp);
  const low = dec(last).times(instrument.bandDown);
  const both = instrument.market === 'spot';
  if ((both || ticket.side === 'BUY') && compare(ticket.price, high) > 0) return refuse('price_band_high', high.toFixed(decimals(instrument.tick)));
  if ((both || ticket.side === 'SELL') && compare(ticket.price, low) < 0) return refuse('price_band_low', low.toFixed(decimals(instrument.tick)));
  return null;
}

function checkNotional(ticket: OrderTicket, instrument: SimInstrument, last: string | null): Refused | null {
  if (ticket.reduceOnly || ticket.closePosition) return null;
  if (ticket.quoteQuantity !== null) return compare(ticket.quoteQuantity, instrument.notionalMin) < 0 ? refuse('notional_min', instrument.notionalMin) : null;
  const price = ticket.price ?? ticket.stopPrice ?? last;
  if (price === null) return null;
  return dec(price).times(ticket.quantity).lessThan(instrument.notionalMin) ? refuse('notional_min', instrument.notionalMin) : null;
}

function checkCount(ticket: OrderTicket, instrument: SimInstrument, account: SimAccount): Refused | null {
  if (ticket.type === 'MARKET') return null;
  const conditional = conditionOf(ticket.market, ticket.type) !== null;
  const { orders, waiting } = account.tallies.get(ticket.symbol) ?? noneOpen;
  if (conditional && waiting >= instrument.maxConditionalOrders) return refuse('too_many_conditional_orders');
  return ticket.kind === 'order' && orders >= instrument.maxOrders ? refuse('too_many_orders') : null;
}
