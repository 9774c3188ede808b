import { aggregateTrigger } from '../exit/aggregate.ts';
import type { Instrument } from '../instrument/instrument.ts';
import { ceilTo, floorTo } from '../num/rounding.ts';
import { dec, isPositive, price, sum, type Price } from '../num/units.ts';
import { groupQuantity } from './exposure.ts';
import { slotOf, type PositionGroup } from './position-group.ts';

/** A price at which a group wants to be asked again; it fires once, until the group states its conditions anew. */
export interface WakeCondition {
  symbol: string;
  direction: 'at-or-above' | 'at-or-below';
  price: Price;
}

/** Prices at which a group wants to be asked again: its common target, its stop, and where a market exit that is worth too little is worth enough. */
export function wakeConditions(group: PositionGroup, instrument: Instrument): WakeCondition[] {
  const conditions: WakeCondition[] = [];
  const trigger = group.windDown === null ? aggregateTrigger(group, instrument) : null;
  if (trigger !== null && isPositive(trigger)) conditions.push({ symbol: group.symbol, direction: group.side === 'long' ? 'at-or-above' : 'at-or-below', price: trigger });
  if (group.windDown === null && group.stop !== null) conditions.push({ symbol: group.symbol, direction: group.side === 'long' ? 'at-or-below' : 'at-or-above', price: group.stop.price });
  const worthEnough = priceWorthEnough(group, instrument);
  if (worthEnough !== null) conditions.push({ symbol: group.symbol, direction: 'at-or-above', price: worthEnough });
  return conditions;
}

/** The price from which the venue takes the close or reduction that is carried now; null where none is, or its price is not the reason. */
function priceWorthEnough(group: PositionGroup, instrument: Instrument): Price | null {
  const carried = group.windDown === null ? { slot: slotOf('reduce', null, null), quantity: sum(Object.values(group.claims)) } : { slot: slotOf('close', null, null), quantity: dec(groupQuantity(group)) };
  const quantity = floorTo(carried.quantity, instrument.stepSize);
  if (group.held[carried.slot]?.startsWith('below_minimum_notional') !== true || instrument.notionalMin === null || !quantity.greaterThan(0)) return null;
  return price(ceilTo(dec(instrument.notionalMin).dividedBy(quantity.times(instrument.contractSize)), instrument.tickSize));
}
