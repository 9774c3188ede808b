import type { Market } from '#shared/engine/instrument/instrument';
import { isDecimalText, isPositive } from '#shared/engine/num/units';
import type { OrderRef, OrderRequest } from '#shared/ports/exchange.port';
import type { EndpointName } from './binance-endpoints.ts';
import type { VenueCapabilities } from './venue-capabilities.ts';

/** A call to the venue: every parameter is the text that must stand on the wire. */
export interface VenueCall {
  name: EndpointName;
  params: Record<string, string>;
}

/**
 * `BTC/USDT` and `BTC/USDT:USDT` are both `BTCUSDT` at Binance. A rule of text, not of metadata: an order can be sent and cancelled
 * while the venue's symbol list cannot be had. Null for anything that is not of that form.
 */
export function venueSymbol(market: Market, symbol: string): string | null {
  const found = /^([^/:\s]+)\/([^/:\s]+)(?::([^/:\s]+))?$/.exec(symbol);
  if (found === null || (market === 'usdm') !== (found[3] !== undefined)) return null;
  return `${found[1]}${found[2]}`;
}

/** The unified symbol of a base and a quote currency. */
export const unifiedSymbol = (market: Market, base: string, quote: string): string => (market === 'spot' ? `${base}/${quote}` : `${base}/${quote}:${quote}`);

const plain = /^\d+(\.\d+)?$/;
const amountFault = (name: string, value: string): string | null => (isDecimalText(value) && plain.test(value) && isPositive(value) ? null : `${name}: found "${value}", expected a plain positive decimal`);

/** What makes an order unfit to be sent at all, or null. The engine has rounded it; this adapter never changes a digit. */
export function requestFault(market: Market, can: VenueCapabilities, request: OrderRequest): string | null {
  if (venueSymbol(market, request.symbol) === null) return `symbol: found "${request.symbol}", expected a unified ${market} symbol`;
  if (!can.clientOrderIdShape.test(request.clientOrderId)) return `clientOrderId: found "${request.clientOrderId}", expected ${can.clientOrderIdShape.source}`;
  if (request.triggerPrice !== undefined && !can.conditionalOrders) return `triggerPrice: ${market} orders cannot rest with a trigger here, watch the price instead`;
  if (request.triggerPrice !== undefined && request.type !== 'market') return 'triggerPrice: only market orders can be conditional';
  if (request.reduceOnly && !can.reduceOnly) return `reduceOnly: ${market} knows no reduce-only orders`;
  if ((request.type === 'limit') !== (request.price !== null)) return `price: a ${request.type} order ${request.type === 'limit' ? 'needs one' : 'has none'}`;
  const amounts: [string, string | null | undefined][] = [['quantity', request.quantity], ['price', request.price], ['triggerPrice', request.triggerPrice]];
  return amounts.map(([name, value]) => (value === null || value === undefined ? null : amountFault(name, value))).find((fault) => fault !== null) ?? null;
}

/** The call that places an order. Expects a request without fault. */
export function submitCall(market: Market, request: OrderRequest): VenueCall {
  const params: Record<string, string> = {
    symbol: venueSymbol(market, request.symbol) ?? '',
    side: request.side === 'buy' ? 'BUY' : 'SELL',
    quantity: request.quantity,
    ...(request.reduceOnly ? { reduceOnly: 'true' } : {}),
  };
  if (request.triggerPrice !== undefined)
    return { name: 'submitAlgo', params: { ...params, algoType: 'CONDITIONAL', type: 'STOP_MARKET', triggerPrice: request.triggerPrice, clientAlgoId: request.clientOrderId, newOrderRespType: 'RESULT' } };
  const priced: Record<string, string> = request.price === null ? { type: 'MARKET' } : { type: 'LIMIT', price: request.price, timeInForce: 'GTC' };
  // RESULT waits for the match on futures; FULL also lists the fills on spot.
  return { name: 'submit', params: { ...params, ...priced, newClientOrderId: request.clientOrderId, newOrderRespType: market === 'spot' ? 'FULL' : 'RESULT' } };
}

const bySymbolAndId = (market: Market, ref: OrderRef): Record<string, string> => ({ symbol: venueSymbol(market, ref.symbol) ?? ref.symbol, origClientOrderId: ref.clientOrderId });

/** The call that cancels an order, always by our own id. */
export const cancelCall = (market: Market, ref: OrderRef): VenueCall =>
  ref.conditional ? { name: 'cancelAlgo', params: { clientAlgoId: ref.clientOrderId } } : { name: 'cancel', params: bySymbolAndId(market, ref) };

/** The call that asks for an order, always by our own id. */
export const queryCall = (market: Market, ref: OrderRef): VenueCall =>
  ref.conditional ? { name: 'queryAlgo', params: { clientAlgoId: ref.clientOrderId } } : { name: 'query', params: bySymbolAndId(market, ref) };
