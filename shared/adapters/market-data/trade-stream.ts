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
  const { urls, channels, retryFirstMs = 250 } = options;
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
  async function run(): Promise<void> {
    let waitMs = retryFirstMs;
    let address = 0;
    while (!signal.aborted) {
      const from = performance.now();
      let opened = false;
      const onOpen = (): void => {
        opened = true;
        subscribe([...symbols]);
        options.onUp();
      };
      socket = new WebSocket(urls[address % urls.length]!, { handshakeTimeout: connectTimeoutMs, perMessageDeflate: false });
      const reason = await listen(socket, options, onOpen, signal);
      if (signal.aborted) return;
      options.onDown(reason);
      if (!opened) address += 1;
      if (performance.now() - from > stableMs) waitMs = retryFirstMs;
      await sleep(waitMs, signal);
      waitMs = Math.min(waitMs * 2, retryMaxMs);
    }
  }

  const running = run();
  return {
    add: (symbol) => {
      if (symbols.has(symbol)) return;
      symbols.add(symbol);
      subscribe([symbol]);
    },
    close: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Listens to one connection from dialling to its end; resolves with why it ended. */
function listen(socket: WebSocket, { onTrade, log, silenceMs = 10_000 }: TradeStreamOptions, onOpen: () => void, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const seen = createDuplicateFilter();
    let reason = 'the connection closed';
    let alive = true;
    const pulse = setInterval(() => {
      if (!alive) {
        reason = `no sign of life for ${silenceMs} ms`;
        socket.terminate();
      }
      alive = false;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    }, silenceMs / 2);
    const abort = (): void => socket.terminate();
    signal.addEventListener('abort', abort);
    socket.on('open', () => {
      alive = true;
      onOpen();
    });
    socket.on('pong', () => (alive = true));
    socket.on('error', (error) => (reason = error.message));
    socket.on('message', (data: Buffer) => {
      alive = true;
      const trade = readTrade(data.toString(), log);
      if (trade !== null && seen.isNew(trade)) onTrade(trade);
    });
    socket.on('close', () => {
      clearInterval(pulse);
      signal.removeEventListener('abort', abort);
      resolve(reason);
    });
  });
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

/**
 * Passes every trade once: aggregated trades tell single ones again, later, so where single ones come they alone count.
 * Lives as long as a connection: a test network that was reset counts from one again.
 */
function createDuplicateFilter() {
  const last = new Map<string, number>();
  return {
    isNew: ({ symbol, kind, id }: Trade): boolean => {
      const key = `${kind} ${symbol}`;
      if (kind === 'aggTrade' && last.has(`trade ${symbol}`)) return false;
      if (Number.isNaN(id)) return true;
      if (id <= (last.get(key) ?? -Infinity)) return false;
      last.set(key, id);
      return true;
    },
  };
}
