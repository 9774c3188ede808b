import type { Leg } from '#shared/contracts/http';
import { compareDecimals, divideDecimals, multiplyDecimals, negateDecimal, signOf, sumDecimals } from './decimal.ts';

const difference = (a: string, b: string): string => sumDecimals([a, negateDecimal(b)]);

/** Whole percent of the way from the fill to the take-profit that the price has come: cut off, never below 0 or above 100 (E-43). Null where the two are the same. */
export function progressPercent(fill: string, takeProfit: string, price: string): number | null {
  // For a short both differences are negative, so the quotient is the same.
  const way = difference(takeProfit, fill);
  if (signOf(way) === 0) return null;
  const percent = divideDecimals(multiplyDecimals(difference(price, fill), '100'), way, 0);
  return signOf(percent) < 0 ? 0 : compareDecimals(percent, '100') > 0 ? 100 : Number(percent);
}

/** How far a leg has come at this price: 100 once its take-profit was hit, null while it holds nothing. */
export function legProgress(leg: Pick<Leg, 'state' | 'priceFillAverage' | 'takeProfitPrice'>, price: string | null): number | null {
  if (leg.state === 'tp_hit') return 100;
  if (leg.state !== 'filled' && leg.state !== 'partially_filled') return null;
  return leg.priceFillAverage === null || leg.takeProfitPrice === null || price === null ? null : progressPercent(leg.priceFillAverage, leg.takeProfitPrice, price);
}

/** What was filled of a leg in quote currency, or null while nothing was. */
export const filledSize = (leg: Pick<Leg, 'priceFillAverage' | 'quantityFilled'>): string | null =>
  leg.priceFillAverage === null || signOf(leg.quantityFilled) === 0 ? null : multiplyDecimals(leg.priceFillAverage, leg.quantityFilled);
