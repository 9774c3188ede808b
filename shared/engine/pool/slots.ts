import { entryEnded } from '../entry/planned-entries.ts';
import { legsOf, slotOf, workingIn, type PositionGroup } from '../position/position-group.ts';
import type { PoolSettings } from './pool-settings.ts';
import type { OpenGroup } from './pool.ts';

/** What a user's open groups consist of, as far as slots go. */
export interface Occupancy {
  groups: number;
  /** Pyramids after the first of their group. */
  continuations: number;
  /** Legs whose entry is not over yet. */
  legsOpen: number;
}

export const nothingOpen: Occupancy = { groups: 0, continuations: 0, legsOpen: 0 };

/** What these groups and those elsewhere come to. Asked for everybody who waits, so it makes no object per group. */
export function occupancyOf(open: readonly Pick<OpenGroup, 'pyramids' | 'legsOpen'>[], elsewhere: Occupancy = nothingOpen): Occupancy {
  let { continuations, legsOpen } = elsewhere;
  for (const group of open) {
    continuations += group.pyramids - 1;
    legsOpen += group.legsOpen;
  }
  return { groups: elsewhere.groups + open.length, continuations, legsOpen };
}

/** Does anything but groups take slots? Then more must be read than how many are open. */
export const countsParts = ({ pyramidsCount, legsCount }: Pick<PoolSettings, 'pyramidsCount' | 'legsCount'>): boolean => pyramidsCount || legsCount;

/**
 * Slots that are taken: groups, and continuations and open legs where they count. An entry goes while fewer are taken than there
 * are; with legs counted its own may then take more than were free, because no ladder is opened in part.
 */
export const slotsTaken = (occupancy: Occupancy, { pyramidsCount, legsCount }: Pick<PoolSettings, 'pyramidsCount' | 'legsCount'>): number =>
  occupancy.groups + (pyramidsCount ? occupancy.continuations : 0) + (legsCount ? occupancy.legsOpen : 0);

/** Legs of a group whose entry may still be filled: of one that winds down only those at the venue. */
export const legsOpenOf = (group: PositionGroup): number =>
  legsOf(group).filter(({ pyramid, leg }) => (group.windDown === null ? !entryEnded(group, pyramid, leg) : workingIn(group, slotOf('entry', pyramid.index, leg.index)) !== undefined)).length;
