import { dec, isPositive, isZero, min, money, qty, type Dec, type Qty } from '../num/units.ts';
import { legKey, nothingTraded } from './exposure.ts';
import { legsOf, type PositionGroup, type Traded } from './position-group.ts';

const combine = (a: Traded, b: Traded, way: 1 | -1): Traded => ({
  quantity: qty(dec(a.quantity).plus(dec(b.quantity).times(way))),
  notional: money(dec(a.notional).plus(dec(b.notional).times(way))),
  fees: money(dec(a.fees).plus(dec(b.fees).times(way))),
});

/** A part of totals, of no more digits than the totals are kept in; all of them where it is all of the quantity. */
function partOf(traded: Traded, part: Dec): Traded {
  if (part.equals(traded.quantity)) return traded;
  const share = (total: string): Dec => dec(total).times(part).dividedBy(traded.quantity).toDecimalPlaces(18);
  return { quantity: qty(part), notional: money(share(traded.notional)), fees: money(share(traded.fees)) };
}

/** `after`, with what it has sold more than `before` noted as closed without an order of ours, leg by leg. */
export function noteOutside(before: PositionGroup, after: PositionGroup): PositionGroup {
  const exited = new Map(legsOf(before).map(({ pyramid, leg }) => [legKey(pyramid.index, leg.index), leg.exited]));
  const outside = { ...before.outside };
  for (const { pyramid, leg } of legsOf(after)) {
    const key = legKey(pyramid.index, leg.index);
    const more = combine(leg.exited, exited.get(key) ?? nothingTraded, -1);
    if (isPositive(more.quantity)) outside[key] = combine(outside[key] ?? nothingTraded, more, 1);
  }
  return { ...after, outside };
}

/**
 * The group as if up to `quantity` of what was booked as closed by others had not been. A trade of its own has turned up that sold it,
 * so what others closed was not this group's: the next comparison finds whose it was.
 */
export function takeBack(group: PositionGroup, quantity: Qty): PositionGroup {
  const outside = { ...group.outside };
  let left = dec(quantity);
  const pyramids = group.pyramids.map((pyramid) => ({
    ...pyramid,
    legs: pyramid.legs.map((leg) => {
      const key = legKey(pyramid.index, leg.index);
      const noted = outside[key] ?? nothingTraded;
      const part = min(left, noted.quantity);
      if (!isPositive(part)) return leg;
      left = left.minus(part);
      const back = partOf(noted, part);
      outside[key] = combine(noted, back, -1);
      return { ...leg, exited: combine(leg.exited, back, -1) };
    }),
  }));
  return { ...group, pyramids, outside: Object.fromEntries(Object.entries(outside).filter(([, { quantity: rest }]) => !isZero(rest))) };
}
