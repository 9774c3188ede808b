import { plannedEntries } from '../entry/planned-entries.ts';
import { dec, isZero, money, ratio, sum, type Money, type Ratio } from '../num/units.ts';
import { groupCost } from './exposure.ts';
import type { PositionGroup } from './position-group.ts';

/** Where the money of a group is, in quote currency: `deployed` is the cost of what is held, `locked` waits in entries that have not filled. */
export interface BoundCapital {
  deployed: Money;
  locked: Money;
}

/** Capital that one group binds; entries of a group that is closing are on their way back. */
export function boundCapital(group: PositionGroup): BoundCapital {
  const waiting = group.windDown === null ? plannedEntries(group) : [];
  return { deployed: groupCost(group), locked: money(sum(waiting.flatMap(({ price, quantity }) => (price === null ? [] : [dec(price).times(quantity)])))) };
}

export interface CapitalGauge extends BoundCapital {
  free: Money;
  /** Shares of the capital; null where there is none. */
  deployedPercent: Ratio | null;
  lockedPercent: Ratio | null;
}

/** Deployed, locked and free money of a capital (E-43). */
export function capitalGauge(capital: Money, groups: readonly PositionGroup[]): CapitalGauge {
  const bound = groups.map(boundCapital);
  const deployed = money(sum(bound.map((each) => each.deployed)));
  const locked = money(sum(bound.map((each) => each.locked)));
  const share = (part: Money): Ratio | null => (isZero(capital) ? null : ratio(dec(part).dividedBy(capital).times(100)));
  return { deployed, locked, free: money(dec(capital).minus(deployed).minus(locked)), deployedPercent: share(deployed), lockedPercent: share(locked) };
}
