import { entriesWaiting } from '../position/milestones.ts';
import type { PositionGroup, Pyramid } from '../position/position-group.ts';
import type { Time } from '../time.ts';
import type { RiskPlan } from './risk-plan.ts';

/** How far a group is on the way to being offset. */
export interface RiskTimer {
  /** Zero-based: 4 with all five entries. */
  pyramidCount: number;
  /** The count at which it is full. */
  pyramidsRequired: number;
  /** Entry legs that wait, rest at the venue or are partly filled. */
  entriesWaiting: number;
  /** When its pyramids were complete; null before. */
  fullSince: Time | null;
  /** It is left alone up to and including this moment; null before it is full, and where the plan does not wait. */
  expiresAt: Time | null;
}

/** A group that was opened with fewer pyramids than are required today is full when it has all of its own. */
const requiredOf = (group: PositionGroup, plan: RiskPlan): number => Math.min(plan.pyramidsRequired, group.entryPlan.maxPyramids - 1);

/** A group's risk timer under a plan, read from its pyramids' milestones (E-18, A-04, A-05, A-84). */
export function riskTimer(group: PositionGroup, plan: RiskPlan): RiskTimer {
  const pyramidsRequired = requiredOf(group, plan);
  const startOf = ({ addedAt, completeAt }: Pyramid): Time | null => (plan.timerStart === 'all_submitted' ? addedAt : completeAt) ?? null;
  const full = group.pyramids.slice(plan.fullRequired ? pyramidsRequired : 0);
  const fullSince = full.reduce<Time | null>((since, pyramid) => (plan.restartOnPyramid ? startOf(pyramid) : (since ?? startOf(pyramid))), null);
  return {
    pyramidCount: group.pyramids.length - 1,
    pyramidsRequired,
    entriesWaiting: entriesWaiting(group),
    fullSince,
    expiresAt: fullSince === null || plan.waitMs === null ? null : fullSince + plan.waitMs,
  };
}
