import { expect } from 'chai';
import { checkDraft, checkImport, checkSettings } from './settings-document.ts';
import { changesBetween, leafPaths } from './settings-difference.ts';
import { defaultSettings, type Settings } from './settings.ts';

/** The sample configuration of section 10.2, key by key, as its author wrote it. */
const sample: Record<string, unknown> = {
  'app.mode': 'webapp',
  'app.data_dir': './engine_data',
  'app.log_level': 'info',
  'exchange.name': 'binance',
  'exchange.api_key': 'REDACTED',
  'exchange.api_secret': 'REDACTED',
  'exchange.testnet': true,
  'exchange.precision_refresh_sec': 60,
  'execution_pool.max_open_groups': 10,
  'execution_pool.count_pyramids_toward_pool': false,
  'execution_pool.count_dca_toward_pool': false,
  'grid_strategy.max_pyramids_per_group': 5,
  'grid_strategy.max_dca_per_pyramid': 7,
  'grid_strategy.tp_mode': 'leg',
  'waiting_rule.queue_replace_same_symbol': true,
  'waiting_rule.selection_priority': ['pyramid_continuation', 'highest_loss_percent', 'highest_replacement_count', 'highest_expected_profit', 'fifo'],
  'risk_engine.require_full_pyramids': true,
  'risk_engine.enable_post_full_wait': true,
  'risk_engine.post_full_wait_minutes': 60,
  'risk_engine.timer_start_condition': 'after_5_pyramids',
  'risk_engine.reset_timer_on_replacement': false,
  'risk_engine.loss_threshold_percent': -5,
  'risk_engine.use_trade_age_filter': false,
  'risk_engine.age_threshold_minutes': 200,
  'risk_engine.offset_mode': 'usd',
  'risk_engine.max_winners_to_combine': 3,
  'risk_engine.partial_close_enabled': true,
  'risk_engine.min_close_notional': 20,
  'risk_engine.evaluate_on_fill': true,
  'risk_engine.evaluate_interval_sec': 10,
  'precision.enforce_tick_size': true,
  'precision.enforce_step_size': true,
  'precision.enforce_min_notional': true,
  'logging.audit_log_enabled': true,
  'logging.rotate_daily': true,
  'logging.keep_days': 30,
  'security.store_secrets_encrypted': true,
  'security.webhook_signature_validation': true,
  'UI.framework': 'react',
  'UI.theme': 'dark',
  'UI.realtime_update_ms': 500,
  'deployment.docker_enabled': true,
  'deployment.auto_update': false,
};

/** `{a: {b: 1}}` of `{'a.b': 1}`. */
function nested(flat: Record<string, unknown>): Record<string, Record<string, unknown>> {
  const document: Record<string, Record<string, unknown>> = {};
  for (const [path, value] of Object.entries(flat)) {
    const [group = '', key = ''] = path.split('.');
    (document[group] ??= {})[key] = value;
  }
  return document;
}

const imported = (document: unknown, before: Settings = defaultSettings) => {
  const { settings, faults, warnings } = checkImport(document, before);
  if (settings === null) throw new Error(JSON.stringify(faults));
  return { settings, warnings, codes: warnings.map(({ code, path }) => `${code} ${path}`) };
};

