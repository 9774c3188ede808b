import { accountOf, limitOf, neededInstrument, instrumentNamed, type Call, type Endpoint } from './endpoint.ts';
import { exchangeInfo } from './exchange-info.ts';
import { marketEndpoints } from './market-endpoints.ts';
import { cancelAll, cancelOrder, findOrder, openOrdersOf, orderHistory, placeOrder, pointerOf, testOrder, tradeHistory } from './order-actions.ts';
import { clientIdFrom, spotTicket } from './order-ticket.ts';
import { spotCancelledView, spotOrderView, spotPlacedView, spotTradeView } from './order-views.ts';
import { VenueError } from './venue-error.ts';
import { eight } from './wire-amounts.ts';

/** The spot REST interface, /api/v3. */
export const spotEndpoints: Endpoint[] = [
  ...marketEndpoints('spot'),
  exchangeInfo('spot'),
  { method: 'GET', path: '/api/v3/account', weight: 20, security: 'signed', run: accountView },
  { method: 'GET', path: '/api/v3/account/commission', weight: 20, security: 'signed', run: commissionView },
  { method: 'POST', path: '/api/v3/order', weight: 1, security: 'signed', counts: true, run: newOrder },
  {
    method: 'POST',
    path: '/api/v3/order/test',
    weight: 1,
    security: 'signed',
    run: (call) => {
      testOrder(call, spotTicket(call));
      return {};
    },
  },
  {
    method: 'GET',
    path: '/api/v3/order',
    weight: 4,
    security: 'signed',
    run: async (call) => spotOrderView(await findOrder(call, 'order', neededInstrument(call).symbol, pointerOf(call, 'orderId', 'origClientOrderId'))),
  },
  {
    method: 'DELETE',
    path: '/api/v3/order',
    weight: 1,
    security: 'signed',
    run: async (call) => {
      const cancelId = clientIdFrom(call.params, 'newClientOrderId');
      return spotCancelledView(await cancelOrder(call, 'order', neededInstrument(call).symbol, pointerOf(call, 'orderId', 'origClientOrderId'), cancelId), cancelId);
    },
  },
  { method: 'GET', path: '/api/v3/openOrders', weight: (params) => (params.has('symbol') ? 6 : 80), security: 'signed', run: (call) => openOrdersOf(call, 'order', optionalSymbol(call)).map(spotOrderView) },
  { method: 'DELETE', path: '/api/v3/openOrders', weight: 1, security: 'signed', run: cancelEverything },
  { method: 'GET', path: '/api/v3/allOrders', weight: 20, security: 'signed', run: async (call) => (await orderHistory(call, 'order', neededInstrument(call).symbol, limitOf(call, 500, 1000))).map(spotOrderView) },
  { method: 'GET', path: '/api/v3/myTrades', weight: 20, security: 'signed', run: async (call) => (await tradeHistory(call, neededInstrument(call).symbol, limitOf(call, 500, 1000))).map(spotTradeView) },
];

const optionalSymbol = (call: Call): string | null => {
  const symbol = call.params.text('symbol');
  return symbol === null ? null : instrumentNamed(call, symbol).symbol;
};

async function newOrder(call: Call): Promise<unknown> {
  const ticket = spotTicket(call);
  const form = call.params.text('newOrderRespType') ?? (ticket.type === 'MARKET' || ticket.type === 'LIMIT' ? 'FULL' : 'ACK');
  const { order, fills } = await placeOrder(call, ticket);
  return spotPlacedView(order, fills, form);
}

async function cancelEverything(call: Call): Promise<unknown> {
  const cancelled = await cancelAll(call, 'order', neededInstrument(call).symbol, () => clientIdFrom(call.params, 'newClientOrderId'));
  if (cancelled.length === 0) throw new VenueError(-2011, 'Unknown order sent.');
  return cancelled.map(({ order, cancelId }) => spotCancelledView(order, cancelId ?? ''));
}

function accountView(call: Call): unknown {
  const account = accountOf(call);
  const omitZero = call.params.flag('omitZeroBalances');
  const balances = [...account.balances].filter(([, { free, locked }]) => !omitZero || free !== '0' || locked !== '0').map(([asset, { free, locked }]) => ({ asset, free: eight(free), locked: eight(locked) }));
  const rates = { maker: eight(account.makerRate), taker: eight(account.takerRate), buyer: eight('0'), seller: eight('0') };
  return { makerCommission: 10, takerCommission: 10, buyerCommission: 0, sellerCommission: 0, commissionRates: rates, canTrade: true, canWithdraw: false, canDeposit: false, brokered: false, requireSelfTradePrevention: false, preventSor: false, updateTime: call.context.clock.now(), accountType: 'SPOT', balances, permissions: ['SPOT'], uid: uidOf(account.id) };
}

/** A number that stays with the account; Binance's are nine digits. */
const uidOf = (accountId: string): number => [...accountId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 900_000_000, 7) + 100_000_000;

function commissionView(call: Call): unknown {
  const account = accountOf(call);
  const { symbol } = instrumentNamed(call, call.params.need('symbol'));
  const rates = { maker: eight(account.makerRate), taker: eight(account.takerRate), buyer: eight('0'), seller: eight('0') };
  const none = { maker: eight('0'), taker: eight('0'), buyer: eight('0'), seller: eight('0') };
  return { symbol, standardCommission: rates, specialCommission: none, taxCommission: none, discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: 'BNB', discount: eight('0') } };
}

