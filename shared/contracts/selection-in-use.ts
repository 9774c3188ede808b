import type { SelectionRule } from '#shared/engine/pool/priority';
import type { Settings } from './settings.ts';

/** The key of `priority_rules.priority_rules_enabled` that turns a rule on and off. */
export const switchOf = {
  pyramid_continuation: 'same_pair_timeframe',
  highest_loss_percent: 'deepest_loss_percent',
  highest_replacement_count: 'highest_replacement',
  highest_expected_profit: 'highest_expected_profit',
  fifo: 'fifo_fallback',
} as const;

/** The selection rules that are in the list and switched on, in the order of the list. Apart, because the web app shows them too. */
export const selectionOf = ({ waiting_rule: waiting, priority_rules: { priority_rules_enabled: enabled } }: Pick<Settings, 'waiting_rule' | 'priority_rules'>): SelectionRule[] =>
  waiting.selection_priority.filter((rule) => enabled[switchOf[rule]]);
