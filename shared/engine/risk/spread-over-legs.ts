import { floorTo } from '../num/rounding.ts';
import { dec, isPositive, min, qty, sum, type Dec, type Qty } from '../num/units.ts';

/** What a leg holds, or what is closed of it. */
export interface LegPart {
  key: string;
  quantity: Qty;
}

/**
 * `quantity` of a position taken from each of its legs in the same proportion, so that pyramids, legs and the average stay what they
 * are (R-196, E-13). Each part is rounded down to the step; what rounding leaves comes from the first legs that hold more. Together
 * the parts are exactly `quantity`, or all that the legs hold.
 */
export function spreadOverLegs(legs: readonly LegPart[], quantity: Qty, stepSize: Qty): LegPart[] {
  const held = sum(legs.map((leg) => leg.quantity));
  if (!held.greaterThan(0)) return [];
  const wanted = min(quantity, held);
  const parts = legs.map((leg) => floorTo(dec(leg.quantity).times(wanted).dividedBy(held), stepSize));
  let left: Dec = wanted.minus(sum(parts));
  return legs
    .map(({ key, quantity: most }, at): LegPart => {
      const part = parts[at] ?? dec(0);
      const more = min(left, dec(most).minus(part));
      left = left.minus(more);
      return { key, quantity: qty(part.plus(more)) };
    })
    .filter((part) => isPositive(part.quantity));
}
