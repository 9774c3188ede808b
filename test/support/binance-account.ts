import type { AccountAccess, ExchangePort } from '#shared/ports/exchange.port';
import type { Log } from '#shared/ports/system.port';
import { createExchange } from '#shared/adapters/exchange/create-exchange';
import type { ExchangeOptions } from '#shared/adapters/exchange/create-exchange';
import { createMemoryLedger } from '#shared/adapters/exchange/rate-budget';
import type { VenueOrigins } from '#shared/adapters/exchange/venue-urls';

/** Addresses of a server that serves every Binance path at one origin. */
export const originsAt = (origin: string): VenueOrigins => ({ paper: origin, binance: { spotUrl: origin, spotWsUrl: null, spotWsApiUrl: null, usdmUrl: origin, usdmWsUrl: null } });

/** A log that keeps its lines. */
export function keptLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const keep = (level: string) => (category: string, message: string, fields?: object): void => void lines.push(`${level} ${category} ${message} ${JSON.stringify(fields ?? {})}`);
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error'), alert: keep('alert') };
}

export const testKey = 'key-of-the-account-0123456789';
export const testSecret = 'secret-of-the-account-9876543210';

/** An exchange account at `origin`, with instruments BTC/USDT and ETH/USDT known and a rate ledger of its own. */
export function accountAt(origin: string, market: 'spot' | 'usdm', options: Partial<ExchangeOptions> & { access?: Partial<AccountAccess>; log?: Log } = {}): ExchangePort {
  const access: AccountAccess = { accountId: '7', venue: 'binance', market, mode: 'testnet', apiKey: testKey, secret: testSecret, ...options.access };
  const suffix = market === 'usdm' ? ':USDT' : '';
  const instruments = { fetchInstruments: async () => ['BTC', 'ETH'].map((base) => ({ symbol: `${base}/USDT${suffix}`, venueSymbol: `${base}USDT` })) as never };
  return createExchange(access, { urls: originsAt(origin), log: options.log ?? keptLog(), clock: { now: Date.now }, instruments, ledger: createMemoryLedger(), ...options });
}
