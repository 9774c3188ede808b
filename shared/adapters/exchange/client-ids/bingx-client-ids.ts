import type { Market } from '#shared/engine/instrument/instrument';
import type { ClientIdRules } from './client-id-rules.ts';

const swapRowsMax = 1_000;
const spotRowsMax = 100;

const common: Omit<ClientIdRules, 'shape' | 'foldsCase' | 'placed' | 'byId' | 'sweeps'> = {
  prefix: '',
  unique: 'always',
  window: { ms: 5_000, by: 'recvWindow', source: 'BingX-API/api-ai-skills references/authentication.md: serverTime - timestamp > recvWindow is rejected; default and maximum 5000' },
  source: 'BingX-API/api-ai-skills skills/{swap,spot}-trade/api-reference.md (2026-04-21)',
};

// The documents write clientOrderId, real answers of swaps were seen with clientOrderID.
const echo = ['clientOrderId', 'clientOrderID'];

/** Swaps take a client order id for market and limit orders alone: stops carry none. */
export const bingxClientIds: Readonly<Record<Market, ClientIdRules>> = {
  spot: {
    ...common,
    shape: /^[A-Za-z0-9_]{1,40}$/,
    foldsCase: false,
    placed: { at: ['data'], orderId: ['orderId'], echo },
    // Under the name clientOrderId, which ccxt uses, the parameter is ignored.
    byId: { what: 'the order', request: ({ venueSymbol, wireId }) => ({ path: '/openApi/spot/v1/trade/query', params: { symbol: venueSymbol, clientOrderID: wireId } }), at: ['data'], echo },
    sweeps: [
      {
        what: 'ended orders',
        request: ({ venueSymbol, sentAt }) => ({ path: '/openApi/spot/v1/trade/historyOrders', params: { symbol: venueSymbol, startTime: String(sentAt), pageSize: String(spotRowsMax) } }),
        at: ['data', 'orders'],
        echo,
        pageSize: spotRowsMax,
      },
    ],
  },
  usdm: {
    ...common,
    shape: /^[A-Za-z0-9]{1,40}$/,
    foldsCase: true,
    placed: { at: ['data', 'order'], orderId: ['orderId', 'orderID'], echo },
    byId: { what: 'the order', request: ({ venueSymbol, wireId }) => ({ path: '/openApi/swap/v2/trade/order', params: { symbol: venueSymbol, clientOrderId: wireId } }), at: ['data', 'order'], echo },
    sweeps: [
      {
        what: 'ended orders',
        request: ({ venueSymbol, sentAt }) => ({ path: '/openApi/swap/v2/trade/allOrders', params: { symbol: venueSymbol, startTime: String(sentAt), limit: String(swapRowsMax) } }),
        at: ['data', 'orders'],
        echo,
        pageSize: swapRowsMax,
      },
    ],
  },
};
