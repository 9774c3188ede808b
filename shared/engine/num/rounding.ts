import { dec, type Dec, type Decimalish } from './units.ts';

/**
 * The largest multiple of `step` that is not above `value` (toward zero; ). The grid is that of step multiples,
 * not of decimals: 99.99 on 0.05 is 99.95 (E-07 g). Throws when the step is not positive.
 */
export function floorTo(value: Decimalish, step: Decimalish): Dec {
  const grid = dec(step);
  if (!grid.greaterThan(0)) throw new RangeError(`a step must be positive, found ${grid.toString()}`);
  return dec(value).dividedToIntegerBy(grid).times(grid);
}

/** The smallest multiple of `step` that is not below a positive `value`. Only for prices to wait for; what is sent to a venue rounds down. */
export function ceilTo(value: Decimalish, step: Decimalish): Dec {
  const floor = floorTo(value, step);
  return floor.lessThan(value) ? floor.plus(step) : floor;
}

/** `value` to so many decimal places, half away from zero: for comparing what people would call equal, never for what is sent. */
export const nearest = (value: Decimalish, places: number): Dec => dec(value).toDecimalPlaces(places, 4);

/** Is `value` a whole multiple of `step`? */
export const isMultipleOf = (value: Decimalish, step: Decimalish): boolean => dec(value).modulo(dec(step)).isZero();
