import { compare, dec, isPositive, min, qty, type Qty } from '../num/units.ts';
import { groupQuantity } from '../position/exposure.ts';
import type { PositionGroup } from '../position/position-group.ts';
import type { ReducedPart } from './difference.ts';

/**
 * Whose a missing quantity is, where several groups share one position: that of the group which held exactly so much, the newest
 * of them; otherwise of the newest groups, one after the other. Closed ones come first: what they hold is waiting to be sold, and nothing
 * is planned with it.
 */
export function shareReduction(groups: readonly PositionGroup[], quantity: Qty): ReducedPart[] {
  const byAge = groups.toSorted((a, b) => b.openedAt - a.openedAt || (BigInt(b.id) > BigInt(a.id) ? 1 : -1));
  const newest = [...byAge.filter(({ closedAt }) => closedAt !== null), ...byAge.filter(({ closedAt }) => closedAt === null)];
  const exact = newest.find((group) => compare(groupQuantity(group), quantity) === 0);
  let left = dec(quantity);
  return (exact === undefined ? newest : [exact]).flatMap((group): ReducedPart[] => {
    const held = groupQuantity(group);
    const part = min(left, held);
    left = left.minus(part);
    return isPositive(part) ? [{ groupId: group.id, held, quantity: qty(part) }] : [];
  });
}
