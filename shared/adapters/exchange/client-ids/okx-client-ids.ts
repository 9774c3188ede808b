import type { Market } from '#shared/engine/instrument/instrument';
import type { ClientIdRules, Lookup } from './client-id-rules.ts';

const rowsMax = 100;
const list = (what: Lookup['what'], path: string, instType: string): Lookup => ({
  what,
  request: ({ venueSymbol, sentAt }) => ({ path, params: { instType, instId: venueSymbol, begin: String(sentAt), limit: String(rowsMax) } }),
  at: ['data'],
  echo: ['clOrdId'],
  pageSize: rowsMax,
});

const rules = (instType: string): ClientIdRules => ({
  // Letters and digits alone, case-sensitive.
  shape: /^[A-Za-z0-9]{1,32}$/,
  prefix: '',
  foldsCase: false,
  // 51016 refuses a second live order; "if clOrdId is associated with multiple orders, only the latest will be returned".
  unique: 'among open orders',
  // An `expTime` header would narrow it, but ccxt sets none; this bound holds for every signed request.
  window: { ms: 30_000, by: 'OK-ACCESS-TIMESTAMP', source: 'okx.com/docs-v5, REST authentication: a request expires 30 s after its timestamp (50102)' },
  placed: { at: ['data'], orderId: ['ordId'], echo: ['clOrdId'] },
  byId: { what: 'the order', request: ({ venueSymbol, wireId }) => ({ path: '/api/v5/trade/order', params: { instId: venueSymbol, clOrdId: wireId } }), at: ['data'], echo: ['clOrdId'] },
  // Orders that were cancelled without a fill are gone from all lists after two hours.
  sweeps: [list('ended orders', '/api/v5/trade/orders-history', instType), list('trades', '/api/v5/trade/fills', instType)],
  source: 'okx.com/docs-v5 get-order-details (2026-07); NautilusTrader crates/adapters/okx',
});

export const okxClientIds: Readonly<Record<Market, ClientIdRules>> = { spot: rules('SPOT'), usdm: rules('SWAP') };
