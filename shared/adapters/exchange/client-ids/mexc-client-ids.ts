import type { Market } from '#shared/engine/instrument/instrument';
import type { ClientIdRules } from './client-id-rules.ts';

const spotRowsMax = 1_000;
const contractRowsMax = 100;

// Contracts: "external order id is too long (max. 32)" (2030). Spot states nothing, so the same holds; an alphabet is stated nowhere.
const shape = /^[A-Za-z0-9]{1,32}$/;

/** Uniqueness is documented for batches of contract orders alone ("return the existing order id if it already exists"), so nothing rests on it. */
export const mexcClientIds: Readonly<Record<Market, ClientIdRules>> = {
  spot: {
    shape,
    prefix: '',
    foldsCase: false,
    unique: 'not documented',
    window: { ms: 5_000, by: 'recvWindow', source: 'mexcdevelop/apidocs spot_v3_en: serverTime - timestamp <= recvWindow, 5000 unless sent' },
    // The answer to a spot order repeats no client id; the question by id does.
    placed: { at: [], orderId: ['orderId'], echo: null },
    byId: { what: 'the order', request: ({ venueSymbol, wireId }) => ({ path: '/api/v3/order', params: { symbol: venueSymbol, origClientOrderId: wireId } }), at: [], echo: ['clientOrderId'] },
    sweeps: [
      {
        what: 'ended orders',
        request: ({ venueSymbol, sentAt }) => ({ path: '/api/v3/allOrders', params: { symbol: venueSymbol, startTime: String(sentAt), limit: String(spotRowsMax) } }),
        at: [],
        echo: ['clientOrderId'],
        pageSize: spotRowsMax,
      },
    ],
    source: 'mexcdevelop/apidocs spot_v3_en (2025-08-08): new order, query order, all orders',
  },
  usdm: {
    shape,
    prefix: '',
    foldsCase: false,
    unique: 'not documented',
    window: { ms: 10_000, by: 'Request-Time', source: 'mexcdevelop/apidocs contract_v1_en, "Time security": invalid more than 10 s from the server time unless recv-window says otherwise' },
    placed: { at: ['data'], orderId: ['orderId'], echo: null },
    byId: { what: 'the order', request: ({ venueSymbol, wireId }) => ({ path: `/api/v1/private/order/external/${venueSymbol}/${wireId}`, params: {} }), at: ['data'], echo: ['externalOid'] },
    sweeps: [
      {
        what: 'open orders',
        request: ({ venueSymbol }) => ({ path: `/api/v1/private/order/list/open_orders/${venueSymbol}`, params: { page_num: '1', page_size: String(contractRowsMax) } }),
        at: ['data'],
        echo: ['externalOid'],
        pageSize: contractRowsMax,
      },
      {
        what: 'ended orders',
        request: ({ venueSymbol, sentAt }) => ({ path: '/api/v1/private/order/list/history_orders', params: { symbol: venueSymbol, start_time: String(sentAt), page_num: '1', page_size: String(contractRowsMax) } }),
        at: ['data'],
        echo: ['externalOid'],
        pageSize: contractRowsMax,
      },
    ],
    source: 'mexcdevelop/apidocs contract_v1_en (2025-04-17): order/external, list/open_orders, list/history_orders',
  },
};
