import type { Figures } from '../figures.ts';
import type { RiskCommand } from '../messages/commands.ts';
import { compare, dec, money, qty, sum, zeroMoney, zeroQty, type Money } from '../num/units.ts';
import type { OffsetResult } from '../position/offset-work.ts';
import type { Time } from '../time.ts';
import type { LoserClose, OffsetPlan, WinnerClose } from './offset-plan.ts';
import { loserAfterWinners } from './offset-selection.ts';
import type { BookRow } from './risk-facts.ts';
import { groupName } from './risk-group.ts';
import type { PlanRun, PlanStep, RiskTrigger, StepFigures, StopReason } from './risk.ts';

/** A plan after something has happened to it. It has ended where its status says so. */
export interface Ran {
  run: PlanRun;
  commands: RiskCommand[];
}

/** How long after a request its group is asked again: its answer is stored with the fill, so this is for what nobody has thought of. */
const askAgainMs = [15_000, 30_000, 60_000, 120_000];
/** How long a plan waits for a step. The order goes on being followed by its group; the plan goes on without it, and books the answer when it comes. */
const patienceMs = 5 * 60_000;

const nothingClosed: StepFigures = { quantity: zeroQty, realisedUsd: zeroMoney, feesUsd: zeroMoney, priceAverage: null, slippagePercent: null };

const namesOf = (row: BookRow | undefined): Pick<PlanStep, 'symbol' | 'timeframe' | 'side'> => (row === undefined ? { symbol: '' } : { symbol: row.symbol, timeframe: row.timeframe, side: row.side });

/** A plan that has not begun. */
export function newRun(id: string, trigger: RiskTrigger, offset: OffsetPlan, book: readonly BookRow[], now: Time): PlanRun {
  const rowOf = (groupId: string): BookRow | undefined => book.find((row) => row.groupId === groupId);
  const stepOf = (role: PlanStep['role'], close: WinnerClose | LoserClose, step: number): PlanStep => ({
    ...{ step, role, groupId: close.groupId, ...namesOf(rowOf(close.groupId)), whole: close.whole, quantityPlanned: close.closeQuantity, plannedUsd: close.realisedUsd },
    usdPerQuote: rowOf(close.groupId)?.usdPerQuote ?? ('1' as BookRow['usdPerQuote'] & string),
    ...{ state: 'pending', quantityAsked: null, wholeAsked: false, attempt: 0, askedAt: null, endedAt: null, closed: nothingClosed, slipped: null, reason: null, detail: null },
  });
  const steps = [...offset.winners.map((winner, index) => stepOf('winner', winner, index)), stepOf('loser', offset.loser, offset.winners.length)];
  return { id, status: 'running', trigger, offset, steps, startedAt: now, endedAt: null, approvalUntil: null, reason: null, detail: null };
}

const withStep = (run: PlanRun, step: PlanStep): PlanRun => ({ ...run, steps: run.steps.map((each) => (each.step === step.step ? step : each)) });

/** Tells a group what to close, and looks again after a while. */
function ask(run: PlanRun, step: PlanStep, now: Time): Ran {
  const { attempt, role, groupId, quantityAsked, wholeAsked } = step;
  const key = `risk:${run.id}:${step.step}`;
  return {
    run: withStep(run, step),
    commands: [
      { type: 'tell-group', groupId, event: { type: 'offset-requested', planId: run.id, step: step.step, role, quantity: quantityAsked ?? zeroQty, whole: wholeAsked, attempt }, key: attempt === 0 ? key : `${key}:${attempt}` },
      { type: 'wake-at', at: now + (askAgainMs[Math.min(attempt, askAgainMs.length - 1)] ?? patienceMs), key: `${key}:look:${attempt}` },
    ],
  };
}

const begin = (run: PlanRun, step: PlanStep, now: Time, { quantity, whole } = { quantity: step.quantityPlanned, whole: step.whole }): Ran => ask(run, { ...step, state: 'asked', quantityAsked: quantity, wholeAsked: whole, askedAt: now }, now);

const winnersOf = (run: PlanRun): PlanStep[] => run.steps.filter(({ role }) => role === 'winner');
/** What the winners have really brought in. */
export const winnersRealised = (run: PlanRun): Money => money(sum(winnersOf(run).map(({ closed }) => closed.realisedUsd)));
const asPlanned = ({ state, slipped }: PlanStep): boolean => state === 'done' && slipped === null;

