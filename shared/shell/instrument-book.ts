import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { InstrumentSource } from '#shared/ports/exchange.port';
import type { Store } from '#shared/ports/store.port';
import type { Clock, Log } from '#shared/ports/system.port';
import type { InstrumentAnswer, RuleNeed } from './gather-facts.ts';

/** After a fetch that failed, an entry that needs one does not make the venue be asked again for this long. */
const spareMs = 2_000;
/** Nobody waits longer than this for a fetch that is under way; who needed it is told when it is there. */
const patienceMs = 5_000;
/** Another process may have fetched newer rules: what the store keeps is read again this often. */
const reloadMs = 60_000;

/** What a book of rules needs. */
export interface BookPorts {
  store: Pick<Store, 'instruments' | 'saveInstruments' | 'setStatus'>;
  source: InstrumentSource;
  clock: Clock;
  log: Log;
  /** Newer rules are in memory: whoever waits for them may look again. Must not throw. */
  onFresh?(venue: string, market: Market): void;
}

/** The last fetch of a market's rules, kept as status `rules:<venue>:<market>` for the settings page. */
export interface RuleSync {
  fetchedAt: string | null;
  count: number;
  failedAt: string | null;
  error: string | null;
}

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** What `work` resolves to, or null where it takes longer than anybody should wait. */
async function inTime<Result>(work: Promise<Result>): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The rules of one market in the memory of one process, with what is known of their age. */
export class InstrumentBook {
  private rules = new Map<string, Instrument>();
  /** When the rules in memory were asked for. */
  private fetchedAt: number | null = null;
  private loadedAt: number | null = null;
  /** The last fetch, if it failed. */
  private failure: { at: number; error: string } | null = null;
  /** Symbols of which the venue refused an order by rules we thought it kept, until the next fetch. */
  private readonly doubted = new Set<string>();
  /** Too old for somebody who asked, and the fetch failed. */
  private stale = false;
  private loading: Promise<void> | null = null;
  private fetching: Promise<number> | null = null;
  private readonly ports: BookPorts;
  private readonly venue: string;
  private readonly market: Market;

  constructor(ports: BookPorts, venue: string, market: Market) {
    this.ports = ports;
    this.venue = venue;
    this.market = market;
  }

  /** The rules last known of a symbol, however old. */
  kept(symbol: string): Instrument | null {
    return this.rules.get(symbol) ?? null;
  }

  /** The rules of a symbol, if an entry may be judged by them now. */
  answer(symbol: string, { since = -Infinity, maxAgeMs }: RuleNeed): InstrumentAnswer {
    const failed = this.failure !== null;
    if (this.fetchedAt === null || this.doubted.has(symbol)) return 'unavailable';
    if (failed && (maxAgeMs === undefined ? this.stale : this.isOld(maxAgeMs))) return 'unavailable';
    const rules = this.listed(symbol);
    return rules ?? (failed || this.fetchedAt < since ? 'unavailable' : 'unlisted');
  }

  /** Brings what is needed, at once where it is there; what must be fetched is waited for, but not for ever. */
  async seek(symbol: string | null, need: RuleNeed): Promise<void> {
    const { clock, log } = this.ports;
    if (!this.wanting(symbol, need)) {
      // Good enough to go on with at once; what another process may have fetched is there for the next.
      if (clock.now() - (this.loadedAt ?? 0) >= reloadMs) void this.reload().catch((error: unknown) => log.debug('precision', `The rules of ${this.venue} ${this.market} could not be read again: ${inWords(error)}`));
      return;
    }
    await this.reload();
    // The second time only where a fetch was joined that had begun before the signal came.
    for (let times = 0; times < 2 && this.wanting(symbol, need); times += 1) {
      if (this.failure !== null && clock.now() - this.failure.at < spareMs) break;
      if (!(await this.tryRefresh())) break;
    }
    if (this.failure !== null && need.maxAgeMs !== undefined && this.isOld(need.maxAgeMs)) this.stale = true;
  }

