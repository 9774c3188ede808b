import type { Market } from '#shared/engine/instrument/instrument';
import type { ClientIdRules, Lookup } from './client-id-rules.ts';

/** How long after its timestamp Binance still takes a signed request of ours; sent as `recvWindow`. */
export const recvWindowMs = 5_000;

const byId = (path: string): Lookup => ({ what: 'the order', request: ({ venueSymbol, wireId }) => ({ path, params: { symbol: venueSymbol, origClientOrderId: wireId } }), at: [], echo: ['clientOrderId'] });

const common: Omit<ClientIdRules, 'byId'> = {
  shape: /^[.A-Z:/a-z0-9_-]{1,36}$/,
  prefix: '',
  foldsCase: false,
  // A filled order leaves its id free: sent again, a market order buys twice.
  unique: 'among open orders',
  window: { ms: recvWindowMs, by: 'recvWindow', source: 'binance-spot-api-docs rest-api.md, "Timing security": checked twice, the second time right before the matching engine' },
  placed: { at: [], orderId: ['orderId'], echo: ['clientOrderId'] },
  // The question is answered from memory and then from the database, whatever the order's state: nothing else has to be swept.
  sweeps: [],
  source: 'binance-spot-api-docs rest-api.md (2026-07): newClientOrderId, GET order',
};

export const binanceClientIds: Readonly<Record<Market, ClientIdRules>> = {
  spot: { ...common, byId: byId('/api/v3/order') },
  usdm: { ...common, byId: byId('/fapi/v1/order') },
};
