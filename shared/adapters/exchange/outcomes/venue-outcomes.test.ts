import { expect } from 'chai';
import { cancelOutcome, submitOutcome } from '../outcome-mapping.ts';
import type { RawAnswer } from './judge-answer.ts';
import { judgeAnswer, judgeFault, readAnswer } from './judge-answer.ts';
import type { Asked, OutcomeRow } from './outcome-rules.ts';
import { judgedVenues, outcomesOf } from './venue-outcomes.ts';

/** How each venue puts a code and a message into a body. */
const bodies: Readonly<Record<string, (code: string, message: string) => string>> = {
  binance: (code, msg) => JSON.stringify({ code: Number(code), msg }),
  bybit: (code, retMsg) => JSON.stringify({ retCode: Number(code), retMsg, result: {}, retExtInfo: {}, time: 1 }),
  okx: (code, sMsg) => JSON.stringify({ code: '1', msg: 'All operations failed', data: [{ clOrdId: 'mine', ordId: '', sCode: code, sMsg }] }),
  kucoin: (code, msg) => JSON.stringify({ code, msg }),
  mexc: (code, msg) => JSON.stringify({ code: Number(code), msg }),
  gate: (label, message) => JSON.stringify({ label, message }),
  bingx: (code, msg) => JSON.stringify({ code: Number(code), msg, data: {} }),
};

const said = (venue: string, asked: Asked, answer: Partial<RawAnswer> & { status: number; body: string }): string => {
  const verdict = judgeAnswer(outcomesOf(venue), asked, { headers: {}, ...answer }, 0);
  return verdict.kind === 'refused' ? `refused ${verdict.refused}` : verdict.kind;
};

/** Status, code, message, what it means, where that is from. For `submit` unless the code says otherwise: `c:` a cancel, `q:` a question. */
type Rows = readonly (readonly [number, string, string, string, string])[];

const binance = 'binance-spot-api-docs errors.md';
const bybit = 'bybit-exchange/docs v5/error.mdx';
const okx = 'okx.com/docs-v5 error codes';
const kucoin = 'KuCoin texts quoted in ccxt 4.5.84 kucoin.js';
const mexcSpot = 'mexcdevelop/apidocs spot_v3_en';
const mexcContract = 'mexcdevelop/apidocs contract_v1_en';
const gate = 'gate.io apiv4 label list';
const bingx = 'BingX api-ai-skills references/error-codes.md';

