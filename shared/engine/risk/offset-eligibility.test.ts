import { expect } from 'chai';
import { at, judgedAt, riskPlan, riskRow, winnerOf } from '#test/support/risk-book';
import { ratio } from '#shared/engine/num/units';
import { loserEligibility, winnerEligibility, type ConditionName, type Eligibility } from './offset-eligibility.ts';
import { selectOffset } from './offset-selection.ts';
import type { RiskGroup } from './risk-group.ts';
import type { RiskPlan } from './risk-plan.ts';

const loser = riskRow('1', '20', '100', '94');
const unmet = ({ conditions }: Eligibility): ConditionName[] => conditions.flatMap(({ name, met, asked }) => (asked && !met ? [name] : []));

describe('E-18 thresholds', () => {
  const losses: [side: 'long' | 'short', last: string, percent: string, loses: boolean][] = [
    ['long', '95.01', '-4.99', false],
    ['long', '95.00', '-5', false],
    ['long', '94.99', '-5.01', true],
    ['short', '105.01', '-5.01', true],
    ['short', '105', '-5', false],
  ];
  for (const [side, last, percent, loses] of losses) {
    it(`${side} at 100, now ${last}: ${percent} %, ${loses ? 'below' : 'not below'} -5`, () => {
      const row = riskRow('1', '20', '100', last, { side });
      expect([row.pnlPercent, loserEligibility(row, riskPlan(), judgedAt).eligible]).to.deep.equal([percent, loses]);
    });
  }

  const ages: [time: string, passes: boolean][] = [
    ['09:59:59', false],
    ['10:00:00', true],
  ];
  for (const [time, passes] of ages) {
    it(`age filter of 200 minutes, opened 06:40:00, at ${time}: ${passes ? 'yes' : 'no'}`, () => {
      const row: RiskGroup = { ...loser, openedAt: at('06:40:00') };
      const filter = riskPlan({ ageLeastMs: 200 * 60_000 });
      expect([unmet(loserEligibility(row, filter, at(time))), loserEligibility(row, riskPlan(), at(time)).eligible]).to.deep.equal([passes ? [] : ['age'], true]);
    });
  }
});

describe('what a loser must be (R-148)', () => {
  const { timer } = loser;
  const rows: [ConditionName, Partial<RiskGroup>, actual: string | null, required: string | null, words: RegExp, plan?: Partial<RiskPlan>][] = [
    ['held', { status: 'closing' }, 'closing', 'active', /^Is closing and holds 20$/],
    ['held', { status: 'live', quantity: '0' as RiskGroup['quantity'] }, 'live', 'active', /^Is live and holds 0$/],
    ['at_rest', { exitInFlight: true }, 'no', 'yes', /market exit is on its way/],
    ['rules_known', { rules: null }, 'no', 'yes', /not loaded/],
    ['not_blocked', { blocked: true }, 'no', 'yes', /blocked/],
    ['not_skipped', { skipOnce: true }, 'no', 'yes', /next cycle/],
    ['not_resting', { restsUntil: judgedAt + 60_000 }, 'yes', '2026-03-01T12:01:00.000Z', /^Is left alone until 2026-03-01T12:01:00.000Z, because/],
    ['pyramids', { timer: { ...timer, pyramidCount: 3 } }, '3', '4', /^4 of 5 entries received$/],
    ['entries_done', { timer: { ...timer, entriesWaiting: 2 } }, '2', '0', /^2 entries wait/],
    ['wait_over', { timer: { ...timer, expiresAt: judgedAt } }, '2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z', /lasts until 2026-03-01T12:00:00.000Z$/],
    ['wait_over', { timer: { ...timer, fullSince: null, expiresAt: null } }, '2026-03-01T12:00:00.000Z', null, /not begun/],
    ['loss', { pnlPercent: ratio('-5') }, '-5', '-5', /^Stands at -5 %, must be below -5 %$/],
    ['loss', { pnlPercent: null, pnlUsd: null, priceLast: null }, null, '-5', /not known/],
    ['age', { openedAt: judgedAt - 199 * 60_000 }, '199', '200', /199 minutes old, must be at least 200/, { ageLeastMs: 200 * 60_000 }],
  ];
  it('a full group after its wait, below the threshold: eligible', () => expect(loserEligibility(loser, riskPlan(), judgedAt).eligible).to.equal(true));
  for (const [name, changes, actual, required, words, plan] of rows) {
    it(`${name}: ${actual ?? 'nothing known'} against ${required ?? 'nothing'}`, () => {
      const found = loserEligibility({ ...loser, ...changes }, riskPlan(plan), judgedAt);
      expect([found.eligible, unmet(found)]).to.deep.equal([false, [name]]);
      const condition = found.conditions.find((each) => each.name === name);
      expect(condition).to.include({ actual, required });
      expect(condition?.words).to.match(words);
    });
  }

  it('what settings switch off is shown and not asked', () => {
    const early: RiskGroup = { ...loser, timer: { pyramidCount: 0, pyramidsRequired: 4, entriesWaiting: 3, fullSince: null, expiresAt: null } };
    const found = loserEligibility(early, riskPlan({ fullRequired: false, waitMs: null, timerStart: 'all_submitted' }), judgedAt);
    expect(found.eligible).to.equal(true);
    expect(found.conditions.filter(({ asked }) => !asked).map(({ name, met }) => [name, met])).to.deep.equal([
      ['pyramids', false],
      ['entries_done', false],
      ['wait_over', true],
      ['age', true],
    ]);
  });
});

