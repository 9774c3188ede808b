import Joi from 'joi';
import { readSymbol } from '../symbol-text.ts';
import { timeframeOf } from '../timeframe-text.ts';
import { above0, choice, flag, group, number, whole } from './schema-parts.ts';

/** One rung of a ladder. */
export interface LevelSettings {
  gap_percent: number;
  weight_percent: number;
  /** Null takes `grid_strategy.tp_percent`. */
  tp_percent: number | null;
}
export const tpModes = ['per_leg', 'aggregate', 'hybrid', 'pyramid_aggregate'] as const;
export const sizingModes = ['signal', 'fixed_quote', 'equity_percent', 'risk_percent'] as const;

/** Where another take-profit applies; a member that is null matches everything, and the first rule that matches is used. */
export interface TpOverride {
  symbol: string | null;
  timeframe: string | null;
  /** The alert's name. */
  strategy: string | null;
  /** Zero-based pyramid index; only its legs are concerned. */
  pyramid: number | null;
  /** Null keeps the mode; may not be set for one pyramid. */
  tp_mode: (typeof tpModes)[number] | null;
  /** Replaces the default target and the target of every level. */
  tp_percent: number | null;
}

/** Ladders, their capital and their targets. */
export interface GridSettings {
  grid_strategy: {
    max_pyramids_per_group: number;
    max_dca_per_pyramid: number;
    levels: LevelSettings[];
    pyramid_specific_levels: Record<string, LevelSettings[]>;
    tp_mode: (typeof tpModes)[number];
    tp_percent: number;
    pyramid_tp_percents: Record<string, number>;
    tp_overrides: TpOverride[];
    entry_order_type: 'limit' | 'market';
    close_when_flat: boolean;
    sizing_mode: (typeof sizingModes)[number];
    fixed_quote: number;
    equity_percent: number;
    risk_percent: number;
    exposure_max_quote: number;
    plan_check: 'trim' | 'refuse' | 'off';
    use_signal_stop_loss: boolean;
  };
}

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

const matcher = (most: number) => Joi.string().trim().min(1).max(most).allow(null).default(null);
const tpOverride = Joi.object({
  symbol: matcher(60).custom((text: string, helpers) => (readSymbol(text)?.exchange === null ? text : helpers.message({ custom: '{{#label}} must be a symbol such as BTCUSDT, BTC/USDT or BTC/USDT:USDT' }))),
  timeframe: matcher(10).custom((text: string, helpers) => (timeframeOf(text) === null ? helpers.message({ custom: '{{#label}} must be a timeframe such as 15m, 1h or 1d' }) : text)),
  strategy: matcher(200),
  pyramid: Joi.number().integer().min(0).max(33).allow(null).default(null),
  tp_mode: Joi.string()
    .valid(...tpModes)
    .allow(null)
    .default(null),
  tp_percent: Joi.number().greater(0).max(1000).allow(null).default(null),
}).custom((rule: TpOverride, helpers) => {
  if (rule.tp_mode === null && rule.tp_percent === null) return helpers.message({ custom: '{{#label}} changes nothing: give it a tp_mode or a tp_percent' });
  if (rule.pyramid !== null && rule.tp_mode !== null) return helpers.message({ custom: '{{#label}}.tp_mode cannot be set for one pyramid: the mode belongs to the whole group' });
  return rule;
});

const members = {
  max_pyramids_per_group: whole(5, 1, 34, 'Most entries of one group, the first included.'),
  max_dca_per_pyramid: whole(7, 1, 7, 'Most levels of one pyramid, the first included.'),
  levels: ladder.default(() => defaultLevels.map((each) => ({ ...each }))).description('Ladder of every pyramid that has none of its own.'),
  pyramid_specific_levels: Joi.object().pattern(pyramidIndex, ladder).default({}).description('Ladder by zero-based pyramid index; the first entry always takes the default.'),
  tp_mode: choice('per_leg', tpModes, 'How profit is taken.'),
  tp_percent: above0(1, 1000, 'Target of a level without one, and of the whole position.'),
  pyramid_tp_percents: Joi.object().pattern(pyramidIndex, Joi.number().greater(0).max(1000)).default({}).description('Targets by pyramid for pyramid_aggregate.'),
  tp_overrides: Joi.array()
    .items(tpOverride)
    .max(100)
    .default(() => [])
    .description('Other take-profits by symbol, timeframe, strategy or pyramid; the first rule that matches is used.'),
  entry_order_type: choice('limit', ['limit', 'market'], 'How the first leg enters.'),
  close_when_flat: flag(true, 'Close a group when it holds nothing any more, though entry legs still wait.'),
  sizing_mode: choice('signal', sizingModes, 'Where the capital of a pyramid comes from.'),
  fixed_quote: number(1000, 0, 1e9, 'Capital of a pyramid in quote currency when the signal names none.'),
  equity_percent: above0(10, 100, 'Capital of a pyramid as a share of the account, with equity_percent.'),
  risk_percent: above0(1, 100, 'Share of the account that is lost if the signal\'s stop is hit, with risk_percent.'),
  exposure_max_quote: number(0, 0, 1e12, 'Most capital that one group may be given in quote currency; 0 is unlimited.'),
  plan_check: choice('trim', ['trim', 'refuse', 'off'], 'What to do with a ladder that the free balance does not cover: leave out its last legs, refuse it, or send it all the same.'),
  use_signal_stop_loss: flag(false, "Enforce an alert's risk.stop_loss on grid positions."),
};

export const gridSettings = {
  grid_strategy: group(members, 'DCA layers, weights and take-profit').custom((grid: GridSettings['grid_strategy'], helpers) => {
    const ladders: [string, LevelSettings[]][] = [['levels', grid.levels], ...Object.entries(grid.pyramid_specific_levels).map(([index, levels]): [string, LevelSettings[]] => [`pyramid_specific_levels.${index}`, levels])];
    for (const [path, levels] of ladders)
      if (levels.length > grid.max_dca_per_pyramid) return helpers.message({ custom: `{{#label}}.${path} has ${levels.length} levels, max_dca_per_pyramid is ${grid.max_dca_per_pyramid}` });
    return grid;
  }),
};
