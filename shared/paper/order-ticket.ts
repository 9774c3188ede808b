import { randomBytes } from 'node:crypto';
import { conditionOf } from '#shared/simulation/order-levels';
import type { OrderTicket } from '#shared/simulation/order-rules';
import type { SimOrderType, SimTimeInForce } from '#shared/simulation/matching-state';
import { accountOf, neededInstrument, type Call, type Params } from './endpoint.ts';
import { badParameter, VenueError } from './venue-error.ts';

const spotTypes = ['LIMIT', 'MARKET', 'LIMIT_MAKER', 'STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'] as const;
const usdmConditional = ['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'] as const;
const usdmTypes = ['LIMIT', 'MARKET', ...usdmConditional] as const;
const sides = ['BUY', 'SELL'] as const;
const clientIdShape = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const badType = [-1116, 'Invalid orderType.'] as const;
const badSide = [-1117, 'Invalid side.'] as const;
const badTimeInForce = [-1115, 'Invalid timeInForce.'] as const;

/** A client id from the request, checked (-1100), or a made-up one. */
export function clientIdFrom(params: Params, name: string): string {
  const given = params.text(name);
  if (given === null) return randomBytes(11).toString('hex');
  if (!clientIdShape.test(given)) throw new VenueError(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'.`);
  return given;
}

const blankTicket = { quantity: '0', quoteQuantity: null, price: null, stopPrice: null, callbackRate: null, activationPrice: null, reduceOnly: false, closePosition: false } as const;

/** The order a POST /api/v3/order asks for. */
export function spotTicket(call: Call): OrderTicket {
  const { params } = call;
  const { symbol } = neededInstrument(call);
  const side = params.oneOf('side', sides, badSide);
  const type = params.oneOf('type', spotTypes, badType);
  if (params.has('trailingDelta')) throw new VenueError(-1013, 'Filter failure: TRAILING_DELTA');
  const limit = type === 'LIMIT' || type === 'STOP_LOSS_LIMIT' || type === 'TAKE_PROFIT_LIMIT';
  const timeInForce = limit ? params.oneOf<SimTimeInForce>('timeInForce', ['GTC', 'IOC', 'FOK'], badTimeInForce) : 'GTC';
  const quoteQuantity = type === 'MARKET' ? params.decimal('quoteOrderQty') : null;
  if (type === 'MARKET' && params.has('price')) throw new VenueError(-1106, "Parameter 'price' sent when not required.");
  const conditional = conditionOf('spot', type) !== null;
  return {
    ...blankTicket,
    accountId: accountOf(call).id,
    kind: 'order',
    market: 'spot',
    symbol,
    clientOrderId: clientIdFrom(params, 'newClientOrderId'),
    side,
    type,
    timeInForce,
    quantity: quoteQuantity === null ? params.needDecimal('quantity') : '0',
    quoteQuantity,
    price: limit || type === 'LIMIT_MAKER' ? params.needDecimal('price') : null,
    stopPrice: conditional ? params.needDecimal('stopPrice') : null,
    fillParts: call.fillParts,
  };
}

/** The order a POST /fapi/v1/order asks for; conditional ones are sent to the algo service (-4120). */
export function usdmTicket(call: Call): OrderTicket {
  const { params } = call;
  const { symbol } = neededInstrument(call);
  const side = params.oneOf('side', sides, badSide);
  const type = params.oneOf('type', usdmTypes, badType);
  if (type !== 'LIMIT' && type !== 'MARKET') throw new VenueError(-4120, 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.');
  refuseHedge(params);
  return {
    ...blankTicket,
    accountId: accountOf(call).id,
    kind: 'order',
    market: 'usdm',
    symbol,
    clientOrderId: clientIdFrom(params, 'newClientOrderId'),
    side,
    type,
    timeInForce: type === 'LIMIT' ? params.oneOf<SimTimeInForce>('timeInForce', ['GTC', 'IOC', 'FOK', 'GTX'], badTimeInForce) : 'GTC',
    quantity: params.needDecimal('quantity'),
    price: type === 'LIMIT' ? params.needDecimal('price') : null,
    reduceOnly: params.flag('reduceOnly'),
    fillParts: call.fillParts,
  };
}

/** The conditional order a POST /fapi/v1/algoOrder asks for. */
export function algoTicket(call: Call): OrderTicket {
  const { params } = call;
  if (params.need('algoType') !== 'CONDITIONAL') throw new VenueError(-1102, "Mandatory parameter 'algoType' was not sent, was empty/null, or malformed.");
  const { symbol } = neededInstrument(call);
  const side = params.oneOf('side', sides, badSide);
  const type = params.oneOf<SimOrderType>('type', usdmConditional, badType);
  refuseHedge(params);
  const closePosition = params.flag('closePosition');
  if (closePosition && params.has('quantity')) throw new VenueError(-4137, 'Quantity must be zero with closePosition equals true.');
  if (closePosition && params.has('reduceOnly')) throw new VenueError(-4138, 'Reduce only must be true with closePosition equals true.');
  const trailing = type === 'TRAILING_STOP_MARKET';
  const limit = type === 'STOP' || type === 'TAKE_PROFIT';
  if (closePosition && (limit || trailing)) throw new VenueError(-4136, 'Target strategy invalid for orderType ' + type + ',closePosition true.');
  return {
    ...blankTicket,
    accountId: accountOf(call).id,
    kind: 'algo',
    market: 'usdm',
    symbol,
    clientOrderId: clientIdFrom(params, 'clientAlgoId'),
    side,
    type,
    timeInForce: params.has('timeInForce') ? params.oneOf<SimTimeInForce>('timeInForce', ['GTC', 'IOC', 'FOK', 'GTX', 'GTE_GTC'], badTimeInForce) : 'GTC',
    quantity: closePosition ? '0' : params.needDecimal('quantity'),
    price: limit ? params.needDecimal('price') : null,
    stopPrice: trailing ? null : triggerOf(params),
    callbackRate: trailing ? params.needDecimal('callbackRate') : null,
    activationPrice: trailing ? (params.decimal('activatePrice') ?? params.decimal('activationPrice')) : null,
    reduceOnly: params.flag('reduceOnly'),
    closePosition,
    fillParts: call.fillParts,
  };
}

function triggerOf(params: Params): string {
  const trigger = params.decimal('triggerPrice');
  if (trigger === null) throw badParameter('triggerPrice');
  return trigger;
}

/** Accounts are one-way: a hedge-mode side does not fit them. */
function refuseHedge(params: Params): void {
  const side = params.text('positionSide');
  if (side !== null && side !== 'BOTH') throw new VenueError(-4061, "Order's position side does not match user's setting.");
}
