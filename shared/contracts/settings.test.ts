import { expect } from 'chai';
import { uniformLevels } from './settings-aliases.ts';
import { checkSettings, withFollowingTimer } from './settings-document.ts';
import { entryPlanOf, exitPlanOf, poolSettingsOf } from './settings-plans.ts';
import { changedPaths, inOrderOf } from './settings-difference.ts';
import { defaultSettings, type Settings } from './settings.ts';

const changed = (group: keyof Settings, change: object): object => ({ ...defaultSettings, [group]: { ...defaultSettings[group], ...change } });
const ok = (document: unknown): Settings => {
  const { settings, faults } = checkSettings(document);
  if (settings === null) throw new Error(JSON.stringify(faults));
  return settings;
};

describe('configuration', () => {
  it('has the defaults of the requirements', () => {
    const { execution_pool: pool, grid_strategy: grid, risk_engine: risk, precision } = defaultSettings;
    expect(pool).to.deep.equal({ max_open_groups: 10, count_pyramids_toward_pool: false, count_dca_toward_pool: false, queue_limit: 50 });
    expect(grid).to.include({ max_pyramids_per_group: 5, max_dca_per_pyramid: 7, tp_mode: 'per_leg', tp_percent: 1, entry_order_type: 'limit', fixed_quote: 1000 });
    expect(grid.levels.map(({ gap_percent: gap, weight_percent: weight, tp_percent: tp }) => [gap, weight, tp])).to.deep.equal([
      [0, 20, 1],
      [-0.5, 20, 0.5],
      [-1, 20, 2],
      [-1.5, 20, 1.5],
      [-2, 20, 1],
    ]);
    expect(risk).to.include({ loss_threshold_percent: -5, post_pyramids_wait_minutes: 15, required_pyramids_for_timer: 4, max_winners_to_combine: 3, min_close_notional: 20, evaluate_interval_sec: 10 });
    expect(precision).to.deep.include({ refresh_seconds: 172_800, block_on_missing_metadata: true, fallback_rules: { tick_size: 1e-8, step_size: 1e-6, min_qty: 1e-6, min_notional: 1 } });
    expect(ok({})).to.deep.equal(defaultSettings);
    expect(ok(JSON.parse(JSON.stringify(defaultSettings)))).to.deep.equal(defaultSettings);
  });

  const level = (change: object = {}) => ({ gap_percent: 0, weight_percent: 100, tp_percent: 1, ...change });
  for (const [what, document, path] of [
    ['a positive gap', changed('grid_strategy', { levels: [level({ gap_percent: 0.5 })] }), 'grid_strategy.levels.0.gap_percent'],
    ['a target of nothing', changed('grid_strategy', { levels: [level({ tp_percent: 0 })] }), 'grid_strategy.levels.0.tp_percent'],
    ['weights below 100 (A-30)', changed('grid_strategy', { levels: [level({ weight_percent: 99.98 })] }), 'grid_strategy.levels'],
    ['weights of a pyramid above 100', changed('grid_strategy', { pyramid_specific_levels: { 1: [level(), level()] } }), 'grid_strategy.pyramid_specific_levels.1'],
    ['eight levels (R-071)', changed('grid_strategy', { levels: Array.from({ length: 8 }, () => level({ weight_percent: 12.5 })) }), 'grid_strategy.levels'],
    ['more levels than allowed', changed('grid_strategy', { max_dca_per_pyramid: 4 }), 'grid_strategy.levels'],
    ['no level', changed('grid_strategy', { levels: [] }), 'grid_strategy.levels'],
    ['an unknown mode', changed('grid_strategy', { tp_mode: 'moon' }), 'grid_strategy.tp_mode'],
    ['a rule for what is no symbol', changed('grid_strategy', { tp_overrides: [{ symbol: 'BTC-USDT', tp_percent: 2 }] }), 'grid_strategy.tp_overrides.0.symbol'],
    ['a rule for what is no timeframe', changed('grid_strategy', { tp_overrides: [{ timeframe: 'soon', tp_percent: 2 }] }), 'grid_strategy.tp_overrides.0.timeframe'],
    ['no slot', changed('execution_pool', { max_open_groups: 0 }), 'execution_pool.max_open_groups'],
    ['half a slot', changed('execution_pool', { max_open_groups: 1.5 }), 'execution_pool.max_open_groups'],
    ['a positive loss (A-27)', changed('risk_engine', { loss_threshold_percent: 5 }), 'risk_engine.loss_threshold_percent'],
    ['a timer that can never start (A-04)', changed('risk_engine', { required_pyramids_for_timer: 5 }), 'risk_engine.required_pyramids_for_timer'],
    ['a negative percent', changed('risk_engine', { max_slippage_percent: -1 }), 'risk_engine.max_slippage_percent'],
    ['a refresh every second', changed('precision', { refresh_seconds: 1 }), 'precision.refresh_seconds'],
    ['a key of an exchange', changed('exchange', { api_key: 'A4B19K' }), 'exchange.api_key'],
    ['another venue address', { urls: { api: 'http://evil' } }, 'urls'],
    ['secrets in the clear', changed('security', { store_secrets_encrypted: false }), 'security.store_secrets_encrypted'],
    ['a time zone that is none', changed('app', { timezone: 'Mars' }), 'app.timezone'],
    ['infinity', changed('execution_pool', { queue_limit: Infinity }), 'execution_pool.queue_limit'],
  ] as const)
    it(`refuses ${what}`, () => expect(checkSettings(document).faults?.map((fault) => fault.path)).to.include(path));

  for (const document of [null, 7, 'x', [], undefined]) it(`refuses ${JSON.stringify(document)}`, () => expect(checkSettings(document).faults?.[0]?.path).to.equal('$'));
  it('refuses a bottomless document', () => {
    let document: object = {};
    for (let i = 0; i < 1000; i += 1) document = { a: document };
    expect(checkSettings(document).faults?.[0]?.message).to.include('nested');
  });

  it('understands the names other documents use', () => {
    const settings = ok({
      app: { engine_mode: 'webapp' },
      exchange: { precision_refresh_sec: 60 },
      execution_pool: { count_pyramids_in_pool: true },
      grid_strategy: { tp_mode: 'leg' },
      waiting_rule: { allow_replacement: false },
      risk_engine: { post_full_wait_minutes: 60, loss_percent_trigger: -3, combine_winners_max: 2, age_timer_minutes: 9 },
      logging: { max_log_days: 7 },
    });
    expect(settings.precision.refresh_seconds).to.equal(60);
    expect(settings.execution_pool.count_pyramids_toward_pool).to.equal(true);
    expect(settings.grid_strategy.tp_mode).to.equal('per_leg');
    expect(settings.waiting_rule.queue_replace_same_symbol).to.equal(false);
    expect(settings.risk_engine).to.include({ post_pyramids_wait_minutes: 60, loss_threshold_percent: -3, max_winners_to_combine: 2, age_threshold_minutes: 9 });
    expect(settings.logging.keep_days).to.equal(7);
    expect(ok({ risk_engine: { post_full_wait_minutes: 60, post_pyramids_wait_minutes: 20 } }).risk_engine.post_pyramids_wait_minutes).to.equal(20);
  });

  it('makes a ladder of a count and a gap (A-31)', () => {
    expect(ok({ grid_strategy: { dca_count: 3, dca_gap_percent: -0.1 } }).grid_strategy.levels).to.deep.equal([
      { gap_percent: 0, weight_percent: 33.33, tp_percent: null },
      { gap_percent: -0.1, weight_percent: 33.33, tp_percent: null },
      { gap_percent: -0.2, weight_percent: 33.34, tp_percent: null },
    ]);
    expect(uniformLevels(7, 0.3).at(-1)?.gap_percent).to.equal(-1.8);
    expect(checkSettings({ grid_strategy: { dca_count: 8, dca_gap_percent: -1 } }).faults?.[0]?.path).to.equal('grid_strategy.levels');
  });

  it('lets the risk timer follow a lower pyramid limit, unless it was set apart', () => {
    const fewer = changed('grid_strategy', { max_pyramids_per_group: 3 });
    expect(ok(withFollowingTimer(fewer, defaultSettings)).risk_engine.required_pyramids_for_timer).to.equal(2);
    const apart = ok(changed('risk_engine', { required_pyramids_for_timer: 3 }));
    expect(checkSettings(withFollowingTimer({ ...apart, grid_strategy: { ...apart.grid_strategy, max_pyramids_per_group: 3 } }, apart)).settings).to.equal(null);
  });

  it('finds what changed whatever the order of keys', () => {
    const shuffled = { ...defaultSettings, grid_strategy: { ...defaultSettings.grid_strategy, levels: defaultSettings.grid_strategy.levels.map(({ tp_percent, gap_percent, weight_percent }) => ({ weight_percent, tp_percent, gap_percent })) } };
    expect(changedPaths(defaultSettings, shuffled)).to.deep.equal([]);
    expect(changedPaths(defaultSettings, changed('UI', { theme: 'light' }))).to.deep.equal(['UI.theme']);
    expect(Object.keys(inOrderOf({ b: 1, a: 2, z: 3 }, { a: 0, b: 0 }))).to.deep.equal(['a', 'b', 'z']);
    expect(JSON.stringify(inOrderOf({ a: [{ y: 1, x: 2 }] }, { a: [{ x: 0, y: 0 }, 7] }))).to.equal('{"a":[{"x":2,"y":1}]}');
  });
});

