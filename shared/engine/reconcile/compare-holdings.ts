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
  for (const { group, changedAt } of own.groups) if (symbols.has(group.symbol) || now - changedAt < youngMs || isAboutToSell(group)) unsteady.add(holdingOf(own.market, group));
  if (own.market === 'usdm') for (const symbol of symbols) unsteady.add(symbol);
  for (const name of unnamed(venue, own)) unsteady.add(name);
  return unsteady;
}

/** A market exit that waits to be sent stays as it is, whatever is taken off its group meanwhile: it would sell more than the group still holds. */
const isAboutToSell = ({ orders }: PositionGroup): boolean => orders.some(({ role, type, status }) => role !== 'entry' && type === 'market' && status === 'ready');

/**
 * Our symbols, and the venue's own names, of which it may be one and the same: where its list has lost a symbol that we hold, the position
 * stands under another name, and is neither gone nor somebody else's.
 */
function unnamed(venue: VenueAccount, own: OwnAccount): string[] {
  const foreign = Object.entries(venue.holdings).flatMap(([name, { listed }]) => (listed === false ? [name] : []));
  return own.groups.flatMap(({ group: { symbol } }) => foreign.flatMap((name) => (plainName(name) === plainName(symbol) ? [symbol, name] : [])));
}

/** `BTC/USDT:USDT` and `BTCUSDT` alike. */
const plainName = (symbol: string): string => symbol.replace(/:.*$/, '').replace(/[^A-Za-z0-9]/g, '');

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

/**
 * What a closed group still holds, of a fill that came late or too little to be sold, counts like any other: gone unnoticed, it would hide as
 * much of a person's position, and its exit would sell that.
 */
function compareOne(name: string, groups: readonly PositionGroup[], venue: VenueAccount, own: OwnAccount): Difference[] {
  const ours = sum(groups.map(signed));
  const held = venue.holdings[name];
  const theirs = dec(held?.quantity ?? '0');
  const apart = theirs.minus(ours);
  if (apart.isZero() || apart.abs().lessThan(smallestStep(name, groups, own))) return own.market === 'usdm' ? nettedSides(name, groups, theirs) : [];
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
    found.push({ ...about, kind: 'orphan_position', key: `orphan_position:${name}:${orphan}`, groupId: null, amount: qty(beyond), remedy: { do: 'ask', side: orphan, quantity: qty(beyond), priceEntry: held?.priceEntry ?? null, stop: null } });
  }
  return found;
}

/**
 * What our groups hold on both sides of one position, such as after a position was taken over while an entry of the other side was out: the
 * venue holds it of neither, and no exit that may only reduce could ever close it. It is taken off both.
 */
function nettedSides(name: string, groups: readonly PositionGroup[], theirs: Dec): Difference[] {
  const [longs, shorts] = (['long', 'short'] as const).map((side) => groups.filter((group) => group.side === side));
  const both = min(sum((longs ?? []).map(groupQuantity)), sum((shorts ?? []).map(groupQuantity)));
  if (!both.greaterThan(0)) return [];
  const parts = [...shareReduction(longs ?? [], qty(both)), ...shareReduction(shorts ?? [], qty(both))];
  return [{ kind: 'position_reduced', key: `position_reduced:${name}:netted`, symbol: name, groupId: null, clientOrderId: null, ours: qty(theirs), venue: qty(theirs), amount: qty(both), remedy: { do: 'reduce', parts, netted: true } }];
}

/** Less than a step cannot be traded: fees leave it behind. */
function smallestStep(name: string, groups: readonly PositionGroup[], { steps }: OwnAccount): Dec {
  const known = [name, ...groups.map(({ symbol }) => symbol)].flatMap((symbol) => steps[symbol] ?? []);
  return known.length === 0 ? dec(0) : known.map((step) => dec(step)).reduce((least, step) => min(least, step));
}
