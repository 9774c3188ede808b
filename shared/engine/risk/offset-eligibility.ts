import { compare, isPositive, type Decimalish } from '../num/units.ts';
import type { Time } from '../time.ts';
import type { RiskGroup } from './risk-group.ts';
import type { RiskPlan } from './risk-plan.ts';

/** What a group must be to be offset, or to pay for another. Stable: the web app has words for each. */
export type ConditionName = 'held' | 'at_rest' | 'rules_known' | 'not_blocked' | 'not_skipped' | 'not_resting' | 'pyramids' | 'entries_done' | 'wait_over' | 'loss' | 'age' | 'profit';

/** One condition with the figures it was judged by. */
export interface Condition {
  name: ConditionName;
  met: boolean;
  /** Whether it counts: settings switch some off, and Run Now passes over some. */
  asked: boolean;
  /** As decimals, counts or UTC times; null where not known. */
  actual: string | null;
  required: string | null;
  words: string;
}

export interface Eligibility {
  eligible: boolean;
  conditions: Condition[];
}

/** `cycle` asks everything; `now` is a person's order for this group and passes over pyramids, timer, age, rests and how large the loss is. */
export type Asking = 'cycle' | 'now';

const judged = (conditions: Condition[]): Eligibility => ({ eligible: conditions.every(({ asked, met }) => met || !asked), conditions });

type Shown = Pick<Condition, 'actual' | 'required' | 'words'>;
const condition = (name: ConditionName, met: boolean, { actual, required, words }: Shown, asked = true): Condition => ({ name, met, asked, actual, required, words });
const plain = (name: ConditionName, met: boolean, yes: string, no: string, asked = true): Condition => condition(name, met, { actual: met ? 'yes' : 'no', required: 'yes', words: met ? yes : no }, asked);

const text = (value: Decimalish | null): string => (value === null ? 'not known' : String(value));
const minutes = (ms: number): string => String(Math.floor(ms / 60_000));
const iso = (time: Time): string => new Date(time).toISOString();

/** A plan with it was rejected or has failed a while ago. */
function resting({ restsUntil }: RiskGroup, asked: boolean): Condition {
  if (restsUntil === null) return condition('not_resting', true, { actual: 'no', required: null, words: 'Is not left alone' }, asked);
  return condition('not_resting', false, { actual: 'yes', required: iso(restsUntil), words: `Is left alone until ${iso(restsUntil)}, because an offset with it was rejected or has failed` }, asked);
}

/** What is asked of losers and winners alike. */
const inEitherRole = (group: RiskGroup, skipAsked: boolean): Condition[] => {
  const held = (group.status === 'active' || group.status === 'partially_filled') && isPositive(group.quantity);
  return [
    condition('held', held, { actual: group.status, required: 'active', words: held ? `Holds ${group.quantity}` : `Is ${group.status} and holds ${group.quantity}` }),
    plain('at_rest', !group.exitInFlight, 'No market exit is on its way', 'A market exit is on its way'),
    plain('rules_known', group.rules !== null, 'Its trading rules are known', 'Its trading rules are not loaded'),
    plain('not_blocked', !group.blocked, 'Is not blocked', 'A person has blocked it'),
    plain('not_skipped', !group.skipOnce, 'Is not skipped', 'A person has taken it out of the next cycle', skipAsked),
    resting(group, skipAsked),
  ];
};

function waitOver({ timer: { fullSince, expiresAt } }: RiskGroup, plan: RiskPlan, now: Time, asked: boolean): Condition {
  const met = plan.waitMs === null || (expiresAt !== null && now > expiresAt);
  const shown = { actual: iso(now), required: expiresAt === null ? null : iso(expiresAt) };
  if (plan.waitMs === null) return condition('wait_over', met, { ...shown, words: 'The wait is switched off' }, false);
  if (fullSince === null || expiresAt === null) return condition('wait_over', met, { ...shown, words: 'The wait has not begun: the pyramids are not complete' }, asked);
  return condition('wait_over', met, { ...shown, words: `Complete since ${iso(fullSince)}, the wait ${met ? 'ended' : 'lasts until'} ${iso(expiresAt)}` }, asked);
}

/** May this group's loss be paid for now? Every condition with its figures, asked for or not (R-148, R-153 to R-156, E-18). */
export function loserEligibility(group: RiskGroup, plan: RiskPlan, now: Time, asking: Asking = 'cycle'): Eligibility {
  const { timer, pnlPercent, pnlUsd } = group;
  const cycle = asking === 'cycle';
  const threshold = cycle ? plan.lossThresholdPercent : '0';
  const loses = pnlUsd !== null && compare(pnlUsd, '0') < 0 && pnlPercent !== null && compare(pnlPercent, threshold) < 0;
  const age = now - group.openedAt;
  const full = timer.pyramidCount >= timer.pyramidsRequired;
  return judged([
    ...inEitherRole(group, cycle),
    condition('pyramids', full, { actual: String(timer.pyramidCount), required: String(timer.pyramidsRequired), words: `${timer.pyramidCount + 1} of ${timer.pyramidsRequired + 1} entries received` }, cycle && plan.fullRequired),
    condition(
      'entries_done',
      timer.entriesWaiting === 0,
      { actual: String(timer.entriesWaiting), required: '0', words: timer.entriesWaiting === 0 ? 'No entry waits to fill' : `${timer.entriesWaiting} entries wait to fill` },
      cycle && plan.timerStart === 'all_filled',
    ),
    waitOver(group, plan, now, cycle),
    condition('loss', loses, { actual: pnlPercent, required: threshold, words: `Stands at ${text(pnlPercent)} %, must be below ${threshold} %` }),
    condition(
      'age',
      plan.ageLeastMs === null || age >= plan.ageLeastMs,
      { actual: minutes(age), required: plan.ageLeastMs === null ? null : minutes(plan.ageLeastMs), words: plan.ageLeastMs === null ? `${minutes(age)} minutes old, the age filter is off` : `${minutes(age)} minutes old, must be at least ${minutes(plan.ageLeastMs)}` },
      cycle && plan.ageLeastMs !== null,
    ),
  ]);
}

/** May this group's profit pay for a loser now? */
export function winnerEligibility(group: RiskGroup): Eligibility {
  const gains = group.pnlUsd !== null && isPositive(group.pnlUsd);
  return judged([...inEitherRole(group, true), condition('profit', gains, { actual: group.pnlUsd, required: '0', words: `Stands at ${text(group.pnlUsd)} USD, must be above 0` })]);
}
