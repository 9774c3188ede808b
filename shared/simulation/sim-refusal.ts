/** Why the venue says no to a request: a closed list, which the paper exchange maps to Binance's codes and sentences. */
export type SimRefusal =
  | 'unknown_symbol'
  | 'market_closed'
  | 'duplicate_client_id'
  | 'unknown_order'
  | 'price_precision'
  | 'price_tick'
  | 'price_range'
  | 'price_band_high'
  | 'price_band_low'
  | 'quantity_precision'
  | 'quantity_step'
  | 'quantity_zero'
  | 'quantity_min'
  | 'quantity_max'
  | 'market_quantity_max'
  | 'notional_min'
  | 'callback_rate'
  | 'too_many_orders'
  | 'too_many_conditional_orders'
  | 'insufficient_balance'
  | 'insufficient_margin'
  | 'reduce_only'
  | 'close_position_exists'
  | 'would_match'
  | 'would_trigger'
  | 'not_fillable'
  | 'no_price'
  | 'margin_type_same'
  | 'margin_type_open_orders'
  | 'margin_type_position'
  | 'leverage_range';

export interface Refused {
  refused: SimRefusal;
  /** A figure the venue's sentence quotes, such as the minimum notional. */
  figure?: string;
}

export const refuse = (refused: SimRefusal, figure?: string): Refused => (figure === undefined ? { refused } : { refused, figure });
export const isRefused = (value: object | null): value is Refused => value !== null && 'refused' in value;