describe('what a winner must be', () => {
  const winner = winnerOf('2', '80');
  it('one in profit: eligible, whatever its pyramids and its timer', () => {
    expect(winnerEligibility({ ...winner, timer: { pyramidCount: 0, pyramidsRequired: 4, entriesWaiting: 5, fullSince: null, expiresAt: null } }).eligible).to.equal(true);
  });
  const rows: [ConditionName, Partial<RiskGroup>][] = [
    ['held', { status: 'closed' }],
    ['at_rest', { exitInFlight: true }],
    ['rules_known', { rules: null }],
    ['not_blocked', { blocked: true }],
    ['not_skipped', { skipOnce: true }],
    ['not_resting', { restsUntil: judgedAt + 1 }],
    ['profit', { pnlUsd: '0' as RiskGroup['pnlUsd'] }],
    ['profit', { pnlUsd: null }],
  ];
  for (const [name, changes] of rows) it(`not without ${name}`, () => expect(unmet(winnerEligibility({ ...winner, ...changes }))).to.deep.equal([name]));
});

describe('A-28 Run Now, Skip Once, Block', () => {
  const early: RiskGroup = { ...loser, openedAt: judgedAt, timer: { pyramidCount: 0, pyramidsRequired: 4, entriesWaiting: 3, fullSince: null, expiresAt: null } };
  const runNow = (groups: RiskGroup[], groupId = '1'): string => {
    const { plan, reason } = selectOffset(groups, riskPlan({ ageLeastMs: 200 * 60_000 }), judgedAt, { type: 'now', groupId });
    return plan === null ? String(reason) : `${plan.loser.groupId} by ${plan.winners.map(({ groupId: id }) => id).join()}`;
  };
  const winner = winnerOf('2', '500');
  const rows: [string, RiskGroup[], string, string?][] = [
    ['passes over pyramids, timer and age', [early, winner], '1 by 2'],
    ['a small loss is a loss', [riskRow('1', '20', '100', '99'), winner], '1 by 2'],
    ['is for this group, not for the deepest', [early, riskRow('3', '20', '100', '50'), winner], '1 by 2'],
    ['a group that was taken out of the next cycle is run all the same', [{ ...early, skipOnce: true }, winner], '1 by 2'],
    ['a group that is left alone for a while is run all the same', [{ ...early, restsUntil: judgedAt + 1 }, winner], '1 by 2'],
    ['needs a loss', [winnerOf('1', '5'), winner], 'no_loser'],
    ['needs a winner', [early], 'no_winner'],
    ['needs a winner that is not taken out of the cycle', [early, { ...winner, skipOnce: true }], 'no_winner'],
    ['not a blocked group', [{ ...early, blocked: true }, winner], 'no_loser'],
    ['not by a blocked winner', [early, { ...winner, blocked: true }], 'no_winner'],
    ['a group that is not there', [early, winner], 'no_loser', '99'],
  ];
  for (const [title, groups, expected, groupId] of rows) it(title, () => expect(runNow(groups, groupId)).to.equal(expected));
});
