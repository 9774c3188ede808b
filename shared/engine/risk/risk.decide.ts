import { unreachable } from '../assert.ts';
import type { RiskCommand } from '../messages/commands.ts';
import type { RiskEvent } from '../messages/events.ts';
import type { Time } from '../time.ts';
import type { CycleRecord } from './cycle-record.ts';
import { approve, expireApproval, reject } from './approve-plan.ts';
import { endOfRun, runCycle, type Decided } from './on-cycle.ts';
import type { RiskFacts } from './risk-facts.ts';
import type { PlanRun, Risk } from './risk.ts';
import { advance, answered, lookAgain } from './run-plan.ts';

/** The risk engine's next state, what must be carried out for it, and what is recorded. Pure. */
export interface RiskDecision {
  state: Risk;
  commands: RiskCommand[];
  /** What a cycle saw; null where the event is none. */
  cycle: CycleRecord | null;
  /** Plans that are new or have come further. */
  actions: PlanRun[];
}

/** What one event means to a user's risk engine: one case per event. */
export function decideRisk(state: Risk, event: RiskEvent, facts: RiskFacts): RiskDecision {
  const { cycle = null, ...told } = hear(state, event, facts);
  const before = new Set([state.plan, ...state.unanswered]);
  const actions = [...(told.ended ?? []), told.state.plan, ...told.state.unanswered].filter((run): run is PlanRun => run !== null && !before.has(run));
  return { state: told.state, commands: told.commands, cycle, actions: [...new Map(actions.map((run) => [run.id, run])).values()] };
}

function hear(risk: Risk, event: RiskEvent, facts: RiskFacts): Decided {
  switch (event.type) {
    case 'cycle':
      return runCycle(risk, { trigger: event.trigger, groupId: null, requestId: null }, facts);
    case 'run-now':
      return runCycle(risk, { trigger: 'run_now', groupId: event.groupId, requestId: event.requestId }, facts);
    case 'offset-answered':
      return hearAnswer(risk, event, facts);
    case 'skip-once':
      return { state: { ...risk, skipOnce: { ...risk.skipOnce, [event.groupId]: facts.now } }, commands: [] };
    case 'block':
      return { state: event.groupId in risk.blocked ? risk : { ...risk, blocked: { ...risk.blocked, [event.groupId]: facts.now } }, commands: [] };
    case 'unblock':
      return { state: event.groupId in risk.blocked ? { ...risk, blocked: without(risk.blocked, event.groupId) } : risk, commands: [] };
    case 'approve':
      return approve(risk, event.planId, facts);
    case 'reject':
      return reject(risk, event.planId, facts);
    case 'timer':
      return lookAround(risk, facts.now);
    default:
      return unreachable(event);
  }
}

const without = (record: Record<string, Time>, key: string): Record<string, Time> => Object.fromEntries(Object.entries(record).filter(([each]) => each !== key));

/** The answer of a group, to the plan that runs or to one that could not wait for it. */
function hearAnswer(risk: Risk, { groupId, result }: Extract<RiskEvent, { type: 'offset-answered' }>, { now }: RiskFacts): Decided {
  const late = risk.unanswered.find(({ id }) => id === result.planId);
  if (late !== undefined) {
    const booked = answered(late, groupId, result, now);
    const waits = booked.steps.some(({ reason }) => reason === 'no_answer');
    return { state: { ...risk, unanswered: risk.unanswered.flatMap((run) => (run !== late ? [run] : waits ? [booked] : [])) }, commands: [], ended: booked === late ? [] : [booked] };
  }
  if (risk.plan?.id !== result.planId) return { state: risk, commands: [] };
  const booked = answered(risk.plan, groupId, result, now);
  return booked === risk.plan ? { state: risk, commands: [] } : endOfRun(risk, advance(booked, now), now);
}

function lookAround(risk: Risk, now: Time): Decided {
  if (risk.plan === null) return { state: risk, commands: [] };
  if (risk.plan.status === 'awaiting_approval') return expireApproval(risk, risk.plan, now);
  const ran = lookAgain(risk.plan, now);
  return ran.run === risk.plan ? { state: risk, commands: [] } : endOfRun(risk, ran, now);
}
