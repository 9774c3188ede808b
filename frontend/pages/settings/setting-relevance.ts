import { isTree, valueAt, type Tree } from './settings-tree.ts';

/** Why a setting changes nothing under the present choice of others. The words are in `settingIdle`. */
export type IdleReason =
  | 'sizing_signal'
  | 'sizing_fixed_quote'
  | 'sizing_equity_percent'
  | 'sizing_risk_percent'
  | 'not_pyramid_aggregate'
  | 'single_pyramid'
  | 'no_confirmation'
  | 'metadata_awaited'
  | 'pyramid_count_ignored'
  | 'no_wait'
  | 'no_age_filter'
  | 'no_approval';

type Rule = [path: string, idle: (draft: Tree) => IdleReason | null];

const when = (path: string, value: unknown, reason: IdleReason) => (draft: Tree): IdleReason | null => (valueAt(draft, path) === value ? reason : null);
const sizing = (...modes: string[]) => (draft: Tree): IdleReason | null => {
  const mode = String(valueAt(draft, 'grid_strategy.sizing_mode'));
  return modes.includes(mode) ? null : (`sizing_${mode}` as IdleReason);
};

function aggregateOnly(draft: Tree): IdleReason | null {
  const overrides = valueAt(draft, 'grid_strategy.tp_overrides');
  const wanted = Array.isArray(overrides) && overrides.some((rule) => isTree(rule) && rule['tp_mode'] === 'pyramid_aggregate');
  return wanted || valueAt(draft, 'grid_strategy.tp_mode') === 'pyramid_aggregate' ? null : 'not_pyramid_aggregate';
}

const rules: readonly Rule[] = [
  ['grid_strategy.pyramid_specific_levels', when('grid_strategy.max_pyramids_per_group', 1, 'single_pyramid')],
  ['grid_strategy.pyramid_tp_percents', aggregateOnly],
  ['grid_strategy.fixed_quote', sizing('fixed_quote', 'signal')],
  ['grid_strategy.equity_percent', sizing('equity_percent')],
  ['grid_strategy.risk_percent', sizing('risk_percent')],
  ['intake.confirmation_ttl_seconds', when('intake.confirm_entries', false, 'no_confirmation')],
  ['precision.fallback_rules', when('precision.block_on_missing_metadata', true, 'metadata_awaited')],
  ['risk_engine.required_pyramids_for_timer', when('risk_engine.require_full_pyramids', false, 'pyramid_count_ignored')],
  ...['post_pyramids_wait_minutes', 'reset_timer_on_replacement'].map((name): Rule => [`risk_engine.${name}`, when('risk_engine.enable_post_full_wait', false, 'no_wait')]),
  ['risk_engine.age_threshold_minutes', when('risk_engine.use_trade_age_filter', false, 'no_age_filter')],
  ['risk_engine.approval_ttl_seconds', when('risk_engine.approval_required', false, 'no_approval')],
];

/** Settings that the table speaks of: for the test that each of them is there. */
export const relevancePaths = rules.map(([path]) => path);

/** The reason why a setting does not matter in this draft, or null where it does. */
export function idleReason(draft: Tree, path: string): IdleReason | null {
  for (const [each, idle] of rules) if (path === each || path.startsWith(`${each}.`)) return idle(draft);
  return null;
}
