import type { AccountEvent } from '#shared/ports/exchange.port';
import type { Clock, Log } from '#shared/ports/system.port';
import type { BinanceHooks } from './binance-setup.ts';
import type { Binance } from './ccxt-streams.ts';
import type { StreamNews } from './report-mapping.ts';
import { isRaw, newsOfExecution, orderIdOf, textOf } from './report-mapping.ts';
import { describeError } from './venue-fault.ts';

/** An open user-data stream, opened again whenever it breaks. */
export interface UserStream {
  /** Resolves when the first attempt has come to something, good or bad. */
  readonly settled: Promise<void>;
  /** How many events about orders there have been so far. */
  readonly heard: number;
  /** An order was accepted, before which `heard` was so: if nothing has come since and nothing comes soon, the stream is mute. */
  expectEvent(heardBefore: number): void;
  close(): Promise<void>;
}

export interface UserStreamParts {
  /** A fresh instance per connection: what ccxt remembers of a broken one (futures, rejections, listen keys) does more harm than good. */
  open(hooks: BinanceHooks, failures: number): Promise<Binance>;
  handler(event: AccountEvent): void;
  clock: Clock;
  log: Log;
  times?: Partial<StreamTimes>;
}

export interface StreamTimes {
  /** From dialling to events. */
  openMs: number;
  /** After an accepted order some event must come within this. */
  muteMs: number;
  /** A stream that says nothing for so long is opened anew: silence and deafness look the same. */
  silentMs: number;
  /** Binance cuts connections after 24 hours; we go first. */
  lifeMs: number;
  backoffMs: number;
  backoffMaxMs: number;
}

const standard: StreamTimes = { openMs: 15_000, muteMs: 5_000, silentMs: 600_000, lifeMs: 23 * 3_600_000, backoffMs: 250, backoffMaxMs: 30_000 };

const orderEvents: ReadonlySet<unknown> = new Set(['executionReport', 'ORDER_TRADE_UPDATE', 'ALGO_UPDATE']);

/** Opens the stream of one account. */
export const openUserStream = (parts: UserStreamParts): UserStream => new LastingStream(parts);

class LastingStream implements UserStream {
  readonly settled: Promise<void>;
  readonly #parts: UserStreamParts;
  readonly #times: StreamTimes;
  /** Orders placed by triggered conditional orders: the venue's id of the child, our id of the parent. */
  readonly #children = new Map<string, string>();
  #settle: () => void = () => undefined;
  #closed = false;
  #end: (reason: string) => void = () => undefined;
  #muteTimer: NodeJS.Timeout | undefined;
  #mute = false;
  #heard = 0;
  #wake: () => void = () => undefined;
  readonly #running: Promise<void>;

