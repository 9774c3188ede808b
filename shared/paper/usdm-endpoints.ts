import { randomBytes } from 'node:crypto';
import { setLeverage, setMarginType } from '#shared/simulation/matching';
import type { SimOrder } from '#shared/simulation/matching-state';
import { accountOf, instrumentNamed, limitOf, neededInstrument, type Call, type Endpoint } from './endpoint.ts';
import { exchangeInfo } from './exchange-info.ts';
import { marketEndpoints } from './market-endpoints.ts';
import { cancelAll, cancelOrder, findOrder, openOrdersOf, orderHistory, placeOrder, pointerOf, testOrder, tradeHistory } from './order-actions.ts';
import { algoTicket, usdmTicket } from './order-ticket.ts';
import { algoOrderView, usdmOrderView, usdmTradeView } from './order-views.ts';
import { accountInformation, balanceList, positionRisk, symbolConfig } from './usdm-account.ts';
import { refusalAnswer, VenueError } from './venue-error.ts';
import { eight } from './wire-amounts.ts';

const done = { code: 200, msg: 'success' };
export const listenKeyLifeMs = 60 * 60 * 1000;

const signed = (method: Endpoint['method'], path: string, weight: Endpoint['weight'], run: Endpoint['run']): Endpoint => ({ method, path: `/fapi/${path}`, weight, security: 'signed', run });
const optionalSymbol = (call: Call): string | null => {
  const symbol = call.params.text('symbol');
  return symbol === null ? null : instrumentNamed(call, symbol).symbol;
};
const plainView = (call: Call) => (order: SimOrder) => usdmOrderView(order, instrumentNamed(call, order.symbol));
const algoView = (call: Call) => (order: SimOrder) => algoOrderView(order, instrumentNamed(call, order.symbol));
const plainPointer = (call: Call) => pointerOf(call, 'orderId', 'origClientOrderId');
const algoPointer = (call: Call) => pointerOf(call, 'algoId', 'clientAlgoId');

const orders: Endpoint[] = [
  { ...signed('POST', 'v1/order', 0, newOrder), counts: true },
  signed('POST', 'v1/order/test', 1, (call) => {
    testOrder(call, usdmTicket(call));
    return {};
  }),
  signed('GET', 'v1/order', 1, async (call) => plainView(call)(await findOrder(call, 'order', neededInstrument(call).symbol, plainPointer(call)))),
  signed('DELETE', 'v1/order', 1, async (call) => plainView(call)(await cancelOrder(call, 'order', neededInstrument(call).symbol, plainPointer(call), null))),
  signed('GET', 'v1/openOrder', 1, openOrder),
  signed('GET', 'v1/openOrders', (params) => (params.has('symbol') ? 1 : 40), (call) => openOrdersOf(call, 'order', optionalSymbol(call)).map(plainView(call))),
  signed('GET', 'v1/allOrders', 5, async (call) => (await orderHistory(call, 'order', neededInstrument(call).symbol, limitOf(call, 500, 1000))).map(plainView(call))),
  signed('DELETE', 'v1/allOpenOrders', 1, async (call) => {
    await cancelAll(call, 'order', neededInstrument(call).symbol, () => null);
    return { code: 200, msg: 'The operation of cancel all open order is done.' };
  }),
  signed('GET', 'v1/userTrades', 5, async (call) => (await tradeHistory(call, optionalSymbol(call), limitOf(call, 500, 1000))).map((fill) => usdmTradeView(fill, instrumentNamed(call, fill.symbol)))),
];

