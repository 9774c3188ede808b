/** An alert as TradingView sends it: the full payload with its placeholders filled in. */
export interface AlertChanges {
  secret: string;
  symbol?: string;
  timeframe?: string;
  action?: 'buy' | 'sell';
  entryPrice?: string;
  orderSize?: string;
  sizeType?: 'quote' | 'base' | 'contracts';
  type?: 'signal' | 'exit' | 'reduce' | 'reverse';
  tradeId?: string;
  timestamp?: string;
}

export const alert = (changes: AlertChanges): Record<string, unknown> => {
  const action = changes.action ?? 'buy';
  const exit = changes.type === 'exit';
  return {
    secret: changes.secret,
    source: 'tradingview',
    timestamp: changes.timestamp ?? new Date().toISOString(),
    tv: {
      exchange: 'BINANCE',
      symbol: changes.symbol ?? 'BTCUSDT',
      timeframe: changes.timeframe ?? '15',
      action,
      market_position: exit ? 'flat' : 'long',
      market_position_size: exit ? '0' : '1',
      prev_market_position: exit ? 'long' : 'flat',
      prev_market_position_size: exit ? '1' : '0',
      entry_price: changes.entryPrice ?? '100000',
      close_price: changes.entryPrice ?? '100000',
      order_size: changes.orderSize ?? '5000',
    },
    strategy_info: { trade_id: changes.tradeId ?? 'Long', alert_name: 'test', alert_message: '' },
    execution_intent: { type: changes.type ?? 'signal', side: action, position_size_type: changes.sizeType ?? 'quote', precision_mode: 'auto' },
    risk: { stop_loss: null, take_profit: null, max_slippage_percent: '0.2' },
  };
};
