import { floorTo } from '../num/rounding.ts';
import { dec, isZero, max, min, money, qty, zeroQty, type Dec, type Decimalish, type Money, type Qty } from '../num/units.ts';
import { applyFill } from '../order/apply-fill.ts';
import type { Fill, Order } from '../order/order.ts';
import { legKey, quantityHeld } from './exposure.ts';
import { noteOutside, takeBack } from './outside.ts';
import type { Time } from '../time.ts';
import { legsOf, type Leg, type PositionGroup, type SoldBeyond, type Traded } from './position-group.ts';

/** Parts of a fee end here, so that sums of them need no more digits than decimals hold. */
const finestFee = '0.000000000000000001';

const add = (traded: Traded, quantity: Dec, notional: Dec, fees: Dec): Traded => ({
  quantity: qty(dec(traded.quantity).plus(quantity)),
  notional: money(dec(traded.notional).plus(notional)),
  fees: money(dec(traded.fees).plus(fees)),
});

/** The fee in quote currency and the base quantity it took, or null where its asset has no price here. */
function feeOf(group: PositionGroup, fill: Fill): { quote: Dec; base: Dec } | null {
  if (fill.feeAsset === group.quote) return { quote: dec(fill.fee), base: dec(0) };
  if (fill.feeAsset === group.base) return { quote: dec(fill.fee).times(fill.price), base: dec(fill.fee) };
  return null;
}

/** What one trade has made of a group. */
export interface Booked {
  group: PositionGroup;
  /** Of the trade, what had been booked as closed by others before: their booking is taken back, the trade stands in its place. */
  takenBack: Qty;
  /** Of the trade, what the group was not known to hold: it is noted, and booked only where an older purchase is heard of later. */
  beyond: Qty;
}

/**
 * The group with one trade of one order counted, each trade once (invariants 1, 4, 6). What the venue did is a fact: a trade that sells
 * more than the group holds is counted as far as it goes, the rest is noted and told; to refuse the news would lose the rest of it too.
 */
export function bookFill(group: PositionGroup, order: Order, fill: Fill): Booked {
  const counted = applyFill(order, fill);
  if (counted === order) return { group, takenBack: zeroQty, beyond: zeroQty };
  const fee = feeOf(group, fill);
  const booked: PositionGroup = {
    ...group,
    orders: group.orders.map((each) => (each.clientOrderId === order.clientOrderId ? counted : each)),
    feesUnpriced: fee === null ? addUnpriced(group.feesUnpriced, fill) : group.feesUnpriced,
  };
  const cost = fee ?? { quote: dec(0), base: dec(0) };
  if (order.role === 'entry') return { group: sellBeyond(bookEntry(booked, order, fill, cost), fill.at), takenBack: zeroQty, beyond: zeroQty };
  return sell(booked, { ...fill, role: order.role, pyramid: order.pyramid, leg: order.leg, fee: money(cost.quote) });
}

/** An exit booked, and what the group was not known to hold noted. */
function sell(group: PositionGroup, exit: SoldBeyond): Booked {
  const { feeLeft, ...booked } = bookExit(group, exit, exit, dec(exit.fee));
  if (isZero(booked.beyond)) return booked;
  const { role, pyramid, leg, price, at } = exit;
  return { ...booked, group: { ...booked.group, beyond: [...(booked.group.beyond ?? []), { role, pyramid, leg, quantity: booked.beyond, price, fee: money(feeLeft), at }] } };
}

/** News may come in any order (invariant 4): what was bought at `at` is sold already where an exit after it was heard of first. A later exit is of what was bought before it. */
function sellBeyond(group: PositionGroup, at: Time): PositionGroup {
  const early = group.beyond?.filter((each) => each.at < at) ?? [];
  return (group.beyond ?? []).filter((each) => each.at >= at).reduce((state, each) => sell(state, each).group, group.beyond === undefined ? group : { ...group, beyond: early });
}

const addUnpriced = (fees: PositionGroup['feesUnpriced'], fill: Fill): PositionGroup['feesUnpriced'] => ({ ...fees, [fill.feeAsset]: dec(fees[fill.feeAsset] ?? '0').plus(fill.fee).toFixed() });

const mapLegs = (group: PositionGroup, change: (pyramid: number, leg: Leg) => Leg): PositionGroup => ({
  ...group,
  pyramids: group.pyramids.map((pyramid) => ({ ...pyramid, legs: pyramid.legs.map((leg) => change(pyramid.index, leg)) })),
});

