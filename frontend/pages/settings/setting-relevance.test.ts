import { defaultSettings } from '#shared/contracts/settings';
import { expect } from 'chai';
import { idleReason, relevancePaths } from './setting-relevance.ts';
import { controlOf, controlPaths, withValue, type Tree } from './settings-tree.ts';

const defaults = defaultSettings as unknown as Tree;

const cases: [path: string, choice: [path: string, value: unknown], idle: string | null, afterwards: string | null][] = [
  ['grid_strategy.equity_percent', ['grid_strategy.sizing_mode', 'equity_percent'], 'sizing_signal', null],
  ['grid_strategy.risk_percent', ['grid_strategy.sizing_mode', 'equity_percent'], 'sizing_signal', 'sizing_equity_percent'],
  ['grid_strategy.fixed_quote', ['grid_strategy.sizing_mode', 'risk_percent'], null, 'sizing_risk_percent'],
  ['grid_strategy.pyramid_tp_percents', ['grid_strategy.tp_mode', 'pyramid_aggregate'], 'not_pyramid_aggregate', null],
  ['grid_strategy.pyramid_tp_percents', ['grid_strategy.tp_overrides', [{ symbol: 'BTCUSDT', tp_mode: 'pyramid_aggregate' }]], 'not_pyramid_aggregate', null],
  ['grid_strategy.pyramid_specific_levels', ['grid_strategy.max_pyramids_per_group', 1], null, 'single_pyramid'],
  ['intake.confirmation_ttl_seconds', ['intake.confirm_entries', true], 'no_confirmation', null],
  ['precision.fallback_rules.tick_size', ['precision.block_on_missing_metadata', false], 'metadata_awaited', null],
  ['risk_engine.required_pyramids_for_timer', ['risk_engine.require_full_pyramids', false], null, 'pyramid_count_ignored'],
  ['risk_engine.post_pyramids_wait_minutes', ['risk_engine.enable_post_full_wait', false], null, 'no_wait'],
  ['risk_engine.reset_timer_on_replacement', ['risk_engine.enable_post_full_wait', false], null, 'no_wait'],
  ['risk_engine.age_threshold_minutes', ['risk_engine.use_trade_age_filter', true], 'no_age_filter', null],
  ['risk_engine.approval_ttl_seconds', ['risk_engine.approval_required', true], 'no_approval', null],
];

describe('settings that do not matter under the present choice', () => {
  for (const [path, [other, value], before, after] of cases)
    it(`${path} with ${other} = ${JSON.stringify(value)}: ${after ?? 'matters'}`, () => {
      expect(idleReason(defaults, path)).to.equal(before);
      expect(idleReason(withValue(defaults, other, value), path)).to.equal(after);
    });

  it('is said of settings that are there, and tested for each', () => {
    const paths = controlPaths(defaults);
    expect(relevancePaths.filter((path) => !paths.some((each) => each === path || each.startsWith(`${path}.`)))).to.deep.equal([]);
    expect(relevancePaths.filter((path) => !cases.some(([each]) => controlOf([path], each) !== undefined))).to.deep.equal([]);
  });

  it('is said of no other', () => expect(idleReason(defaults, 'execution_pool.max_open_groups')).to.equal(null));
});
