import { assert } from '../assert.ts';
import { compare, dec, sum } from '../num/units.ts';
import { isSettled } from '../order/apply-fill.ts';
import { groupQuantity, quantityHeld } from './exposure.ts';
import { legsOf, slotOfOrder, type PositionGroup } from './position-group.ts';

/**
 * Throws where a group breaks invariant 1, or where an order this decision submits breaks invariant 2 or 4. What the venue did
 * without us, such as working an order that was proved absent, is a fact to be mended, never a reason to refuse the news of it.
 */
export function checkGroup(group: PositionGroup, submitted: readonly string[]): void {
  for (const { pyramid, leg } of legsOf(group)) {
    assert(compare(quantityHeld(leg), '0') >= 0, `invariant 1: leg ${pyramid.index}.${leg.index} of group ${group.id} holds ${quantityHeld(leg)}`);
  }
  if (submitted.length === 0) return;
  const inFlight = group.orders.filter((order) => !isSettled(order));
  const fresh = inFlight.filter((order) => submitted.includes(order.clientOrderId));
  const exits = inFlight.filter((order) => order.role !== 'entry');
  const reserved = sum(exits.map((order) => dec(order.quantity).minus(order.quantityFilled)));
  const held = groupQuantity(group);
  assert(reserved.lessThanOrEqualTo(held) || fresh.every((order) => order.role === 'entry'), `invariant 2: working exits of group ${group.id} sum up to ${reserved.toFixed()}, held is ${held}`);
  for (const order of fresh) {
    const sharing = inFlight.filter((each) => slotOfOrder(each) === slotOfOrder(order));
    assert(sharing.length === 1, `invariant 4: group ${group.id} submits ${order.clientOrderId} beside ${sharing.map((each) => each.clientOrderId).join(', ')}`);
  }
}