  constructor(parts: UserStreamParts) {
    this.#parts = parts;
    this.#times = { ...standard, ...parts.times };
    this.settled = new Promise((resolve) => (this.#settle = resolve));
    this.#running = this.#run();
  }

  get heard(): number {
    return this.#heard;
  }

  expectEvent(heardBefore: number): void {
    // Events often overtake the answer to the request that caused them.
    if (this.#heard > heardBefore || this.#closed) return;
    this.#muteTimer ??= setTimeout(() => {
      this.#mute = true;
      this.#end('an order was accepted and the stream said nothing of it');
    }, this.#times.muteMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#end('closed by us');
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closed) {
      const { reason, wasUp } = await this.#session(failures);
      this.#settle();
      if (this.#closed) return;
      this.#emit({ kind: 'gap', reason });
      failures = wasUp && !this.#mute ? 0 : failures + 1;
      this.#parts.log.info('venue', 'the user-data stream ended', { reason, failures });
      await this.#pause(Math.min(this.#times.backoffMaxMs, this.#times.backoffMs * 2 ** Math.min(failures, 10)));
    }
  }

  /** One connection, from dialling to its end. */
  async #session(failures: number): Promise<{ reason: string; wasUp: boolean }> {
    this.#mute = false;
    let wasUp = false;
    let timer: NodeJS.Timeout | undefined;
    let venue: Binance | undefined;
    const ended = new Promise<string>((resolve) => (this.#end = resolve));
    const endAfter = (ms: number, reason: string): void => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#end(reason), ms);
    };
    let life: NodeJS.Timeout | undefined;
    endAfter(this.#times.openMs, 'the stream could not be opened in time');
    const heard = (): void => endAfter(this.#times.silentMs, 'nothing was heard for long');
    const hooks: BinanceHooks = {
      lost: (reason) => this.#end(reason),
      subscribed: () => {
        heard();
        this.#clearMute();
        life ??= setTimeout(() => this.#end('opened anew before the venue cuts it'), this.#times.lifeMs);
        // Both after the subscription holds: who asks the venue on `gap` misses nothing between the answer and the next event.
        this.#emit({ kind: 'gap', reason: wasUp ? 'the stream was opened again' : 'the stream was opened' });
        wasUp = true;
        this.#emit({ kind: 'up' });
        this.#settle();
      },
      accountEvent: (event) => {
        heard();
        if (orderEvents.has(event['e'])) {
          this.#heard += 1;
          this.#clearMute();
        }
        this.#take(event);
      },
    };
    try {
      venue = await this.#parts.open(hooks, failures);
      // The future of a subscription may hang for ever, so nothing waits for it; its rejection is one more way to end.
      venue.watchOrders().catch((error: unknown) => this.#end(describeError(error)));
      return { reason: await ended, wasUp };
    } catch (error) {
      return { reason: describeError(error), wasUp };
    } finally {
      clearTimeout(timer);
      clearTimeout(life);
      this.#clearMute();
      hooks.accountEvent = () => undefined;
      await venue?.dispose();
    }
  }

  #take(event: Record<string, unknown>): void {
    try {
      const news = this.#read(event);
      if (news === null) return;
      if (news.fill !== null) this.#emit({ kind: 'fill', fill: news.fill });
      this.#emit({ kind: 'order', report: news.report });
    } catch (error) {
      this.#parts.log.warn('venue', 'an event of the user-data stream cannot be read', { error: describeError(error) });
      this.#emit({ kind: 'gap', reason: 'an event could not be read' });
    }
  }

  #read(event: Record<string, unknown>): StreamNews | null {
    const at = typeof event['E'] === 'number' ? event['E'] : this.#parts.clock.now();
    if (event['e'] === 'executionReport') return newsOfExecution(event, at);
    const order = event['o'];
    if (event['e'] === 'ALGO_UPDATE' && isRaw(order)) {
      this.#takeAlgo(order);
      return null;
    }
    if (event['e'] !== 'ORDER_TRADE_UPDATE' || !isRaw(order)) return null;
    const news = newsOfExecution(order, at);
    const parent = this.#children.get(news.report.venueOrderId);
    if (parent === undefined) return news;
    if (news.report.status !== 'open' && news.report.status !== 'partially_filled') this.#children.delete(news.report.venueOrderId);
    return { ...news, report: { ...news.report, clientOrderId: parent }, fill: news.fill === null ? null : { ...news.fill, clientOrderId: parent } };
  }

  /** A conditional order changed. Its own view does not tell fills, so the change is a reason to ask. */
  #takeAlgo(order: Readonly<Record<string, unknown>>): void {
    const child = orderIdOf(order['ai']);
    if (child !== null) this.#children.set(child, textOf(order, 'caid'));
    if (order['X'] !== 'NEW') this.#emit({ kind: 'gap', reason: `the conditional order ${textOf(order, 'caid')} is ${String(order['X'])}` });
  }

  #emit(event: AccountEvent): void {
    if (this.#closed) return;
    try {
      this.#parts.handler(event);
    } catch (error) {
      this.#parts.log.error('venue', 'a handler of stream events failed', { error: describeError(error) });
    }
  }

  #clearMute(): void {
    clearTimeout(this.#muteTimer);
    this.#muteTimer = undefined;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
