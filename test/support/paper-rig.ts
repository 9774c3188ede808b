import { createHmac, randomBytes } from 'node:crypto';
import { createPool } from '#shared/adapters/store/connect';
import { silentLog } from '#shared/adapters/system/log';
import { startPaperExchange, type PaperExchange, type PaperExchangeOptions } from '#shared/paper/paper-exchange';
import { createTestDatabase } from './postgres.ts';

/** An answer of the paper exchange: status, headers, JSON where it was JSON. */
export interface Reply {
  status: number;
  headers: Headers;
  // Answers are Binance's, whose shape each test knows.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json: any;
}

/** A paper exchange on a database of its own, for tests. */
export interface PaperRig {
  exchange: PaperExchange;
  databaseUrl: string;
  /** Sends a request to `/_sim`; throws unless the answer is 200. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  sim(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<any>;
  /** Registers a new key with balances. */
  account(market: 'spot' | 'usdm', balances: Record<string, string>): Promise<PaperClient>;
  close(): Promise<void>;
}

export interface PaperClient {
  apiKey: string;
  secret: string;
  market: 'spot' | 'usdm';
  /** Sends a signed request. */
  signed(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, params?: Record<string, string>, change?: { timestamp?: number; signature?: string }): Promise<Reply>;
}

/** Starts a paper exchange without slippage unless told otherwise. */
export async function startPaperRig(options: Partial<PaperExchangeOptions> = {}): Promise<PaperRig> {
  const database = await createTestDatabase();
  const pool = createPool(database.url);
  const exchange = await startPaperExchange({ pool, port: 0, log: silentLog, fillModel: { slippageBps: '0' }, ...options });
  return {
    exchange,
    databaseUrl: database.url,
    sim: (method, path, body) => simRequest(exchange.url, method, path, body),
    account: (market, balances) => openPaperAccount(exchange.url, market, balances),
    async close() {
      await exchange.close();
      await pool.end();
      await database.drop();
    },
  };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function simRequest(origin: string, method: string, path: string, body?: unknown): Promise<any> {
  const response = await fetch(`${origin}/_sim/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${method} /_sim/${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

export async function openPaperAccount(origin: string, market: 'spot' | 'usdm', balances: Record<string, string>): Promise<PaperClient> {
  const apiKey = randomBytes(16).toString('hex');
  const secret = randomBytes(16).toString('hex');
  await simRequest(origin, 'POST', 'accounts', { apiKey, secret, market, balances });
  return paperClient(origin, market, apiKey, secret);
}

export const paperClient = (origin: string, market: 'spot' | 'usdm', apiKey: string, secret: string): PaperClient => ({
  apiKey,
  secret,
  market,
  async signed(method, path, params = {}, change = {}) {
    const query = new URLSearchParams({ ...params, timestamp: String(change.timestamp ?? Date.now()) }).toString();
    const signature = change.signature ?? createHmac('sha256', secret).update(query).digest('hex');
    const inBody = method === 'POST' || method === 'PUT';
    const response = await fetch(`${origin}${path}${inBody ? '' : `?${query}&signature=${signature}`}`, {
      method,
      headers: { 'X-MBX-APIKEY': apiKey, ...(inBody ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}) },
      ...(inBody ? { body: `${query}&signature=${signature}` } : {}),
    });
    const text = await response.text();
    let json: unknown = text;
    try {
      json = JSON.parse(text);
    } catch {
      // Some faults answer with what is no JSON; the test looks at the text.
    }
    return { status: response.status, headers: response.headers, json };
  },
});
