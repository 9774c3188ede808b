import { controlOf } from './settings-tree.ts';

/** One collapsible part of the form. */
export interface Section {
  key: string;
  paths: string[];
}

const grid = (...names: string[]): string[] => names.map((name) => `grid_strategy.${name}`);
/** Settings or whole groups, in the order in which a trader meets them; what names a setting comes before what names its group. */
const plan: readonly [key: string, members: string[]][] = [
  ['grid', grid('levels', 'pyramid_specific_levels', 'max_pyramids_per_group', 'max_dca_per_pyramid', 'entry_order_type')],
  ['capital', grid('sizing_mode', 'fixed_quote', 'equity_percent', 'risk_percent', 'exposure_max_quote', 'plan_check')],
  ['exits', grid('tp_mode', 'tp_percent', 'pyramid_tp_percents', 'tp_overrides', 'close_when_flat', 'use_signal_stop_loss')],
  ['slippage', ['risk_engine.max_slippage_percent', 'risk_engine.slippage_action']],
  ['pool', ['execution_pool', 'priority_rules.priority_rules_enabled.same_pair_timeframe']],
  ['queue', ['waiting_rule', 'priority_rules']],
  ['intake', ['intake']],
  ['precision', ['precision']],
  ['risk', ['risk_engine']],
  ['reconciliation', ['reconciliation']],
  ['exchange', ['exchange']],
  ['storage', ['storage']],
  ['logging', ['logging']],
  ['security', ['security']],
  ['app', ['app']],
  ['ui', ['UI']],
  ['deployment', ['deployment']],
];

export const sectionKeys = plan.map(([key]) => key);

/** All settings by the part of the form they stand in; one that no part names gets a part of its group's name. */
export function sectionsOf(paths: readonly string[]): Section[] {
  const exact = new Map(plan.flatMap(([key, members]) => members.filter((each) => paths.includes(each)).map((each): [string, string] => [each, key])));
  const placeOf = (path: string): string => exact.get(path) ?? plan.find(([, members]) => controlOf(members, path) !== undefined)?.[0] ?? path.split('.', 1)[0] ?? path;
  const placed = new Map<string, string[]>(plan.map(([key]) => [key, []]));
  for (const path of paths) placed.set(placeOf(path), [...(placed.get(placeOf(path)) ?? []), path]);
  return [...placed].filter(([, members]) => members.length > 0).map(([key, members]) => ({ key, paths: inPlanOrder(key, members) }));
}

/** Settings that the plan names one by one stand in its order, those of a group in the order of the document. */
function inPlanOrder(key: string, paths: string[]): string[] {
  const members = plan.find(([each]) => each === key)?.[1] ?? [];
  const place = (path: string): number => members.findIndex((each) => path === each || path.startsWith(`${each}.`));
  return [...paths].sort((a, b) => place(a) - place(b));
}