const algoOrders: Endpoint[] = [
  { ...signed('POST', 'v1/algoOrder', 0, async (call) => algoView(call)((await placeOrder(call, algoTicket(call))).order)), counts: true },
  signed('GET', 'v1/algoOrder', 1, async (call) => algoView(call)(await findOrder(call, 'algo', null, algoPointer(call)))),
  signed('DELETE', 'v1/algoOrder', 1, async (call) => {
    const order = await cancelOrder(call, 'algo', null, algoPointer(call), null);
    return { algoId: order.id, clientAlgoId: order.clientOrderId, code: '200', msg: 'success' };
  }),
  signed('GET', 'v1/openAlgoOrders', (params) => (params.has('symbol') ? 1 : 40), (call) => openOrdersOf(call, 'algo', optionalSymbol(call)).map(algoView(call))),
  signed('GET', 'v1/allAlgoOrders', 5, async (call) => (await orderHistory(call, 'algo', neededInstrument(call).symbol, limitOf(call, 500, 1000))).map(algoView(call))),
  signed('DELETE', 'v1/algoOpenOrders', 1, async (call) => {
    await cancelAll(call, 'algo', neededInstrument(call).symbol, () => null);
    return { code: 200, msg: 'The operation of cancel all open order is done.' };
  }),
];

const account: Endpoint[] = [
  signed('GET', 'v2/account', 5, (call) => accountInformation(call, 2)),
  signed('GET', 'v3/account', 5, (call) => accountInformation(call, 3)),
  signed('GET', 'v2/balance', 5, balanceList),
  signed('GET', 'v3/balance', 5, balanceList),
  signed('GET', 'v2/positionRisk', 5, (call) => positionRisk(call, 2)),
  signed('GET', 'v3/positionRisk', 5, (call) => positionRisk(call, 3)),
  signed('GET', 'v1/symbolConfig', 5, symbolConfig),
  signed('GET', 'v1/leverageBracket', 1, leverageBrackets),
  signed('POST', 'v1/leverage', 1, changeLeverage),
  signed('POST', 'v1/marginType', 1, changeMarginType),
  signed('GET', 'v1/positionSide/dual', 30, () => ({ dualSidePosition: false })),
  signed('POST', 'v1/positionSide/dual', 1, (call) => {
    // Accounts here are one-way for good; asking for what is already so gets Binance's answer to that.
    if (call.params.need('dualSidePosition').toLowerCase() === 'true') throw new VenueError(-4068, 'Position side cannot be changed on the paper exchange.');
    throw new VenueError(-4059, 'No need to change position side.');
  }),
  signed('GET', 'v1/multiAssetsMargin', 30, () => ({ multiAssetsMargin: false })),
  signed('GET', 'v1/commissionRate', 20, (call) => {
    const { makerRate, takerRate } = accountOf(call);
    return { symbol: neededInstrument(call).symbol, makerCommissionRate: makerRate, takerCommissionRate: takerRate };
  }),
  signed('GET', 'v1/income', 30, income),
];

/** The USD-M REST interface, /fapi. */
export const usdmEndpoints: Endpoint[] = [
  ...marketEndpoints('usdm'),
  exchangeInfo('usdm'),
  ...orders,
  ...algoOrders,
  ...account,
  { method: 'POST', path: '/fapi/v1/listenKey', weight: 1, security: 'key', run: openListenKey },
  { method: 'PUT', path: '/fapi/v1/listenKey', weight: 1, security: 'key', run: keepListenKey },
  { method: 'DELETE', path: '/fapi/v1/listenKey', weight: 1, security: 'key', run: closeListenKey },
];

async function newOrder(call: Call): Promise<unknown> {
  const ticket = usdmTicket(call);
  const { order } = await placeOrder(call, ticket);
  const result = call.params.text('newOrderRespType') === 'RESULT';
  // ACK, the default, shows the order as it was accepted.
  return plainView(call)(result ? order : { ...order, status: 'NEW', filled: '0', quoteFilled: '0' });
}

function openOrder(call: Call): unknown {
  const { symbol } = neededInstrument(call);
  const pointer = plainPointer(call);
  const found = openOrdersOf(call, 'order', symbol).find((order) => (pointer.id === undefined ? order.clientOrderId === pointer.clientOrderId : order.id === pointer.id));
  if (found === undefined) throw new VenueError(-2013, 'Order does not exist.');
  return plainView(call)(found);
}

