import Joi from 'joi';

/**
 * The versioned configuration of a user: every category and key of the seeds in one document (R-676, section 10.2), with its defaults and
 * bounds. `PUT /config` and `POST /config/import` are checked against it whole. Percents and amounts are plain numbers here: they are
 * typed by people, have few digits, and become exact decimals by their shortest text.
 */

/** One rung of a ladder. */
export interface LevelSettings {
  gap_percent: number;
  weight_percent: number;
  /** Null takes `grid_strategy.tp_percent`. */
  tp_percent: number | null;
}
export const tpModes = ['per_leg', 'aggregate', 'hybrid', 'pyramid_aggregate'] as const;
export const selectionRules = ['pyramid_continuation', 'highest_loss_percent', 'highest_replacement_count', 'highest_expected_profit', 'fifo'] as const;

export interface Settings {
  app: { mode: 'webapp'; data_dir: string; log_level: string; auto_restart: boolean; timezone: string };
  exchange: { name: string; api_key: 'REDACTED'; api_secret: 'REDACTED'; testnet: boolean; rate_limit: number };
  intake: { duplicate_window_minutes: number; signal_max_age_seconds: number };
  execution_pool: { max_open_groups: number; count_pyramids_toward_pool: boolean; count_dca_toward_pool: boolean; queue_limit: number };
  grid_strategy: {
    max_pyramids_per_group: number;
    max_dca_per_pyramid: number;
    levels: LevelSettings[];
    pyramid_specific_levels: Record<string, LevelSettings[]>;
    tp_mode: (typeof tpModes)[number];
    tp_percent: number;
    pyramid_tp_percents: Record<string, number>;
    entry_order_type: 'limit' | 'market';
    close_when_flat: boolean;
    sizing_mode: 'signal' | 'fixed_quote';
    fixed_quote: number;
    use_signal_stop_loss: boolean;
  };
  waiting_rule: { queue_replace_same_symbol: boolean; drop_on_exit: boolean; selection_priority: (typeof selectionRules)[number][] };
  priority_rules: {
    priority_rules_enabled: { same_pair_timeframe: boolean; deepest_loss_percent: boolean; highest_replacement: boolean; highest_expected_profit: boolean; fifo_fallback: boolean };
  };
  risk_engine: {
    require_full_pyramids: boolean;
    required_pyramids_for_timer: number;
    enable_post_full_wait: boolean;
    post_pyramids_wait_minutes: number;
    timer_start_condition: 'after_5_pyramids' | 'after_all_dca_submitted';
    reset_timer_on_replacement: boolean;
    loss_threshold_percent: number;
    use_trade_age_filter: boolean;
    age_threshold_minutes: number;
    offset_mode: 'usd';
    max_winners_to_combine: number;
    partial_close_enabled: boolean;
    min_close_notional: number;
    uncovered_action: 'partial' | 'skip';
    max_slippage_percent: number;
    slippage_action: 'warn' | 'reject';
    evaluate_on_fill: boolean;
    evaluate_interval_sec: number;
  };
  precision: {
    refresh_seconds: number;
    block_on_missing_metadata: boolean;
    fallback_rules: { tick_size: number; step_size: number; min_qty: number; min_notional: number };
    enforce_tick_size: boolean;
    enforce_step_size: boolean;
    enforce_min_notional: boolean;
  };
  logging: { audit_log_enabled: boolean; rotate_daily: boolean; keep_days: number; auto_export: boolean };
  security: { store_secrets_encrypted: true; webhook_signature_validation: boolean; key_vault_path: string };
  UI: { framework: 'react'; theme: 'dark' | 'light'; realtime_update_ms: number; column_visibility: Record<string, boolean> };
  deployment: { docker_enabled: boolean; auto_update: boolean };
}

