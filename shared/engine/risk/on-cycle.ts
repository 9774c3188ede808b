import type { Figures } from '../figures.ts';
import type { RiskCommand, Tell } from '../messages/commands.ts';
import type { SaidCode } from '../messages/said.ts';
import { isPositive } from '../num/units.ts';
import type { Time } from '../time.ts';
import { cycleRecord, unmetWords, type CycleRecord, type IdleReason, type Told } from './cycle-record.ts';
import { afterRound, freshCycle, selectOffset } from './offset-selection.ts';
import { expired } from './plan-end.ts';
import { flagged, withoutGone, type RiskFacts } from './risk-facts.ts';
import { groupName } from './risk-group.ts';
import type { PlanRun, PlanStep, Risk, RiskTrigger } from './risk.ts';
import { advance, newRun, winnersRealised, type Ran } from './run-plan.ts';

/** What one event came to. */
export interface Decided {
  state: Risk;
  commands: RiskCommand[];
  cycle?: CycleRecord;
  /** Plans that are over and stand in the state no more. */
  ended?: PlanRun[];
}

/** Who asks for a cycle. */
export interface Asked {
  trigger: RiskTrigger;
  groupId: string | null;
  requestId: string | null;
}

/** How long a group is left alone that a plan has failed with. */
const restMs = 5 * 60_000;
/** Plans with a step that was never answered; far more than can be. */
const unansweredMax = 5;

/**
 * One round: the first loser that can be paid for is, by the winners of this moment (A-85). While a plan runs, or new exposure is halted,
 * nothing is begun. A cycle that finds nobody more is complete, and takes the flags of those it has skipped with it.
 */
export function runCycle(before: Risk, asked: Asked, facts: RiskFacts): Decided {
  if (asked.trigger === 'next_round' && before.cycle === null) return { state: before, commands: [] };
  const over = before.plan !== null && before.plan.status === 'awaiting_approval' && (before.plan.approvalUntil ?? 0) <= facts.now ? expired(before.plan, facts.now) : null;
  const risk = withoutGone(over === null ? before : { ...before, plan: null }, facts);
  const decided = chooseOffset(risk, asked, facts);
  return over === null ? decided : { ...decided, ended: [over, ...(decided.ended ?? [])] };
}

function chooseOffset(risk: Risk, { trigger, groupId, requestId }: Asked, facts: RiskFacts): Decided {
  const { now, plan } = facts;
  const groups = flagged(risk, facts.book, now);
  const asking = groupId === null ? 'cycle' : 'now';
  const record = (outcome: CycleRecord['outcome'], reason: IdleReason | null, words: string, more: Partial<Pick<Told, 'figures' | 'planId' | 'passedOver'>> = {}): CycleRecord =>
    cycleRecord(groups, facts, asking, { trigger, requestId, outcome, reason, words, figures: {}, planId: null, passedOver: [], ...more });
  if (risk.plan !== null) {
    const reason = risk.plan.status === 'awaiting_approval' ? 'awaiting_approval' : 'plan_running';
    return { state: risk, commands: [], cycle: record('busy', reason, `Plan ${risk.plan.id} ${reason === 'plan_running' ? 'is being carried out' : 'waits for approval'}`, { planId: risk.plan.id, figures: { plan: risk.plan.id } }) };
  }
  if (facts.halted) return { state: unchanged(risk, { ...risk, cycle: null }), commands: [], cycle: record('blocked', 'halted', 'New exposure is halted: no offset begins') };
  const { startedAt, progress } = risk.cycle ?? { startedAt: now, progress: freshCycle };
  const outcome = selectOffset(groups, plan, now, groupId === null ? { type: 'cycle', progress } : { type: 'now', groupId });
  if (outcome.plan === null) {
    const loser = groupId === null ? undefined : groups.find((group) => group.groupId === groupId);
    const why = loser === undefined ? [] : unmetWords(loser, facts, 'now');
    const words = why.length === 0 ? outcome.words : `${outcome.words}: ${why.join('; ')}`;
    return { state: groupId === null ? completed(risk, startedAt) : risk, commands: [], cycle: record('idle', outcome.reason, words, { figures: outcome.figures, passedOver: outcome.passedOver }) };
  }
  const id = `${risk.userId}-${risk.plans + 1}`;
  const run = newRun(id, trigger, outcome.plan, facts.book, now);
  const next: Risk = { ...risk, plans: risk.plans + 1, cycle: groupId === null ? { startedAt, progress: afterRound(progress, outcome.plan) } : risk.cycle };
  const cycle = record('acted', null, outcome.words, { planId: id, passedOver: outcome.passedOver });
  if (plan.approvalLifeMs != null) {
    const approvalUntil = now + plan.approvalLifeMs;
    const waiting: PlanRun = { ...run, status: 'awaiting_approval', approvalUntil };
    const until = new Date(approvalUntil).toISOString();
    const commands: RiskCommand[] = [tell('alert', `Plan ${id} waits for approval until ${until}: ${outcome.words}`, 'plan_awaits', { ...figuresOfPlan(run), until }), { type: 'wake-at', at: approvalUntil, key: `risk:${id}:approval` }];
    return { state: { ...next, plan: waiting }, commands, cycle };
  }
  const begun = endOfRun(next, advance(run, now), now);
  return { ...begun, commands: [tell('info', `Plan ${id}: ${outcome.words}`, 'plan_begun', figuresOfPlan(run)), ...begun.commands], cycle };
}

