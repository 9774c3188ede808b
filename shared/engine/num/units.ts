import { Decimal } from 'decimal.js';

/**
 * Exact decimals. This file alone imports decimal.js; everything else speaks of prices, quantities, money and ratios as decimal
 * text, so that state is plain JSON, equal states are equal text, and no float ever holds money.
 */

// 40 digits hold every product of a price and a quantity a venue can quote; a division beyond that is cut, never rounded up.
const Exact = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_DOWN, toExpNeg: -40, toExpPos: 60 });

declare const unit: unique symbol;
type Unit<Name extends string> = string & { readonly [unit]: Name };

/** Quote currency per unit of base, as decimal text. */
export type Price = Unit<'price'>;
/** Base currency (or contracts), as decimal text. */
export type Qty = Unit<'qty'>;
/** Quote currency, as decimal text; may be negative. */
export type Money = Unit<'money'>;
/** A plain number such as a percent, as decimal text. */
export type Ratio = Unit<'ratio'>;

export type Dec = Decimal;
export type Decimalish = Price | Qty | Money | Ratio | string | Decimal;

const shape = /^-?\d+(\.\d+)?(e[+-]?\d{1,3})?$/i;

/** Is this text a plain decimal number? Infinity, NaN, hex and blanks are not. */
export const isDecimalText = (text: string): boolean => shape.test(text);

/** Decimals of texts met lately: a decision asks for the same few prices and quantities again and again, and reading them cost more than computing with them. Decimals never change. */
const met = new Map<string, Decimal>();
const metMax = 4_000;

/** The decimal of a text or unit. Throws on anything that is not a plain decimal number. */
export function dec(value: Decimalish | number): Decimal {
  if (typeof value !== 'string') return new Exact(value);
  const known = met.get(value);
  if (known !== undefined) return known;
  if (!shape.test(value)) throw new RangeError(`not a decimal number: "${value}"`);
  const exact = new Exact(value);
  if (met.size >= metMax) met.clear();
  met.set(value, exact);
  return exact;
}

const text = (value: Decimalish | number): string => {
  const exact = dec(value);
  return exact.isZero() ? '0' : exact.toFixed();
};

export const price = (value: Decimalish | number): Price => text(value) as Price;
export const qty = (value: Decimalish | number): Qty => text(value) as Qty;
export const money = (value: Decimalish | number): Money => text(value) as Money;
export const ratio = (value: Decimalish | number): Ratio => text(value) as Ratio;

export const zeroQty = '0' as Qty;
export const zeroMoney = '0' as Money;

/** Sum of any number of values. */
export const sum = (values: readonly Decimalish[]): Decimal => values.reduce<Decimal>((total, value) => total.plus(dec(value)), new Exact(0));
/** -1, 0 or 1 as `a` is below, equal to or above `b`. */
export const compare = (a: Decimalish, b: Decimalish): number => dec(a).comparedTo(dec(b));
export const isZero = (value: Decimalish): boolean => dec(value).isZero();
export const isPositive = (value: Decimalish): boolean => dec(value).greaterThan(0);
export const min = (a: Decimalish, b: Decimalish): Decimal => (compare(a, b) <= 0 ? dec(a) : dec(b));
export const max = (a: Decimalish, b: Decimalish): Decimal => (compare(a, b) >= 0 ? dec(a) : dec(b));
