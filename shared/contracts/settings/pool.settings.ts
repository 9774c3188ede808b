import Joi from 'joi';
import { selectionRules, type SelectionRule } from '#shared/engine/pool/priority';
import { flag, group, number, whole } from './schema-parts.ts';


/** Who may open, who waits, and who goes first. */
export interface PoolSettingsGroups {
  execution_pool: { max_open_groups: number; count_pyramids_toward_pool: boolean; count_dca_toward_pool: boolean; queue_limit: number };
  waiting_rule: { queue_replace_same_symbol: boolean; drop_on_exit: boolean; selection_priority: SelectionRule[]; expires_after_minutes: number; price_band_percent: number };
  priority_rules: {
    priority_rules_enabled: { same_pair_timeframe: boolean; deepest_loss_percent: boolean; highest_replacement: boolean; highest_expected_profit: boolean; fifo_fallback: boolean };
  };
}

export const poolSettings = {
  execution_pool: group(
    {
      max_open_groups: whole(10, 1, 10_000, 'Position groups that may be open at once.'),
      count_pyramids_toward_pool: flag(false, 'Every pyramid after the first takes a slot.'),
      count_dca_toward_pool: flag(false, 'Every open leg takes a slot.'),
      queue_limit: whole(50, 0, 10_000, 'Entries that may wait; 0 is unlimited.'),
    },
    'Most positions at once',
  ),
  waiting_rule: group(
    {
      queue_replace_same_symbol: flag(true, 'A new entry for a queued group replaces it.'),
      drop_on_exit: flag(true, 'An exit drops the entry that waits for the same group.'),
      selection_priority: Joi.array()
        .items(Joi.string().valid(...selectionRules))
        .unique()
        .min(1)
        .default(() => [...selectionRules])
        .description('Order in which the rules decide who goes first.'),
      expires_after_minutes: whole(0, 0, 525_600, 'An entry that has waited longer is dropped; 0 waits for ever.'),
      price_band_percent: number(0, 0, 100, 'An entry is not promoted while the price is further than this from its entry price; 0 is any distance.'),
    },
    'Who waits, and who goes first',
  ),
  priority_rules: group(
    {
      priority_rules_enabled: group(
        {
          same_pair_timeframe: flag(true, 'Pyramids of an open group go at once and take no slot.'),
          deepest_loss_percent: flag(true, 'The entry whose price has moved furthest into discount goes first.'),
          highest_replacement: flag(true, 'The entry that was confirmed most often goes first.'),
          highest_expected_profit: flag(false, 'The entry with the largest expected profit goes first.'),
          fifo_fallback: flag(true, 'The oldest entry goes first.'),
        },
        'Which rules are in use',
      ),
    },
    'Priorities of the waiting queue',
  ),
};