describe('plans of a configuration', () => {
  it('are exact decimals', () => {
    const settings = ok({ grid_strategy: { levels: [{ gap_percent: -0.1, weight_percent: 33.33 }, { gap_percent: -0.3, weight_percent: 66.67, tp_percent: 1e-7 }] } });
    expect(poolSettingsOf(settings).entryPlan.levels).to.deep.equal([
      { gapPercent: '-0.1', weightPercent: '33.33', tpPercent: null },
      { gapPercent: '-0.3', weightPercent: '66.67', tpPercent: '0.0000001' },
    ]);
  });
  it('give the first entry the default ladder whatever stands under 0 (R-054)', () => {
    const own = [{ gap_percent: 0, weight_percent: 100 }];
    expect(Object.keys(entryPlanOf(ok({ grid_strategy: { pyramid_specific_levels: { '0': own, '02': own } } })).pyramidLevels)).to.deep.equal(['2']);
  });
  it('carry targets per pyramid in every mode, so that a rule that changes the mode finds them (A-10, R-090)', () => {
    const grid = { pyramid_tp_percents: { '1': 1.5 } };
    expect(exitPlanOf(ok({ grid_strategy: { ...grid, tp_mode: 'pyramid_aggregate' } }))).to.deep.equal({ kind: 'pyramid_aggregate', tpPercent: '1', closeWhenFlat: true, pyramidTpPercents: { '1': '1.5' } });
    expect(exitPlanOf(ok({ grid_strategy: { ...grid, tp_mode: 'hybrid' } }))).to.deep.equal({ kind: 'hybrid', tpPercent: '1', closeWhenFlat: true, pyramidTpPercents: { '1': '1.5' } });
  });
});
