import { isTree, valueAt, type Tree } from './settings-difference.ts';

/** Something a document said that was not taken word for word. Never holds a secret. */
export interface SettingsWarning {
  path: string;
  code: 'alias' | 'alias_ignored' | 'generated' | 'secret_removed' | 'sign' | 'defaulted';
  message: string;
}

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
  'risk_engine.precision': 'precision',
  'precision.precision_refresh_interval': 'precision.refresh_seconds',
  'precision.strict_mode': 'precision.block_on_missing_metadata',
  'security.encryption_enabled': 'security.store_secrets_encrypted',
  'UI.refresh_rate': 'UI.realtime_update_ms',
  'deployment.docker_mode': 'deployment.docker_enabled',
};
/** Whole groups that other documents name differently (section 4.6 of the scope). */
const groupAliases: Record<string, string> = { risk: 'risk_engine', ui: 'UI', waiting_queue: 'waiting_rule' };

/** A document with every key in its place, and what was moved; a key that stands under both names keeps the proper one. */
export function withProperNames(document: Tree, warnings: SettingsWarning[] = []): Tree {
  const copy = withNesting(structuredClone(document), warnings);
  for (const [alias, group] of Object.entries(groupAliases)) moveGroup(copy, alias, group, warnings);
  for (const [alias, proper] of Object.entries(aliases)) moveKey(copy, alias, proper, warnings);
  return withGeneratedLevels(withTpModeName(copy, warnings), warnings);
}

/** `{"app.mode": ...}` as `{"app": {"mode": ...}}`: section 10.2 of the scope writes keys by their dotted path. */
function withNesting(document: Tree, warnings: SettingsWarning[]): Tree {
  for (const [path, value] of Object.entries(document)) {
    const names = path.split('.');
    if (names.length < 2 || names.length > 4 || names.some((name) => !/^[A-Za-z0-9]\w*$/.test(name))) continue;
    const there = valueAt(document, path) !== undefined;
    if (there) warnings.push({ path, code: 'alias_ignored', message: `${path} is there twice; the one inside its group was taken` });
    if (there || put(document, names, value)) delete document[path];
  }
  return document;
}

/** Sets a value that is not there yet; false where something else stands in the way. */
function put(tree: Tree, names: readonly string[], value: unknown): boolean {
  const [name = '', ...rest] = names;
  if (rest.length === 0) {
    if (Object.hasOwn(tree, name)) return false;
    tree[name] = value;
    return true;
  }
  if (!Object.hasOwn(tree, name)) tree[name] = {};
  const below = tree[name];
  return isTree(below) && put(below, rest, value);
}

function moveGroup(document: Tree, alias: string, group: string, warnings: SettingsWarning[]): void {
  const from = document[alias];
  if (!isTree(from) || (Object.hasOwn(document, group) && !isTree(document[group]))) return;
  delete document[alias];
  document[group] = { ...from, ...(document[group] as Tree | undefined) };
  warnings.push({ path: alias, code: 'alias', message: `${alias} was read as ${group}` });
}

function moveKey(document: Tree, alias: string, proper: string, warnings: SettingsWarning[]): void {
  const [group = '', key = ''] = alias.split('.');
  const from = document[group];
  if (!isTree(from) || !Object.hasOwn(from, key)) return;
  const value = from[key];
  delete from[key];
  if (put(document, proper.split('.'), value)) warnings.push({ path: alias, code: 'alias', message: `${alias} was read as ${proper}` });
  else warnings.push({ path: alias, code: 'alias_ignored', message: `${alias} was left out, because ${proper} is there as well` });
}

function withTpModeName(document: Tree, warnings: SettingsWarning[]): Tree {
  const grid = document.grid_strategy;
  if (!isTree(grid) || grid.tp_mode !== 'leg') return document;
  grid.tp_mode = 'per_leg';
  warnings.push({ path: 'grid_strategy.tp_mode', code: 'alias', message: 'leg was read as per_leg' });
  return document;
}

/** `dca_count` and `dca_gap_percent` make a uniform ladder where no levels are given. */
function withGeneratedLevels(document: Tree, warnings: SettingsWarning[]): Tree {
  const grid = document.grid_strategy;
  if (!isTree(grid) || !('dca_count' in grid || 'dca_gap_percent' in grid)) return document;
  const { dca_count: count, dca_gap_percent: gap, ...rest } = grid;
  const usable = typeof count === 'number' && Number.isInteger(count) && count > 0 && count <= 50 && typeof gap === 'number' && Number.isFinite(gap);
  const path = 'grid_strategy.dca_count';
  if (rest.levels !== undefined) warnings.push({ path, code: 'alias_ignored', message: 'dca_count and dca_gap_percent were left out, because levels are there as well' });
  // Half a generator is a fault: the key stays and is refused by its name.
  else if (!usable) return document;
  else {
    rest.levels = uniformLevels(count, gap);
    warnings.push({ path, code: 'generated', message: `${count} levels ${Math.abs(gap)} % apart with equal weights were made of dca_count and dca_gap_percent` });
  }
  return { ...document, grid_strategy: rest };
}

/** Equal weights, the last taking what is left of 100; equal gaps from 0 downwards. */
export function uniformLevels(count: number, gapPercent: number): { gap_percent: number; weight_percent: number; tp_percent: null }[] {
  const hundredths = Math.floor(10_000 / count);
  const step = Math.round(Math.abs(gapPercent) * 1e8);
  return Array.from({ length: count }, (_, index) => ({
    gap_percent: index === 0 ? 0 : -(step * index) / 1e8,
    weight_percent: (index === count - 1 ? 10_000 - hundredths * (count - 1) : hundredths) / 100,
    tp_percent: null,
  }));
}
