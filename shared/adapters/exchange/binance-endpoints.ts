import type { Market } from '#shared/engine/instrument/instrument';

/** One endpoint of Binance: how ccxt addresses it, and what a call costs of the venue's limits. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'DELETE';
  /** ccxt's name of the section, which chooses address and signing. */
  section: string;
  path: string;
  /** Where it stands on the wire. */
  wirePath: string;
  /** Request weight, counted per address of ours and minute. */
  weight: number;
  /** Places an order, counted per account and ten seconds. */
  places: boolean;
}

export type EndpointName = 'time' | 'exchangeInfo' | 'submit' | 'cancel' | 'query' | 'openOrders' | 'openOrdersOfAll' | 'trades' | 'tradesOfOrder' | 'account' | 'positions' | 'symbolConfig' | 'submitAlgo' | 'cancelAlgo' | 'queryAlgo' | 'openAlgoOrders' | 'openAlgoOrdersOfAll';

const at = (method: Endpoint['method'], section: string, base: string, path: string, weight: number, places = false): Endpoint => ({ method, section, path, wirePath: `${base}/${path}`, weight, places });
const spot = (method: Endpoint['method'], path: string, weight: number, places = false): Endpoint => at(method, 'private', '/api/v3', path, weight, places);
const usdm = (method: Endpoint['method'], path: string, weight: number, places = false): Endpoint => at(method, 'fapiPrivate', '/fapi/v1', path, weight, places);
const usdm3 = (path: string, weight: number): Endpoint => at('GET', 'fapiPrivateV3', '/fapi/v3', path, weight);

const spotEndpoints: Partial<Record<EndpointName, Endpoint>> = {
  time: at('GET', 'public', '/api/v3', 'time', 1),
  exchangeInfo: at('GET', 'public', '/api/v3', 'exchangeInfo', 20),
  submit: spot('POST', 'order', 1, true),
  cancel: spot('DELETE', 'order', 1),
  query: spot('GET', 'order', 4),
  openOrders: spot('GET', 'openOrders', 6),
  // The same without a symbol.
  openOrdersOfAll: spot('GET', 'openOrders', 80),
  trades: spot('GET', 'myTrades', 20),
  // The same with an order's id.
  tradesOfOrder: spot('GET', 'myTrades', 5),
  account: spot('GET', 'account', 20),
};

const usdmEndpoints: Partial<Record<EndpointName, Endpoint>> = {
  time: at('GET', 'fapiPublic', '/fapi/v1', 'time', 1),
  exchangeInfo: at('GET', 'fapiPublic', '/fapi/v1', 'exchangeInfo', 1),
  submit: usdm('POST', 'order', 0, true),
  cancel: usdm('DELETE', 'order', 1),
  query: usdm('GET', 'order', 1),
  openOrders: usdm('GET', 'openOrders', 1),
  openOrdersOfAll: usdm('GET', 'openOrders', 40),
  trades: usdm('GET', 'userTrades', 5),
  tradesOfOrder: usdm('GET', 'userTrades', 5),
  account: usdm3('account', 5),
  positions: usdm3('positionRisk', 5),
  // Version 3 of account and positionRisk no longer names the leverage; this does, for all symbols at once.
  symbolConfig: usdm('GET', 'symbolConfig', 5),
  // Conditional orders live in a service of their own since December 2025; at `order` they are refused with -4120.
  submitAlgo: usdm('POST', 'algoOrder', 0, true),
  cancelAlgo: usdm('DELETE', 'algoOrder', 1),
  queryAlgo: usdm('GET', 'algoOrder', 1),
  openAlgoOrders: usdm('GET', 'openAlgoOrders', 1),
  openAlgoOrdersOfAll: usdm('GET', 'openAlgoOrders', 40),
};

/** The endpoint of a market. Throws where the market has none: the capabilities say so beforehand. */
export function endpoint(market: Market, name: EndpointName): Endpoint {
  const found = (market === 'spot' ? spotEndpoints : usdmEndpoints)[name];
  if (found === undefined) throw new RangeError(`${market} has no endpoint "${name}"`);
  return found;
}
