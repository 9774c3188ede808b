import Joi from 'joi';
import { engineSettings, type EngineSettings } from './settings/engine.settings.ts';
import { gridSettings, type GridSettings } from './settings/grid.settings.ts';
import { houseSettings, type HouseSettings } from './settings/house.settings.ts';
import { poolSettings, type PoolSettingsGroups } from './settings/pool.settings.ts';
import { reconcileSettings, type ReconcileSettings } from './settings/reconcile.settings.ts';
import { riskSettings, type RiskSettings } from './settings/risk.settings.ts';

export { defaultLevels, sizingModes, tpModes, type LevelSettings, type TpOverride } from './settings/grid.settings.ts';
export { selectionRules } from '#shared/engine/pool/priority';

/**
 * The versioned configuration of a user: every category and key of the seeds in one document (R-676, section 10.2), with its defaults and
 * bounds. `PUT /config` and `POST /config/import` are checked against it whole. Percents and amounts are plain numbers here: they are
 * typed by people, have few digits, and become exact decimals by their shortest text.
 */
export interface Settings extends EngineSettings, PoolSettingsGroups, GridSettings, RiskSettings, ReconcileSettings, HouseSettings {}

const { app, exchange, intake } = engineSettings;
const { execution_pool, waiting_rule, priority_rules } = poolSettings;
const { precision, storage, logging, security, UI, deployment } = houseSettings;

/** The schema of the whole document; the order of its groups is the order of the form. */
export const settingsSchema: Joi.ObjectSchema<Settings> = Joi.object({
  app,
  exchange,
  intake,
  execution_pool,
  ...gridSettings,
  waiting_rule,
  priority_rules,
  ...riskSettings,
  ...reconcileSettings,
  precision,
  storage,
  logging,
  security,
  UI,
  deployment,
}).custom((settings: Settings, helpers) => {
  const most = settings.grid_strategy.max_pyramids_per_group - 1;
  if (settings.risk_engine.required_pyramids_for_timer <= most) return settings;
  return helpers.message({ custom: `risk_engine.required_pyramids_for_timer must be at most ${most}, one less than grid_strategy.max_pyramids_per_group` });
});

/** The configuration of a fresh install. */
export const defaultSettings: Settings = settingsSchema.validate({}).value as Settings;
