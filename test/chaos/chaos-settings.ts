/** Six symbols with every way of taking profit, few slots, stops that are enforced, and a risk engine that acts soon: as much of the engine as can be under way when something dies. */
export const chaosSettings = {
  // As much as the venue allows: a flood with restarts spends more questions than the default of half of it.
  exchange: { rate_limit: 2400 },
  execution_pool: { max_open_groups: 8, queue_limit: 50 },
  grid_strategy: {
    tp_percent: 1,
    use_signal_stop_loss: true,
    tp_overrides: (
      [
        ['C03', 'hybrid'],
        ['C04', 'aggregate'],
        ['C05', 'pyramid_aggregate'],
      ] as const
    ).map(([base, mode]) => ({ symbol: `${base}USDT`, timeframe: null, strategy: null, pyramid: null, tp_mode: mode, tp_percent: null })),
  },
  risk_engine: { require_full_pyramids: false, enable_post_full_wait: false, loss_threshold_percent: -1.5, evaluate_interval_sec: 2 },
};
