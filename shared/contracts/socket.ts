import type { ConfigVersion, LogEntry, OrderView, Position, SignalSummary, Status } from './http.ts';

/**
 * Socket.IO at `/socket.io`, websocket transport only, on the session cookie or a Bearer token. The server speaks, a client only listens;
 * a client that was away asks REST, nothing depends on a message.
 */

/** Every event is one of these: `id` names the thing, `at` is ISO-8601 UTC. */
export interface LiveMessage<Data> {
  id: string;
  at: string;
  data: Data;
}

/** Last prices of the symbols that changed since the last message, at most one message per client and half second. */
export interface PriceUpdate {
  prices: { exchange: string; market: 'spot' | 'usdm'; symbol: string; price: string; at: string }[];
}

/** A hint that the waiting queue, the risk view or the log changed; the fields of `data` are those the sender knew. */
export type Hint = Record<string, unknown>;

/** Events the server sends, with their payloads. Fields may be missing in `data` where the sender knew only what changed. */
export interface ServerEvents {
  position: (message: LiveMessage<Partial<Position> & { id: string }>) => void;
  order: (message: LiveMessage<Partial<OrderView> & { clientOrderId: string }>) => void;
  signal: (message: LiveMessage<Partial<SignalSummary> & { id: string }>) => void;
  queue: (message: LiveMessage<Hint>) => void;
  risk: (message: LiveMessage<Hint>) => void;
  log: (message: LiveMessage<Partial<LogEntry>>) => void;
  status: (message: LiveMessage<Partial<Status>>) => void;
  price: (message: LiveMessage<PriceUpdate>) => void;
  /** A hint that an account was compared with its venue, or a difference has changed. */
  reconcile: (message: LiveMessage<Hint>) => void;
  /** The configuration as `GET /config` shows it, after a draft was saved or applied. */
  config: (message: LiveMessage<Partial<ConfigVersion>>) => void;
}

/** A client sends nothing. */
export type ClientEvents = Record<never, never>;

export const liveEvents = ['position', 'order', 'signal', 'queue', 'risk', 'log', 'status', 'price', 'config', 'reconcile'] as const;
export type LiveEvent = (typeof liveEvents)[number];