const tables: Readonly<Record<string, Rows>> = {
  // The rest of Binance's rows stand in outcome-mapping.test.ts.
  binance: [
    ...'-1100 -1101 -1102 -1103 -1104 -1105 -1106 -1108 -1112 -1114 -1115 -1116 -1117 -1118 -1119 -1120 -1122 -1125 -1127 -1128 -1130 -1131'.split(' ').map((code) => [400, code, 'A parameter is wrong.', 'refused other', binance] as const),
    [400, '-1101', 'Duplicate values for a parameter detected.', 'refused other', binance],
    [400, '-1013', 'Market is closed.', 'refused other', `${binance}: did not reach the engine`],
    ...[
      ['Market orders are not supported for this symbol.', 'other'],
      ['Quote order qty market orders are not support for this symbol.', 'other'],
      ['Price * QTY is zero or less.', 'precision'],
      ['IcebergQty exceeds QTY.', 'other'],
      ['This action is disabled on this account.', 'auth'],
      ['This account may not place or cancel orders.', 'other'],
      ['Unsupported order combination', 'other'],
      ['Order would trigger immediately.', 'would-trigger'],
      ['The relationship of the prices for the orders is not correct.', 'other'],
      ['This symbol is restricted for this account.', 'other'],
      ['Rest API trading is not enabled.', 'auth'],
      ['Order book liquidity is less than `LOT_SIZE` filter minimum quantity.', 'other'],
      ['Order book liquidity is less than FILL_OR_KILL order quantity', 'other'],
      ['This order type may not use pegged price.', 'other'],
      ['This order type is not possible in this trading phase.', 'market-closed'],
      ['Filter failure: MAX_NUM_ORDERS', 'other'],
    ].map(([message, kind]) => [400, '-2010', message!, `refused ${kind}`, binance] as const),
  ],
  bybit: [
    [200, '10001', 'Request parameter error', 'refused other', bybit],
    [200, '10001', 'position idx not match position mode', 'refused other', 'ccxt #16952'],
    [200, '10001', 'params error: side invalid', 'refused other', 'reported by users of v5'],
    [200, '10001', 'params error: Qty invalid', 'refused precision', 'reported by users of v5'],
    [200, '10001', 'The number of contracts exceeds maximum limit allowed', 'refused precision', 'reported by users of v5'],
    [200, '10002', 'The request time exceeds the time window range.', 'refused clock', bybit],
    [200, '-1', 'request expired: o@0, now[] diff[]', 'refused clock', bybit],
    [200, '10003', 'API key is invalid.', 'refused auth', bybit],
    [200, '10004', 'Error sign', 'refused auth', bybit],
    [200, '10005', 'Permission denied', 'refused auth', bybit],
    [200, '33004', 'Your api key has expired', 'refused auth', bybit],
    [200, '10010', 'Unmatched IP', 'refused auth', bybit],
    [200, '10006', 'Too many visits. Exceeded the API Rate Limit.', 'refused rate', bybit],
    [200, '170005', 'Too many new orders', 'refused rate', bybit],
    [429, '429', 'System level frequency protection', 'refused rate', bybit],
    [200, '110003', 'Order price exceeds the allowable range.', 'refused price-band', bybit],
    [200, '110004', 'Wallet balance is insufficient', 'refused balance', bybit],
    [200, '110005', 'position status error', 'refused other', bybit],
    [200, '110006', 'The assets are estimated to be unable to cover the position margin', 'refused balance', bybit],
    [200, '110007', 'Available balance is insufficient', 'refused balance', bybit],
    [200, '170131', 'Balance insufficient', 'refused balance', bybit],
    [200, '110017', 'orderQty will be truncated to zero', 'refused precision', bybit],
    [200, '110017', 'Reduce-only rule not satisfied', 'refused reduce-only', bybit],
    [200, '110094', 'Order notional value below the lower limit', 'refused precision', bybit],
    [200, '170137', 'Order volume decimal too long', 'refused precision', bybit],
    [200, '110074', 'This contract is not live', 'refused market-closed', bybit],
    [200, '110093', 'expect Falling, but trigger_price[1] >= current[0]', 'refused would-trigger', bybit],
    [200, '10029', 'The requested symbol is invalid', 'refused symbol', bybit],
    [200, '170121', 'Invalid symbol.', 'refused symbol', bybit],
    [200, '110072', 'OrderLinkedID is duplicate', 'exists', bybit],
    [200, '170141', 'Duplicate clientOrderId', 'exists', bybit],
    [200, '10014', 'Invalid duplicate request.', 'unknown', `${bybit}: of what is open`],
    [200, '12141', 'Duplicate clientOrderId', 'unknown', 'an older API, not in v5'],
    [200, '10000', 'Server Timeout', 'unknown', bybit],
    [200, '10016', 'Server error.', 'unknown', bybit],
    [200, '10019', 'ws trade service is restarting', 'unknown', 'not a code of REST'],
    [200, '429', 'The trading service is experiencing a high server load.', 'unknown', bybit],
    [200, '170001', 'Internal error.', 'unknown', bybit],
    [200, '170007', 'Timeout waiting for response from backend server.', 'unknown', bybit],
    [200, '170035', 'Submitted to the system for processing!', 'unknown', bybit],
    [200, '170146', 'Order creation timeout', 'unknown', bybit],
    [200, 'c:170147', 'Order cancellation timeout', 'unknown', bybit],
    [200, '110043', 'Set leverage has not been modified.', 'unknown', 'not an answer to an order'],
    [200, 'c:110001', 'Order does not exist', 'gone', bybit],
    [200, 'c:110008', 'The order has been completed or cancelled.', 'gone', bybit],
    [200, 'c:110010', 'The order has been cancelled', 'gone', bybit],
    [200, 'c:170139', 'Order has been filled.', 'gone', bybit],
    [200, 'c:170213', 'Order does not exist.', 'gone', bybit],
    [200, 'c:110072', 'OrderLinkedID is duplicate', 'unknown', 'no answer to a cancel'],
    [200, 'q:110001', 'Order does not exist', 'not-found', bybit],
    [200, '110001', 'Order does not exist', 'unknown', 'no answer to a submit'],
  ],
  okx: [
    [200, '50011', 'Requests too frequent', 'refused rate', okx],
    [200, '50061', 'You have reached the maximum order rate limit for this sub-account', 'refused rate', okx],
    [401, '50102', 'Timestamp request expired', 'refused clock', okx],
    [200, '50037', 'Order expired', 'refused clock', okx],
    [401, '50103', 'Request header "OK_ACCESS_KEY" can not be empty', 'refused auth', okx],
    [401, '50110', 'Your IP is not in linking trusted IP addresses', 'refused auth', okx],
    [401, '50113', 'Invalid signature', 'refused auth', okx],
    [200, '51008', 'Insufficient USDT balance in account', 'refused balance', okx],
    [200, '51131', 'Insufficient balance', 'refused balance', okx],
    [200, '51000', 'Parameter sz error', 'refused other', okx],
    [200, '51000', 'Parameter posSide  error ', 'refused other', 'ccxt #14605'],
    [200, '51001', 'Instrument ID does not exist', 'refused symbol', okx],
    [200, '51006', 'Order price is not within the price limit', 'refused price-band', okx],
    [200, '51020', 'Order amount should be greater than the min available amount', 'refused precision', okx],
    [200, '51121', 'Order count should be the integer multiples of the lot size', 'refused precision', okx],
    [200, '51148', 'ReduceOnly cannot increase the position quantity', 'refused reduce-only', okx],
    [200, '51278', 'SL trigger price can not be lower than the last price', 'refused would-trigger', okx],
    [200, '51022', 'Contract suspended', 'refused market-closed', okx],
    [200, '51016', 'Duplicated client order ID', 'exists', okx],
    [200, '51011', 'Duplicated order ID', 'unknown', `${okx}: of an id that is not ours`],
    [200, '50001', 'Service temporarily unavailable', 'unknown', okx],
    [200, '50004', 'Endpoint request timeout (does not mean that the request was successful or failed)', 'unknown', okx],
    [200, '50013', 'System is busy', 'unknown', okx],
    [500, '50026', 'System error', 'unknown', okx],
    [200, '51149', 'Order timed out', 'unknown', `${okx}; nautilus_okx consts`],
    [200, '51054', 'Getting information timed out', 'unknown', okx],
    [200, '51290', 'The bot engine is being upgraded', 'unknown', okx],
    [200, '51999', 'A code of tomorrow', 'unknown', 'not documented'],
    [200, 'c:51400', 'Cancellation failed as the order does not exist', 'gone', okx],
    [200, 'c:51401', 'Cancellation failed as the order is already canceled', 'gone', okx],
    [200, 'c:51402', 'Cancellation failed as the order is already completed', 'gone', okx],
    [200, 'c:51410', 'Cancellation failed as the order is already under cancelling status', 'unknown', okx],
    [200, 'q:51603', 'Order does not exist', 'not-found', okx],
  ],
  kucoin: [
    [400, '400001', 'Any of KC-API-KEY, KC-API-SIGN is missing', 'refused auth', kucoin],
    [400, '400002', 'KC-API-TIMESTAMP Invalid', 'refused clock', kucoin],
    [400, '400003', 'KC-API-KEY not exists', 'refused auth', kucoin],
    [400, '400006', 'The requested ip address is not in the api whitelist', 'refused auth', kucoin],
    [400, '400100', 'account.available.amount', 'refused balance', kucoin],
    [400, '400100', 'Parameter Error', 'refused other', kucoin],
    [400, '400100', 'The order size increment is invalid.', 'refused precision', kucoin],
    [400, '400100', 'validation.createOrder.clientOidDuplicated', 'exists', 'JKorf/Kucoin.Net #120'],
    [400, '400100', 'Unsupported trading pair.', 'refused symbol', kucoin],
    [400, '400100', 'Order size below the minimum requirement.', 'refused precision', kucoin],
    [400, '400100', 'price not in the given range!', 'refused other', kucoin],
    [200, '200004', 'Balance insufficient!', 'refused balance', kucoin],
    [429, '429000', 'Too Many Requests', 'refused rate', 'kucoin.com/docs rate limit'],
    [200, '429000', 'Too Many Requests', 'refused rate', 'kucoin.com/docs rate limit'],
    [200, '400600', 'validation.createOrder.symbolNotAvailable', 'refused symbol', kucoin],
    [200, '400370', 'Max. price: 0.025', 'refused price-band', kucoin],
    [200, '300009', 'No open positions to close.', 'refused reduce-only', kucoin],
    [200, '126044', 'clientOid duplicate', 'exists', kucoin],
    [200, '126033', 'Duplicate order', 'unknown', 'a guess'],
    [200, '408000', 'Network timeout, please try again later', 'unknown', kucoin],
    [200, '500000', 'Internal Server Error', 'unknown', kucoin],
    [200, '126038', 'Third-party service call failed', 'unknown', kucoin],
    [200, 'c:100001', 'error.getOrder.orderNotExist', 'gone', kucoin],
    [200, 'c:100004', 'Order is in not cancelable state', 'gone', kucoin],
    [200, 'c:400100', 'order not exist or not allow to be cancelled', 'gone', kucoin],
    [200, 'q:100001', 'error.getOrder.orderNotExist', 'not-found', kucoin],
    [200, 'q:400100', 'order not exist.', 'not-found', kucoin],
    [200, 'q:400100', 'Parameter Error', 'refused other', kucoin],
  ],
  mexc: [
    [400, '700003', 'Timestamp for this request is outside of the recvWindow', 'refused clock', mexcSpot],
    [400, '700002', 'Signature for this request is not valid', 'refused auth', mexcSpot],
    [400, '700006', 'IP non white list', 'refused auth', mexcSpot],
    [400, '10101', 'Insufficient balance', 'refused balance', mexcSpot],
    [400, '30004', 'Insufficient position', 'refused balance', mexcSpot],
    [400, '30005', 'Oversold', 'refused balance', mexcSpot],
    [400, '30002', 'The minimum transaction volume cannot be less than :', 'refused precision', mexcSpot],
    [400, '30014', 'invalid symbol', 'refused symbol', mexcSpot],
    [400, '30016', 'trading disabled', 'refused market-closed', mexcSpot],
    [429, '429', 'Too Many Requests', 'refused rate', mexcSpot],
    [200, '510', 'Excessive frequency of requests', 'refused rate', mexcContract],
    [200, '513', 'Invalid request(for open api serves time more or less than 10s)', 'refused clock', mexcContract],
    [200, '2005', 'Balance insufficient', 'refused balance', mexcContract],
    [200, '2011', 'Order quantity error', 'refused precision', mexcContract],
    [200, '2009', 'Positions do not exist or have been closed', 'refused reduce-only', mexcContract],
    [200, '2030', 'External order ID is too long (Max. 32 bits)', 'refused other', mexcContract],
    [500, '500', 'Internal error', 'unknown', `${mexcSpot}: 5XX is UNKNOWN`],
    [200, '500', 'Internal error', 'unknown', mexcContract],
    [200, '501', 'System busy', 'unknown', mexcContract],
    [200, '603', 'Repeated requests', 'unknown', 'a guess'],
    [200, '9999', 'Public abnormal', 'unknown', mexcContract],
    [400, 'c:-2011', 'Unknown order sent', 'gone', mexcSpot],
    [400, 'q:-2013', 'Order does not exist.', 'not-found', 'fed to ccxt 4.5.84'],
    [200, 'q:2040', 'order not exist', 'unknown', 'a guess'],
  ],
  gate: [
    [401, 'REQUEST_EXPIRED', 'gap between request Timestamp and server time exceeds 60', 'refused clock', gate],
    [401, 'INVALID_SIGNATURE', 'Signature mismatch', 'refused auth', gate],
    [403, 'FORBIDDEN', 'no permission', 'refused auth', gate],
    [429, 'TOO_MANY_REQUESTS', 'Request Rate Limit Exceeded', 'refused rate', gate],
    [400, 'INVALID_PARAM_VALUE', 'Your order size 0.003749448 USDT is too small', 'refused precision', gate],
    [400, 'INVALID_PARAM_VALUE', 'Invalid request parameter `size` value: -0.0003', 'refused precision', 'ccxt #10291'],
    [400, 'INVALID_PARAM_VALUE', 'Invalid parameter `account` with value: abc', 'refused other', gate],
    [400, 'INVALID_PARAM_VALUE', 'invalid argument: put.type', 'refused other', 'gateapi-python #155'],
    [400, 'INVALID_CURRENCY_PAIR', 'Invalid currency pair', 'refused symbol', gate],
    [400, 'BALANCE_NOT_ENOUGH', 'Not enough balance', 'refused balance', gate],
    [400, 'MARGIN_BALANCE_NOT_ENOUGH', 'Margin balance is not enough', 'refused balance', gate],
    [400, 'INSUFFICIENT_AVAILABLE', 'Balance is not enough', 'refused balance', gate],
    [400, 'PRICE_TOO_DEVIATED', 'Order price deviates too much from mark price', 'refused price-band', gate],
    [400, 'POC_FILL_IMMEDIATELY', 'Order would match and take immediately', 'refused would-trigger', gate],
    [400, 'REDUCE_EXCEEDED', 'Reduce order would exceed position in dual-mode', 'refused reduce-only', gate],
    [400, 'TRADE_RESTRICTED', 'Trading is restricted due to high debt ratio', 'refused other', gate],
    [400, 'CONTRACT_IN_DELISTING', 'Contract is delisting', 'refused market-closed', gate],
    [400, 'ORDER_EXISTS', 'Order already exists, do not resubmit', 'exists', gate],
    [400, 'REPEATED_CREATION', 'Repeated creation', 'unknown', 'a guess'],
    [400, 'DUPLICATE_REQUEST', 'Duplicate request', 'unknown', 'a guess'],
    [400, 'INTERNAL', 'Internal server error', 'unknown', gate],
    [400, 'TOO_BUSY', 'Server is too busy at the moment', 'unknown', gate],
    [400, 'API_WITHDRAW_DISABLED', 'API withdrawal operation is disabled temporarily', 'unknown', 'not an answer to an order'],
    [400, 'c:ORDER_FINISHED', 'Order already finished', 'gone', gate],
    [404, 'c:ORDER_NOT_FOUND', 'Order not found', 'gone', gate],
    [404, 'q:ORDER_NOT_FOUND', 'Order not found', 'not-found', gate],
    [404, 'ORDER_NOT_FOUND', 'Order not found', 'unknown', 'no answer to a submit'],
  ],
  bingx: [
    [200, '100001', 'Request signature verification failed.', 'refused auth', bingx],
    [200, '100412', 'Request is missing the signature parameter.', 'refused auth', bingx],
    [200, '100413', 'API Key is incorrect or missing.', 'refused auth', bingx],
    [200, '100419', 'IP does not match IP whitelist', 'refused auth', bingx],
    [200, '100421', 'Null timestamp or timestamp mismatch', 'refused clock', bingx],
    [200, '100421', 'This pair is currently restricted from API trading', 'refused other', `${bingx}: spot`],
    [200, '109400', 'timestamp is invalid', 'refused clock', bingx],
    [200, '109400', 'Invalid symbol', 'refused other', bingx],
    [200, '109400', "In the One-way mode, the 'PositionSide' field can only be set to BOTH.", 'refused other', 'ccxt #22237'],
    [200, '100400', 'this api is not exist', 'refused other', `${bingx}: gateway`],
    [200, '100400', 'miss arguments', 'refused other', `${bingx}: spot`],
    [200, '100410', 'Request rate limit exceeded.', 'refused rate', bingx],
    [200, '109429', 'Too many invalid requests in a short period', 'refused rate', bingx],
    [200, '101202', 'Order value is below the contract minimum.', 'refused precision', bingx],
    [200, '101204', 'Insufficient margin to place the order.', 'refused balance', bingx],
    [200, '101205', 'No position exists to close.', 'refused reduce-only', bingx],
    [200, '101211', 'Order price exceeds the allowed range', 'refused price-band', bingx],
    [200, '101215', 'Post Only order was cancelled because it would have been filled immediately.', 'refused would-trigger', bingx],
    [200, '101290', 'A Reduce Only order can only decrease an existing position.', 'refused reduce-only', bingx],
    [200, '110411', 'For long positions, the Stop Loss price should be lower than the current price.', 'refused would-trigger', bingx],
    [200, '110406', 'A Stop Loss order already exists for this position.', 'refused other', bingx],
    [200, '101481', 'The clientOrderID has already been used.', 'exists', bingx],
    [200, '109201', 'The same order number was submitted more than once in a short period.', 'exists', bingx],
    [200, '101400', 'duplicate clientOrderID', 'exists', bingx],
    [200, '101400', 'The minimum order amount is 0.0001 BTC.', 'refused precision', bingx],
    [200, '101400', 'Order parameter validation failed', 'unknown', `${bingx}: may be a duplicate`],
    [200, '80012', '{"Code":101253,"Msg":"margin is not enough"}', 'unknown', 'not documented'],
    [200, '100500', 'System busy.', 'unknown', bingx],
    [200, '110500', 'Order system busy.', 'unknown', bingx],
    [200, '109500', 'Internal server error.', 'unknown', bingx],
    [504, '504', 'Gateway Timeout: further confirmation required', 'unknown', bingx],
    [200, 'c:109421', 'The specified order does not exist', 'gone', bingx],
    [200, 'c:100404', 'Order does not exist.', 'gone', bingx],
    [200, 'q:109421', 'The specified order does not exist', 'not-found', bingx],
    [200, 'q:100404', 'the api is not exist', 'refused other', `${bingx}: gateway`],
    [200, '109421', 'The specified order does not exist', 'unknown', 'no answer to a submit'],
  ],
};

