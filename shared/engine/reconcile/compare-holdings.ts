import { compare, dec, min, qty, sum, type Dec } from '../num/units.ts';
import { groupQuantity } from '../position/exposure.ts';
import type { PositionGroup } from '../position/position-group.ts';
import type { Time } from '../time.ts';
import { holdingOf, type OwnAccount, type VenueAccount } from './account-state.ts';
import { disagrees, youngMs } from './compare-orders.ts';
import type { Difference } from './difference.ts';
import { shareReduction } from './share-reduction.ts';

const passing: ReadonlySet<string> = new Set(['sending', 'unknown', 'cancelling']);

/**
 * Holdings that cannot be compared now: something of them is in flight, has just changed, or is told differently by venue and rows. A
 * quantity compared meanwhile would mean nothing.
 */
export function unsteadyHoldings(venue: VenueAccount, own: OwnAccount, now: Time): Set<string> {
  const unsteady = new Set<string>();
  const symbols = new Set<string>(own.moved);
  for (const order of own.orders) {
    const inFlight = passing.has(order.status) || order.type === 'market' || compare(order.quantityReported, order.quantityFilled) > 0;
    if (inFlight || disagrees(venue, order) || now - order.changedAt < youngMs) symbols.add(order.symbol);
  }
  for (const { group, changedAt } of own.groups) if (symbols.has(group.symbol) || now - changedAt < youngMs) unsteady.add(holdingOf(own.market, group));
  if (own.market === 'usdm') for (const symbol of symbols) unsteady.add(symbol);
  return unsteady;
}

/**
 * Quantities that differ by a step or more. Of an asset on spot a person may hold more than our groups: only less is a difference.
 * `blurred`: some differ that cannot be compared now, so it is worth looking again soon.
 */
export function holdingDifferences(venue: VenueAccount, own: OwnAccount, now: Time): { found: Difference[]; blurred: boolean } {
  const groupsOf = new Map<string, PositionGroup[]>();
  for (const { group } of own.groups) groupsOf.set(holdingOf(own.market, group), [...(groupsOf.get(holdingOf(own.market, group)) ?? []), group]);
  const unsteady = unsteadyHoldings(venue, own, now);
  const names = new Set([...groupsOf.keys(), ...(own.market === 'usdm' ? Object.keys(venue.holdings) : [])]);
  const apart = [...names].map((name) => ({ name, differences: compareOne(name, groupsOf.get(name) ?? [], venue, own) })).filter(({ differences }) => differences.length > 0);
  return { found: apart.filter(({ name }) => !unsteady.has(name)).flatMap(({ differences }) => differences), blurred: apart.some(({ name }) => unsteady.has(name)) };
}

const signed = (group: PositionGroup): Dec => dec(groupQuantity(group)).times(group.side === 'long' ? 1 : -1);

function compareOne(name: string, groups: readonly PositionGroup[], venue: VenueAccount, own: OwnAccount): Difference[] {
  const ours = sum(groups.map(signed));
  const held = venue.holdings[name];
  const theirs = dec(held?.quantity ?? '0');
  const apart = theirs.minus(ours);
  if (apart.isZero() || apart.abs().lessThan(smallestStep(name, groups, own))) return [];
  // What is missing of the long side is sold, what is missing of the short side is bought back; the rest nobody here has traded.
  const side = apart.isNegative() ? 'long' : 'short';
  const ofSide = groups.filter((group) => group.side === side);
  const reduced = min(apart.abs(), sum(ofSide.map(groupQuantity)));
  const beyond = apart.abs().minus(reduced);
  const about = { symbol: name, clientOrderId: null, ours: qty(ours), venue: qty(theirs) };
  const found: Difference[] = [];
  if (reduced.greaterThan(0)) {
    const parts = shareReduction(ofSide, qty(reduced));
    found.push({ ...about, kind: 'position_reduced', key: `position_reduced:${name}`, groupId: parts.length === 1 ? (parts[0]?.groupId ?? null) : null, amount: qty(reduced), remedy: { do: 'reduce', parts } });
  }
  if (own.market === 'usdm' && beyond.greaterThan(0)) {
    const orphan = apart.isNegative() ? 'short' : 'long';
    found.push({ ...about, kind: 'orphan_position', key: `orphan_position:${name}:${orphan}`, groupId: null, amount: qty(beyond), remedy: { do: 'ask', side: orphan, quantity: qty(beyond), priceEntry: held?.priceEntry ?? null } });
  }
  return found;
}

/** Less than a step cannot be traded: fees leave it behind. */
function smallestStep(name: string, groups: readonly PositionGroup[], { steps }: OwnAccount): Dec {
  const known = [name, ...groups.map(({ symbol }) => symbol)].flatMap((symbol) => steps[symbol] ?? []);
  return known.length === 0 ? dec(0) : known.map((step) => dec(step)).reduce((least, step) => min(least, step));
}