describe('a configuration from elsewhere', () => {
  for (const [form, document] of [
    ['nested', nested(sample)],
    ['by dotted paths', sample],
  ] as const)
    it(`section 10.2 is understood whole, ${form}: two names are others', two values change`, () => {
      const { settings, codes } = imported(document);
      expect(changesBetween(defaultSettings, settings)).to.deep.equal([
        { path: 'risk_engine.post_pyramids_wait_minutes', before: 15, after: 60 },
        { path: 'precision.refresh_seconds', before: 172_800, after: 60 },
      ]);
      expect(codes).to.deep.equal(['alias exchange.precision_refresh_sec', 'alias risk_engine.post_full_wait_minutes', 'alias grid_strategy.tp_mode', 'defaulted $']);
    });

  it('gives back what was exported', () => {
    const { settings, warnings } = imported(JSON.parse(JSON.stringify(defaultSettings)));
    expect([settings, warnings]).to.deep.equal([defaultSettings, []]);
  });

  it('loses its keys, and no word of the answer holds them', () => {
    const secret = 'A4B19K-very-secret';
    const { settings, warnings } = imported({ ...defaultSettings, exchange: { ...defaultSettings.exchange, api_key: secret, api_secret: [secret] } });
    expect(settings.exchange).to.include({ api_key: 'REDACTED', api_secret: 'REDACTED' });
    expect(warnings.map(({ path, code }) => [path, code])).to.deep.equal([
      ['exchange.api_key', 'secret_removed'],
      ['exchange.api_secret', 'secret_removed'],
    ]);
    const faulty = checkImport({ exchange: { api_key: secret }, execution_pool: { max_open_groups: 0 }, security: { webhook_secret: secret } }, defaultSettings);
    expect(faulty.settings).to.equal(null);
    expect(JSON.stringify([warnings, settings, faulty])).to.not.include('secret-').and.not.include('A4B19K');
    expect(imported({ exchange: { api_key: '' } }).codes).to.deep.equal(['defaulted $']);
  });

  it('a loss threshold without its sign becomes a loss (A-27), by any of its names; in a draft it is refused', () => {
    for (const document of [{ risk_engine: { loss_threshold_percent: 5 } }, { risk_engine: { loss_percent_trigger: 5 } }, { risk: { loss_threshold_percent: 5 } }, { 'risk_engine.loss_percent_trigger': 5 }]) {
      const { settings, codes } = imported(document);
      expect(settings.risk_engine.loss_threshold_percent).to.equal(-5);
      expect(codes).to.include('sign risk_engine.loss_threshold_percent');
    }
    expect(checkDraft({ risk_engine: { loss_threshold_percent: 5 } }, defaultSettings).faults?.[0]?.path).to.equal('risk_engine.loss_threshold_percent');
    expect(checkImport({ risk_engine: { loss_threshold_percent: 500 } }, defaultSettings).faults?.[0]?.path).to.equal('risk_engine.loss_threshold_percent');
  });

  it('is taken whole or not at all: every fault is named', () => {
    const { settings, faults } = checkImport({ ...sample, 'risk_engine.min_close_notional': -1, 'grid_strategy.tp_percent': -1, unheard_of: 1 }, defaultSettings);
    expect(settings).to.equal(null);
    expect(faults?.map(({ path }) => path)).to.have.members(['risk_engine.min_close_notional', 'grid_strategy.tp_percent', 'unheard_of']);
  });

  it('a key under two names keeps the proper one, and that is told', () => {
    const { settings, codes } = imported({ precision: { refresh_seconds: 600, precision_refresh_interval: 700 }, exchange: { precision_refresh_sec: 60 }, 'precision.refresh_seconds': 600 });
    expect(settings.precision.refresh_seconds).to.equal(600);
    expect(codes.filter((code) => code.startsWith('alias'))).to.deep.equal(['alias_ignored precision.refresh_seconds', 'alias_ignored exchange.precision_refresh_sec', 'alias_ignored precision.precision_refresh_interval']);
  });

  it('other names of groups: risk, ui, and precision below risk_engine', () => {
    const { settings } = imported({ risk: { post_full_wait_minutes: 7, precision: { strict_mode: false } }, ui: { refresh_rate: 250 } });
    expect(settings.risk_engine.post_pyramids_wait_minutes).to.equal(7);
    expect(settings.precision.block_on_missing_metadata).to.equal(false);
    expect(settings.UI.realtime_update_ms).to.equal(250);
  });

  it('fewer pyramids take the timer with them where it is not named (A-04)', () => {
    expect(imported({ grid_strategy: { max_pyramids: 3 } }).settings.risk_engine.required_pyramids_for_timer).to.equal(2);
    expect(checkImport({ grid_strategy: { max_pyramids_per_group: 3 }, risk_engine: { required_pyramids_for_timer: 3 } }, defaultSettings).faults?.[0]?.path).to.equal('risk_engine.required_pyramids_for_timer');
  });

  it('half a ladder generator is refused by its name, a whole one is told (A-31)', () => {
    expect(checkImport({ grid_strategy: { dca_count: 3 } }, defaultSettings).faults?.[0]).to.deep.include({ path: 'grid_strategy.dca_count' });
    const { settings, codes } = imported({ grid_strategy: { dca_count: 2, dca_gap_percent: -1, tp_percent: 2 } });
    expect(settings.grid_strategy.levels.map(({ gap_percent: gap, weight_percent: weight }) => [gap, weight])).to.deep.equal([
      [0, 50],
      [-1, 50],
    ]);
    expect(codes).to.include('generated grid_strategy.dca_count');
  });

  it('names that would reach into objects are refused like any other', () => {
    for (const text of ['{"__proto__":{"polluted":1}}', '{"constructor.prototype":1}', '{"app.__proto__.polluted":1}', '{"app":{"__proto__":{"mode":"x"}}}']) {
      checkSettings(JSON.parse(text));
      expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
    }
    expect(checkImport(JSON.parse('{"constructor.prototype":1}'), defaultSettings).settings).to.equal(null);
  });
});

describe('the difference of two configurations', () => {
  it('names each leaf with before and after, lists whole, absent members as null', () => {
    const after = structuredClone(defaultSettings);
    after.grid_strategy.pyramid_specific_levels = { '1': [{ gap_percent: 0, weight_percent: 100, tp_percent: 2 }] };
    after.execution_pool.max_open_groups = 3;
    after.waiting_rule.selection_priority = ['fifo'];
    expect(changesBetween(defaultSettings, after)).to.deep.equal([
      { path: 'execution_pool.max_open_groups', before: 10, after: 3 },
      { path: 'grid_strategy.pyramid_specific_levels.1', before: null, after: [{ gap_percent: 0, weight_percent: 100, tp_percent: 2 }] },
      { path: 'waiting_rule.selection_priority', before: defaultSettings.waiting_rule.selection_priority, after: ['fifo'] },
    ]);
    expect(changesBetween(after, after)).to.deep.equal([]);
  });
  it('knows the leaves of a document', () => expect(leafPaths({ a: { b: 1, c: {} }, d: [1] })).to.deep.equal(['a.b', 'a.c', 'd']));
});
