import type { Instrument } from '../instrument/instrument.ts';
import { makeTradable, type Tradable, type WishedTrade } from '../instrument/make-tradable.ts';
import { compare } from '../num/units.ts';
import { quantityRemaining } from '../order/apply-fill.ts';
import { workingIn, type PositionGroup } from '../position/position-group.ts';

/**
 * A wished limit exit fitted to the venue's rules. While they refuse it, what works in its slot already stays as it is: the small rest of an
 * order that is nearly filled may fill at the venue, but could never be placed anew.
 */
export function fitExit(group: PositionGroup, slot: string, wish: WishedTrade, instrument: Instrument): Tradable {
  const fitted = makeTradable(wish, instrument);
  if (fitted.ok) return fitted;
  const working = workingIn(group, slot);
  if (working === undefined || working.price === null || compare(quantityRemaining(working), wish.quantity) > 0) return fitted;
  return { ok: true, price: working.price, quantity: quantityRemaining(working) };
}
