import type { Market } from '#shared/engine/instrument/instrument';
import type { ClientIdRules, Lookup } from './client-id-rules.ts';
import { seconds } from './client-id-rules.ts';

const rowsMax = 100;
const tradeRowsMax = 1_000;
const since = (what: Lookup['what'], path: string, pageSize: number, params: (venueSymbol: string) => Record<string, string>): Lookup => ({
  what,
  request: ({ venueSymbol, sentAt }) => ({ path, params: { ...params(venueSymbol), from: seconds(sentAt), limit: String(pageSize) } }),
  at: [],
  echo: ['text'],
  pageSize,
});

const common: Omit<ClientIdRules, 'byId' | 'sweeps'> = {
  // 28 bytes behind the prefix. An id that begins with `t` would leave ccxt without the prefix.
  shape: /^(?!t)[0-9A-Za-z_.-]{1,28}$/,
  prefix: 't-',
  foldsCase: false,
  unique: 'not documented',
  // An `x-gate-exptime` header would narrow it, but ccxt sets none.
  window: { ms: 60_000, by: 'Timestamp', source: 'gate.io/docs/developers/apiv4, authentication: a gap of more than 60 s to the server time is REQUEST_EXPIRED' },
  placed: { at: [], orderId: ['id', 'id_string'], echo: ['text'] },
  source: 'gateapi-python docs/{Order,FuturesOrder,SpotApi,FuturesApi}.md (2025-07)',
};

/**
 * By `text` an order is found while it is pending, on futures also for 60 s after its end. So "not found" proves nothing for an order that
 * has filled: the ended orders and the trades since it was sent must not carry our text either.
 */
export const gateClientIds: Readonly<Record<Market, ClientIdRules>> = {
  spot: {
    ...common,
    byId: { what: 'the order', request: ({ venueSymbol, wireId }) => ({ path: `/api/v4/spot/orders/${wireId}`, params: { currency_pair: venueSymbol } }), at: [], echo: ['text'] },
    sweeps: [
      since('ended orders', '/api/v4/spot/orders', rowsMax, (currency_pair) => ({ currency_pair, status: 'finished' })),
      since('trades', '/api/v4/spot/my_trades', tradeRowsMax, (currency_pair) => ({ currency_pair })),
    ],
  },
  usdm: {
    ...common,
    byId: { what: 'the order', request: ({ wireId }) => ({ path: `/api/v4/futures/usdt/orders/${wireId}`, params: {} }), at: [], echo: ['text'] },
    sweeps: [
      since('ended orders', '/api/v4/futures/usdt/orders_timerange', rowsMax, (contract) => ({ contract })),
      since('trades', '/api/v4/futures/usdt/my_trades_timerange', rowsMax, (contract) => ({ contract })),
    ],
  },
};
