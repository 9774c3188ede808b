import type { Instrument } from '../instrument/instrument.ts';
import { isSettled, quantityRemaining } from '../order/apply-fill.ts';
import type { Order } from '../order/order.ts';
import { isPositive } from '../num/units.ts';
import { slotOf, slotOfOrder, type Leg, type PositionGroup, type Pyramid } from '../position/position-group.ts';
import type { WishedOrder } from '../exit/wished-order.ts';
import { priceEntry } from '../position/exposure.ts';
import { entryTypeOf, fitLeg } from './grid.ts';

/** The newest order of a leg's entry, or undefined before the first. */
export const entryOrderOf = (group: PositionGroup, pyramid: number, leg: number): Order | undefined => group.orders.findLast((order) => slotOfOrder(order) === slotOf('entry', pyramid, leg));

/** Does this leg still wait to be sent? A cancelled or expired entry is not sent again: somebody wanted it gone. */
const wantsOrder = (latest: Order | undefined): boolean => latest === undefined || latest.status === 'abandoned' || latest.status === 'rejected';

/** Is the leg's entry over, or was it never going out? */
export function entryEnded(group: PositionGroup, pyramid: Pyramid, leg: Leg): boolean {
  const latest = entryOrderOf(group, pyramid.index, leg.index);
  if (leg.blocked !== null) return latest === undefined || isSettled(latest);
  if (latest === undefined) return firstLegFailed(group, pyramid, leg);
  return isSettled(latest) && !wantsOrder(latest);
}

/** Does this leg wait for the fill of a market entry that has ended without one? */
function firstLegFailed(group: PositionGroup, pyramid: Pyramid, leg: Leg): boolean {
  const first = pyramid.legs[0];
  if (group.entryPlan.orderType !== 'market' || leg.index === 0 || first === undefined) return false;
  return entryEnded(group, pyramid, first) && !firstLegFilled(group, pyramid);
}

/** With a market entry the first leg goes alone; the others wait for its real fill. */
const firstLegFilled = (group: PositionGroup, pyramid: Pyramid): boolean => {
  const first = entryOrderOf(group, pyramid.index, 0);
  return first !== undefined && isSettled(first) && isPositive(first.quantityFilled);
};

/** The entry orders that should be working: those in flight as they are, and those not sent yet. */
export function plannedEntries(group: PositionGroup): WishedOrder[] {
  const market = group.entryPlan.orderType === 'market';
  return group.pyramids.flatMap((pyramid) =>
    pyramid.legs.flatMap((leg): WishedOrder[] => {
      if (leg.blocked !== null || leg.priceLimit === null) return [];
      const latest = entryOrderOf(group, pyramid.index, leg.index);
      const inFlight = latest !== undefined && !isSettled(latest);
      if (!inFlight && !wantsOrder(latest)) return [];
      if (market && leg.index > 0 && !firstLegFilled(group, pyramid)) return [];
      const type = entryTypeOf(group.entryPlan, leg.index);
      return [
        {
          role: 'entry',
          pyramid: pyramid.index,
          leg: leg.index,
          side: group.side === 'long' ? 'buy' : 'sell',
          type,
          price: type === 'market' ? null : leg.priceLimit,
          quantity: inFlight ? quantityRemaining(latest) : leg.quantity,
          reduceOnly: false,
        },
      ];
    }),
  );
}

/** After a market entry has filled: the other legs fitted to its real average price. */
export function fitToRealEntry(group: PositionGroup, pyramid: Pyramid, instrument: Instrument): Pyramid {
  const first = pyramid.legs[0];
  const waiting = pyramid.legs.some((leg) => leg.index > 0 && leg.priceLimit === null && leg.blocked === null);
  if (group.entryPlan.orderType !== 'market' || first === undefined || !waiting || !firstLegFilled(group, pyramid)) return pyramid;
  const entry = priceEntry(first) ?? pyramid.entryPrice;
  return { ...pyramid, entryPrice: entry, legs: pyramid.legs.map((leg) => (leg.index === 0 || leg.blocked !== null ? leg : fitLeg(group.side, 'limit', leg, entry, pyramid.capital, instrument))) };
}
