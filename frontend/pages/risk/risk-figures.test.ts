import type { RiskAction, RiskGroupView, RiskPlanView, RiskView } from '#shared/contracts/http';
import { expect } from 'chai';
import { causeOf, clockAhead, coveredPercent, drawnAction, lastActionAt, netAfterCosts, netAfterFees, obstacles, uncoveredUsd, winningOffsets, worstSlippage } from './risk-figures.ts';

type Failed = RiskGroupView['loser']['conditions'][number]['name'];
const group = (id: string, pnlUsd: string, fails: Failed[], change: Partial<RiskGroupView> = {}): RiskGroupView => {
  const judged = { eligible: fails.length === 0, rank: null, conditions: fails.map((name) => ({ name, met: false, asked: true, actual: null, required: null, words: '' })) };
  return { groupId: id, mode: 'paper', pnlUsd, loser: judged, winner: judged, ...change } as RiskGroupView;
};
const plan = (change: Partial<RiskPlanView>): RiskPlanView => ({ requiredUsd: '120', coveredUsd: '120', netUsd: '0', feesExpectedUsd: null, slippageExpectedUsd: null, ...change }) as RiskPlanView;

describe('figures of the risk page', () => {
  it('E-13 and E-14: how much of a loss is covered, and what stays open', () => {
    expect([coveredPercent(plan({})), uncoveredUsd(plan({}))]).to.deep.equal(['100.0', '0']);
    const partly = plan({ requiredUsd: '200', coveredUsd: '170' });
    expect([coveredPercent(partly), uncoveredUsd(partly)]).to.deep.equal(['85.0', '30']);
  });

  it('is never more than covered, where winners are closed whole', () => expect([coveredPercent(plan({ coveredUsd: '150' })), uncoveredUsd(plan({ coveredUsd: '150' }))]).to.deep.equal(['100', '0']));

  it('takes fees and slippage off what a plan comes to, and says nothing where the fees are not known', () => {
    expect(netAfterCosts(plan({ netUsd: '1', feesExpectedUsd: '0.75', slippageExpectedUsd: '0.50' }))).to.equal('-0.25');
    expect(netAfterCosts(plan({ netUsd: '1', feesExpectedUsd: '0.75' }))).to.equal('0.25');
    expect(netAfterCosts(plan({}))).to.equal(null);
  });

  it('R-599: counts winners that can pay and their profit, paper apart from money', () => {
    const winners = [group('a', '80', []), group('b', '50', []), group('c', '900', ['not_blocked']), group('d', '5', [], { mode: 'live' })];
    expect(winningOffsets(winners)).to.deep.equal([{ mode: 'paper', count: 2, totalUsd: '130' }, { mode: 'live', count: 1, totalUsd: '5' }]);
  });

  it('sorts losers by what stands in their way', () => {
    const losers = [group('a', '-1', ['loss']), group('b', '-2', ['wait_over', 'loss']), group('c', '-3', ['wait_over']), group('d', '-4', [])];
    expect(obstacles(losers).map(({ name, groups }) => [name, groups.map(({ groupId }) => groupId)])).to.deep.equal([['loss', ['a', 'b']], ['wait_over', ['c']]]);
  });

  it('corrects a browser whose clock is wrong, and leaves one alone that is right', () => {
    const view = (actual: string | null): RiskView => {
      const one = group('a', '-1', ['wait_over']);
      return { losers: [{ ...one, loser: { ...one.loser, conditions: one.loser.conditions.map((each) => ({ ...each, actual })) } }], winners: [], others: [] } as unknown as RiskView;
    };
    const at = Date.parse('2026-03-01T10:00:00Z');
    expect([clockAhead(view('2026-03-01T09:58:00Z'), at), clockAhead(view('2026-03-01T09:59:59Z'), at), clockAhead(view(null), at)]).to.deep.equal([120_000, 0, 0]);
  });

  it('finds the worst slippage, and none where none is known', () => {
    const slipped = (...percents: (string | null)[]): RiskAction => ({ steps: percents.map((slippagePercent) => ({ slippagePercent })) }) as RiskAction;
    expect([worstSlippage(slipped('-0.5', null, '1.1', '0.2')), worstSlippage(slipped(null)), worstSlippage(slipped())]).to.deep.equal(['1.1', null, null]);
  });

  it('draws an offset on its way with what was really brought in where a step is over', () => {
    const step = (groupId: string, role: 'winner' | 'loser', state: string, plannedUsd: string, realisedUsd: string): object => ({ groupId, role, symbol: groupId, state, plannedUsd, realisedUsd, quantityPlanned: '9', quantityClosed: '8', whole: false });
    const steps = [step('a', 'winner', 'done', '80', '79.5'), step('b', 'winner', 'asked', '40', '0'), step('c', 'winner', 'left_out', '10', '0'), step('l', 'loser', 'pending', '-120', '0')];
    const plan = drawnAction({ steps, requiredUsd: '130' } as unknown as RiskAction);
    expect(plan?.winners.map(({ usd, closeQuantity }) => [usd, closeQuantity])).to.deep.equal([['79.5', '8'], ['40', '9'], ['0', '9']]);
    expect([plan?.coveredUsd, plan?.loser.usd]).to.deep.equal(['119.5', '-120']);
    expect(drawnAction({ steps: steps.slice(0, 2), requiredUsd: '130' } as unknown as RiskAction)).to.equal(null);
  });

  it('takes fees off what an offset came to, and finds the step that ended it', () => {
    const action = { netRealisedUsd: '0.5', feesUsd: '0.75', figures: { step: '1' }, steps: [{ step: 0 }, { step: 1, symbol: 'B' }] } as unknown as RiskAction;
    expect([netAfterFees(action), causeOf(action)?.symbol, causeOf({ ...action, figures: {} })]).to.deep.equal(['-0.25', 'B', undefined]);
  });

  it('knows when something was last done', () => {
    const action = (startedAt: string, endedAt: string | null, status = 'running'): RiskAction => ({ startedAt, endedAt, status }) as RiskAction;
    expect(lastActionAt({ running: null, lastAction: null })).to.equal(null);
    expect(lastActionAt({ running: null, lastAction: action('1', '2') })).to.equal('2');
    expect(lastActionAt({ running: action('3', null), lastAction: action('1', '2') })).to.equal('3');
    expect(lastActionAt({ running: action('3', null, 'awaiting_approval'), lastAction: action('1', '2') }), 'it has done nothing yet').to.equal('2');
  });
});
