/** The message to paste into a TradingView alert: the full payload with TradingView's placeholders. */
export const alertTemplate = (secret: string): string =>
  JSON.stringify(
    {
      secret,
      source: 'tradingview',
      timestamp: '{{timenow}}',
      tv: {
        exchange: '{{exchange}}',
        symbol: '{{ticker}}',
        timeframe: '{{interval}}',
        action: '{{strategy.order.action}}',
        market_position: '{{strategy.market_position}}',
        market_position_size: '{{strategy.market_position_size}}',
        prev_market_position: '{{strategy.prev_market_position}}',
        prev_market_position_size: '{{strategy.prev_market_position_size}}',
        entry_price: '{{strategy.order.price}}',
        close_price: '{{close}}',
        order_size: '{{strategy.order.contracts}}',
      },
      strategy_info: { trade_id: '{{strategy.order.id}}', alert_name: '{{alert_name}}', alert_message: '{{strategy.order.comment}}' },
      execution_intent: { type: 'signal', side: '{{strategy.order.action}}', position_size_type: 'contracts', precision_mode: 'auto' },
      risk: { stop_loss: null, take_profit: null, max_slippage_percent: '0.2' },
    },
    null,
    2,
  );

/** What a test alert is about. */
export interface TestAlert {
  secret: string;
  exchange: string;
  symbol: string;
  side: 'long' | 'short';
  /** Last known price; null leaves the entry at the market's price. */
  price: string | null;
  at: number;
}

/** A complete alert as TradingView would send it now, without a size: the configured default capital is used. */
export function testAlert({ secret, exchange, symbol, side, price, at }: TestAlert): string {
  const action = side === 'long' ? 'buy' : 'sell';
  return JSON.stringify({
    secret,
    source: 'tradingview',
    timestamp: new Date(at).toISOString(),
    tv: {
      exchange: exchange.toUpperCase(),
      symbol,
      timeframe: '15',
      action,
      market_position: side,
      market_position_size: null,
      prev_market_position: 'flat',
      prev_market_position_size: null,
      entry_price: price,
      close_price: price,
      order_size: null,
    },
    strategy_info: { trade_id: `test-${at}`, alert_name: 'Test alert', alert_message: 'Sent from the web app' },
    execution_intent: { type: 'signal', side: action, position_size_type: 'quote', precision_mode: 'auto' },
    risk: { stop_loss: null, take_profit: null, max_slippage_percent: null },
  });
}
