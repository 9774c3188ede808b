import type { Time } from '../time.ts';
import { endOfRun, type Decided } from './on-cycle.ts';
import { expired, rejected } from './plan-end.ts';
import type { RiskFacts } from './risk-facts.ts';
import type { PlanRun, Risk } from './risk.ts';
import { advance } from './run-plan.ts';

const nothing = (risk: Risk): Decided => ({ state: risk, commands: [] });
const awaited = ({ plan }: Risk, planId: string): PlanRun | null => (plan !== null && plan.id === planId && plan.status === 'awaiting_approval' ? plan : null);

/** A person lets the plan go that waits for it, as it was proposed. Not during a halt: it would begin then. */
export function approve(risk: Risk, planId: string, { now, halted }: RiskFacts): Decided {
  const run = awaited(risk, planId);
  if (run === null || halted) return nothing(risk);
  if ((run.approvalUntil ?? 0) <= now) return expireApproval(risk, run, now);
  return endOfRun(risk, advance({ ...run, status: 'running', approvalUntil: null }, now), now);
}

/** A person does not want the plan that waits: its loser is left alone for as long as an approval is waited for. */
export function reject(risk: Risk, planId: string, { now, plan }: RiskFacts): Decided {
  const run = awaited(risk, planId);
  if (run === null) return nothing(risk);
  const loser = run.offset.loser.groupId;
  const until = now + (plan.approvalLifeMs ?? run.approvalUntil! - run.startedAt);
  return endOfRun({ ...risk, resting: { ...risk.resting, [loser]: { until, reason: 'rejected', figures: {} } } }, { run: rejected(run, now), commands: [] }, now);
}

/** Ends the plan that waits where nobody has approved it in time. */
export const expireApproval = (risk: Risk, run: PlanRun, now: Time): Decided => ((run.approvalUntil ?? 0) > now ? nothing(risk) : endOfRun(risk, { run: expired(run, now), commands: [] }, now));
