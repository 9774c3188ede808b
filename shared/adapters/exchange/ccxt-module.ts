import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The part of ccxt we stand on, and the one place that loads it. The package's own entry pulls in a hundred venues (0.5 s and 120 MB
 * resident); the one module we need costs 0.2 s and 72 MB, so it is taken by its path. Types are ours: with `number: String` ccxt's
 * declarations are wrong about every number.
 */

export interface RestResponse {
  status: number;
  statusText: string;
  headers: unknown;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** One WebSocket connection of ccxt. */
export interface StreamClient {
  readonly url: string;
  future: (hash: string) => Promise<unknown>;
  readonly connection?: { terminate?: () => void };
}

/** The members of a ccxt Binance instance that we call or override. */
export interface CcxtBinance {
  readonly id: string;
  urls: { api: Record<string, unknown>; test: Record<string, unknown>; demo: Record<string, unknown> };
  options: Record<string, unknown>;
  readonly exceptions: Record<string, Record<string, Record<string, unknown>>>;
  readonly features: { spot?: Feature; swap?: { linear?: Feature } };
  readonly clients: Record<string, StreamClient>;
  fetchDispatcher?: { destroy(): Promise<void> };
  request(path: string, api: string, method: string, params: Record<string, string>): Promise<unknown>;
  fetch(url: string, method?: string, headers?: unknown, body?: string): Promise<unknown>;
  undiciRequest(url: string, params: Record<string, unknown>): Promise<RestResponse>;
  getResponseHeaders(response: RestResponse): Record<string, string>;
  handleRestResponse(response: RestResponse, url: string, method?: string, requestHeaders?: unknown, requestBody?: unknown): Promise<unknown>;
  getDispatcherOptions(isPlainAgent?: boolean): Record<string, unknown>;
  getExceptionsByUrl(url: string, exactOrBroad: string): Record<string, unknown>;
  loadHttpProxyAgent(): Promise<unknown>;
  watchOrders(): Promise<unknown>;
  client(url: string): StreamClient;
  getPrivateWsUrl(type: string, listenKey: string): string;
  handleUserDataStreamSubscribe(client: StreamClient, message: unknown): void;
  handleMessage(client: StreamClient, message: unknown): void;
  onConnected(client: StreamClient, message?: unknown): void;
  onError(client: StreamClient, error: unknown): void;
  onClose(client: StreamClient, error: unknown): void;
  nonce(): number;
  delay(timeout: number, method: (...args: unknown[]) => unknown, ...args: unknown[]): void;
  close(): Promise<void>;
}

interface Feature {
  createOrder?: Record<string, unknown>;
}

export type CcxtBinanceClass = new (config: Record<string, unknown>) => CcxtBinance;

const root = (): string => join(dirname(createRequire(import.meta.url).resolve('ccxt')), '..');
const loadClass = async (file: string): Promise<CcxtBinanceClass> => {
  const module = (await import(pathToFileURL(join(root(), 'js', 'src', 'pro', file)).href)) as { default: CcxtBinanceClass };
  return module.default;
};

/** ccxt's classes for Binance spot and USD-M futures, streams included; loaded at the first call. */
export const loadCcxtBinance = async (market: 'spot' | 'usdm'): Promise<CcxtBinanceClass> => loadClass(market === 'spot' ? 'binance.js' : 'binanceusdm.js');

/** The installed package's version. `ccxt.version` lags behind it (4.5.84 calls itself 4.5.83). */
export const ccxtPackageVersion = async (): Promise<string> => (JSON.parse(await readFile(join(root(), 'package.json'), 'utf8')) as { version: string }).version;
