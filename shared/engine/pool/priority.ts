/** The rules by which a waiting entry is chosen; each may be in use or not. */
export const selectionRules = ['pyramid_continuation', 'highest_loss_percent', 'highest_replacement_count', 'highest_expected_profit', 'fifo'] as const;
export type SelectionRule = (typeof selectionRules)[number];