/** A fee taken in the base asset was never received: quantity and cost are net of it, its worth is a fee. */
function bookEntry(group: PositionGroup, order: Order, fill: Fill, fee: { quote: Dec; base: Dec }): PositionGroup {
  const first = group.pyramids.every((pyramid) => pyramid.legs.every((leg) => dec(leg.entered.quantity).isZero()));
  const received = dec(fill.quantity).minus(fee.base);
  const booked = mapLegs(group, (pyramid, leg) =>
    pyramid === order.pyramid && leg.index === order.leg ? { ...leg, entered: add(leg.entered, received, received.times(fill.price), fee.quote) } : leg,
  );
  const entryFilledAt = Math.max(group.entryFilledAt ?? -Infinity, fill.marketAt ?? fill.at);
  return { ...booked, entryFilledAt, ...(first ? { priceBaseEntry: fill.price } : {}) };
}

/**
 * An exit of one leg sells that leg, a reduction or an offset what it claimed, a close goes through the legs in order. Where two exits met at the
 * venue, what an exit cannot find in its own legs comes from the others; what it cannot find there either, in what was booked as closed by
 * others: that was a conclusion, this is a trade.
 */
function bookExit(group: PositionGroup, order: Pick<Order, 'role' | 'pyramid' | 'leg'>, fill: Pick<Fill, 'quantity' | 'price'>, fee: Dec): Booked & { feeLeft: Dec } {
  const role = order.role === 'entry' ? 'close' : order.role;
  const claims = { ...group.claims };
  const offsetClaims = { ...group.offset?.claims };
  const mine = role === 'reduce' ? claims : role === 'offset' ? offsetClaims : null;
  let left = dec(fill.quantity);
  let feeLeft = fee;
  const take = (from: PositionGroup, most: (key: string, leg: Leg) => Decimalish): PositionGroup =>
    mapLegs(from, (pyramid, leg) => {
      const key = legKey(pyramid, leg.index);
      const part = min(left, min(most(key, leg), quantityHeld(leg)));
      if (!part.greaterThan(0)) return leg;
      left = left.minus(part);
      if (mine !== null) mine[key] = qty(max('0', dec(mine[key] ?? '0').minus(part)));
      // The last part takes what is left of the fee, so that parts always add up to the whole, exactly (invariant 6).
      const partFee: Money = money(left.isZero() ? feeLeft : floorTo(fee.times(part).dividedBy(fill.quantity), finestFee));
      feeLeft = feeLeft.minus(partFee);
      return { ...leg, exited: add(leg.exited, part, part.times(fill.price), dec(partFee)), exitedBy: role };
    });
  const own = (key: string, leg: Leg): Decimalish => {
    if (mine !== null) return mine[key] ?? '0';
    return order.leg === null || key === legKey(order.pyramid ?? 0, order.leg) ? quantityHeld(leg) : '0';
  };
  const all = (_: string, leg: Leg): Decimalish => quantityHeld(leg);
  const sold = take(take(group, own), all);
  const lacking = left;
  const booked = left.isZero() ? sold : take(takeBack(sold, qty(left)), all);
  const claimed = { ...booked, claims: claimsWithin(booked, claims, {}) };
  const after = group.offset == null ? claimed : { ...claimed, offset: { ...group.offset, claims: claimsWithin(claimed, offsetClaims, claimed.claims) } };
  return { group: after, takenBack: qty(lacking.minus(left)), beyond: qty(left), feeLeft };
}

/** The group less what was closed without an order of ours, leg by leg as a close goes through them. */
export const bookOutside = (group: PositionGroup, sold: Pick<Fill, 'quantity' | 'price' | 'fee'>): PositionGroup => noteOutside(group, bookExit(group, { role: 'close', pyramid: null, leg: null }, sold, dec(sold.fee)).group);

/** Claims of what is still held, less what others have claimed before: a take-profit that filled first beats a reduction. */
const claimsWithin = (group: PositionGroup, claims: PositionGroup['claims'], before: PositionGroup['claims']): PositionGroup['claims'] =>
  Object.fromEntries(
    legsOf(group).flatMap(({ pyramid, leg }) => {
      const key = legKey(pyramid.index, leg.index);
      const claim = min(claims[key] ?? '0', dec(quantityHeld(leg)).minus(before[key] ?? '0'));
      return claim.isZero() ? [] : [[key, qty(claim)]];
    }),
  );
