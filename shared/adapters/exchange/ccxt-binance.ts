import type { Market } from '#shared/engine/instrument/instrument';
import type { CcxtBinance, CcxtBinanceClass, RestResponse, StreamClient } from './ccxt-module.ts';
import { loadCcxtBinance } from './ccxt-module.ts';
import { beforeDeadline } from './deadline.ts';
import { currentEvidence, provedNotSent, wireFault } from './transport-evidence.ts';
import { recvWindowMs } from './venue-capabilities.ts';
import { answeredFault, describeError, VenueFault } from './venue-fault.ts';
import type { AccountMode, VenueOrigins, VenueUrls } from './venue-urls.ts';
import { originOf, venueUrls } from './venue-urls.ts';

/** What one instance tells of itself. */
export interface BinanceHooks {
  /** Every answer's status and headers, failures included: rate figures and bans stand there. */
  answered?(status: number, headers: Readonly<Record<string, string>>, message: string): void;
  /** A raw event of the user-data stream, before ccxt coalesces or caches anything. */
  accountEvent?(event: Record<string, unknown>): void;
  /** The stream is authenticated and its events flow from now on. */
  subscribed?(): void;
  /** The stream is of no more use. May be called several times. */
  lost?(reason: string): void;
}

export interface BinanceSetup {
  mode: AccountMode;
  market: Market;
  urls: VenueOrigins;
  apiKey?: string;
  secret?: string;
  /** Until the headers of an answer; the body has what is left of the call's deadline. */
  timeoutMs: number;
  now(): number;
  /** The venue's time, as well as we know it, for the timestamps of signed requests. */
  venueNow(): number;
  hooks?: BinanceHooks;
  /** Open the USD-M user stream at `/ws/<listenKey>`. */
  privateFallback?: boolean;
}

/** A ccxt Binance instance with its holes mended. */
export interface Binance extends CcxtBinance {
  readonly addresses: VenueUrls;
  /** Ends timers, sockets and pooled connections. */
  dispose(): Promise<void>;
}

type BinanceClass = new (setup: BinanceSetup) => Binance;

// Dead peers are noticed after two missed pongs; ccxt's own interval for Binance is three minutes.
const keepAliveMs = 15_000;
const classes = new Map<Market, Promise<BinanceClass>>();

/** A ready instance. The class is loaded with the first one of its market. */
export async function createBinance(setup: BinanceSetup): Promise<Binance> {
  let loading = classes.get(setup.market);
  if (loading === undefined) {
    loading = loadCcxtBinance(setup.market).then(mended);
    classes.set(setup.market, loading);
  }
  const venue = new (await loading)(setup);
  await venue.loadHttpProxyAgent(); // without it ccxt refuses plain ws:// addresses
  return venue;
}

const configuration = (setup: BinanceSetup): Record<string, unknown> => ({
  apiKey: setup.apiKey,
  secret: setup.secret,
  // Our own budget decides; ccxt's queue has no priorities and lets an order wait seconds behind polls.
  enableRateLimit: false,
  timeout: setup.timeoutMs,
  number: String,
  // An empty table keeps ccxt from loading 3000 markets (0.5 s, 40 MB) that only its rounding would need.
  markets: {},
  streaming: { keepAlive: keepAliveMs },
  options: {
    recvWindow: recvWindowMs,
    maxRetriesOnFailure: 0,
    adjustForTimeDifference: false,
    fetchCurrencies: false,
    fetchMargins: false,
    watchPositions: { fetchPositionsSnapshot: false, awaitPositionsSnapshot: false },
    watchBalance: { fetchBalanceSnapshot: false, awaitBalanceSnapshot: false },
    ws: { backoff: { base: 250, factor: 2, max: 10_000 } },
  },
});

const streamEnds: ReadonlySet<unknown> = new Set(['listenKeyExpired', 'eventStreamTerminated', 'serverShutdown']);

