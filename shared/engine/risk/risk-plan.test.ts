import { expect } from 'chai';
import { checkSettings } from '#shared/contracts/settings-document';
import { defaultSettings } from '#shared/contracts/settings';
import { riskPlanOf } from '#shared/contracts/settings-plans';
import type { RiskPlan } from './risk-plan.ts';

const under = (risk: Record<string, unknown>): RiskPlan => {
  const { settings, faults } = checkSettings({ risk_engine: risk });
  if (settings === null) throw new Error(JSON.stringify(faults));
  return riskPlanOf(settings);
};

describe('the plan of the risk engine', () => {
  it('of a fresh install (R-160, R-174 to R-188)', () =>
    expect(riskPlanOf(defaultSettings)).to.deep.equal({
      pyramidsRequired: 4,
      fullRequired: true,
      timerStart: 'all_filled',
      waitMs: 15 * 60_000,
      restartOnPyramid: false,
      lossThresholdPercent: '-5',
      ageLeastMs: null,
      winnersMax: 3,
      partialCloseAllowed: true,
      closeNotionalMin: '20',
      uncovered: 'partial',
      cycleOnFill: true,
      cycleEveryMs: 10_000,
      approvalLifeMs: null,
    }));

  const rows: [Record<string, unknown>, Partial<RiskPlan>][] = [
    [{ post_pyramids_wait_minutes: 60 }, { waitMs: 3_600_000 }],
    [{ post_pyramids_wait_minutes: 0 }, { waitMs: 0 }],
    [{ enable_post_full_wait: false }, { waitMs: null }],
    [{ timer_start_condition: 'after_all_dca_submitted' }, { timerStart: 'all_submitted' }],
    [{ age_threshold_minutes: 200 }, { ageLeastMs: null }],
    [{ use_trade_age_filter: true }, { ageLeastMs: 200 * 60_000 }],
    [{ loss_threshold_percent: -7.5 }, { lossThresholdPercent: '-7.5' as RiskPlan['lossThresholdPercent'] }],
    [{ evaluate_interval_sec: 1 }, { cycleEveryMs: 1_000 }],
  ];
  for (const [risk, expected] of rows) it(`${JSON.stringify(risk)} makes ${JSON.stringify(expected)}`, () => expect(under(risk)).to.include(expected));
});
