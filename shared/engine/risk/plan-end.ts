import type { Time } from '../time.ts';
import type { PlanRun, PlanStep, StopReason } from './risk.ts';

/** A plan that never began, with every step left out for this reason. */
function dropped(run: PlanRun, status: PlanRun['status'], reason: StopReason, detail: string, now: Time): PlanRun {
  const steps = run.steps.map((step): PlanStep => ({ ...step, state: 'left_out', reason, endedAt: now }));
  return { ...run, status, reason, detail, figures: {}, steps, endedAt: now };
}

/** Nobody has approved the plan in time. */
export const expired = (run: PlanRun, now: Time): PlanRun => dropped(run, 'expired', 'expired', 'nobody has approved it in time', now);

/** A person does not want the plan. */
export const rejected = (run: PlanRun, now: Time): PlanRun => dropped(run, 'rejected', 'rejected', 'a person has rejected it', now);