  /** Fetches anew what is older than this, or was never fetched; another process may have done so. */
  async renew(maxAgeMs: number): Promise<void> {
    const wanted = (): boolean => this.fetchedAt === null || this.isOld(maxAgeMs);
    if (this.loadedAt === null || wanted()) await this.reload();
    if (wanted() && !(await this.tryRefresh()) && this.fetchedAt !== null) this.stale = true;
  }

  /** Fetches anew after the venue refused an order of this symbol; nothing is entered by the old rules until that has succeeded. */
  async doubt(symbol: string): Promise<void> {
    this.doubted.add(symbol);
    await this.tryRefresh();
  }

  /** Fetches again what could not be fetched before, unless another process has. */
  async recover(): Promise<void> {
    const wanting = (): boolean => this.failure !== null || this.doubted.size > 0;
    if (!wanting() && this.fetchedAt !== null) return;
    await this.reload();
    if (wanting()) await this.tryRefresh();
  }

  /** Fetches from the venue now; one fetch for everybody who asks while it runs. Rejects when the venue cannot be asked. */
  refresh(): Promise<number> {
    this.fetching ??= this.fetchAll().finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }

  private async fetchAll(): Promise<number> {
    const { source, store, clock, log } = this.ports;
    const { venue, market } = this;
    const askedAt = clock.now();
    try {
      const instruments = await source.fetchInstruments(venue, market);
      await store.saveInstruments(venue, market, instruments, askedAt);
      await this.loading;
      await this.reload();
      this.settled();
      await this.tellSync();
      log.info('precision', `Rules of ${instruments.length} instruments fetched from ${venue} ${market}`, { venue, market, count: instruments.length });
      return instruments.length;
    } catch (error) {
      const known = this.failure !== null;
      this.failure = { at: clock.now(), error: inWords(error) };
      // A venue that is away for hours is told of once.
      log[known ? 'debug' : 'warn']('precision', `The rules of ${venue} ${market} cannot be fetched: ${inWords(error)}. Entries that need them wait`, { venue, market });
      await this.tellSync().catch(() => {});
      throw error;
    }
  }

  /** True where the fetch succeeded in time. One that is late counts as failed until it is there. */
  private async tryRefresh(): Promise<boolean> {
    const fetched = this.refresh().then(
      () => true,
      () => false,
    );
    const done = await inTime(fetched);
    if (done === null) this.failure ??= { at: this.ports.clock.now(), error: `no answer within ${patienceMs / 1000} s` };
    return done === true;
  }

  private reload(): Promise<void> {
    this.loading ??= this.load().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  private async load(): Promise<void> {
    const { store, clock } = this.ports;
    const before = this.fetchedAt;
    const { instruments, fetchedAt } = await store.instruments(this.venue, this.market);
    this.rules = new Map(instruments.map((rules) => [rules.symbol, rules]));
    this.fetchedAt = fetchedAt;
    this.loadedAt = clock.now();
    if (fetchedAt === null) return;
    if (this.failure !== null && fetchedAt > this.failure.at) this.settled();
    if (before === null || fetchedAt > before) queueMicrotask(() => this.ports.onFresh?.(this.venue, this.market));
  }

  private settled(): void {
    this.failure = null;
    this.stale = false;
    this.doubted.clear();
  }

  private tellSync(): Promise<void> {
    const sync: RuleSync = { fetchedAt: iso(this.fetchedAt), count: this.rules.size, failedAt: iso(this.failure?.at ?? null), error: this.failure?.error ?? null };
    return this.ports.store.setStatus(`rules:${this.venue}:${this.market}`, sync);
  }

  private isOld(maxAgeMs: number): boolean {
    return this.fetchedAt !== null && this.ports.clock.now() - this.fetchedAt >= maxAgeMs;
  }

  private listed(symbol: string): Instrument | null {
    const rules = this.rules.get(symbol);
    return rules === undefined || rules.delisted === true ? null : rules;
  }

  private wanting(symbol: string | null, { since = -Infinity, maxAgeMs = Infinity }: RuleNeed): boolean {
    if (this.fetchedAt === null || this.isOld(maxAgeMs)) return true;
    return symbol !== null && (this.doubted.has(symbol) || (this.listed(symbol) === null && this.fetchedAt < since));
  }
}
