import { compare, dec, isZero, money, price, qty, sum, zeroMoney, zeroQty, type Money, type Price, type Qty } from '../num/units.ts';
import type { Leg, PositionGroup, Pyramid, Traded } from './position-group.ts';
import { legsOf } from './position-group.ts';

export const nothingTraded: Traded = { quantity: zeroQty, notional: zeroMoney, fees: zeroMoney };

/** What a leg still holds. */
export const quantityHeld = (leg: Leg): Qty => qty(dec(leg.entered.quantity).minus(leg.exited.quantity));

export const legKey = (pyramid: number, leg: number): string => `${pyramid}:${leg}`;

/** What a reduction and an offset have claimed of a leg and not sold yet. */
export const quantityClaimed = (group: Pick<PositionGroup, 'claims' | 'offset'>, key: string): Qty => qty(dec(group.claims[key] ?? zeroQty).plus(group.offset?.claims[key] ?? zeroQty));

/** What a leg holds and nobody has claimed. */
export const quantityUnclaimed = (group: PositionGroup, pyramid: number, leg: Leg): Qty => qty(dec(quantityHeld(leg)).minus(quantityClaimed(group, legKey(pyramid, leg.index))));

/** What a group still holds: entry fills minus exit fills (invariant 1). */
export const groupQuantity = (group: PositionGroup): Qty => qty(sum(legsOf(group).map(({ leg }) => quantityHeld(leg))));

/** Average price of a leg's entry fills, or null before the first. */
export const priceEntry = (leg: Leg): Price | null => (isZero(leg.entered.quantity) ? null : price(dec(leg.entered.notional).dividedBy(leg.entered.quantity)));

/** The share of a leg's entry total that belongs to `quantity` of it; exact at nothing and at all of it. */
function shareOf(total: Money, quantity: Qty, of: Qty): Money {
  if (isZero(quantity)) return zeroMoney;
  if (compare(quantity, of) === 0) return total;
  return money(dec(total).times(quantity).dividedBy(of));
}

/** Cost of what a leg still holds, at its own average. */
export const costHeld = (leg: Leg): Money => money(dec(leg.entered.notional).minus(shareOf(leg.entered.notional, leg.exited.quantity, leg.entered.quantity)));

export const groupCost = (group: PositionGroup): Money => money(sum(legsOf(group).map(({ leg }) => costHeld(leg))));

/** Average price of what a group still holds, or null when flat. */
export function averagePrice(group: PositionGroup): Price | null {
  const quantity = groupQuantity(group);
  return isZero(quantity) ? null : price(dec(groupCost(group)).dividedBy(quantity));
}

/** Average price of what one pyramid still holds, or null when it holds nothing (A-10, E-10). */
export function pyramidAverage({ legs }: Pyramid): Price | null {
  const quantity = sum(legs.map(quantityHeld));
  return quantity.isZero() ? null : price(sum(legs.map(costHeld)).dividedBy(quantity));
}

/** Average price of everything a group has ever bought (or sold short), or null before the first fill; what a closed group shows. */
export function averageEntered(group: PositionGroup): Price | null {
  const quantity = sum(legsOf(group).map(({ leg }) => leg.entered.quantity));
  return quantity.isZero() ? null : price(sum(legsOf(group).map(({ leg }) => leg.entered.notional)).dividedBy(quantity));
}

/** Realised profit of a leg: exit proceeds minus their cost, their fees and the proportionate entry fees (invariant 6). */
function legPnl(side: PositionGroup['side'], leg: Leg): Money {
  const cost = shareOf(leg.entered.notional, leg.exited.quantity, leg.entered.quantity);
  const entryFees = shareOf(leg.entered.fees, leg.exited.quantity, leg.entered.quantity);
  const gross = side === 'long' ? dec(leg.exited.notional).minus(cost) : dec(cost).minus(leg.exited.notional);
  return money(gross.minus(leg.exited.fees).minus(entryFees));
}

export const pnlRealised = (group: PositionGroup): Money => money(sum(legsOf(group).map(({ leg }) => legPnl(group.side, leg))));

export const feesPaid = (group: PositionGroup): Money => money(sum(legsOf(group).flatMap(({ leg }) => [leg.entered.fees, leg.exited.fees])));

/** Profit that closing everything at `last` would realise, before the fees of that close (E-54). */
export function pnlUnrealised(group: PositionGroup, last: Price): Money {
  const worth = dec(groupQuantity(group)).times(last);
  return money(group.side === 'long' ? worth.minus(groupCost(group)) : dec(groupCost(group)).minus(worth));
}
