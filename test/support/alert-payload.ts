/** A full alert with overrides by dotted path; `undefined` removes a field. */
export function fullAlert(secret: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const alert: Record<string, unknown> = {
    secret,
    source: 'tradingview',
    timestamp: '2026-11-20T12:00:00Z',
    tv: {
      exchange: 'BINANCE',
      symbol: 'BTCUSDT',
      timeframe: '15',
      action: 'buy',
      market_position: 'long',
      market_position_size: '2.5',
      prev_market_position: 'flat',
      prev_market_position_size: '0',
      entry_price: '98940.5',
      close_price: '98950',
      order_size: '0.05',
    },
    strategy_info: { trade_id: '12345', alert_name: 'BTC Long Entry', alert_message: 'DCA Entry 1' },
    execution_intent: { type: 'signal', side: 'buy', position_size_type: 'base', precision_mode: 'auto' },
    risk: { stop_loss: '95000', take_profit: null, max_slippage_percent: '0.2' },
  };
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Record<string, unknown>>((node, key) => node[key] as Record<string, unknown>, alert);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return alert;
}