const unchanged = (risk: Risk, next: Risk): Risk => (JSON.stringify(risk) === JSON.stringify(next) ? risk : next);

/** A cycle that is complete takes with it the flags that were set before it began. */
function completed(risk: Risk, startedAt: Time): Risk {
  const skipOnce = Object.fromEntries(Object.entries(risk.skipOnce).filter(([, since]) => since > startedAt));
  return unchanged(risk, { ...risk, skipOnce, cycle: null });
}

const tell = (level: Tell['level'], message: string, code: SaidCode, figures: Figures): Tell => ({ type: 'tell', level, category: 'risk', message, said: { code, figures } });

const namesOf = (run: PlanRun, role: 'winner' | 'loser'): string => run.steps.filter((step) => step.role === role).map(groupName).join(', ');
const figuresOfPlan = (run: PlanRun): Figures => ({ plan: run.id, winners: namesOf(run, 'winner'), loser: namesOf(run, 'loser'), covered: run.offset.coveredUsd, required: run.offset.requiredUsd });

/** Faults that say that a group cannot be dealt with now, and not merely that its position has changed. */
const tiring: ReadonlySet<string> = new Set(['refused_by_venue', 'no_answer', 'too_small', 'group_busy']);

/** Was something of winners sold that paid for nothing? The next cycle would sell the next slice for the same loser, and so on, until they are used up. */
const soldInVain = ({ steps }: PlanRun, { role, reason }: PlanStep): boolean =>
  role === 'loser' && (reason === 'not_covered' || reason === 'nothing_realised') && steps.some((step) => step.role === 'winner' && isPositive(step.closed.quantity));

/** The risk engine with its plan as it has come further; where it has ended, the next round of its cycle follows. */
export function endOfRun(risk: Risk, { run, commands }: Ran, now: Time): Decided {
  if (run.endedAt === null) return { state: { ...risk, plan: run }, commands };
  const resting = Object.fromEntries(
    run.steps.flatMap((step) => {
      const { groupId, reason, figures } = step;
      return reason !== null && (tiring.has(reason) || soldInVain(run, step)) ? [[groupId, { until: now + restMs, reason, figures: figures ?? {} }]] : [];
    }),
  );
  // A-14: after too much slippage nobody more is closed in this cycle.
  const goesOn = risk.cycle !== null && !run.steps.some(({ slipped }) => slipped === 'reject');
  const next: Risk = {
    ...(risk.cycle === null || goesOn ? risk : completed(risk, risk.cycle.startedAt)),
    plan: null,
    resting: { ...risk.resting, ...resting },
    unanswered: run.steps.some(({ reason }) => reason === 'no_answer') ? [...risk.unanswered, run].slice(-unansweredMax) : risk.unanswered,
  };
  const said = tell(run.status === 'completed' || run.status === 'rejected' ? 'info' : 'warn', sentence(run), 'plan_ended', figuresOfEnd(run));
  return { state: next, commands: [...commands, said, ...(goesOn ? [nextRound(run)] : [])], ended: [run] };
}

const nextRound = ({ id }: PlanRun): RiskCommand => ({ type: 'tell-risk', event: { type: 'cycle', trigger: 'next_round' }, key: `risk:${id}:next` });

function figuresOfEnd(run: PlanRun): Figures {
  const closed = run.steps.at(-1)?.closed;
  return { ...run.figures, ...figuresOfPlan(run), status: run.status, reason: run.reason ?? '', realised: winnersRealised(run), closed: closed?.quantity ?? '0', cost: closed?.realisedUsd ?? '0' };
}

const sentence = (run: PlanRun): string => {
  const loser = run.steps.at(-1);
  const figures = `winners brought in ${winnersRealised(run)} of ${run.offset.requiredUsd} USD, the loser closed ${loser?.closed.quantity ?? '0'} of ${groupName(loser ?? {})} for ${loser?.closed.realisedUsd ?? '0'} USD`;
  return `Plan ${run.id} is ${run.status}: ${figures}${run.detail === null ? '' : `; ${run.detail}`}`;
};
