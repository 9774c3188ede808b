import { entryEnded, fitToRealEntry } from '../entry/planned-entries.ts';
import type { Instrument } from '../instrument/instrument.ts';
import { floorTo } from '../num/rounding.ts';
import { isZero } from '../num/units.ts';
import { isSettled } from '../order/apply-fill.ts';
import type { Time } from '../time.ts';
import { groupQuantity, quantityHeld } from './exposure.ts';
import { everFilled } from './group-status.ts';
import { legsOf, slotOf, workingIn, type PositionGroup } from './position-group.ts';

/** Legs that waited for the first leg's real fill, fitted to it. */
export const fitWaitingLegs = (group: PositionGroup, instrument: Instrument): PositionGroup => ({
  ...group,
  pyramids: group.pyramids.map((pyramid) => fitToRealEntry(group, pyramid, instrument)),
});

/**
 * No leg holds what could be sold on its own: less than one step, which is what fees in the base asset leave behind, or less than the
 * minimum and nothing more to come.
 */
export const isDust = (group: PositionGroup, instrument: Instrument): boolean =>
  legsOf(group).every(({ pyramid, leg }) => {
    const sellable = floorTo(quantityHeld(leg), instrument.stepSize);
    return sellable.isZero() || (sellable.lessThan(instrument.quantityMin) && workingIn(group, slotOf('entry', pyramid.index, leg.index)) === undefined);
  });

/** With a common target the position is sold as one: what no leg could sell on its own, after a reduction, together still can. */
function sellableWhole(group: PositionGroup, instrument: Instrument): boolean {
  if (group.exitPlan.kind === 'per_leg' || group.exitPlan.kind === 'hybrid') return false;
  const sellable = floorTo(groupQuantity(group), instrument.stepSize);
  return sellable.greaterThan(0) && sellable.greaterThanOrEqualTo(instrument.quantityMin);
}

/**
 * Begins the end of a group that has nothing left to do: everything bought is sold again, or no entry leg came through.
 */
export function closeFlatGroup(group: PositionGroup, instrument: Instrument, now: Time): PositionGroup {
  if (group.windDown !== null) return group;
  const ended = legsOf(group).every(({ pyramid, leg }) => entryEnded(group, pyramid, leg));
  if (everFilled(group)) {
    const exits = group.orders.filter((order) => order.role !== 'entry');
    // A first trickle of an entry may be less than a step; it is no end while more can come.
    const flat = isDust(group, instrument) && !sellableWhole(group, instrument) && exits.every(isSettled) && (ended || exits.length > 0 || isZero(groupQuantity(group)));
    return flat && (ended || group.exitPlan.closeWhenFlat) ? { ...group, windDown: { reason: 'take_profit', signalId: null, slippageMaxPercent: null, at: now } } : group;
  }
  return ended ? { ...group, windDown: { reason: 'entries_ended', signalId: null, slippageMaxPercent: null, at: now } } : group;
}
