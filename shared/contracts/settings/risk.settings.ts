import { choice, flag, group, number, whole } from './schema-parts.ts';

/** When losers are paid for by winners, and what a market order may slip. */
export interface RiskSettings {
  risk_engine: {
    require_full_pyramids: boolean;
    required_pyramids_for_timer: number;
    enable_post_full_wait: boolean;
    post_pyramids_wait_minutes: number;
    timer_start_condition: 'after_5_pyramids' | 'after_all_dca_submitted';
    reset_timer_on_replacement: boolean;
    loss_threshold_percent: number;
    use_trade_age_filter: boolean;
    age_threshold_minutes: number;
    offset_mode: 'usd';
    max_winners_to_combine: number;
    partial_close_enabled: boolean;
    min_close_notional: number;
    uncovered_action: 'partial' | 'skip';
    max_slippage_percent: number;
    slippage_action: 'warn' | 'reject';
    evaluate_on_fill: boolean;
    evaluate_interval_sec: number;
    approval_required: boolean;
    approval_ttl_seconds: number;
  };
}

export const riskSettings = {
  risk_engine: group(
    {
      require_full_pyramids: flag(true, 'Offset only groups that have received all their pyramids.'),
      required_pyramids_for_timer: whole(4, 0, 33, 'Zero-based pyramid count at which a group counts as full; 4 means all 5 entries.'),
      enable_post_full_wait: flag(true, 'Wait after a group is full.'),
      post_pyramids_wait_minutes: whole(15, 0, 100_000, 'How long to wait.'),
      timer_start_condition: choice('after_5_pyramids', ['after_5_pyramids', 'after_all_dca_submitted'], 'When the wait starts.'),
      reset_timer_on_replacement: flag(false, 'A new pyramid starts the wait again.'),
      loss_threshold_percent: number(-5, -100, 0, 'A group below this is a loser.').messages({ 'number.max': '{{#label}} must be 0 or negative, such as -5' }),
      use_trade_age_filter: flag(false, 'Offset only groups older than the age threshold.'),
      age_threshold_minutes: whole(200, 0, 10_000_000, 'Age threshold.'),
      offset_mode: choice('usd', ['usd'], 'Losses are offset by value.'),
      max_winners_to_combine: whole(3, 1, 20, 'Most winners that cover one loser.'),
      partial_close_enabled: flag(true, 'Winners may be closed in part.'),
      min_close_notional: number(20, 0, 1e9, 'Smallest slice of a winner in quote currency.'),
      uncovered_action: choice('partial', ['partial', 'skip'], 'What to do with a loser that winners do not cover.'),
      max_slippage_percent: number(1, 0, 100, 'Slippage above which a market order is reported.'),
      slippage_action: choice('warn', ['warn', 'reject'], 'What that report is.'),
      evaluate_on_fill: flag(true, 'A fill starts a cycle.'),
      evaluate_interval_sec: whole(10, 1, 86_400, 'Seconds between cycles.'),
      approval_required: flag(false, 'A person approves every offset before it begins.'),
      approval_ttl_seconds: whole(300, 10, 86_400, 'Seconds after which an offset that nobody has approved is dropped.'),
    },
    'Loss thresholds and closing logic',
  ),
};
