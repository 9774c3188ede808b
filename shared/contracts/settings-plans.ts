import type { EntryPlan, GridLevel, SizingPlan } from '#shared/engine/entry/entry-plan';
import type { ExitPlan, TpOverrideRule } from '#shared/engine/exit/exit-plan';
import type { PrecisionPlan } from '#shared/engine/instrument/precision-plan';
import { money, price, qty, ratio } from '#shared/engine/num/units';
import type { SlippagePlan } from '#shared/engine/order/slippage';
import type { PoolSettings } from '#shared/engine/pool/pool-settings';
import type { ReconcilePlan } from '#shared/engine/reconcile/reconcile-plan';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import { selectionOf } from './selection-in-use.ts';
import type { LevelSettings, Settings } from './settings.ts';
import { timeframeOf } from './timeframe-text.ts';

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

export const exitPlanOf = ({ grid_strategy: grid }: Settings): ExitPlan => ({
  kind: grid.tp_mode,
  tpPercent: ratio(grid.tp_percent),
  closeWhenFlat: grid.close_when_flat,
  pyramidTpPercents: Object.fromEntries(Object.entries(grid.pyramid_tp_percents).map(([index, percent]) => [String(Number(index)), ratio(percent)])),
});

export const sizingOf = ({ grid_strategy: grid }: Settings): SizingPlan => ({
  mode: grid.sizing_mode,
  fixedQuote: money(grid.fixed_quote),
  equityPercent: ratio(grid.equity_percent),
  riskPercent: ratio(grid.risk_percent),
  exposureMax: grid.exposure_max_quote > 0 ? money(grid.exposure_max_quote) : null,
  planCheck: grid.plan_check,
});

export const precisionOf = ({ precision }: Settings): PrecisionPlan => ({
  mode: 'auto',
  blockOnMissing: precision.block_on_missing_metadata,
  fallback: {
    tickSize: price(precision.fallback_rules.tick_size),
    stepSize: qty(precision.fallback_rules.step_size),
    quantityMin: qty(precision.fallback_rules.min_qty),
    notionalMin: money(precision.fallback_rules.min_notional),
  },
  enforceTick: precision.enforce_tick_size,
  enforceStep: precision.enforce_step_size,
  enforceNotionalMin: precision.enforce_min_notional,
});

export const slippageOf = ({ risk_engine: risk }: Settings): SlippagePlan => ({ maxPercent: ratio(risk.max_slippage_percent), action: risk.slippage_action });

const tpOverridesOf = ({ grid_strategy: grid }: Settings): TpOverrideRule[] =>
  grid.tp_overrides.map(({ symbol, timeframe, strategy, pyramid, tp_mode: mode, tp_percent: percent }) => ({
    // `60` and `1h` are one timeframe; groups carry the latter.
    ...{ symbol, timeframe: timeframe === null ? null : (timeframeOf(timeframe) ?? timeframe), strategy, pyramid, mode },
    tpPercent: percent === null ? null : ratio(percent),
  }));

/** What a pool admits by. */
export const poolSettingsOf = (settings: Settings): PoolSettings => ({
  groupsMax: settings.execution_pool.max_open_groups,
  pyramidsCount: settings.execution_pool.count_pyramids_toward_pool,
  legsCount: settings.execution_pool.count_dca_toward_pool,
  queueLimit: settings.execution_pool.queue_limit,
  replacementAllowed: settings.waiting_rule.queue_replace_same_symbol,
  dropOnExit: settings.waiting_rule.drop_on_exit,
  selection: selectionOf(settings),
  pyramidsBypass: settings.priority_rules.priority_rules_enabled.same_pair_timeframe,
  signalLifeMs: settings.intake.signal_max_age_seconds * 1000,
  queueLifeMs: settings.waiting_rule.expires_after_minutes * 60_000,
  priceBandPercent: ratio(settings.waiting_rule.price_band_percent),
  confirmEntries: settings.intake.confirm_entries,
  confirmationLifeMs: settings.intake.confirmation_ttl_seconds * 1000,
  entryPlan: entryPlanOf(settings),
  exitPlan: exitPlanOf(settings),
  tpOverrides: tpOverridesOf(settings),
  signalStopEnforced: settings.grid_strategy.use_signal_stop_loss,
  sizing: sizingOf(settings),
  precision: precisionOf(settings),
  rulesMaxAgeMs: settings.precision.refresh_seconds * 1000,
  slippage: slippageOf(settings),
});

/** When and how losers are paid for by winners. What their market orders may slip is each group's own `slippagePlan`. */
export const riskPlanOf = ({ risk_engine: risk }: Settings): RiskPlan => ({
  pyramidsRequired: risk.required_pyramids_for_timer,
  fullRequired: risk.require_full_pyramids,
  timerStart: risk.timer_start_condition === 'after_all_dca_submitted' ? 'all_submitted' : 'all_filled',
  waitMs: risk.enable_post_full_wait ? risk.post_pyramids_wait_minutes * 60_000 : null,
  restartOnPyramid: risk.reset_timer_on_replacement,
  lossThresholdPercent: ratio(risk.loss_threshold_percent),
  ageLeastMs: risk.use_trade_age_filter ? risk.age_threshold_minutes * 60_000 : null,
  winnersMax: risk.max_winners_to_combine,
  partialCloseAllowed: risk.partial_close_enabled,
  closeNotionalMin: money(risk.min_close_notional),
  uncovered: risk.uncovered_action,
  cycleOnFill: risk.evaluate_on_fill,
  cycleEveryMs: risk.evaluate_interval_sec * 1000,
  approvalLifeMs: risk.approval_required ? risk.approval_ttl_seconds * 1000 : null,
});

/** How accounts of a user are compared with their venues. */
export const reconcilePlanOf = (settings: Settings): ReconcilePlan => ({
  reportEveryMs: settings.reconciliation.interval_seconds * 1000,
  orphanOrders: settings.reconciliation.orphan_orders,
  orphanPositions: settings.reconciliation.orphan_positions,
  rearmAfterClean: settings.reconciliation.rearm_after_clean,
  precision: precisionOf(settings),
});
