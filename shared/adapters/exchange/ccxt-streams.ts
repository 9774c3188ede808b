import type { StreamClient } from './ccxt-module.ts';
import type { SafeTransport, SafeTransportClass } from './ccxt-transport.ts';
import type { BinanceSetup } from './binance-setup.ts';
import { beforeDeadline } from './deadline.ts';
import { describeError } from './venue-fault.ts';

/** A ccxt Binance instance with its holes mended. */
export interface Binance extends SafeTransport {
  /** Ends timers, sockets and pooled connections. */
  dispose(): Promise<void>;
}

export type BinanceClass = new (setup: BinanceSetup) => Binance;

const streamEnds: ReadonlySet<unknown> = new Set(['listenKeyExpired', 'eventStreamTerminated', 'serverShutdown']);

const known = new WeakSet<StreamClient>();

/**
 * Gives every future of a connection a handler. ccxt rejects futures that nobody awaits yet, such as the one of an authentication
 * that is still under way when the stream is closed or the key refused, and Node would end the process for each.
 */
function handled(client: StreamClient): StreamClient {
  if (known.has(client)) return client;
  known.add(client);
  const future = client.future.bind(client);
  client.future = (hash) => {
    const made = future(hash);
    made.catch(() => undefined);
    return made;
  };
  return client;
}

/** ccxt's class with our stream rules: raw events as they come, every end of a stream told, nothing left running behind it. */
export function withStreams(Base: SafeTransportClass): BinanceClass {
  return class extends Base implements Binance {
    readonly #timers = new Set<NodeJS.Timeout>();
    #disposed = false;

    override client(url: string): StreamClient {
      if (/^wss?:/.test(url)) this.guard(url);
      return handled(super.client(url));
    }

    override getPrivateWsUrl(type: string, listenKey: string): string {
      const fallback = this.setup.privateFallback ? this.addresses.privateFallback : null;
      return fallback === null ? super.getPrivateWsUrl(type, listenKey) : `${fallback}${listenKey}`;
    }

    override handleUserDataStreamSubscribe(client: StreamClient, message: unknown): void {
      super.handleUserDataStreamSubscribe(client, message);
      const { result } = message as { result?: { subscriptionId?: unknown } };
      if (result?.subscriptionId !== undefined) this.setup.hooks?.subscribed?.();
    }

    override onConnected(client: StreamClient, message?: unknown): void {
      super.onConnected(client, message);
      if (this.setup.market === 'usdm') this.setup.hooks?.subscribed?.();
    }

    override onError(client: StreamClient, error: unknown): void {
      super.onError(client, error);
      this.setup.hooks?.lost?.(describeError(error));
    }

    override onClose(client: StreamClient, error: unknown): void {
      super.onClose(client, error);
      this.setup.hooks?.lost?.(`the connection closed (${(error as { code?: number } | undefined)?.code ?? 'no code'})`);
    }

    /** Takes account events as they come: ccxt would fold a burst into one update, and hand out objects it goes on changing. */
    override handleMessage(client: StreamClient, message: unknown): void {
      const outer = message as { event?: unknown; data?: unknown };
      const inner = (outer.event ?? outer.data ?? message) as Record<string, unknown> | null;
      const kind = typeof inner === 'object' && inner !== null ? inner['e'] : undefined;
      if (typeof kind !== 'string' || inner === null) super.handleMessage(client, message);
      else if (streamEnds.has(kind)) this.setup.hooks?.lost?.(kind);
      else this.setup.hooks?.accountEvent?.(inner);
    }

    /** ccxt's keep-alive of a listen key: it must not outlive the stream, even when the key arrives after its end. */
    override delay(timeout: number, method: (...args: unknown[]) => unknown, ...args: unknown[]): void {
      if (this.#disposed) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        // A failed keep-alive already rejects whatever waits on the stream.
        void Promise.resolve(method.apply(this, args)).catch(() => undefined);
      }, timeout);
      this.#timers.add(timer);
    }

    async dispose(): Promise<void> {
      this.#disposed = true;
      for (const timer of this.#timers) clearTimeout(timer);
      this.#timers.clear();
      const connections = Object.values(this.clients).map((client) => client.connection);
      const closing = this.close().catch(() => undefined);
      // A peer that is gone never answers the closing handshake.
      for (const connection of connections) connection?.terminate?.();
      await beforeDeadline(closing, 1_000, 'close').catch(() => undefined);
      await this.fetchDispatcher?.destroy().catch(() => undefined);
    }
  };
}