const flag = (value: boolean, description: string) => Joi.boolean().default(value).description(description);
const whole = (value: number, least: number, most: number, description: string) => Joi.number().integer().min(least).max(most).default(value).description(description);
const number = (value: number, least: number, most: number, description: string) => Joi.number().min(least).max(most).default(value).description(description);
const above0 = (value: number, most: number, description: string) => Joi.number().greater(0).max(most).default(value).description(description);
const choice = (value: string, choices: readonly string[], description: string) =>
  Joi.string()
    .valid(...choices)
    .default(value)
    .description(description);
const group = (members: Record<string, Joi.Schema>, description: string) => Joi.object(members).default().description(description);

/** The shipped ladder. */
export const defaultLevels: readonly LevelSettings[] = [
  { gap_percent: 0, weight_percent: 20, tp_percent: 1 },
  { gap_percent: -0.5, weight_percent: 20, tp_percent: 0.5 },
  { gap_percent: -1, weight_percent: 20, tp_percent: 2 },
  { gap_percent: -1.5, weight_percent: 20, tp_percent: 1.5 },
  { gap_percent: -2, weight_percent: 20, tp_percent: 1 },
];

const level = Joi.object({
  gap_percent: Joi.number().greater(-100).max(0).required().messages({ 'number.max': '{{#label}} must not be above 0: a gap lies below a long entry and is mirrored for shorts' }),
  weight_percent: Joi.number().greater(0).max(100).required(),
  tp_percent: Joi.number().greater(0).max(1000).allow(null).default(null),
});
const weightTolerance = 0.01;

/** Levels whose weights make 100 percent. */
const ladder = Joi.array()
  .items(level)
  .min(1)
  .max(7)
  .custom((levels: LevelSettings[], helpers) => {
    // Hundredths of a percent of float error are far inside the tolerance; no money is computed here.
    const sum = levels.reduce((total, each) => total + each.weight_percent, 0);
    return Math.abs(sum - 100) <= weightTolerance + 1e-9 ? levels : helpers.message({ custom: `{{#label}} weights must sum to 100, found ${Number(sum.toFixed(6))}` });
  });
const pyramidIndex = Joi.string().pattern(/^\d{1,2}$/);
const timezone = (value: string, helpers: Joi.CustomHelpers) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return value;
  } catch {
    return helpers.message({ custom: '{{#label}} must be a time zone such as UTC or Europe/Kyiv' });
  }
};

const gridStrategy = group(
  {
    max_pyramids_per_group: whole(5, 1, 34, 'Most entries of one group, the first included.'),
    max_dca_per_pyramid: whole(7, 1, 7, 'Most levels of one pyramid, the first included.'),
    levels: ladder.default(() => defaultLevels.map((each) => ({ ...each }))).description('Ladder of every pyramid that has none of its own.'),
    pyramid_specific_levels: Joi.object().pattern(pyramidIndex, ladder).default({}).description('Ladder by zero-based pyramid index; the first entry always takes the default.'),
    tp_mode: choice('per_leg', tpModes, 'How profit is taken.'),
    tp_percent: above0(1, 1000, 'Target of a level without one, and of the whole position.'),
    pyramid_tp_percents: Joi.object().pattern(pyramidIndex, Joi.number().greater(0).max(1000)).default({}).description('Targets by pyramid for pyramid_aggregate.'),
    entry_order_type: choice('limit', ['limit', 'market'], 'How the first leg enters.'),
    close_when_flat: flag(true, 'Close a group when it holds nothing any more, though entry legs still wait.'),
    sizing_mode: choice('signal', ['signal', 'fixed_quote'], 'Where the capital of a pyramid comes from.'),
    fixed_quote: number(1000, 0, 1e9, 'Capital of a pyramid in quote currency when the signal names none.'),
    use_signal_stop_loss: flag(false, "Enforce an alert's risk.stop_loss on grid positions."),
  },
  'DCA layers, weights and take-profit',
).custom((grid: Settings['grid_strategy'], helpers) => {
  const ladders: [string, LevelSettings[]][] = [['levels', grid.levels], ...Object.entries(grid.pyramid_specific_levels).map(([index, levels]): [string, LevelSettings[]] => [`pyramid_specific_levels.${index}`, levels])];
  for (const [path, levels] of ladders)
    if (levels.length > grid.max_dca_per_pyramid) return helpers.message({ custom: `{{#label}}.${path} has ${levels.length} levels, max_dca_per_pyramid is ${grid.max_dca_per_pyramid}` });
  return grid;
});

