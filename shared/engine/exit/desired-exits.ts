import { unreachable } from '../assert.ts';
import type { Instrument } from '../instrument/instrument.ts';
import { makeTradable } from '../instrument/make-tradable.ts';
import { isSettled } from '../order/apply-fill.ts';
import { isPositive, sum, type Price } from '../num/units.ts';
import { averagePrice, groupQuantity } from '../position/exposure.ts';
import { slotOf, type PositionGroup } from '../position/position-group.ts';
import { perLegExits } from './per-leg.ts';
import type { WishedOrder, Wishes } from './wished-order.ts';

/** Which exit orders should be working now? The one place where plans, reductions and the end of a group meet. */
export function desiredExits(group: PositionGroup, instrument: Instrument, last: Price | null): Wishes {
  if (group.windDown !== null) return windDownExits(group, instrument, last);
  const wishes = planExits(group, instrument);
  const reduction = reductionExit(group);
  return reduction === null ? wishes : { ...wishes, orders: [...wishes.orders, reduction] };
}

function planExits(group: PositionGroup, instrument: Instrument): Wishes {
  const plan = group.exitPlan;
  switch (plan.kind) {
    case 'per_leg':
    case 'hybrid':
      return perLegExits(group, instrument);
    case 'aggregate':
    case 'pyramid_aggregate':
      return { orders: [], held: {} }; // no order rests, the trigger moves with the average
    default:
      return unreachable(plan);
  }
}

const closing = (group: PositionGroup, role: 'close' | 'reduce', quantity: WishedOrder['quantity']): WishedOrder => ({
  role,
  pyramid: null,
  leg: null,
  side: group.side === 'long' ? 'sell' : 'buy',
  type: 'market',
  price: null,
  quantity,
  reduceOnly: group.market === 'usdm',
});

/** Everything else is cancelled and its fills are read first; only then is what is left sold at market (A-11, E-12). */
function windDownExits(group: PositionGroup, instrument: Instrument, last: Price | null): Wishes {
  const quantity = groupQuantity(group);
  const othersInFlight = group.orders.some((order) => order.role !== 'close' && !isSettled(order));
  if (othersInFlight || !isPositive(quantity)) return { orders: [], held: {} };
  const fitted = makeTradable({ type: 'market', price: last ?? averagePrice(group) ?? group.priceBaseEntry, quantity, reduceOnly: group.market === 'usdm' }, instrument);
  if (fitted.ok) return { orders: [closing(group, 'close', fitted.quantity)], held: {} };
  if (fitted.code === 'above_maximum_quantity' && instrument.quantityMaxMarket !== null) return { orders: [closing(group, 'close', instrument.quantityMaxMarket)], held: {} };
  return { orders: [], held: { [slotOf('close', null, null)]: `${fitted.code}: ${fitted.detail}` } };
}

/** A reduction goes out once the take-profits have let go of what it claims (invariant 2). */
function reductionExit(group: PositionGroup): WishedOrder | null {
  const claimed = sum(Object.values(group.claims));
  if (!claimed.greaterThan(0)) return null;
  const reserved = sum(group.orders.filter((order) => order.role === 'take-profit' && !isSettled(order)).map((order) => sum([order.quantity]).minus(order.quantityFilled)));
  if (reserved.plus(claimed).greaterThan(groupQuantity(group))) return null;
  return closing(group, 'reduce', claimed.toFixed() as WishedOrder['quantity']);
}
