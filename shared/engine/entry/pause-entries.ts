import type { Instrument } from '../instrument/instrument.ts';
import type { WishedOrder } from '../exit/wished-order.ts';
import { slotOf, workingIn, type PositionGroup } from '../position/position-group.ts';
import type { Time } from '../time.ts';
import { entryTypeOf, fitLeg } from './grid.ts';

/** What the pause of entries depends on. */
export interface RuleFacts {
  now: Time;
  instrument: Instrument;
  /** The venue's rules should have been fetched anew and could not be: nothing new is entered by them. */
  rulesInDoubt?: boolean;
}

/** Entries that may go now, why others may not, and when to look again. */
export interface PausedEntries {
  orders: WishedOrder[];
  held: Record<string, string>;
  lookAt: Time | null;
}

const reason = 'missing_precision';
/** While entries are paused the group looks again at every multiple of this, so that many wishes to look are one. */
const lookEveryMs = 5_000;
/** A wish to look may be heard by a process whose clock is this far behind; it must not be the same wish again, which would be dropped. */
const aheadMs = 1_000;

/** Holds back entries that are not at the venue yet while its rules are in doubt. Exits are never held for that. */
export function pauseEntries(group: PositionGroup, wishes: WishedOrder[], { now, rulesInDoubt }: RuleFacts): PausedEntries {
  if (rulesInDoubt !== true) return { orders: wishes, held: {}, lookAt: null };
  const slots = wishes.map((wish) => slotOf(wish.role, wish.pyramid, wish.leg));
  const paused = slots.filter((slot) => workingIn(group, slot) === undefined);
  return {
    orders: wishes.filter((_, index) => !paused.includes(slots[index] ?? '')),
    held: Object.fromEntries(paused.map((slot) => [slot, `${reason}: the rules of ${group.symbol} could not be fetched anew; the order goes out when they are`])),
    lookAt: paused.length === 0 ? null : (Math.floor((now + aheadMs) / lookEveryMs) + 1) * lookEveryMs,
  };
}

/** Legs whose entry was paused, fitted to the rules that have come. */
export function resumeEntries(group: PositionGroup, { instrument, rulesInDoubt }: RuleFacts): PositionGroup {
  const wasPaused = (pyramid: number, leg: number): boolean => group.held[slotOf('entry', pyramid, leg)]?.startsWith(reason) === true;
  if (rulesInDoubt === true || !group.pyramids.some((pyramid) => pyramid.legs.some((leg) => wasPaused(pyramid.index, leg.index)))) return group;
  return {
    ...group,
    pyramids: group.pyramids.map((pyramid) => ({
      ...pyramid,
      legs: pyramid.legs.map((leg) =>
        leg.blocked === null && leg.priceLimit !== null && wasPaused(pyramid.index, leg.index) ? fitLeg(group.side, entryTypeOf(group.entryPlan, leg.index), leg, pyramid.entryPrice, pyramid.capital, instrument) : leg,
      ),
    })),
  };
}