const riskEngine = group(
  {
    require_full_pyramids: flag(true, 'Offset only groups that have received all their pyramids.'),
    required_pyramids_for_timer: whole(4, 0, 33, 'Zero-based pyramid count at which a group counts as full; 4 means all 5 entries.'),
    enable_post_full_wait: flag(true, 'Wait after a group is full.'),
    post_pyramids_wait_minutes: number(15, 0, 100_000, 'How long to wait.'),
    timer_start_condition: choice('after_5_pyramids', ['after_5_pyramids', 'after_all_dca_submitted'], 'When the wait starts.'),
    reset_timer_on_replacement: flag(false, 'A new pyramid starts the wait again.'),
    loss_threshold_percent: number(-5, -100, 0, 'A group below this is a loser.').messages({ 'number.max': '{{#label}} must be 0 or negative, such as -5' }),
    use_trade_age_filter: flag(false, 'Offset only groups older than the age threshold.'),
    age_threshold_minutes: number(200, 0, 10_000_000, 'Age threshold.'),
    offset_mode: choice('usd', ['usd'], 'Losses are offset by value.'),
    max_winners_to_combine: whole(3, 1, 20, 'Most winners that cover one loser.'),
    partial_close_enabled: flag(true, 'Winners may be closed in part.'),
    min_close_notional: number(20, 0, 1e9, 'Smallest slice of a winner in quote currency.'),
    uncovered_action: choice('partial', ['partial', 'skip'], 'What to do with a loser that winners do not cover.'),
    max_slippage_percent: number(1, 0, 100, 'Slippage above which a market order is reported.'),
    slippage_action: choice('warn', ['warn', 'reject'], 'What that report is.'),
    evaluate_on_fill: flag(true, 'A fill starts a cycle.'),
    evaluate_interval_sec: number(10, 1, 86_400, 'Seconds between cycles.'),
  },
  'Loss thresholds and closing logic',
);

const sensible = 'Smallest step assumed where the venue gives none.';