function leverageBrackets(call: Call): unknown {
  const one = call.params.text('symbol');
  const instruments = one === null ? [...call.context.commit.world.instruments.values()].filter((instrument) => instrument.market === 'usdm') : [instrumentNamed(call, one)];
  return instruments.map((instrument) => ({
    symbol: instrument.symbol,
    notionalCoef: '1.0',
    brackets: [{ bracket: 1, initialLeverage: 125, notionalCap: 1_000_000_000, notionalFloor: 0, maintMarginRatio: Number(instrument.maintenanceRatio), cum: 0 }],
  }));
}

async function changeLeverage(call: Call): Promise<unknown> {
  const { symbol } = neededInstrument(call);
  const leverage = Number(call.params.need('leverage'));
  const { id } = accountOf(call);
  await call.context.commit.submit((draft, at) => {
    call.fresh(at);
    const refused = setLeverage(draft, id, symbol, leverage, at);
    if (refused !== null) throw refusalAnswer('usdm', refused);
  });
  return { symbol, leverage, maxNotionalValue: '1000000000' };
}

async function changeMarginType(call: Call): Promise<unknown> {
  const { symbol } = neededInstrument(call);
  const marginType = call.params.oneOf('marginType', ['ISOLATED', 'CROSSED'], [-4051, 'Invalid margin type.']);
  const { id } = accountOf(call);
  await call.context.commit.submit((draft, at) => {
    call.fresh(at);
    const refused = setMarginType(draft, id, symbol, marginType === 'ISOLATED' ? 'isolated' : 'cross', at);
    if (refused !== null) throw refusalAnswer('usdm', refused);
  });
  return done;
}

async function income(call: Call): Promise<unknown> {
  const kind = call.params.text('incomeType');
  const symbol = call.params.text('symbol');
  const startTime = call.params.integer('startTime');
  const endTime = call.params.integer('endTime');
  const rows = await call.context.commit.store.ledger({ accountId: accountOf(call).id, limit: limitOf(call, 100, 1000), ...(kind === null ? {} : { kind }), ...(symbol === null ? {} : { symbol }), ...(startTime === null ? {} : { startTime }), ...(endTime === null ? {} : { endTime }) });
  return rows.map((row) => ({ symbol: row.symbol ?? '', incomeType: row.kind, income: eight(row.delta), asset: row.asset, info: row.kind, time: row.at, tranId: row.id, tradeId: row.tradeId === null ? '' : String(row.tradeId) }));
}

/** The key of the account's user-data stream: the one it has, its life renewed, or a new one. */
async function openListenKey(call: Call): Promise<unknown> {
  const { id } = accountOf(call);
  const now = call.context.clock.now();
  const current = [...call.context.listenKeys].find(([, { accountId, expiresAt }]) => accountId === id && expiresAt > now)?.[0];
  return renew(call, current ?? randomBytes(48).toString('base64url'));
}

function keepListenKey(call: Call): Promise<unknown> {
  return renew(call, neededListenKey(call));
}

async function renew(call: Call, listenKey: string): Promise<unknown> {
  const { id } = accountOf(call);
  const expiresAt = call.context.clock.now() + listenKeyLifeMs;
  await call.context.commit.submit((_draft, _at, extras) => void extras.listenKeys.push({ listenKey, accountId: id, expiresAt }));
  call.context.listenKeys.set(listenKey, { accountId: id, expiresAt });
  return { listenKey };
}

async function closeListenKey(call: Call): Promise<unknown> {
  const listenKey = neededListenKey(call);
  await call.context.commit.submit((_draft, _at, extras) => void extras.removedListenKeys.push(listenKey));
  call.context.listenKeys.delete(listenKey);
  return {};
}

function neededListenKey(call: Call): string {
  const { id } = accountOf(call);
  const now = call.context.clock.now();
  const found = [...call.context.listenKeys].find(([, { accountId, expiresAt }]) => accountId === id && expiresAt > now);
  if (found === undefined) throw new VenueError(-1125, 'This listenKey does not exist.');
  return found[0];
}

