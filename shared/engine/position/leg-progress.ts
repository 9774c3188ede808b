import { dec, max } from '../num/units.ts';
import type { Side } from '../order/order.ts';

/**
 * Whole percent of the way from the fill to the target that the last price has come, cut off, never below 0 or above 100 (E-43). A common
 * target may lie on the losing side of one leg's fill: then there is no way, until it is reached.
 */
export function progressPercent(side: Side, fill: string, target: string, last: string): string {
  const sign = side === 'long' ? 1 : -1;
  const way = dec(target).minus(fill).times(sign);
  if (dec(last).minus(target).times(sign).greaterThanOrEqualTo(0)) return '100';
  return way.greaterThan(0) ? max('0', dec(last).minus(fill).times(sign).dividedBy(way).times(100)).floor().toFixed() : '0';
}
