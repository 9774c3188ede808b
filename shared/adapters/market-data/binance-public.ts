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

/** A client of Binance's public REST that falls silent as long as the venue demands. */
export function createPublicRest(rest: string, clock: Clock): PublicRest {
  let silentUntil = 0;

  async function get(path: string, query: Record<string, string>, within = timeoutMs): Promise<unknown> {
    if (clock.now() < silentUntil) throw new Error(`the venue asked for silence until ${new Date(silentUntil).toISOString()}`);
    const answer = await fetch(`${rest}/${path}?${new URLSearchParams(query).toString()}`, { signal: AbortSignal.timeout(within) }).catch((error: Error) => {
      const cause = error.cause as { code?: string } | undefined;
      throw new Error(`${new URL(rest).host} does not answer (${cause?.code ?? error.message})`);
    });
    if (answer.status === 429 || answer.status === 418) {
      const seconds = Number(answer.headers.get('retry-after'));
      silentUntil = clock.now() + (seconds > 0 ? seconds * 1000 : holdOffMs);
    }
    const body: unknown = await answer.json().catch(() => null);
    if (answer.ok) return body;
    const { code, msg } = (body ?? {}) as { code?: number; msg?: string };
    if (code === symbolUnknownCode) throw new SymbolUnknown(`the venue does not know ${query['symbol'] ?? 'the symbol'}`);
    throw new Error(`${new URL(rest).host} answered ${answer.status}${msg === undefined ? '' : `: ${msg}`}`);
  }

  return {
    ping: async (within) => void (await get('ping', {}, within)),
    lastPrice: async (symbol) => {
      const answer = (await get('ticker/price', { symbol })) as { price?: unknown };
      if (typeof answer.price !== 'string') throw new Error(`ticker/price of ${symbol} came without a price`);
      return answer.price;
    },
    candles: async (symbol, interval, limit) => {
      const rows = (await get('klines', { symbol, interval, limit: String(limit) })) as [number, string, string, string, string, string][];
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
