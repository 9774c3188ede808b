import type { Market } from '#shared/engine/instrument/instrument';
import type { ClientIdRules, Lookup } from './client-id-rules.ts';

/**
 * Every question names `orderLinkId`: under another name Bybit ignores it and answers about the symbol, whose first row is then somebody
 * else's order. Each answer is checked for our id all the same.
 */
const lookup = (category: string, what: Lookup['what'], path: string): Lookup => ({
  what,
  request: ({ venueSymbol, wireId }) => ({ path, params: { category, symbol: venueSymbol, orderLinkId: wireId } }),
  at: ['result', 'list'],
  echo: ['orderLinkId'],
});

const rules = (category: string): ClientIdRules => ({
  shape: /^[A-Za-z0-9_-]{1,36}$/,
  prefix: '',
  foldsCase: false,
  unique: 'always',
  window: { ms: 5_000, by: 'X-BAPI-RECV-WINDOW', source: 'bybit-exchange/docs v5/guide.mdx: server_time - recv_window <= timestamp' },
  // The order is taken, not yet in the book: placing is asynchronous.
  placed: { at: ['result'], orderId: ['orderId'], echo: ['orderLinkId'] },
  byId: lookup(category, 'the order', '/v5/order/realtime'),
  // Ended orders leave the realtime list with every restart of the service, and cancelled ones the history after a day.
  sweeps: [lookup(category, 'ended orders', '/v5/order/history'), lookup(category, 'trades', '/v5/execution/list')],
  source: 'bybit-exchange/docs v5/order/{create-order,open-order,order-list}.mdx (2026-07-24)',
});

export const bybitClientIds: Readonly<Record<Market, ClientIdRules>> = { spot: rules('spot'), usdm: rules('linear') };
