import { nearest } from '../num/rounding.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { Money, Price, Ratio } from '../num/units.ts';
import type { Time } from '../time.ts';
import { loserEligibility, winnerEligibility, type Asking } from './offset-eligibility.ts';
import type { RiskGroup } from './risk-group.ts';
import type { RiskPlan } from './risk-plan.ts';

/** A group whose figures are all known. */
export interface Contender extends RiskGroup {
  priceLast: Price;
  pnlUsd: Money;
  pnlPercent: Ratio;
  rules: Instrument;
}

const isContender = (group: RiskGroup): group is Contender => group.priceLast !== null && group.pnlUsd !== null && group.pnlPercent !== null && group.rules !== null;

// noise of a division must not tell apart what is equal to people.
const byPercent = (a: Contender, b: Contender): number => nearest(a.pnlPercent, 4).comparedTo(nearest(b.pnlPercent, 4));
const byUsd = (a: Contender, b: Contender): number => nearest(a.pnlUsd, 2).comparedTo(nearest(b.pnlUsd, 2));
const byAge = (a: Contender, b: Contender): number => a.openedAt - b.openedAt;
/** Ids are numbered in one series, so the shorter is the earlier and equal lengths compare as text. */
const byId = (a: Contender, b: Contender): number => a.groupId.length - b.groupId.length || (a.groupId < b.groupId ? -1 : 1);

/** Eligible losers, first the one that is paid for first: deepest percent, then most dollars, then oldest (R-163 to R-165, E-16). */
export const rankedLosers = (groups: readonly RiskGroup[], plan: RiskPlan, now: Time, asking: Asking = 'cycle'): Contender[] =>
  groups
    .filter(isContender)
    .filter((group) => loserEligibility(group, plan, now, asking).eligible)
    .sort((a, b) => byPercent(a, b) || byUsd(a, b) || byAge(a, b) || byId(a, b));

/** Eligible winners, first the one that pays first: most dollars, then oldest (R-167, E-14). */
export const rankedWinners = (groups: readonly RiskGroup[]): Contender[] =>
  groups
    .filter(isContender)
    .filter((group) => winnerEligibility(group).eligible)
    .sort((a, b) => byUsd(b, a) || byAge(a, b) || byId(a, b));
