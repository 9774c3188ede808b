import type { EntryPlan, GridLevel, SizingPlan } from '#shared/engine/entry/entry-plan';
import type { ExitPlan } from '#shared/engine/exit/exit-plan';
import { money, ratio } from '#shared/engine/num/units';
import type { PoolSettings } from '#shared/engine/pool/pool.decide';
import type { LevelSettings, Settings } from './settings.ts';

/** From the words of the configuration to the plans the engine works by. */

const gridLevel = (level: LevelSettings): GridLevel => ({
  gapPercent: ratio(level.gap_percent),
  weightPercent: ratio(level.weight_percent),
  tpPercent: level.tp_percent === null ? null : ratio(level.tp_percent),
});

export function entryPlanOf({ grid_strategy: grid }: Settings): EntryPlan {
  // The first entry always takes the default ladder, whatever stands under "0".
  const own = Object.entries(grid.pyramid_specific_levels).filter(([index]) => Number(index) > 0);
  return {
    kind: 'grid',
    levels: grid.levels.map(gridLevel),
    pyramidLevels: Object.fromEntries(own.map(([index, levels]) => [String(Number(index)), levels.map(gridLevel)])),
    maxPyramids: grid.max_pyramids_per_group,
    orderType: grid.entry_order_type,
  };
}

export function exitPlanOf({ grid_strategy: grid }: Settings): ExitPlan {
  const common = { tpPercent: ratio(grid.tp_percent), closeWhenFlat: grid.close_when_flat };
  if (grid.tp_mode !== 'pyramid_aggregate') return { kind: grid.tp_mode, ...common };
  const targets = Object.entries(grid.pyramid_tp_percents).map(([index, percent]) => [String(Number(index)), ratio(percent)] as const);
  return { kind: 'pyramid_aggregate', ...common, pyramidTpPercents: Object.fromEntries(targets) };
}

export const sizingOf = ({ grid_strategy: grid }: Settings): SizingPlan => ({ mode: grid.sizing_mode, fixedQuote: money(grid.fixed_quote) });

/** What a pool admits by. */
export const poolSettingsOf = (settings: Settings): PoolSettings => ({
  groupsMax: settings.execution_pool.max_open_groups,
  queueLimit: settings.execution_pool.queue_limit,
  replacementAllowed: settings.waiting_rule.queue_replace_same_symbol,
  signalLifeMs: settings.intake.signal_max_age_seconds * 1000,
  entryPlan: entryPlanOf(settings),
  exitPlan: exitPlanOf(settings),
  sizing: sizingOf(settings),
});
