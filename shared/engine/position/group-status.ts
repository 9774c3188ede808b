import { entryEnded, entryOrderOf } from '../entry/planned-entries.ts';
import { isSettled } from '../order/apply-fill.ts';
import { compare, isPositive, isZero } from '../num/units.ts';
import { groupQuantity, quantityHeld } from './exposure.ts';
import { legsOf, type GroupStatus, type Leg, type PositionGroup, type Pyramid } from './position-group.ts';

export const everFilled = (group: PositionGroup): boolean => legsOf(group).some(({ leg }) => isPositive(leg.entered.quantity));

/** The one status of a group, derived. */
export function statusOf(group: PositionGroup): GroupStatus {
  if (group.closedAt !== null) return 'closed';
  if (group.windDown !== null) return 'closing';
  if (!everFilled(group)) return 'live';
  const entriesEnded = legsOf(group).every(({ pyramid, leg }) => entryEnded(group, pyramid, leg));
  return entriesEnded && isPositive(groupQuantity(group)) ? 'active' : 'partially_filled';
}

export type LegState = 'pending' | 'open' | 'partially_filled' | 'filled' | 'tp_hit' | 'closed' | 'cancelled' | 'blocked';

/** Where one leg stands, for people (E-11, E-12). */
export function legState(group: PositionGroup, pyramid: Pyramid, leg: Leg): LegState {
  const order = entryOrderOf(group, pyramid.index, leg.index);
  const ended = order !== undefined && isSettled(order);
  if (isPositive(leg.entered.quantity)) {
    if (!isZero(quantityHeld(leg)) || !ended) return ended || compare(leg.entered.quantity, leg.quantity) >= 0 ? 'filled' : 'partially_filled';
    return leg.exitedBy === 'take-profit' ? 'tp_hit' : 'closed';
  }
  if (leg.blocked !== null) return 'blocked';
  if (ended && !['rejected', 'abandoned'].includes(order.status)) return 'cancelled';
  if (group.closedAt !== null) return 'cancelled';
  return order === undefined || order.status === 'ready' || ended ? 'pending' : 'open';
}
