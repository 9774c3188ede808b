import { houseSettingPaths } from './settings/recorded.ts';
import type { Settings } from './settings.ts';

/** When a change of a setting is felt. */
export type TakesEffect = 'new groups' | 'next decision' | 'at once' | 'recorded only';

/** What a setting decides, and so whom a change of it concerns. Stable: the web app has words for each. */
export type EffectCode =
  | 'entry_plan'
  | 'exit_plan'
  | 'slippage_plan'
  | 'stop_plan'
  | 'precision_plan'
  | 'sizing'
  | 'capacity'
  | 'queue_limit'
  | 'queue_order'
  | 'alerts'
  | 'confirmation'
  | 'offsetting'
  | 'comparing'
  | 'rules_age'
  | 'bound'
  | 'account_defaults'
  | 'rate_limit'
  | 'house'
  | 'web_app'
  | 'history'
  | 'recorded';

/** One kind of effect. */
export interface Effect {
  takesEffect: TakesEffect;
  /** Open groups keep what they were opened with, unless they are put on the new plan (`apply {replan: true}`). */
  replannable: boolean;
  /** Of what is open or waits, that which is decided by the new value: all who wait, who waits for a slot, groups that may still be given a pyramid, groups that hold something. */
  touches: readonly ('waiting' | 'waiting_for_slot' | 'growing' | 'holding')[];
  /** For people, where the web app has no words of its own. */
  words: string;
}

const effect = (takesEffect: TakesEffect, touches: Effect['touches'], words: string, replannable = false): Effect => ({ takesEffect, touches, words, replannable });

/** What every kind of effect means. */
export const effects: Readonly<Record<EffectCode, Effect>> = {
  entry_plan: effect('new groups', ['waiting'], 'Groups that are open keep the ladder they were opened with; entries that wait are opened with the new one.'),
  exit_plan: effect('new groups', ['waiting'], 'Groups that are open keep their targets, unless they are put on the new plan; entries that wait take the new ones.', true),
  slippage_plan: effect('new groups', ['waiting'], 'Groups that are open keep their slippage limit, unless they are put on the new plan; entries that wait take the new one.', true),
  stop_plan: effect('new groups', ['waiting'], 'Groups that are open keep what was decided of their stop-loss; entries that wait follow the new rule.'),
  precision_plan: effect('new groups', ['waiting'], 'Groups that are open keep the precision rules they were opened with; entries that wait are judged by the new ones.'),
  sizing: effect('next decision', ['waiting', 'growing'], 'Entries that wait, and further pyramids of open groups, get their capital by the new rule; orders that are placed stay as they are.'),
  capacity: effect('next decision', ['waiting_for_slot'], 'Nothing that is open is closed. Slots are counted anew: entries go where there is room, and wait where there is none.'),
  queue_limit: effect('next decision', [], 'Entries that wait stay, however many they are; the limit holds for who comes next.'),
  queue_order: effect('next decision', ['waiting'], 'Entries that wait are judged and ranked anew.'),
  alerts: effect('next decision', [], 'The next alert is judged by it; what was taken in before stays.'),
  confirmation: effect('next decision', ['waiting'], 'New entries wait for a person or go at once; the time to live also counts for those that wait for one.'),
  offsetting: effect('next decision', ['holding'], 'Open groups are judged by it from the next cycle on.'),
  comparing: effect('at once', [], 'The next comparison of every account with its venue goes by it.'),
  rules_age: effect('at once', [], 'Instrument rules that are older are fetched anew.'),
  bound: effect('recorded only', [], 'Bounds what a ladder may be given; it moves nothing by itself.'),
  account_defaults: effect('at once', [], 'Proposed for the next account; accounts that exist stay as they are.'),
  rate_limit: effect('at once', [], 'Requests to the venue are spread by the new limit; protective orders go first.'),
  house: effect('at once', [], 'Every process of this installation follows; of several users, the first administrator’s value counts.'),
  web_app: effect('at once', [], 'Open pages follow; trading is not concerned.'),
  history: effect('at once', [], 'Older versions than the newest so many are removed when a version is applied.'),
  recorded: effect('recorded only', [], 'Kept and exported; nothing acts on it.'),
};

/** A kind of effect for every key of the configuration: one that is left out does not compile. */
type EffectTable = { readonly [Group in keyof Settings]: { readonly [Key in keyof Settings[Group]]: EffectCode } };

