import type { Instrument } from '../instrument/instrument.ts';
import { isPositive } from '../num/units.ts';
import { priceEntry, quantityUnclaimed } from '../position/exposure.ts';
import { legsOf, slotOf, type PositionGroup } from '../position/position-group.ts';
import { fitExit } from './fit-exit.ts';
import { takeProfitPrice } from './take-profit-price.ts';
import type { Wishes } from './wished-order.ts';

/**
 * One resting take-profit per leg for all it holds, at its average fill price plus its own target. While the
 * quantity is below the venue's minimum it is carried, with the reason (E-11).
 */
export function perLegExits(group: PositionGroup, instrument: Instrument): Wishes {
  const wishes: Wishes = { orders: [], held: {} };
  for (const { pyramid, leg } of legsOf(group)) {
    const entry = priceEntry(leg);
    const quantity = quantityUnclaimed(group, pyramid.index, leg);
    if (entry === null || !isPositive(quantity)) continue;
    const slot = slotOf('take-profit', pyramid.index, leg.index);
    const fitted = fitExit(group, slot, { type: 'limit', price: takeProfitPrice(group.side, entry, leg.tpPercent), quantity, reduceOnly: group.market === 'usdm' }, instrument);
    if (!fitted.ok) {
      wishes.held[slot] = `${fitted.code}: ${fitted.detail}`;
      continue;
    }
    wishes.orders.push({
      role: 'take-profit',
      pyramid: pyramid.index,
      leg: leg.index,
      side: group.side === 'long' ? 'sell' : 'buy',
      type: 'limit',
      price: fitted.price,
      quantity: fitted.quantity,
      reduceOnly: group.market === 'usdm',
    });
  }
  return wishes;
}