describe('outcomes by venue', () => {
  for (const [venue, rows] of Object.entries(tables)) {
    describe(venue, () => {
      for (const [status, marked, message, expected, source] of rows) {
        const asked: Asked = marked.startsWith('c:') ? 'cancel' : marked.startsWith('q:') ? 'query' : 'submit';
        const code = marked.replace(/^[cq]:/, '');
        it(`${asked} HTTP ${status} ${code} ${message.slice(0, 60)} -> ${expected} (${source})`, () => expect(said(venue, asked, { status, body: bodies[venue]!(code, message) })).to.equal(expected));
      }
    });
  }

  /** Codes that stand for many things, under a text that is listed nowhere. */
  const unlisted: readonly [venue: string, status: number, code: string, message: string][] = [
    ['binance', 400, '-2010', 'Something new went wrong.'],
    ['binance', 400, '-2010', 'NEW_ORDER_REJECTED'],
    ['binance', 400, '-1199', 'A take profit order in a sell OCO must be above.'],
    ['binance', 400, '-1150', 'A request fault of tomorrow.'],
    ['bybit', 200, '10001', ''],
    ['bybit', 200, '10001', 'Something new went wrong'],
    ['bybit', 200, '10001', 'orderLinkId invalid'],
    ['okx', 200, '51000', 'Something new went wrong'],
    ['okx', 200, '51000', 'Parameter clOrdId error'],
    ['okx', 200, '51000', 'Parameter algoClOrdId  error '],
    ['kucoin', 400, '400100', 'Something new went wrong'],
    ['kucoin', 400, '400100', 'The size of the book is not available'],
    ['kucoin', 400, '400100', 'validation.createOrder.clientOidIsRequired'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'Something new went wrong'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'Invalid parameter `text` with value: abc'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'invalid argument: initial.text'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'invalid argument: #4'],
    ['bingx', 200, '109400', 'Something new went wrong'],
    ['bingx', 200, '100400', 'Something new went wrong'],
    ['bingx', 200, '100400', 'Order does not exist.'],
    ['bingx', 200, '109400', "Invalid parameters, err:Key: 'ClientOrderID'"],
  ];
  for (const [venue, status, code, message] of unlisted) it(`${venue} ${code} "${message}": not listed, so a write is unknown`, () => expect(said(venue, 'submit', { status, body: bodies[venue]!(code, message) })).to.equal('unknown'));

  /** Our id is called taken: an order of ours may be there. */
  const taken: readonly [venue: string, status: number, code: string, message: string, expected: string][] = [
    ['binance', 400, '-2010', 'Duplicate order sent.', 'exists'],
    ['binance', 400, '-2010', 'Duplicate clientOrderId.', 'exists'],
    ['binance', 400, '-1013', 'Duplicate clientOrderId.', 'unknown'],
    ['binance', 400, '-1130', 'ClientOrderId is duplicated.', 'unknown'],
    ['bybit', 200, '10001', 'OrderLinkedID is duplicate', 'exists'],
    ['bybit', 200, '10001', 'params error: orderLinkId already exists', 'exists'],
    ['bybit', 200, '170130', 'Duplicate clientOrderId', 'unknown'],
    ['okx', 200, '51000', 'Duplicated client order ID', 'unknown'],
    ['okx', 200, '51000', 'Parameter clOrdId error: already in use', 'unknown'],
    ['kucoin', 400, '400100', 'clientOid duplicate', 'exists'],
    ['kucoin', 400, '400100', 'The clientOid has been used', 'exists'],
    ['kucoin', 400, '400200', 'clientOid duplicate', 'unknown'],
    ['mexc', 200, '600', 'external oid repeated', 'unknown'],
    ['mexc', 400, '33333', 'Duplicate client order id', 'unknown'],
    ['gate', 400, 'INVALID_PARAM_VALUE', 'text already used', 'unknown'],
    ['gate', 400, 'INVALID_CLIENT_ORDER_ID', 'Order already exists', 'unknown'],
    ['bingx', 200, '109400', 'duplicate clientOrderID', 'unknown'],
    ['bingx', 200, '100400', 'The clientOrderId must be unique', 'unknown'],
    ['bingx', 200, '110400', 'clientOrderID has already been used', 'unknown'],
  ];
  for (const [venue, status, code, message, expected] of taken) it(`${venue} ${code} "${message}" -> ${expected}, never a refusal`, () => expect(said(venue, 'submit', { status, body: bodies[venue]!(code, message) })).to.equal(expected));

  it('an error inside a 2xx is judged by the body, and success only where the body says so', () => {
    const done: Readonly<Record<string, string>> = {
      bybit: '{"retCode":0,"retMsg":"OK","result":{"orderId":"1","orderLinkId":"mine"}}',
      okx: '{"code":"0","msg":"","data":[{"ordId":"1","clOrdId":"mine","sCode":"0","sMsg":""}]}',
      kucoin: '{"code":"200000","data":{"orderId":"1","clientOid":"mine"}}',
      mexc: '{"symbol":"MXUSDT","orderId":"06a480e69e604477bfb48dddd5f0b750"}',
      gate: '{"id":"1","text":"t-mine","status":"open"}',
      bingx: '{"code":0,"msg":"","data":{"order":{"orderId":1}}}',
    };
    for (const [venue, body] of Object.entries(done)) expect(said(venue, 'submit', { status: 200, body }), venue).to.equal('accepted');
    expect(said('mexc', 'submit', { status: 200, body: '{"success":true,"code":0,"data":1}' })).to.equal('accepted');
    expect(said('mexc', 'submit', { status: 200, body: '{"success":false,"code":2005,"message":"Balance insufficient"}' })).to.equal('refused balance');
    expect(said('okx', 'submit', { status: 200, body: '{"code":"0","msg":"","data":[{"sCode":"51008","sMsg":"Insufficient balance"}]}' }), 'the inner code counts').to.equal('refused balance');
    expect(said('okx', 'submit', { status: 200, body: '{"code":"1","msg":"Operation failed","data":[]}' }), 'the outer code says nothing of the order').to.equal('unknown');
    expect(said('gate', 'submit', { status: 202, body: '{"id":"1"}' }), 'taken, not done').to.equal('unknown');
  });

  /** Nobody's word, whatever the venue. */
  const nobody: readonly [string, number, string][] = [
    ['an empty 200', 200, ''],
    ['an HTML 200', 200, '<html>ok</html>'],
    ['half a JSON', 200, '{"orderId":1,"clie'],
    ['an empty object', 200, '{}'],
    ['a redirect', 302, ''],
    ['HTTP 400 of somebody', 400, '<html>Bad Request</html>'],
    ['HTTP 408', 408, ''],
    ['HTTP 500', 500, '<html>Internal Server Error</html>'],
    ['HTTP 502', 502, '<html>Bad Gateway</html>'],
    ['HTTP 503', 503, 'Service Unavailable'],
    ['HTTP 504', 504, '<html>Gateway Time-out</html>'],
  ];
  for (const venue of judgedVenues) {
    it(`${venue}: what nobody has answered, and every code that is not listed, is unknown`, () => {
      for (const [name, status, body] of nobody) expect(said(venue, 'submit', { status, body }), name).to.equal('unknown');
      expect(said(venue, 'submit', { status: 400, body: bodies[venue]!('-987654', 'A code of tomorrow') })).to.equal('unknown');
      expect(said(venue, 'cancel', { status: 400, body: bodies[venue]!('-987654', 'A code of tomorrow') })).to.equal('unknown');
      const broken = { phase: 'no-answer', status: null, code: null, message: 'ECONNRESET' } as const;
      for (const asked of ['submit', 'cancel', 'query'] as const) expect(judgeFault(outcomesOf(venue), asked, broken).kind).to.equal('unknown');
      expect(judgeFault(outcomesOf(venue), 'submit', { ...broken, phase: 'not-sent' }).kind).to.equal('not-sent');
    });

    it(`${venue}: turned away in front of the API is a refusal`, () => {
      for (const [status, expected] of [[403, 'refused auth'], [451, 'refused auth'], [404, 'refused other'], [429, 'refused rate'], [418, 'refused rate']] as const)
        expect(said(venue, 'submit', { status, body: '<html>no</html>' }), String(status)).to.equal(expected);
    });

    it(`${venue}: no 5xx is ever a refusal, whatever code stands in it`, () => {
      for (const row of outcomesOf(venue).rows) for (const code of Array.isArray(row.code) ? (row.code as string[]) : []) expect(said(venue, 'submit', { status: 503, body: bodies[venue]!(code, '') }), code).to.equal('unknown');
    });

    it(`${venue}: no code makes a refusal of an id that is taken`, () => {
      const listed = outcomesOf(venue).rows.flatMap((row) => (Array.isArray(row.code) ? (row.code as string[]) : []));
      for (const code of listed) expect(said(venue, 'submit', { status: 400, body: bodies[venue]!(code, 'Duplicate clientOrderId.') }), code).to.be.oneOf(['exists', 'unknown']);
    });

    it(`${venue}: no code stands in two rows that ask for nothing else`, () => {
      const plain = (row: OutcomeRow): readonly string[] => (Array.isArray(row.code) && row.on === undefined && row.message === undefined && row.status === undefined ? (row.code as string[]) : []);
      const all = outcomesOf(venue).rows.flatMap(plain);
      expect(all.filter((code, index) => all.indexOf(code) !== index)).to.deep.equal([]);
      expect(all.length).to.be.greaterThan(40);
    });
  }

  it('a rate refusal carries the time to wait, by the venue’s own header or text', () => {
    const rows: readonly [string, number, Record<string, string>, string, string, number][] = [
      ['bybit', 200, { 'X-Bapi-Limit-Reset-Timestamp': '1672738135000' }, '10006', 'Too many visits.', 1_672_738_135_000 - 1_672_738_134_000],
      ['bybit', 403, {}, '0', 'access too frequent', 600_000],
      ['kucoin', 429, { 'gw-ratelimit-reset': '1500' }, '429000', 'Too Many Requests', 1_500],
      ['gate', 429, { 'X-Gate-RateLimit-Reset-Timestamp': '1672738139' }, 'TOO_MANY_REQUESTS', '', 5_000],
      ['bingx', 200, {}, '100410', 'code:100410:The endpoint trigger frequency limit rule is currently in the disabled period and will be unblocked after 1672738144000', 10_000],
      ['bingx', 200, {}, '100410', 'rate limited', 60_000],
      ['mexc', 429, { 'Retry-After': '7' }, '429', 'Too Many Requests', 7_000],
      ['okx', 200, {}, '50011', 'Requests too frequent', 10_000],
      ['okx', 418, {}, '50011', '', 120_000],
    ];
    for (const [venue, status, headers, code, message, expected] of rows) {
      const outcomes = outcomesOf(venue);
      const body = status === 403 ? `<html>${message}</html>` : bodies[venue]!(code, message);
      const read = readAnswer(outcomes, { status, headers, body }, 1_672_738_134_000);
      expect(read.done, venue).to.equal(false);
      if (!read.done) expect(submitOutcome(read.fault, outcomes), `${venue} ${code}`).to.include({ kind: 'refused', refused: 'rate', retryAfterMs: expected });
    }
  });

  it('the words of the port: an order that exists is asked for, one that is gone is never cancelled', () => {
    const outcome = (venue: string, code: string, message: string): [string, string] => {
      const read = readAnswer(outcomesOf(venue), { status: 200, headers: {}, body: bodies[venue]!(code, message) }, 0);
      if (read.done) throw new Error('done');
      return [submitOutcome(read.fault, outcomesOf(venue)).kind, cancelOutcome(read.fault, outcomesOf(venue)).kind];
    };
    expect(outcome('bybit', '110072', 'OrderLinkedID is duplicate')).to.deep.equal(['exists', 'unknown']);
    expect(outcome('bybit', '110001', 'Order does not exist')).to.deep.equal(['unknown', 'gone']);
    expect(outcome('okx', '51402', 'Cancellation failed as the order is already completed')).to.deep.equal(['unknown', 'gone']);
  });

  it('a venue without a table is an error that names those that have one', () => expect(() => outcomesOf('nowhere')).to.throw('venue: found "nowhere", expected one of binance, bybit'));
});
