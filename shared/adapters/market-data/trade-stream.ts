import { WebSocket } from 'ws';
import type { Log } from '#shared/ports/system.port';
import { sleep } from './market-feed.ts';

/**
 * Trades of one Binance market over one socket. Not through ccxt: that would load a module of 72 MB and a list of 3000 markets,
 * open a socket per subscription, parse prices into floats unless told otherwise, and stay silent when a socket drops while
 * nobody waits on it; here a drop, a silence and a return are all told.
 */
export interface TradeStream {
  /** Adds a symbol, the venue's own such as `BTCUSDT`; safe to repeat. */
  add(venueSymbol: string): void;
  connected(): boolean;
  close(): Promise<void>;
}

/** Who listens, and where. */
export interface TradeStreamOptions {
  /** Addresses to try in turn. */
  urls: readonly string[];
  /** Stream names per symbol: `trade`, `aggTrade`. */
  channels: readonly string[];
  onTrade: (trade: { symbol: string; price: string; at: number }) => void;
  /** Connected and subscribed, for the first time or again: anything may have been missed. */
  onUp: () => void;
  onDown: (reason: string) => void;
  log: Log;
  /** A socket that stays silent so long, pongs included, is dead. */
  silenceMs?: number;
  retryFirstMs?: number;
}

const retryMaxMs = 10_000;
const connectTimeoutMs = 5000;
/** A connection that lasted so long was a good one: the next attempt waits little again. */
const stableMs = 30_000;

/** Opens the stream and keeps it open until `close`. */
export function openTradeStream(options: TradeStreamOptions): TradeStream {
  const { urls, channels, log, silenceMs = 10_000, retryFirstMs = 250 } = options;
  const symbols = new Set<string>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let socket: WebSocket | null = null;
  let requests = 0;

  const subscribe = (wanted: readonly string[]): void => {
    if (socket?.readyState !== WebSocket.OPEN || wanted.length === 0) return;
    const params = wanted.flatMap((symbol) => channels.map((channel) => `${symbol.toLowerCase()}@${channel}`));
    socket.send(JSON.stringify({ method: 'SUBSCRIBE', params, id: (requests += 1) }));
  };

  /** One connection, from dialling to its end; resolves with why it ended. */
  const connection = (url: string): Promise<string> =>
    new Promise((resolve) => {
      const one = new WebSocket(url, { handshakeTimeout: connectTimeoutMs, perMessageDeflate: false });
      const seen = createDuplicateFilter();
      let reason = 'the connection closed';
      let alive = true;
      const pulse = setInterval(() => {
        if (!alive) {
          reason = `no sign of life for ${silenceMs} ms`;
          one.terminate();
        }
        alive = false;
        if (one.readyState === WebSocket.OPEN) one.ping();
      }, silenceMs / 2);
      const abort = (): void => one.terminate();
      signal.addEventListener('abort', abort);
      one.on('open', () => {
        alive = true;
        socket = one;
        subscribe([...symbols]);
        options.onUp();
      });
      one.on('pong', () => (alive = true));
      one.on('error', (error) => (reason = error.message));
      one.on('message', (data) => {
        alive = true;
        const trade = readTrade(String(data), log);
        if (trade !== null && seen.isNew(trade)) options.onTrade(trade);
      });
      one.on('close', () => {
        clearInterval(pulse);
        signal.removeEventListener('abort', abort);
        socket = null;
        resolve(reason);
      });
    });

  const running = (async () => {
    let waitMs = retryFirstMs;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const from = performance.now();
      const reason = await connection(urls[attempt % urls.length]!);
      if (signal.aborted) return;
      options.onDown(reason);
      // A good connection is dialled again where it was; a refused one elsewhere.
      if (performance.now() - from > stableMs) [waitMs, attempt] = [retryFirstMs, attempt - 1];
      await sleep(waitMs, signal);
      waitMs = Math.min(waitMs * 2, retryMaxMs);
    }
  })();

  return {
    add: (symbol) => {
      if (symbols.has(symbol)) return;
      symbols.add(symbol);
      subscribe([symbol]);
    },
    connected: () => socket?.readyState === WebSocket.OPEN,
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}

interface Trade {
  symbol: string;
  price: string;
  at: number;
  kind: string;
  id: number;
}

/** The trade a frame tells, or null for anything else; a refused subscription is logged. */
function readTrade(frame: string, log: Log): Trade | null {
  let message: Record<string, unknown>;
  try {
    const outer = JSON.parse(frame) as Record<string, unknown>;
    message = (typeof outer['data'] === 'object' && outer['data'] !== null ? outer['data'] : outer) as Record<string, unknown>;
  } catch {
    log.warn('market', 'the venue sent a frame that is no JSON', { frame: frame.slice(0, 200) });
    return null;
  }
  const { e: kind, s: symbol, p: price, T: tradedAt, E: sentAt } = message;
  if ((kind === 'trade' || kind === 'aggTrade') && typeof symbol === 'string' && typeof price === 'string')
    return { symbol, price, at: Number(tradedAt ?? sentAt), kind, id: Number(kind === 'trade' ? message['t'] : message['a']) };
  if ('error' in message || ('code' in message && 'msg' in message)) log.warn('market', 'the venue refused a subscription', { answer: frame.slice(0, 200) });
  return null;
}

/** Passes every trade once. Lives as long as a connection: a test network that was reset counts from one again. */
function createDuplicateFilter() {
  const last = new Map<string, number>();
  return {
    isNew: ({ symbol, kind, id }: Trade): boolean => {
      const key = `${kind} ${symbol}`;
      if (Number.isNaN(id)) return true;
      if (id <= (last.get(key) ?? -Infinity)) return false;
      last.set(key, id);
      return true;
    },
  };
}
