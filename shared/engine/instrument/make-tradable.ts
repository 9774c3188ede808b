import { floorTo } from '../num/rounding.ts';
import { compare, dec, price, qty, type Decimalish, type Price, type Qty } from '../num/units.ts';
import type { OrderType } from '../order/order.ts';
import type { Instrument } from './instrument.ts';

/** An order as wished, before the venue's rules. */
export interface WishedTrade {
  type: OrderType;
  /** Limit price, or for a market order the price at which its notional is judged. */
  price: Decimalish;
  quantity: Decimalish;
  reduceOnly: boolean;
}

export type BlockedCode = 'below_minimum_quantity' | 'below_minimum_notional' | 'above_maximum_quantity' | 'price_rounds_to_zero';

/** A trade the venue's rules accept, or the rule it breaks with the numbers. */
export type Tradable = { ok: true; price: Price; quantity: Qty } | { ok: false; code: BlockedCode; detail: string };

const blocked = (code: BlockedCode, detail: string): Tradable => ({ ok: false, code, detail });

/**
 * Fits a wished trade to tick, step and minimums, rounding down both price and quantity, or says which rule blocks it
 * . The notional is judged after rounding (E-07 b).
 */
export function makeTradable(wish: WishedTrade, instrument: Instrument): Tradable {
  const roundedPrice = floorTo(wish.price, instrument.tickSize);
  if (!roundedPrice.greaterThan(0)) return blocked('price_rounds_to_zero', `${price(wish.price)} is below one tick of ${instrument.tickSize}`);
  const rounded = floorTo(wish.quantity, instrument.stepSize);
  const most = wish.type === 'market' ? (instrument.quantityMaxMarket ?? instrument.quantityMax) : instrument.quantityMax;
  if (rounded.isZero() || rounded.lessThan(instrument.quantityMin)) {
    return blocked('below_minimum_quantity', `${dec(wish.quantity).toSignificantDigits(8).toFixed()} rounds down to ${qty(rounded)}, the minimum is ${instrument.quantityMin} ${instrument.base}`);
  }
  if (most !== null && compare(rounded, most) > 0) {
    return blocked('above_maximum_quantity', `${qty(rounded)} is above the maximum of ${most} ${instrument.base}`);
  }
  const spared = wish.reduceOnly && instrument.notionalMinSparesReduceOnly;
  const notional = dec(roundedPrice).times(rounded).times(instrument.contractSize);
  if (instrument.notionalMin !== null && !spared && notional.lessThan(instrument.notionalMin)) {
    return blocked('below_minimum_notional', `${qty(rounded)} x ${price(roundedPrice)} = ${notional.toFixed()}, the minimum is ${instrument.notionalMin} ${instrument.quote}`);
  }
  return { ok: true, price: price(roundedPrice), quantity: qty(rounded) };
}
