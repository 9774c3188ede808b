import type { LevelSettings, Settings } from './settings.ts';
import { settingsSchema } from './settings.ts';

/** What is wrong with a configuration, by dotted path. */
export interface SettingsFault {
  path: string;
  message: string;
}
export type SettingsCheck = { settings: Settings; faults: null } | { settings: null; faults: SettingsFault[] };

/** Names by which older or other documents call a key, with where it belongs. */
const aliases: Record<string, string> = {
  'app.engine_mode': 'app.mode',
  'logging.log_level': 'app.log_level',
  'logging.max_log_days': 'logging.keep_days',
  'exchange.testnet_mode': 'exchange.testnet',
  'exchange.precision_refresh_sec': 'precision.refresh_seconds',
  'execution_pool.count_pyramids_in_pool': 'execution_pool.count_pyramids_toward_pool',
  'grid_strategy.max_pyramids': 'grid_strategy.max_pyramids_per_group',
  'waiting_rule.allow_replacement': 'waiting_rule.queue_replace_same_symbol',
  'waiting_rule.queue_priority_rules': 'waiting_rule.selection_priority',
  'risk_engine.loss_percent_trigger': 'risk_engine.loss_threshold_percent',
  'risk_engine.age_timer_minutes': 'risk_engine.age_threshold_minutes',
  'risk_engine.combine_winners_max': 'risk_engine.max_winners_to_combine',
  'risk_engine.post_full_wait_minutes': 'risk_engine.post_pyramids_wait_minutes',
  'risk_engine.priority_rules': 'priority_rules',
  'precision.precision_refresh_interval': 'precision.refresh_seconds',
  'precision.strict_mode': 'precision.block_on_missing_metadata',
  'security.encryption_enabled': 'security.store_secrets_encrypted',
  'UI.refresh_rate': 'UI.realtime_update_ms',
  'deployment.docker_mode': 'deployment.docker_enabled',
};

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Moves aliased keys to their places; a key that stands under both names keeps the proper one. */
function withoutAliases(document: Tree): Tree {
  const copy = structuredClone(document);
  for (const [alias, proper] of Object.entries(aliases)) {
    const [group = '', key = ''] = alias.split('.');
    const from = copy[group];
    if (!isTree(from) || !Object.hasOwn(from, key)) continue;
    const value = from[key];
    delete from[key];
    const [toGroup = '', toKey] = proper.split('.');
    if (toKey === undefined) copy[toGroup] ??= value;
    else {
      copy[toGroup] ??= {};
      const to = copy[toGroup];
      if (isTree(to)) to[toKey] ??= value;
    }
  }
  return withGeneratedLevels(withTpModeName(copy));
}

function withTpModeName(document: Tree): Tree {
  const grid = document.grid_strategy;
  if (isTree(grid) && grid.tp_mode === 'leg') grid.tp_mode = 'per_leg';
  return document;
}

/** `dca_count` and `dca_gap_percent` make a uniform ladder where no levels are given. */
function withGeneratedLevels(document: Tree): Tree {
  const grid = document.grid_strategy;
  if (!isTree(grid) || !('dca_count' in grid || 'dca_gap_percent' in grid)) return document;
  const { dca_count: count, dca_gap_percent: gap, ...rest } = grid;
  if (rest.levels === undefined && typeof count === 'number' && Number.isInteger(count) && count > 0 && count <= 50 && typeof gap === 'number') rest.levels = uniformLevels(count, gap);
  return { ...document, grid_strategy: rest };
}

/** Equal weights, the last taking what is left of 100; equal gaps from 0 downwards. */
export function uniformLevels(count: number, gapPercent: number): LevelSettings[] {
  const hundredths = Math.floor(10_000 / count);
  const step = Math.round(Math.abs(gapPercent) * 1e8);
  return Array.from({ length: count }, (_, index) => ({
    gap_percent: index === 0 ? 0 : -(step * index) / 1e8,
    weight_percent: (index === count - 1 ? 10_000 - hundredths * (count - 1) : hundredths) / 100,
    tp_percent: null,
  }));
}

const depthMax = 12;
function tooDeep(value: unknown, depth = 0): boolean {
  if (depth > depthMax) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some((each) => tooDeep(each, depth + 1));
}

/** Settings with every key, or all that is wrong. Missing keys take their defaults; unknown keys are faults. */
export function checkSettings(document: unknown): SettingsCheck {
  if (!isTree(document)) return { settings: null, faults: [{ path: '$', message: 'expected a JSON object with the groups of the configuration' }] };
  if (tooDeep(document)) return { settings: null, faults: [{ path: '$', message: `nested deeper than ${depthMax} levels` }] };
  const { value, error } = settingsSchema.validate(withoutAliases(document), { abortEarly: false, errors: { wrap: { label: false }, label: 'path' } });
  if (error === undefined) return { settings: value, faults: null };
  return { settings: null, faults: error.details.map((detail) => ({ path: detail.path.join('.') || '$', message: detail.message })) };
}

/**
 * `document` with the risk timer's pyramid count following a lowered pyramid limit, where it stood at the old limit's default:
 * whoever sets fewer pyramids should not have to know of a second key.
 */
export function withFollowingTimer(document: unknown, before: Settings): unknown {
  if (!isTree(document) || !isTree(document.grid_strategy) || !isTree(document.risk_engine)) return document;
  const pyramids = document.grid_strategy.max_pyramids_per_group;
  const count = document.risk_engine.required_pyramids_for_timer;
  const stoodAtDefault = before.risk_engine.required_pyramids_for_timer === before.grid_strategy.max_pyramids_per_group - 1;
  const unchanged = count === undefined || count === before.risk_engine.required_pyramids_for_timer;
  if (typeof pyramids !== 'number' || !Number.isInteger(pyramids) || pyramids < 1 || pyramids === before.grid_strategy.max_pyramids_per_group || !stoodAtDefault || !unchanged) return document;
  return { ...document, risk_engine: { ...document.risk_engine, required_pyramids_for_timer: pyramids - 1 } };
}

/** Dotted paths of leaves in which two documents differ. */
export function changedPaths(a: unknown, b: unknown, path = ''): string[] {
  if (isTree(a) && isTree(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => changedPaths(a[key], b[key], path === '' ? key : `${path}.${key}`));
  }
  return sameJson(a, b) ? [] : [path];
}

/** Equal whatever the order of keys, which a database does not keep. */
function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, index) => sameJson(each, b[index]));
  if (!isTree(a) || !isTree(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]));
}

/** `document` with its keys in the order of `like`, for people who read it. */
export function inOrderOf<Document>(document: Document, like: unknown): Document {
  if (!isTree(document) || !isTree(like)) return document;
  const known = Object.keys(like).filter((key) => Object.hasOwn(document, key));
  const others = Object.keys(document).filter((key) => !Object.hasOwn(like, key));
  return Object.fromEntries([...known, ...others].map((key) => [key, inOrderOf(document[key], like[key])])) as Document;
}
