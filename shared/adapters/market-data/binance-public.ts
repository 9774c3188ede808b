import type { Market } from '#shared/engine/instrument/instrument';
import type { Candle } from '#shared/ports/market-data.port';
import type { Clock } from '#shared/ports/system.port';

/** Where one market's public data is, and how it is asked for there. */
export interface PublicAddresses {
  /** REST with its version, such as `https://api.binance.com/api/v3`. */
  rest: string;
  /** Stream addresses to try in turn. */
  streams: readonly string[];
  /** Trade streams to subscribe to per symbol. */
  channels: readonly string[];
}

/** Origins of servers that stand in for Binance's own; null means its own. */
export interface BinanceOrigins {
  spotUrl: string | null;
  spotWsUrl: string | null;
  usdmUrl: string | null;
  usdmWsUrl: string | null;
}

/**
 * The public addresses of a market. Binance serves its futures' trade streams under `/market` and its aggregated trades are the
 * documented ones there; another server may know only one of the paths and one of the channels, so all are tried.
 */
export function publicAddresses(market: Market, origins: BinanceOrigins): PublicAddresses {
  const [restOrigin, streamOrigin] = market === 'spot' ? [origins.spotUrl, origins.spotWsUrl] : [origins.usdmUrl, origins.usdmWsUrl];
  const version = market === 'spot' ? '/api/v3' : '/fapi/v1';
  const own = market === 'spot' ? { rest: 'https://api.binance.com', streams: ['wss://stream.binance.com:9443/ws'] } : { rest: 'https://fapi.binance.com', streams: ['wss://fstream.binance.com/market/ws', 'wss://fstream.binance.com/ws'] };
  return {
    rest: `${restOrigin ?? own.rest}${version}`,
    streams: streamOrigin === null ? own.streams : [`${streamOrigin}/ws`, `${streamOrigin}/stream`],
    channels: streamOrigin !== null ? ['trade', 'aggTrade'] : [market === 'spot' ? 'trade' : 'aggTrade'],
  };
}

/** The venue answered that it does not know the symbol. */
export class SymbolUnknown extends Error {
  override readonly name = 'SymbolUnknown';
}

/** Public REST of one market. */
export interface PublicRest {
  /** Resolves when the venue answers. */
  ping(timeoutMs: number): Promise<void>;
  lastPrice(venueSymbol: string): Promise<string>;
  candles(venueSymbol: string, timeframe: string, limit: number): Promise<Candle[]>;
}

const timeoutMs = 5000;
/** After a 429 or 418 without a hint; asking on in spite of one turns minutes of ban into days. */
const holdOffMs = 60_000;
const symbolUnknownCode = -1121;
const usdmCandlesWeight = (limit: number): number => (limit < 100 ? 1 : limit < 500 ? 2 : 5);

/** Where all requests of this machine towards a server are counted, and its bans kept. */
export interface PublicGate {
  /** Takes the weight of a read; answers 0, or the milliseconds until it may leave. */
  take(weight: number): Promise<number>;
  /** Learns from an answer. */
  observe(status: number, headers: Readonly<Record<string, string>>, message: string): void;
}

const gates = new Map<string, PublicGate>();

/** From now on every client of this process for the address asks the gate, whoever makes the client: to the venue they are one. */
export function guardPublicReads(rest: string, gate: PublicGate): void {
  gates.set(rest, gate);
}

/** The silence of one client, for an address nobody guards. */
function ownSilence(clock: Clock): PublicGate {
  let until = 0;
  return {
    take: async () => Math.max(0, until - clock.now()),
    observe: (status, headers) => {
      if (status !== 429 && status !== 418) return;
      const seconds = Number(headers['retry-after']);
      until = clock.now() + (seconds > 0 ? seconds * 1000 : holdOffMs);
    },
  };
}

/** A client of Binance's public REST that falls silent as long as the venue demands. */
export function createPublicRest(rest: string, clock: Clock, gate: PublicGate = gates.get(rest) ?? ownSilence(clock)): PublicRest {
  const usdm = rest.includes('/fapi/');

  async function get(path: string, query: Record<string, string>, weight: number, within = timeoutMs): Promise<unknown> {
    const waitMs = await gate.take(weight);
    if (waitMs > 0) throw new Error(`the venue asked for silence until ${new Date(clock.now() + waitMs).toISOString()}, or what we may use of its limits is used up`);
    const answer = await fetch(`${rest}/${path}?${new URLSearchParams(query).toString()}`, { signal: AbortSignal.timeout(within) }).catch((error: Error) => {
      const cause = error.cause as { code?: string } | undefined;
      throw new Error(`${new URL(rest).host} does not answer (${cause?.code ?? error.message})`);
    });
    const body: unknown = await answer.json().catch(() => null);
    const { code, msg } = (body ?? {}) as { code?: number; msg?: string };
    gate.observe(answer.status, Object.fromEntries(answer.headers), msg ?? '');
    if (answer.ok) return body;
    if (code === symbolUnknownCode) throw new SymbolUnknown(`the venue does not know ${query['symbol'] ?? 'the symbol'}`);
    throw new Error(`${new URL(rest).host} answered ${answer.status}${msg === undefined ? '' : `: ${msg}`}`);
  }

  return {
    // Whether the venue is there must not hang on what we have used of its limits; its answer says what the ping has cost.
    ping: async (within) => void (await get('ping', {}, 0, within)),
    lastPrice: async (symbol) => {
      const answer = (await get('ticker/price', { symbol }, usdm ? 1 : 2)) as { price?: unknown };
      if (typeof answer.price !== 'string') throw new Error(`ticker/price of ${symbol} came without a price`);
      return answer.price;
    },
    candles: async (symbol, interval, limit) => {
      const rows = (await get('klines', { symbol, interval, limit: String(limit) }, usdm ? usdmCandlesWeight(limit) : 2)) as [number, string, string, string, string, string][];
      return rows.map(([at, open, high, low, close, volume]) => ({ at, open, high, low, close, volume }));
    },
  };
}

/** Null if both markets answer a ping within `within`, else why not. */
export async function probeVenue(origins: BinanceOrigins, clock: Clock, within = 2500): Promise<string | null> {
  const pings = (['spot', 'usdm'] as const).map((market) => createPublicRest(publicAddresses(market, origins).rest, clock).ping(within));
  const failed = (await Promise.allSettled(pings)).find((result) => result.status === 'rejected');
  return failed === undefined ? null : (failed.reason as Error).message;
}