/** The schema of the whole document. */
export const settingsSchema: Joi.ObjectSchema<Settings> = Joi.object({
  app: group(
    {
      mode: choice('webapp', ['webapp'], 'How Tranche is used.'),
      data_dir: Joi.string().max(500).default('./engine_data').description('Where files are mirrored to.'),
      log_level: choice('info', ['debug', 'info', 'warn', 'error', 'alert'], 'Least severe level that is logged.'),
      auto_restart: flag(true, 'Restart a process that ended.'),
      timezone: Joi.string().max(60).custom(timezone).default('UTC').description('Time zone of the web app.'),
    },
    'Global engine behaviour',
  ),
  exchange: group(
    {
      name: choice('binance', ['binance'], 'Default venue.'),
      api_key: choice('REDACTED', ['REDACTED'], 'Keys belong to accounts and are never part of the configuration.'),
      api_secret: choice('REDACTED', ['REDACTED'], 'As api_key.'),
      testnet: flag(true, 'New accounts start on the test network.'),
      rate_limit: whole(1200, 1, 100_000, 'Requests per minute and account.'),
    },
    'Exchange rules; keys are kept with the accounts',
  ),
  intake: group(
    {
      duplicate_window_minutes: number(5, 0, 1440, 'How long an alert without a time counts as a repetition; 0 is never.'),
      signal_max_age_seconds: number(0, 0, 86_400, 'Entries whose alert is older are refused; 0 is never.'),
    },
    'How alerts are taken in',
  ),
  execution_pool: group(
    {
      max_open_groups: whole(10, 1, 10_000, 'Position groups that may be open at once.'),
      count_pyramids_toward_pool: flag(false, 'Every pyramid takes a slot.'),
      count_dca_toward_pool: flag(false, 'Every open leg takes a slot.'),
      queue_limit: whole(50, 0, 10_000, 'Entries that may wait; 0 is unlimited.'),
    },
    'Most positions at once',
  ),
  grid_strategy: gridStrategy,
  waiting_rule: group(
    {
      queue_replace_same_symbol: flag(true, 'A new entry for a queued group replaces it.'),
      drop_on_exit: flag(true, 'An exit drops the entry that waits for the same group.'),
      selection_priority: Joi.array()
        .items(Joi.string().valid(...selectionRules))
        .unique()
        .min(1)
        .default(() => [...selectionRules])
        .description('Order in which the rules decide who goes first.'),
    },
    'Who waits, and who goes first',
  ),
  priority_rules: group(
    {
      priority_rules_enabled: group(
        {
          same_pair_timeframe: flag(true, 'Pyramids of an open group go at once and take no slot.'),
          deepest_loss_percent: flag(true, 'The entry whose price has moved furthest into discount goes first.'),
          highest_replacement: flag(true, 'The entry that was confirmed most often goes first.'),
          highest_expected_profit: flag(false, 'The entry with the largest expected profit goes first.'),
          fifo_fallback: flag(true, 'The oldest entry goes first.'),
        },
        'Which rules are in use',
      ),
    },
    'Priorities of the waiting queue',
  ),
  risk_engine: riskEngine,
  precision: group(
    {
      refresh_seconds: whole(172_800, 60, 31_536_000, 'How old instrument rules may become.'),
      block_on_missing_metadata: flag(true, 'Without instrument rules an entry waits; off, the fallback rules are used.'),
      fallback_rules: group({ tick_size: above0(0.00000001, 1e6, sensible), step_size: above0(0.000001, 1e6, sensible), min_qty: above0(0.000001, 1e9, sensible), min_notional: number(1, 0, 1e9, sensible) }, 'Rules used where the venue gives none'),
      enforce_tick_size: flag(true, 'Round prices to the tick.'),
      enforce_step_size: flag(true, 'Round quantities to the step.'),
      enforce_min_notional: flag(true, 'Hold back orders below the minimum notional.'),
    },
    'Tick size, step size and minimum notional',
  ),
  logging: group(
    {
      audit_log_enabled: flag(true, 'Record what people do.'),
      rotate_daily: flag(true, 'Begin a log file every day.'),
      keep_days: whole(30, 1, 3650, 'Days after which log rows are removed.'),
      auto_export: flag(false, 'Export the log before it is removed.'),
    },
    'Log retention',
  ),
  security: group(
    {
      store_secrets_encrypted: Joi.boolean().valid(true).default(true).description('Secrets are always encrypted at rest.'),
      webhook_signature_validation: flag(true, 'Alerts must carry the secret or a signature; may be off only outside live trading.'),
      key_vault_path: Joi.string().max(500).allow('').default('').description('Informational: where the encryption key is kept.'),
    },
    'Secrets',
  ),
  UI: group(
    {
      framework: choice('react', ['react'], 'Of the web app.'),
      theme: choice('dark', ['dark', 'light'], 'Colours.'),
      realtime_update_ms: whole(500, 100, 60_000, 'Least time between two price updates.'),
      column_visibility: Joi.object().pattern(Joi.string().max(100), Joi.boolean()).default({}).description('Columns shown or hidden, by name.'),
    },
    'The web app',
  ),
  deployment: group({ docker_enabled: flag(true, 'Deployed with Docker.'), auto_update: flag(false, 'Update by itself.') }, 'Deployment'),
}).custom((settings: Settings, helpers) => {
  const most = settings.grid_strategy.max_pyramids_per_group - 1;
  if (settings.risk_engine.required_pyramids_for_timer <= most) return settings;
  return helpers.message({ custom: `risk_engine.required_pyramids_for_timer must be at most ${most}, one less than grid_strategy.max_pyramids_per_group` });
});

/** The configuration of a fresh install. */
export const defaultSettings: Settings = settingsSchema.validate({}).value as Settings;
