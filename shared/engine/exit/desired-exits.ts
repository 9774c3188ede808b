import { unreachable } from '../assert.ts';
import type { Instrument } from '../instrument/instrument.ts';
import { makeTradable } from '../instrument/make-tradable.ts';
import { floorTo } from '../num/rounding.ts';
import { compare, isPositive, isZero, sum, type Decimalish, type Price, type Qty } from '../num/units.ts';
import { isSettled, quantityRemaining } from '../order/apply-fill.ts';
import { averagePrice, groupQuantity, legKey, quantityClaimed, quantityHeld } from '../position/exposure.ts';
import { legsOf, slotOf, workingIn, type PositionGroup } from '../position/position-group.ts';
import { isDust } from '../position/wind-down.ts';
import { perLegExits } from './per-leg.ts';
import type { Wishes } from './wished-order.ts';

const none: Wishes = { orders: [], held: {} };

/** Which exit orders should be working now? The one place where plans, reductions and the end of a group meet. */
export function desiredExits(group: PositionGroup, instrument: Instrument, last: Price | null): Wishes {
  if (group.windDown !== null) return windDownExits(group, instrument, last);
  const wishes = planExits(group, instrument);
  const reduction = claimedExit(group, 'reduce', group.claims, instrument, last);
  const offset = claimedExit(group, 'offset', group.offset?.claims ?? {}, instrument, last);
  return { orders: [...wishes.orders, ...reduction.orders, ...offset.orders], held: { ...wishes.held, ...reduction.held, ...offset.held } };
}

function planExits(group: PositionGroup, instrument: Instrument): Wishes {
  const plan = group.exitPlan;
  switch (plan.kind) {
    case 'per_leg':
    case 'hybrid':
      return perLegExits(group, instrument);
    case 'aggregate':
    case 'pyramid_aggregate':
      return none; // no order rests, the trigger moves with the average
    default:
      return unreachable(plan);
  }
}

/**
 * One market order that sells `quantity`, in pieces where it is more than the venue takes at once; or why it must wait. One that is in
 * flight is left to run: it cannot be changed, and what it leaves is the next one's.
 */
function marketExit(group: PositionGroup, role: 'close' | 'reduce' | 'offset', quantity: Decimalish, instrument: Instrument, last: Price | null): Wishes {
  const slot = slotOf(role, null, null);
  const reduceOnly = group.market === 'usdm';
  const sells = (part: Qty): Wishes => ({
    orders: [{ role, pyramid: null, leg: null, side: group.side === 'long' ? 'sell' : 'buy', type: 'market', price: null, quantity: part, reduceOnly }],
    held: {},
  });
  const working = workingIn(group, slot);
  if (working !== undefined) return sells(quantityRemaining(working));
  const most = instrument.quantityMaxMarket ?? instrument.quantityMax;
  const piece = most === null || compare(quantity, most) <= 0 ? quantity : floorTo(most, instrument.stepSize);
  const fitted = makeTradable({ type: 'market', price: last ?? averagePrice(group) ?? group.priceBaseEntry, quantity: piece, reduceOnly }, instrument);
  return fitted.ok ? sells(fitted.quantity) : { orders: [], held: { [slot]: `${fitted.code}: ${fitted.detail}` } };
}

/** Everything else is cancelled and its fills are read first; only then is what is left sold at market (A-11, E-12). */
function windDownExits(group: PositionGroup, instrument: Instrument, last: Price | null): Wishes {
  const quantity = groupQuantity(group);
  const othersInFlight = group.orders.some((order) => order.role !== 'close' && !isSettled(order));
  if (othersInFlight || !isPositive(quantity)) return none;
  const wishes = marketExit(group, 'close', quantity, instrument, last);
  return wishes.orders.length === 0 && isDust(group, instrument) ? none : wishes;
}

/** A reduction, or the part of an offset, goes out once no take-profit can sell what is claimed any more (invariant 2). */
function claimedExit(group: PositionGroup, role: 'reduce' | 'offset', claims: PositionGroup['claims'], instrument: Instrument, last: Price | null): Wishes {
  const claimed = sum(Object.values(claims));
  if (claimed.isZero()) return none;
  const contested = legsOf(group).some(({ pyramid, leg }) => {
    const key = legKey(pyramid.index, leg.index);
    const resting = workingIn(group, slotOf('take-profit', pyramid.index, leg.index));
    return !isZero(claims[key] ?? '0') && resting !== undefined && sum([quantityRemaining(resting), quantityClaimed(group, key)]).greaterThan(quantityHeld(leg));
  });
  return contested && workingIn(group, slotOf(role, null, null)) === undefined ? none : marketExit(group, role, claimed, instrument, last);
}
