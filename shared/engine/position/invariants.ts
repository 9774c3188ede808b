import { assert } from '../assert.ts';
import { compare, dec, sum } from '../num/units.ts';
import { isSettled } from '../order/apply-fill.ts';
import { groupQuantity, quantityHeld } from './exposure.ts';
import { legsOf, slotOfOrder, type PositionGroup } from './position-group.ts';

/** Throws where a group breaks invariant 1 or 2, or has two orders in flight for one slot (invariant 4). */
export function checkGroup(group: PositionGroup): void {
  for (const { pyramid, leg } of legsOf(group)) {
    assert(compare(quantityHeld(leg), '0') >= 0, `invariant 1: leg ${pyramid.index}.${leg.index} of group ${group.id} holds ${quantityHeld(leg)}`);
  }
  const working = group.orders.filter((order) => order.role !== 'entry' && !isSettled(order));
  const reserved = sum(working.map((order) => dec(order.quantity).minus(order.quantityFilled)));
  const held = groupQuantity(group);
  assert(reserved.lessThanOrEqualTo(held), `invariant 2: working exits of group ${group.id} sum up to ${reserved.toFixed()}, held is ${held}`);
  const slots = group.orders.filter((order) => !isSettled(order)).map(slotOfOrder);
  assert(new Set(slots).size === slots.length, `invariant 4: group ${group.id} has two orders in flight for one of ${slots.join(', ')}`);
}