/** ccxt's Binance with our transport rules: evidence for every failure, deadlines on bodies, no address outside the account's own. */
function mended(Base: CcxtBinanceClass): BinanceClass {
  return class TrancheBinance extends Base implements Binance {
    readonly addresses: VenueUrls;
    readonly #setup: BinanceSetup;
    readonly #timers = new Set<NodeJS.Timeout>();

    constructor(setup: BinanceSetup) {
      super(configuration(setup));
      this.#setup = setup;
      this.addresses = venueUrls(setup.mode, setup.market, setup.urls, this.urls);
      this.urls.api = this.addresses.api;
    }

    /** ccxt picks its error tables by production host names; the path says the same wherever the server stands. */
    override getExceptionsByUrl(url: string, exactOrBroad: string): Record<string, unknown> {
      const path = /^https?:/.test(url) ? new URL(url).pathname : '';
      const table = path.startsWith('/fapi') ? 'linear' : path.startsWith('/api') ? 'spot' : null;
      return (table === null ? undefined : this.exceptions[table]?.[exactOrBroad]) ?? {};
    }

    override getDispatcherOptions(isPlainAgent?: boolean): Record<string, unknown> {
      // undici waits 300 s for a stalled body by default.
      return { ...super.getDispatcherOptions(isPlainAgent), bodyTimeout: this.#setup.timeoutMs, headersTimeout: this.#setup.timeoutMs, connect: { timeout: this.#setup.timeoutMs } };
    }

    override nonce(): number {
      return this.#setup.venueNow();
    }

    override async fetch(url: string, method = 'GET', headers?: unknown, body?: string): Promise<unknown> {
      const evidence = currentEvidence();
      const wrong = evidence?.expected ? wireFault(evidence.expected, method, url, body) : null;
      if (wrong !== null) throw new VenueFault({ phase: 'not-sent', status: null, code: null, message: `the request was not what was asked for: ${wrong}` });
      try {
        return await super.fetch(url, method, headers, body);
      } catch (error) {
        if (error instanceof VenueFault) throw error;
        throw new VenueFault({ phase: provedNotSent(evidence) ? 'not-sent' : 'no-answer', status: null, code: null, message: describeError(error) });
      }
    }

    override async undiciRequest(url: string, params: Record<string, unknown>): Promise<RestResponse> {
      this.#guard(url);
      const evidence = currentEvidence();
      if (evidence?.abandoned) throw new Error('given up before it was sent');
      if (evidence !== undefined) evidence.dispatched = true;
      return super.undiciRequest(url, params);
    }

    override async handleRestResponse(response: RestResponse, url: string, method?: string, requestHeaders?: unknown, requestBody?: unknown): Promise<unknown> {
      const now = this.#setup.now();
      const headers = this.getResponseHeaders(response);
      const body = await this.#body(response);
      const failed = (): VenueFault => new VenueFault(answeredFault(response.status, headers, body, now));
      this.#setup.hooks?.answered?.(response.status, headers, response.status >= 400 ? body : '');
      let answer: unknown;
      try {
        answer = await super.handleRestResponse({ ...response, text: async () => body }, url, method, requestHeaders, requestBody);
      } catch {
        throw failed();
      }
      // ccxt lets some failing statuses pass when the body is not JSON.
      if (response.status >= 300) throw failed();
      return answer;
    }

    /** The whole body, or `no-answer`: cut connections and stalls are raw undici errors or nothing at all in ccxt. */
    async #body(response: RestResponse): Promise<string> {
      const left = Math.max(1, (currentEvidence()?.deadlineAt ?? this.#setup.now() + this.#setup.timeoutMs) - this.#setup.now());
      try {
        return await beforeDeadline(response.text(), left, 'body');
      } catch (error) {
        throw new VenueFault({ phase: 'no-answer', status: response.status, code: null, message: `the answer broke off after its headers: ${describeError(error)}` });
      }
    }

    #guard(url: string): void {
      if (!this.addresses.origins.has(originOf(url))) throw new Error(`${originOf(url)} is not an address of this ${this.#setup.mode} account`);
    }

    override client(url: string): StreamClient {
      if (/^wss?:/.test(url)) this.#guard(url);
      return super.client(url);
    }

    override getPrivateWsUrl(type: string, listenKey: string): string {
      const fallback = this.#setup.privateFallback ? this.addresses.privateFallback : null;
      return fallback === null ? super.getPrivateWsUrl(type, listenKey) : `${fallback}${listenKey}`;
    }

    override ensureUserDataStreamWsSubscribeSignature(marketType?: string): Promise<void> {
      const subscribing = super.ensureUserDataStreamWsSubscribeSignature(marketType);
      // ccxt rejects this inner future, which nobody awaits, whenever the venue refuses the key: Node would end the process.
      for (const client of Object.values(this.clients)) client.futures[`authenticate:signature:${marketType ?? 'spot'}`]?.catch(() => undefined);
      return subscribing;
    }

    override handleUserDataStreamSubscribe(client: StreamClient, message: unknown): void {
      super.handleUserDataStreamSubscribe(client, message);
      const { result } = message as { result?: { subscriptionId?: unknown } };
      if (result?.subscriptionId !== undefined) this.#setup.hooks?.subscribed?.();
    }

    override onConnected(client: StreamClient, message?: unknown): void {
      super.onConnected(client, message);
      if (this.#setup.market === 'usdm') this.#setup.hooks?.subscribed?.();
    }

    override onError(client: StreamClient, error: unknown): void {
      super.onError(client, error);
      this.#setup.hooks?.lost?.(describeError(error));
    }

    override onClose(client: StreamClient, error: unknown): void {
      super.onClose(client, error);
      this.#setup.hooks?.lost?.(`the connection closed (${String((error as { code?: unknown } | undefined)?.code ?? 'no code')})`);
    }

    /** Takes account events as they come: ccxt would fold a burst into one update, and hand out objects it goes on changing. */
    override handleMessage(client: StreamClient, message: unknown): void {
      const outer = message as { event?: unknown; data?: unknown };
      const inner = (outer.event ?? outer.data ?? message) as Record<string, unknown> | null;
      const kind = typeof inner === 'object' && inner !== null ? inner['e'] : undefined;
      if (typeof kind !== 'string' || inner === null) super.handleMessage(client, message);
      else if (streamEnds.has(kind)) this.#setup.hooks?.lost?.(kind);
      else this.#setup.hooks?.accountEvent?.(inner);
    }

    override delay(timeout: number, method: (...args: unknown[]) => unknown, ...args: unknown[]): void {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        // A failed keep-alive already rejects whatever waits on the stream.
        void Promise.resolve(method.apply(this, args)).catch(() => undefined);
      }, timeout);
      this.#timers.add(timer);
    }

    async dispose(): Promise<void> {
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
