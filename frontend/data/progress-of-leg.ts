import type { Leg, Position } from '#shared/contracts/http';
import { divideDecimals, multiplyDecimals, negateDecimal, signOf, sumDecimals } from './decimal.ts';

/**
 * Whole percent of the way from the fill to the take-profit that the price has come: cut off, never below 0 or above 100 (E-43). A common
 * target may lie on the losing side of one leg's fill; then there is no way, until the target is reached.
 */
export function progressPercent(side: Position['side'], fill: string, takeProfit: string, price: string): number {
  const gain = (to: string, from: string): string => (side === 'long' ? sumDecimals([to, negateDecimal(from)]) : sumDecimals([from, negateDecimal(to)]));
  if (signOf(gain(price, takeProfit)) >= 0) return 100;
  const [way, come] = [gain(takeProfit, fill), gain(price, fill)];
  return signOf(way) > 0 && signOf(come) > 0 ? Number(divideDecimals(multiplyDecimals(come, '100'), way, 0)) : 0;
}

/** How far a leg has come at this price: 100 once its take-profit was hit, null while it holds nothing. */
export function legProgress(side: Position['side'], leg: Pick<Leg, 'state' | 'priceFillAverage' | 'takeProfitPrice'>, price: string | null): number | null {
  if (leg.state === 'tp_hit') return 100;
  if (leg.state !== 'filled' && leg.state !== 'partially_filled') return null;
  return leg.priceFillAverage === null || leg.takeProfitPrice === null || price === null ? null : progressPercent(side, leg.priceFillAverage, leg.takeProfitPrice, price);
}

/** What was filled of a leg in quote currency, or null while nothing was. */
export const filledSize = (leg: Pick<Leg, 'priceFillAverage' | 'quantityFilled'>): string | null =>
  leg.priceFillAverage === null || signOf(leg.quantityFilled) === 0 ? null : multiplyDecimals(leg.priceFillAverage, leg.quantityFilled);
