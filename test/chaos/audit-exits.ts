import { purposeOf } from '#shared/engine/ids';
import { compare, dec, sum, type Dec, type Price } from '#shared/engine/num/units';
import { groupQuantity } from '#shared/engine/position/exposure';
import { slotOf } from '#shared/engine/position/position-group';
import { betterBy, claimedOf, commonTarget, isFloorOf, type Counted } from '#test/simulation/oracle';
import { tradesByGroup } from './audit-books.ts';
import { venueSymbolOf, worksThere, type Breach, type Evidence, type GroupEvidence } from './evidence.ts';

/** Whatever is held has its exit: its take-profits rest at the venue, its common target and its stop are watched, or a reason is stated why not yet. */
export function auditExits(evidence: Evidence): Breach[] {
  const resting = restingExits(evidence);
  const trades = tradesByGroup(evidence);
  return evidence.groups.flatMap((each) => {
    if (each.group.status === 'closed' || compare(groupQuantity(each.group), '0') === 0) return [];
    const last = evidence.venue.prices[venueSymbolOf(each.group.symbol)] ?? null;
    const found = each.group.windDown === null ? [...legsWithout(each, resting), ...targetsWithout(each, trades.get(each.group.id) ?? [], last)] : endWithout(each, resting);
    return found.map((what): Breach => ({ promise: 'held without its exit', id: each.group.id, what: `group ${each.group.id} (${each.group.symbol}, ${each.group.exitPlan.kind}): ${what}` }));
  });
}

/** What is left of exits at the venue, by group and slot. */
function restingExits({ prefix, venue }: Evidence): Map<string, Dec> {
  const resting = new Map<string, Dec>();
  for (const order of venue.orders.filter(worksThere)) {
    const purpose = purposeOf(prefix, order.clientOrderId);
    if (purpose === null) continue;
    const key = `${purpose.groupId} ${slotOf(purpose.role, purpose.pyramid, purpose.leg)}`;
    resting.set(key, sum([resting.get(key) ?? '0', dec(order.quantity).minus(order.filled)]));
  }
  return resting;
}

function legsWithout({ group, stepSize }: GroupEvidence, resting: ReadonlyMap<string, Dec>): string[] {
  if (group.exitPlan.kind !== 'per_leg' && group.exitPlan.kind !== 'hybrid') return [];
  return group.pyramids.flatMap((pyramid) =>
    pyramid.legs.flatMap((leg) => {
      const unclaimed = dec(leg.entered.quantity).minus(leg.exited.quantity).minus(claimedOf(group, pyramid.index, leg.index));
      const sellable = unclaimed.dividedToIntegerBy(stepSize).times(stepSize);
      const slot = slotOf('take-profit', pyramid.index, leg.index);
      const there = resting.get(`${group.id} ${slot}`) ?? dec(0);
      if (!sellable.greaterThan(0) || there.greaterThanOrEqualTo(sellable) || slot in group.held) return [];
      return [`leg ${pyramid.index}.${leg.index} holds ${sellable.toFixed()}, ${there.toFixed()} of it has a take-profit at the venue`];
    }),
  );
}

function targetsWithout({ group, wake, tickSize }: GroupEvidence, trades: readonly Counted[], last: string | null): string[] {
  const better = group.side === 'long' ? 'at-or-above' : 'at-or-below';
  const worse = group.side === 'long' ? 'at-or-below' : 'at-or-above';
  const watched = (direction: string, is: (price: Price) => boolean): boolean => wake.some((condition) => condition.direction === direction && is(condition.price));
  const found: string[] = [];
  const target = group.exitPlan.kind === 'per_leg' ? null : commonTarget(group, trades);
  if (target !== null) {
    const exact = betterBy(group, target.average, target.percent);
    if (!watched(better, (price) => isFloorOf(price, exact, tickSize))) found.push(`its common target ${exact.toFixed()} is not watched`);
    const trigger = exact.dividedToIntegerBy(tickSize).times(tickSize);
    if (last !== null && (group.side === 'long' ? trigger.lessThan(last) : trigger.greaterThan(last))) found.push(`the price is ${last}, beyond its target ${trigger.toFixed()}`);
  }
  const { stop } = group;
  if (stop !== null && !watched(worse, (price) => compare(price, stop.price) === 0)) found.push(`its stop ${stop.price} is not watched`);
  if (stop !== null && last !== null && (group.side === 'long' ? compare(last, stop.price) < 0 : compare(last, stop.price) > 0)) found.push(`the price is ${last}, beyond its stop ${stop.price}`);
  return found;
}

function endWithout({ group }: GroupEvidence, resting: ReadonlyMap<string, Dec>): string[] {
  const works = [...resting.keys()].some((key) => key.startsWith(`${group.id} `));
  return works || Object.keys(group.held).length > 0 ? [] : [`it ends (${group.windDown?.reason}) and nothing sells what it holds`];
}
