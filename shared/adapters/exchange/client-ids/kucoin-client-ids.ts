import type { Market } from '#shared/engine/instrument/instrument';
import type { ClientIdRules, Lookup } from './client-id-rules.ts';

const common: Omit<ClientIdRules, 'byId' | 'sweeps'> = {
  shape: /^[A-Za-z0-9_-]{1,40}$/,
  prefix: '',
  foldsCase: false,
  // "Please do not initiate requests using the same clientOid" says what we must do, not what the venue does.
  unique: 'not documented',
  window: { ms: 5_000, by: 'KC-API-TIMESTAMP', source: 'kucoin.com/docs, authentication: more than 5 s from the server time counts as expired (400002)' },
  placed: { at: ['data'], orderId: ['orderId'], echo: ['clientOid'] },
  source: 'kucoin-universal-sdk spec/rest/api/openapi-{spot,futures}-order.json (2025-11)',
};

const spotRowsMax = 100;
const futuresRowsMax = 1_000;
const futures = (what: Lookup['what'], status: string): Lookup => ({
  what,
  request: ({ venueSymbol, sentAt }) => ({ path: '/api/v1/orders', params: { symbol: venueSymbol, status, startAt: String(sentAt), pageSize: String(futuresRowsMax) } }),
  at: ['data', 'items'],
  echo: ['clientOid'],
  pageSize: futuresRowsMax,
});

/** Its fills name the venue's order id alone, so the lists of orders are swept. The index behind the question by id lags after a fill. */
export const kucoinClientIds: Readonly<Record<Market, ClientIdRules>> = {
  spot: {
    ...common,
    byId: { what: 'the order', request: ({ venueSymbol, wireId }) => ({ path: `/api/v1/hf/orders/client-order/${wireId}`, params: { symbol: venueSymbol } }), at: ['data'], echo: ['clientOid'] },
    sweeps: [
      { what: 'open orders', request: ({ venueSymbol }) => ({ path: '/api/v1/hf/orders/active', params: { symbol: venueSymbol } }), at: ['data'], echo: ['clientOid'], pageSize: 'unlimited' },
      {
        what: 'ended orders',
        request: ({ venueSymbol, sentAt }) => ({ path: '/api/v1/hf/orders/done', params: { symbol: venueSymbol, startAt: String(sentAt), limit: String(spotRowsMax) } }),
        at: ['data', 'items'],
        echo: ['clientOid'],
        pageSize: spotRowsMax,
      },
    ],
  },
  usdm: {
    ...common,
    byId: { what: 'the order', request: ({ wireId }) => ({ path: '/api/v1/orders/byClientOid', params: { clientOid: wireId } }), at: ['data'], echo: ['clientOid'] },
    sweeps: [futures('open orders', 'active'), futures('ended orders', 'done')],
  },
};
