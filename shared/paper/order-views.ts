import { dec } from '#shared/engine/num/units';
import { conditionOf } from '#shared/simulation/order-levels';
import type { SimFill, SimInstrument, SimOrder } from '#shared/simulation/matching-state';
import { averagePrice, eight, wirePrice, wireQuantity } from './wire-amounts.ts';

export type Json = Record<string, unknown>;

/**
 * Our one addition to Binance's words: when a trade happened by the clock of the prices it was made at, which in a replay is not that of
 * the exchange.
 */
export const marketTimeOf = ({ marketAt }: SimFill): Json => ({ marketTime: marketAt });

/** A spot order as GET /api/v3/order shows it. */
export const spotOrderView = (order: SimOrder): Json => ({
  symbol: order.symbol,
  orderId: order.id,
  orderListId: -1,
  clientOrderId: order.clientOrderId,
  price: eight(order.price ?? '0'),
  origQty: eight(order.quantity),
  executedQty: eight(order.filled),
  cummulativeQuoteQty: eight(order.quoteFilled),
  status: order.status,
  timeInForce: order.timeInForce,
  type: order.type,
  side: order.side,
  stopPrice: eight(order.stopPrice ?? '0'),
  icebergQty: eight('0'),
  time: order.createdAt,
  updateTime: order.updatedAt,
  isWorking: order.working,
  workingTime: order.working ? (order.triggeredAt ?? order.createdAt) : -1,
  origQuoteOrderQty: eight(order.quoteQuantity ?? '0'),
  selfTradePreventionMode: 'NONE',
});

/** The answer to POST /api/v3/order in the form asked for: ACK, RESULT or FULL. */
export function spotPlacedView(order: SimOrder, fills: readonly SimFill[], form: string): Json {
  const acknowledged: Json = { symbol: order.symbol, orderId: order.id, orderListId: -1, clientOrderId: order.clientOrderId, transactTime: order.updatedAt };
  if (form === 'ACK') return acknowledged;
  const { price, origQty, executedQty, origQuoteOrderQty, cummulativeQuoteQty, status, timeInForce, type, side, workingTime, selfTradePreventionMode, stopPrice } = spotOrderView(order);
  const result: Json = { ...acknowledged, price, origQty, executedQty, origQuoteOrderQty, cummulativeQuoteQty, status, timeInForce, type, side, workingTime, selfTradePreventionMode };
  if (order.stopPrice !== null) result.stopPrice = stopPrice;
  if (form === 'RESULT') return result;
  return { ...result, fills: fills.map((fill) => ({ price: eight(fill.price), qty: eight(fill.quantity), commission: eight(fill.fee), commissionAsset: fill.feeAsset, tradeId: fill.id, ...marketTimeOf(fill) })) };
}

/** A cancelled spot order: its own id moves to `origClientOrderId`, `clientOrderId` is the cancel request's. */
export function spotCancelledView(order: SimOrder, cancelId: string): Json {
  const { price, origQty, executedQty, origQuoteOrderQty, cummulativeQuoteQty, status, timeInForce, type, side, selfTradePreventionMode } = spotOrderView(order);
  return {
    symbol: order.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.id,
    orderListId: -1,
    clientOrderId: cancelId,
    transactTime: order.updatedAt,
    price,
    origQty,
    executedQty,
    origQuoteOrderQty,
    cummulativeQuoteQty,
    status,
    timeInForce,
    type,
    side,
    selfTradePreventionMode,
  };
}

export const spotTradeView = (fill: SimFill): Json => ({
  symbol: fill.symbol,
  id: fill.id,
  orderId: fill.orderId,
  orderListId: -1,
  price: eight(fill.price),
  qty: eight(fill.quantity),
  quoteQty: eight(fill.quote),
  commission: eight(fill.fee),
  commissionAsset: fill.feeAsset,
  time: fill.at,
  isBuyer: fill.side === 'BUY',
  isMaker: fill.maker,
  isBestMatch: true,
  ...marketTimeOf(fill),
});

/** A USD-M order, the same in every answer of /fapi/v1. */
export const usdmOrderView = (order: SimOrder, instrument: SimInstrument): Json => ({
  orderId: order.id,
  symbol: order.symbol,
  status: order.status,
  clientOrderId: order.clientOrderId,
  price: wirePrice(instrument, order.price),
  avgPrice: averagePrice(instrument, order.quoteFilled, order.filled),
  origQty: wireQuantity(instrument, order.quantity),
  executedQty: wireQuantity(instrument, order.filled),
  cumQty: wireQuantity(instrument, order.filled),
  cumQuote: dec(order.quoteFilled).toFixed(Math.max(5, dec(order.quoteFilled).decimalPlaces())),
  timeInForce: order.timeInForce,
  type: order.type,
  reduceOnly: order.reduceOnly,
  closePosition: order.closePosition,
  side: order.side,
  positionSide: 'BOTH',
  stopPrice: wirePrice(instrument, order.stopPrice),
  workingType: 'CONTRACT_PRICE',
  priceProtect: false,
  origType: order.type,
  priceMatch: 'NONE',
  selfTradePreventionMode: 'NONE',
  goodTillDate: 0,
  time: order.createdAt,
  updateTime: order.updatedAt,
});

export const usdmTradeView = (fill: SimFill, instrument: SimInstrument): Json => ({
  symbol: fill.symbol,
  id: fill.id,
  orderId: fill.orderId,
  side: fill.side,
  price: wirePrice(instrument, fill.price),
  qty: wireQuantity(instrument, fill.quantity),
  realizedPnl: eight(fill.realised),
  quoteQty: dec(fill.quote).toFixed(Math.max(5, dec(fill.quote).decimalPlaces())),
  commission: eight(fill.fee),
  commissionAsset: fill.feeAsset,
  time: fill.at,
  positionSide: 'BOTH',
  buyer: fill.side === 'BUY',
  maker: fill.maker,
  ...marketTimeOf(fill),
});

/** A conditional order of the algo service; where it has begotten an order, `actualOrderId` names it. */
export const algoOrderView = (order: SimOrder, instrument: SimInstrument): Json => ({
  algoId: order.id,
  clientAlgoId: order.clientOrderId,
  algoType: 'CONDITIONAL',
  orderType: order.type,
  symbol: order.symbol,
  side: order.side,
  positionSide: 'BOTH',
  timeInForce: order.timeInForce,
  quantity: wireQuantity(instrument, order.quantity),
  algoStatus: order.status,
  actualOrderId: order.linkedId === null ? '' : String(order.linkedId),
  actualPrice: averagePrice(instrument, order.quoteFilled, order.filled),
  actualQty: wireQuantity(instrument, order.filled),
  actualType: order.linkedId === null ? '' : (conditionOf(order.market, order.type)?.becomes ?? ''),
  triggerPrice: wirePrice(instrument, order.stopPrice),
  price: wirePrice(instrument, order.price),
  icebergQuantity: null,
  selfTradePreventionMode: 'NONE',
  workingType: 'CONTRACT_PRICE',
  priceMatch: 'NONE',
  closePosition: order.closePosition,
  priceProtect: false,
  reduceOnly: order.reduceOnly,
  activatePrice: order.activationPrice === null ? '' : wirePrice(instrument, order.activationPrice),
  callbackRate: order.callbackRate ?? '',
  createTime: order.createdAt,
  updateTime: order.updatedAt,
  triggerTime: order.triggeredAt ?? 0,
  goodTillDate: 0,
});
