/**
 * Why Tranche did not do what a signal or a person asked: the one closed list (invariant 10). The texts stand in the
 * documentation and in the web app; `{...}` are the numbers of the case.
 */
export const refusals = {
  unknown_exchange: 'The alert names another venue than the account of its webhook endpoint',
  unknown_symbol: 'The venue does not list this symbol for the market of the account',
  unsupported_timeframe: 'The timeframe is not one Tranche knows',
  short_not_supported: 'A spot account cannot sell short',
  stale_signal: 'The signal is older than its configured life',
  max_pyramids_reached: 'The group already has as many pyramids as its plan allows',
  every_leg_blocked: 'No leg of the ladder reaches the minimum quantity and notional of the instrument',
  precision_unavailable: 'The venue gave its metadata, and the symbol is not in it',
  no_price: 'The alert carries no price and the market feed has none yet',
  no_size: 'The alert carries no usable size and no default capital is configured',
  no_balance: 'The capital is a share of the account, and the venue has not told what is on it, or nothing is',
  no_stop_for_risk_sizing: 'The capital follows from the risk, and the alert carries no stop on the losing side of its entry',
  exposure_reached: 'The group already has as much capital as it may be given',
  insufficient_balance: 'The free balance does not cover the ladder, or not even its first leg',
  side_contradicts_action: 'execution_intent.side contradicts tv.action',
  queue_full: 'The waiting queue has reached its limit',
  duplicate_entry: 'The group is queued already and replacement is switched off',
  stop_on_wrong_side: 'The stop-loss of the alert, which the configuration enforces, cannot protect the entry: it is not below a long or above a short, or the price has passed it already',
  nothing_to_close: 'There is neither an open group nor a queued entry for this exit',
  account_disabled: 'The exchange account is switched off or not enabled for its mode',
  safe_mode: 'The engine has put the account, or everything, into safe mode; nothing new is entered until a person re-arms it',
  trading_halted: 'The STOP file or the kill switch has stopped new positions, until a person re-arms',
  slippage_exceeded: 'A market order of the signal was executed and slipped more than allowed; the position is what was filled, and nothing is sent again',
  execution_mode_unavailable: 'The endpoint asks for an execution mode that this version does not run',
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof refusals;

/** A reason with the numbers of the case. */
export interface Refusal {
  code: RefusalCode;
  detail: string;
}