/** The next thing a plan has to do, or its end. */
export function advance(run: PlanRun, now: Time): Ran {
  const slipped = winnersOf(run).some((step) => step.slipped === 'reject');
  const left: PlanRun = slipped ? { ...run, steps: run.steps.map((step) => (step.role === 'winner' && step.state === 'pending' ? { ...step, state: 'left_out', reason: 'slippage_exceeded', endedAt: now } : step)) } : run;
  const next = left.steps.find(({ state }) => state === 'pending');
  if (left.steps.some(({ state }) => state === 'asked')) return { run: left, commands: [] };
  if (next === undefined) return { run: ended(left, now), commands: [] };
  if (next.role === 'winner') return begin(left, next, now);
  const realised = winnersRealised(left);
  const share = loserAfterWinners(left.offset, realised, winnersOf(left).every(asPlanned));
  if (dec(share.quantity).greaterThan(0)) return begin(left, next, now, share);
  const reason: StopReason = dec(realised).greaterThan(0) ? 'not_covered' : 'nothing_realised';
  const figures = { realised, required: left.offset.requiredUsd };
  const detail = `its winners brought in ${realised} of ${figures.required} USD`;
  return { run: ended(withStep(left, { ...next, state: 'left_out', reason, detail, figures, endedAt: now }), now), commands: [] };
}

/** The end of a plan whose steps have all ended, told by what they came to. */
function ended(run: PlanRun, now: Time): PlanRun {
  const loser = run.steps.at(-1);
  const off = run.steps.find((step) => !(step.role === 'winner' ? asPlanned(step) : step.state === 'done'));
  const whole = run.steps.every(({ state }) => state === 'done') && compare(loser?.quantityAsked ?? '0', loser?.quantityPlanned ?? '0') >= 0;
  const some = dec(loser?.closed.quantity ?? '0').greaterThan(0);
  if (whole) return { ...run, status: 'completed', endedAt: now };
  const cause = loser?.state === 'done' ? off : (loser ?? off);
  return { ...run, status: some ? 'partly' : 'stopped', ...whyOf(cause), endedAt: now };
}

/** Why a plan came to less, by the step that was the cause. Without one a winner was answered for after the loser had been asked. */
function whyOf(cause: PlanStep | undefined): Pick<PlanRun, 'reason' | 'detail' | 'figures'> {
  if (cause === undefined) return { reason: 'answered_late', detail: 'the loser was closed by what its winners had brought in by then', figures: {} };
  const { step, role, reason, detail, slipped, state, closed } = cause;
  const percent = closed.slippagePercent ?? '';
  const told = detail ?? (slipped === null ? reason : `slipped ${percent} %`) ?? state;
  return { reason: reason ?? (slipped === null ? null : 'slippage_exceeded'), detail: `${role} ${groupName(cause)}: ${told}`, figures: { ...cause.figures, ...(slipped === null ? {} : { percent }), step: String(step) } };
}

/** What a group has answered, in USD. */
const figuresOf = ({ sold, priceAverage, slippagePercent }: OffsetResult, { usdPerQuote }: PlanStep): StepFigures => ({
  quantity: qty(sold.quantity),
  realisedUsd: money(dec(sold.realised).times(usdPerQuote)),
  feesUsd: money(dec(sold.fees).times(usdPerQuote)),
  priceAverage,
  slippagePercent,
});

const figuresOfAnswer = ({ figures, slipped, slippagePercent }: OffsetResult): Figures => ({ ...figures, ...(slipped === null ? {} : { percent: slippagePercent ?? '' }) });

/** The plan with a step's answer booked; the same plan where it was heard before. */
export function answered(run: PlanRun, groupId: string, result: OffsetResult, now: Time): PlanRun {
  const step = run.steps.find((each) => each.step === result.step && each.groupId === groupId);
  if (step === undefined || !(step.state === 'asked' || step.reason === 'no_answer')) return run;
  return withStep(run, {
    ...step,
    state: result.outcome === 'closed' ? 'done' : 'failed',
    closed: figuresOf(result, step),
    slipped: result.slipped,
    reason: result.reason ?? (result.slipped === 'reject' ? 'slippage_exceeded' : null),
    detail: result.detail,
    figures: figuresOfAnswer(result),
    endedAt: now,
  });
}

/** A while has passed: whoever was asked is asked again, and in the end waited for no longer. */
export function lookAgain(run: PlanRun, now: Time): Ran {
  const step = run.steps.find(({ state }) => state === 'asked');
  if (step === undefined || step.askedAt === null) return { run, commands: [] };
  const waited = now - step.askedAt;
  if (waited >= patienceMs) {
    const figures = { seconds: String(Math.round(waited / 1000)) };
    const failed: PlanStep = { ...step, state: 'failed', reason: 'no_answer', detail: `no answer for ${figures.seconds} s; what is on its way to the venue goes on`, figures, endedAt: now };
    return advance(withStep(run, failed), now);
  }
  const due = askAgainMs.slice(0, step.attempt + 1).reduce((total, ms) => total + ms, 0);
  return waited >= due ? ask(run, { ...step, attempt: step.attempt + 1 }, now) : { run, commands: [] };
}
