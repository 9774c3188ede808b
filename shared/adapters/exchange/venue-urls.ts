import type { Market } from '#shared/engine/instrument/instrument';

/** Where the servers are, as origins without a path. `null` means the venue's own test network. */
export interface VenueOrigins {
  /** The paper exchange, such as `http://127.0.0.1:3001`. */
  paper: string;
  /** Another server that speaks Binance's protocol, for accounts in `testnet` mode. */
  binance: { spotUrl: string | null; spotWsUrl: string | null; spotWsApiUrl: string | null; usdmUrl: string | null; usdmWsUrl: string | null };
}

export type AccountMode = 'paper' | 'testnet' | 'live';

/** The addresses ccxt may use for one account: nothing outside of them can be reached. */
export interface VenueUrls {
  /** Takes the place of ccxt's `urls.api` as a whole; a section that is missing makes ccxt throw instead of finding a default. */
  api: Record<string, unknown>;
  /** Origins a request or a stream may go to. */
  origins: ReadonlySet<string>;
  /** The user-data stream of USD-M may also be offered at `/ws/<listenKey>`, as Binance did before it split its paths. */
  privateFallback: string | null;
}

/** ccxt's own tables, of which the venue's real and test addresses are taken. */
export interface CcxtUrls {
  api: Record<string, unknown>;
  test: Record<string, unknown>;
  demo: Record<string, unknown>;
}

type Text = Record<string, string>;

/** Names the server an account trades on, for what all its accounts share: limits, bans, symbols. */
export function serverKey(venue: string, mode: AccountMode, market: Market, origins: VenueOrigins): string {
  const server = mode === 'paper' ? origins.paper : mode === 'live' ? 'live' : ((market === 'spot' ? origins.binance.spotUrl : origins.binance.usdmUrl) ?? 'testnet');
  return `${venue}|${market}|${server}`;
}

const trim = (origin: string): string => origin.replace(/\/+$/, '');
const asSocket = (origin: string): string => trim(origin).replace(/^http/i, 'ws');

/** The addresses of one account. Paper and test accounts get a table without a single production address in it. */
export function venueUrls(mode: AccountMode, market: Market, origins: VenueOrigins, ccxt: CcxtUrls): VenueUrls {
  if (mode === 'paper') return custom(market, { rest: origins.paper, socket: asSocket(origins.paper), socketApi: asSocket(origins.paper) });
  if (mode === 'live') return own(market, ccxt.api);
  const { spotUrl, spotWsUrl, spotWsApiUrl, usdmUrl, usdmWsUrl } = origins.binance;
  if (market === 'spot') {
    if (spotUrl === null) return own('spot', ccxt.test);
    return custom('spot', { rest: spotUrl, socket: spotWsUrl ?? asSocket(spotUrl), socketApi: spotWsApiUrl ?? spotWsUrl ?? asSocket(spotUrl) });
  }
  // ccxt refuses signed calls to the old futures test network; the demo network is its successor.
  if (usdmUrl === null) return own('usdm', ccxt.demo);
  return custom('usdm', { rest: usdmUrl, socket: usdmWsUrl ?? asSocket(usdmUrl), socketApi: usdmWsUrl ?? asSocket(usdmUrl) });
}

/** A server that speaks Binance's protocol under one origin. */
function custom(market: Market, at: { rest: string; socket: string; socketApi: string }): VenueUrls {
  const [rest, socket, socketApi] = [trim(at.rest), trim(at.socket), trim(at.socketApi)];
  const origins = originsOf([rest, socket, socketApi]);
  if (market === 'spot') {
    const api = { public: `${rest}/api/v3`, private: `${rest}/api/v3`, ws: { spot: `${socket}/stream/ws`, 'ws-api': { spot: `${socketApi}/ws-api/v3` } } };
    return { api, origins, privateFallback: null };
  }
  const api = { fapiPublic: `${rest}/fapi/v1`, fapiPrivate: `${rest}/fapi/v1`, fapiPrivateV2: `${rest}/fapi/v2`, fapiPrivateV3: `${rest}/fapi/v3`, ws: { future: `${socket}/ws` } };
  return { api, origins, privateFallback: `${socket}/ws/` };
}

const restSections: Record<Market, readonly string[]> = { spot: ['public', 'private'], usdm: ['fapiPublic', 'fapiPrivate', 'fapiPrivateV2', 'fapiPrivateV3'] };

/** The venue's own addresses, cut down to the sections the market needs. */
function own(market: Market, table: Record<string, unknown>): VenueUrls {
  const rest = Object.fromEntries(restSections[market].map((section) => [section, String(table[section])]));
  const sockets = table['ws'] as Text & { 'ws-api': Text };
  const socket = String(market === 'spot' ? sockets['spot'] : sockets['future']);
  const socketApi = String(sockets['ws-api']['spot']);
  if (market === 'spot') return { api: { ...rest, ws: { spot: socket, 'ws-api': { spot: socketApi } } }, origins: originsOf([...Object.values(rest), socket, socketApi]), privateFallback: null };
  return { api: { ...rest, ws: { future: socket } }, origins: originsOf([...Object.values(rest), socket]), privateFallback: null };
}

const originsOf = (urls: readonly string[]): ReadonlySet<string> => new Set(urls.map((url) => originOf(url)));

/** Scheme, host and port of an address. `URL.origin` is "null" for ws addresses in some readers, so it is put together here. */
export function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
