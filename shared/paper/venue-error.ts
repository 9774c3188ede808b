import type { SimMarket } from '#shared/simulation/matching-state';
import type { Refused, SimRefusal } from '#shared/simulation/sim-refusal';
import { RefusedWork } from './batch.ts';

/** An answer in Binance's error form: HTTP status, code, sentence. */
export class VenueError extends RefusedWork {
  override readonly name = 'VenueError';
  readonly status: number;
  readonly code: number;
  constructor(code: number, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

type Answer = readonly [code: number, message: string];

const spotAnswers: Record<SimRefusal, Answer> = {
  unknown_symbol: [-1121, 'Invalid symbol.'],
  market_closed: [-1013, 'Market is closed.'],
  duplicate_client_id: [-2010, 'Duplicate order sent.'],
  unknown_order: [-2011, 'Unknown order sent.'],
  price_precision: [-1111, "Parameter 'price' has too much precision."],
  price_tick: [-1013, 'Filter failure: PRICE_FILTER'],
  price_range: [-1013, 'Filter failure: PRICE_FILTER'],
  price_band_high: [-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
  price_band_low: [-1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
  quantity_precision: [-1111, "Parameter 'quantity' has too much precision."],
  quantity_step: [-1013, 'Filter failure: LOT_SIZE'],
  quantity_zero: [-1013, 'Invalid quantity.'],
  quantity_min: [-1013, 'Filter failure: LOT_SIZE'],
  quantity_max: [-1013, 'Filter failure: LOT_SIZE'],
  market_quantity_max: [-1013, 'Filter failure: MARKET_LOT_SIZE'],
  notional_min: [-1013, 'Filter failure: NOTIONAL'],
  callback_rate: [-1013, 'Filter failure: TRAILING_DELTA'],
  too_many_orders: [-1013, 'Filter failure: MAX_NUM_ORDERS'],
  too_many_conditional_orders: [-1013, 'Filter failure: MAX_NUM_ALGO_ORDERS'],
  insufficient_balance: [-2010, 'Account has insufficient balance for requested action.'],
  insufficient_margin: [-2010, 'Account has insufficient balance for requested action.'],
  reduce_only: [-1106, "Parameter 'reduceOnly' sent when not required."],
  close_position_exists: [-1106, "Parameter 'closePosition' sent when not required."],
  would_match: [-2010, 'Order would immediately match and take.'],
  would_trigger: [-2010, 'Stop price would trigger immediately.'],
  not_fillable: [-2010, 'Order book liquidity is less than FILL_OR_KILL order quantity'],
  no_price: [-1112, 'No orders on book for symbol.'],
  margin_type_same: [-4046, 'No need to change margin type.'],
  margin_type_open_orders: [-4047, 'Margin type cannot be changed if there exists open orders.'],
  margin_type_position: [-4048, 'Margin type cannot be changed if there exists position.'],
  leverage_range: [-4028, 'Leverage # is not valid'],
};

const usdmAnswers: Record<SimRefusal, Answer> = {
  ...spotAnswers,
  market_closed: [-4140, 'Invalid symbol status for opening position.'],
  duplicate_client_id: [-4116, 'ClientOrderId is duplicated.'],
  price_precision: [-1111, 'Precision is over the maximum defined for this asset.'],
  price_tick: [-4014, 'Price not increased by tick size.'],
  price_range: [-4001, 'Price less than 0.'],
  price_band_high: [-4016, "Limit price can't be higher than #."],
  price_band_low: [-4024, "Limit price can't be lower than #."],
  quantity_precision: [-1111, 'Precision is over the maximum defined for this asset.'],
  quantity_step: [-4023, 'Quantity not increased by step size.'],
  quantity_zero: [-4003, 'Quantity less than or equal to zero.'],
  quantity_min: [-4004, 'Quantity less than min quantity.'],
  quantity_max: [-4005, 'Quantity greater than max quantity.'],
  market_quantity_max: [-4005, 'Quantity greater than max quantity.'],
  notional_min: [-4164, "Order's notional must be no smaller than # (unless you choose reduce only)."],
  callback_rate: [-2007, 'Invalid callBack rate.'],
  too_many_orders: [-2025, 'Reach max open order limit.'],
  too_many_conditional_orders: [-4045, 'Reach max stop order limit.'],
  insufficient_balance: [-2019, 'Margin is insufficient.'],
  insufficient_margin: [-2019, 'Margin is insufficient.'],
  reduce_only: [-2022, 'ReduceOnly Order is rejected.'],
  close_position_exists: [-4130, 'An open stop or take profit order with GTE and closePosition in the direction is existing.'],
  would_match: [-5022, 'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history'],
  would_trigger: [-2021, 'Order would immediately trigger.'],
  not_fillable: [-5021, 'Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history'],
};

/** Binance's answer to a refusal of the matching core. */
export function refusalAnswer(market: SimMarket, refused: Refused, kind: 'order' | 'algo' = 'order'): VenueError {
  if (kind === 'algo' && refused.refused === 'duplicate_client_id') return new VenueError(-20132, 'The client algo id is duplicated.');
  const [code, message] = (market === 'spot' ? spotAnswers : usdmAnswers)[refused.refused];
  return new VenueError(code, message.replace('#', refused.figure ?? ''));
}

export const badParameter = (name: string): VenueError => new VenueError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