const table: EffectTable = {
  app: { mode: 'recorded', data_dir: 'house', log_level: 'house', auto_restart: 'house', timezone: 'web_app' },
  exchange: { name: 'account_defaults', api_key: 'recorded', api_secret: 'recorded', testnet: 'account_defaults', rate_limit: 'rate_limit' },
  intake: { duplicate_window_minutes: 'alerts', signal_max_age_seconds: 'alerts', confirm_entries: 'confirmation', confirmation_ttl_seconds: 'confirmation' },
  execution_pool: { max_open_groups: 'capacity', count_pyramids_toward_pool: 'capacity', count_dca_toward_pool: 'capacity', queue_limit: 'queue_limit' },
  grid_strategy: {
    max_pyramids_per_group: 'entry_plan',
    max_dca_per_pyramid: 'bound',
    levels: 'exit_plan',
    pyramid_specific_levels: 'exit_plan',
    tp_mode: 'exit_plan',
    tp_percent: 'exit_plan',
    pyramid_tp_percents: 'exit_plan',
    tp_overrides: 'exit_plan',
    entry_order_type: 'entry_plan',
    close_when_flat: 'exit_plan',
    sizing_mode: 'sizing',
    fixed_quote: 'sizing',
    equity_percent: 'sizing',
    risk_percent: 'sizing',
    exposure_max_quote: 'sizing',
    plan_check: 'sizing',
    use_signal_stop_loss: 'stop_plan',
  },
  waiting_rule: { queue_replace_same_symbol: 'queue_order', drop_on_exit: 'queue_order', selection_priority: 'queue_order', expires_after_minutes: 'queue_order', price_band_percent: 'queue_order' },
  priority_rules: { priority_rules_enabled: 'queue_order' },
  risk_engine: {
    require_full_pyramids: 'offsetting',
    required_pyramids_for_timer: 'offsetting',
    enable_post_full_wait: 'offsetting',
    post_pyramids_wait_minutes: 'offsetting',
    timer_start_condition: 'offsetting',
    reset_timer_on_replacement: 'offsetting',
    loss_threshold_percent: 'offsetting',
    use_trade_age_filter: 'offsetting',
    age_threshold_minutes: 'offsetting',
    offset_mode: 'recorded',
    max_winners_to_combine: 'offsetting',
    partial_close_enabled: 'offsetting',
    min_close_notional: 'offsetting',
    uncovered_action: 'offsetting',
    max_slippage_percent: 'slippage_plan',
    slippage_action: 'slippage_plan',
    evaluate_on_fill: 'offsetting',
    evaluate_interval_sec: 'offsetting',
    approval_required: 'offsetting',
    approval_ttl_seconds: 'offsetting',
  },
  reconciliation: { interval_seconds: 'comparing', orphan_orders: 'comparing', orphan_positions: 'comparing', rearm_after_clean: 'comparing' },
  precision: {
    refresh_seconds: 'rules_age',
    block_on_missing_metadata: 'precision_plan',
    fallback_rules: 'precision_plan',
    enforce_tick_size: 'precision_plan',
    enforce_step_size: 'precision_plan',
    enforce_min_notional: 'precision_plan',
  },
  storage: { auto_save_config: 'web_app', history_keep: 'history' },
  logging: { audit_log_enabled: 'house', rotate_daily: 'house', keep_days: 'house', auto_export: 'house' },
  security: { store_secrets_encrypted: 'recorded', webhook_signature_validation: 'alerts', key_vault_path: 'recorded' },
  UI: { framework: 'recorded', theme: 'web_app', font_size: 'web_app', realtime_update_ms: 'web_app', column_visibility: 'web_app' },
  deployment: { docker_enabled: 'recorded', auto_update: 'recorded' },
};

/** The kind of effect of a dotted path of the configuration, or of anything below one; null where there is no such key. */
export function effectOf(path: string): EffectCode | null {
  const [group = '', key = ''] = path.split('.');
  const keys: Readonly<Record<string, EffectCode>> = Object.hasOwn(table, group) ? table[group as keyof Settings] : {};
  return Object.hasOwn(keys, key) ? (keys[key] ?? null) : null;
}

/** Is this a setting of the whole installation, where only the first administrator's counts? */
export const isHouseSetting = (path: string): boolean => houseSettingPaths.some((each) => path === each || path.startsWith(`${each}.`));
