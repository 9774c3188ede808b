import type { Settings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import type { PoolSettings } from '#shared/engine/pool/pool-settings';
import { floorTo } from '#shared/engine/num/rounding';
import { dec, max, type Dec } from '#shared/engine/num/units';
import type { PriceStep } from '#shared/ports/market-data.port';
import type { OrderRequest } from '#shared/ports/exchange.port';
import type { Store } from '#shared/ports/store.port';
import { drawFaults, type Faults } from '#shared/simulation/faults';
import { openAccount, setBalances } from '#shared/simulation/matching';
import { createMemoryStore, type MemoryStore } from '#shared/simulation/memory-store';
import { movePrice } from '#shared/simulation/price-path';
import { createWalk } from '#shared/simulation/random-walk';
import { seededChance, type Chance } from '#shared/simulation/seeded-chance';
import type { SimRefusal } from '#shared/simulation/sim-refusal';
import { createSimulatedVenue, rulesKey, type SimulatedVenue } from '#shared/simulation/simulated-venue';
import { createVirtualClock, type VirtualClock } from '#shared/simulation/virtual-clock';
import { checkRefusal, VenueView } from './check-venue.ts';
import { noCrashes } from './logical-process.ts';
import type { Plant } from './plant.ts';
import { drawAccounts, drawSettings, drawSymbols, type SimulatedAccount, type SimulatedSymbol } from './random-configuration.ts';
import { SimulatedProcesses } from './simulated-processes.ts';
import { Traffic } from './traffic.ts';
import { notCompared, unreconciled } from './check-reconcile.ts';
import { Halting } from './halting.ts';
import { OutsideLedger } from './outside-ledger.ts';
import { Person } from './person.ts';
import { userStreamsOf, withUserStreams, type UserStreams } from './life-streams.ts';
import { strikeVenue } from './venue-misfortune.ts';
import { DecisionWatch } from './watched-store.ts';

const prefix = 'simul';
const startAt = Date.UTC(2030, 0, 1);
const second = 1_000;
/** For so long after the last fault a person looks after what the engine asks. */
const attendedMs = 60_000;

/** Everything outside and inside Tranche, made from one seed: venue, prices, store, queue, processes, alerts, people and misfortune. */
export class SimulatedWorld {
  readonly clock: VirtualClock = createVirtualClock(startAt);
  readonly chance: Chance;
  readonly faults: Faults;
  readonly crashes = noCrashes();
  readonly venue: SimulatedVenue;
  readonly view: VenueView;
  readonly ledger: OutsideLedger;
  readonly halting: Halting;
  readonly store: MemoryStore;
  readonly watch: DecisionWatch;
  readonly traffic: Traffic;
  readonly symbols: SimulatedSymbol[];
  readonly accounts: SimulatedAccount[];
  readonly userStreams: UserStreams;
  /** What happened, oldest first. */
  readonly lines: string[] = [];
  /** The first thing that broke. */
  broken: Error | null = null;
  private readonly processes: SimulatedProcesses;
  private readonly walks: { symbol: SimulatedSymbol; step: () => string; last: string; factor: Dec }[];
  private readonly settings = new Map<string, { from: number; settings: PoolSettings; document: Settings }[]>();
  private moving = true;
  private calmAt = Infinity;
  private readonly person: Person;
  private readonly plant: Omit<Plant, 'what'>;

  constructor(seed: number, { plant = {}, streamsOff = false }: { plant?: Omit<Plant, 'what'>; streamsOff?: boolean } = {}) {
    this.plant = plant;
    this.chance = seededChance(String(seed));
    const { chance, clock } = this;
    this.faults = drawFaults(chance.fork('faults'));
    const { faults } = this;
    this.userStreams = userStreamsOf(seed, streamsOff);
    if (this.userStreams !== 'on') this.tell(`user-data streams are ${this.userStreams} to the end`);
    this.symbols = drawSymbols(chance.fork('symbols'));
    this.accounts = drawAccounts(chance.fork('accounts'), this.symbols);
    const delays = chance.fork('list delay');
    this.venue = createSimulatedVenue({ model: { slippageBps: chance.pick(['0', '1', '7']) }, listDelay: () => (faults.strike('trade-listed-late') ? delays.between(200, 6_000) : 0) });
    this.ledger = new OutsideLedger(this.venue);
    this.store = createMemoryStore({ clock, prefix });
    this.view = new VenueView({ venue: this.venue, prefix, ledger: this.ledger, entered: (id) => this.checkEntry(id) });
    this.watch = new DecisionWatch({ venue: this.venue, ledger: this.ledger, prefix, settingsOf: (userId) => this.settingsOf(userId), tell: this.tell, broke: this.broke });
    this.processes = new SimulatedProcesses({ seed, clock, faults, chance, crashes: this.crashes, venue: this.venue, tables: this.store.tables, wakes: this.watch.wakeRows, reach: (exchange) => withUserStreams(this.plant.exchange?.(exchange) ?? exchange, this.userStreams), refused: this.refused, tell: this.tell });
    this.walks = this.symbols.map((symbol) => {
      const pair = rulesKey(symbol.rules.market, symbol.rules.symbol);
      return { symbol, step: createWalk({ seed, pair, anchor: symbol.start, tickSize: symbol.rules.tickSize }).step, last: symbol.start, factor: dec(1) };
    });
    const watched = this.planted(this.watch.over(this.store));
    this.traffic = new Traffic({ clock, chance: chance.fork('traffic'), store: watched, doorbell: this.processes.doorbell, accounts: this.accounts, symbols: this.symbols, priceOf: (symbol) => this.walks.find((walk) => walk.symbol === symbol)!.last, groups: () => [...this.watch.groups.values()], pools: () => [...this.watch.pools.values()], tell: this.tell });
    this.halting = new Halting({ clock, chance: chance.fork('halting'), store: this.store, traffic: this.traffic, accounts: this.accounts, users: this.users, tell: this.tell });
    this.person = new Person({ clock, chance: chance.fork('person'), faults, venue: this.venue, store: this.store, ledger: this.ledger, accounts: this.accounts, symbols: this.symbols, prefix, tell: this.tell });
    this.setUp();
    this.processes.start(watched);
  }

  tell = (line: string): void => void this.lines.push(`${((this.clock.now() - startAt) / second).toFixed(3).padStart(8)} ${line}`);
  broke = (error: unknown): void => void (this.broken ??= error instanceof Error ? error : new Error(String(error)));

  get users(): string[] {
    return [...new Set(this.accounts.map(({ userId }) => userId))];
  }

  /** Configurations of a user that a decision committed now may have been made with: the newest, and those replaced within the last minute. */
  settingsOf(userId: string): { settings: PoolSettings; document: Settings }[] {
    const versions = this.settings.get(userId) ?? [];
    return versions.filter((_, index) => (versions[index + 1]?.from ?? Infinity) > this.clock.now() - 60 * second);
  }

  private checkEntry(clientOrderId: string): void {
    const row = this.store.tables.orders.get(clientOrderId);
    if (row !== undefined) this.halting.checkEntry(row);
  }

  /** Does the engine decide again what was committed? Not where a mistake is planted around its decisions. */
  get replays(): boolean {
    return this.plant.store === undefined;
  }

  /** What the reconciler still owes. */
  unreconciled(): string[] {
    const { ledger, venue, accounts } = this;
    const view = { tables: this.store.tables, venue, ledger, accounts };
    return [...notCompared(view, this.calmAt), ...unreconciled(view, [...this.watch.groups.values()])];
  }

  /** The store as our processes find it. */
  private planted = (store: Store): Store => this.plant.store?.(store, this.store.tables) ?? store;

  private setUp(): void {
    for (const { rules } of this.symbols) this.venue.list(rules);
    for (const { accountId, userId, market, funds, makerRate, takerRate } of this.accounts) {
      this.venue.change((draft) => {
        openAccount(draft, { id: accountId, market, makerRate, takerRate });
        setBalances(draft, accountId, { USDT: funds }, startAt);
      });
      this.venue.watch(accountId, (happening) => {
        try {
          this.view.heard(happening);
        } catch (error) {
          this.broke(error);
        }
      });
      this.store.tables.accounts.set(accountId, { accountId, userId, venue: 'binance', market, mode: 'paper', sealedSecrets: new Uint8Array(), enabled: true, liveEnabled: false, pollDueAt: 0 });
    }
    for (const userId of this.users) this.configure(userId);
    this.movePrices();
  }

  private configure(userId: string): void {
    const document = drawSettings(this.chance.fork(`settings ${userId} ${this.settings.get(userId)?.length ?? 0}`), this.symbols);
    const versions = this.settings.get(userId) ?? [];
    const settings = poolSettingsOf(document);
    this.settings.set(userId, [...versions, { from: this.clock.now(), settings, document }]);
    if (versions.length > 0 && this.chance.happens(0.3)) void this.traffic.replan(userId, versions.length + 1, settings);
    this.store.tables.settings.set(userId, { version: versions.length + 1, document });
    this.tell(`user ${userId} applies ${JSON.stringify({ ...document.grid_strategy, ...document.execution_pool })}`);
  }

  private refused = (request: OrderRequest, reason: SimRefusal): void => {
    const group = [...this.watch.groups.values()].find(({ orders }) => orders.some(({ clientOrderId }) => clientOrderId === request.clientOrderId));
    const versions = this.symbols.flatMap(({ rules }) => (rules.symbol === request.symbol ? (this.venue.rules.get(rulesKey(rules.market, rules.symbol)) ?? []) : []));
    const book = this.symbols.find(({ rules }) => rules.symbol === request.symbol)!.rules;
    try {
      checkRefusal(request, reason, versions, this.venue.world.books.get(`${book.market}:${book.venueSymbol}`)?.last ?? null, group, group !== undefined && this.ledger.tradesOf(group.accountId, group.symbol).length > 0);
    } catch (error) {
      this.broke(error);
    }
  };

  private movePrices(): void {
    const { clock, chance, faults } = this;
    const market = chance.fork('market');
    const everyMs = market.pick([500, 1_000]);
    // How lively: steps of the walk per price.
    const pace = market.pick([8, 30, 100]);
    const tick = (): void => {
      for (const walk of this.walks) {
        const { rules } = walk.symbol;
        if (this.moving) {
          if (faults.strike('price-jump')) walk.factor = walk.factor.times(market.pick(['0.96', '0.985', '1.015', '1.04']));
          let last = walk.last;
          for (let step = 0; step < pace; step += 1) last = walk.step();
          walk.last = max(floorTo(walk.factor.times(last), rules.tickSize), rules.tickSize).toFixed();
        }
        this.venue.change((draft) => movePrice(draft, { market: rules.market, symbol: rules.venueSymbol, price: walk.last, at: clock.now() }, clock.now()));
      }
      const steps = this.walks.map(({ symbol: { rules }, last }): PriceStep => ({ venue: 'binance', market: rules.market, symbol: rules.symbol, price: last, at: clock.now() }));
      void this.processes.offerPrices?.(steps).catch(() => {});
      if (this.processes.market !== null && faults.strike('process-dies', 0.2)) this.processes.market.die('between two prices');
      else if (faults.strike('process-stalls', 0.2)) this.processes.market?.stall(market.between(500, 10_000));
      clock.after(everyMs, tick);
    };
    tick();
  }

  /** The time of trading and misfortune: alerts, clicks, faults. */
  async live(): Promise<void> {
    const { clock, chance } = this;
    const life = chance.fork('life');
    const until = clock.now() + life.between(60, 240) * second;
    const pause = life.pick([2_000, 5_000, 9_000]);
    const regularly = (everyMs: number, act: () => unknown): void => {
      clock.after(life.between(1, everyMs * 2), () => {
        if (clock.now() >= until) return;
        act();
        regularly(everyMs, act);
      });
    };
    regularly(pause, () => this.traffic.alert());
    regularly(20_000, () => this.traffic.click());
    regularly(60_000, () => this.configure(life.pick(this.users)));
    regularly(1_000, () => this.misfortune(life));
    await clock.run(until, () => this.broken !== null);
  }

  /** What goes wrong by itself, outside any request. */
  private misfortune(life: Chance): void {
    const { clock, faults } = this;
    const { tables } = this.store;
    strikeVenue(this, life);
    if (faults.strike('account-off')) {
      const { accountId } = life.pick(this.accounts);
      this.tell(`account ${accountId} is switched off for a while`);
      tables.accounts.get(accountId)!.enabled = false;
      clock.after(life.between(1_000, 15_000), () => (tables.accounts.get(accountId)!.enabled = true));
    }
    if (faults.strike('halt')) this.halting.strike();
    this.person.act();
  }

  /** No misfortune any more, and prices stand still. */
  calm(): void {
    this.tell('all is calm from here on');
    this.faults.stop();
    this.moving = false;
    this.calmAt = this.clock.now();
    for (const account of this.store.tables.accounts.values()) account.enabled = true;
    // A person asks for a comparison. One soon after another looks at the symbols we work only, so it is asked for again.
    for (let ms = 0; ms < attendedMs; ms += 12_000) this.clock.after(ms, () => void this.compareAll());
    for (let ms = 0; ms < attendedMs; ms += 2_000) this.clock.after(ms, () => this.attend());
  }

  /** A person sees to it that new exposure is not held back any more. */
  private attend(): void {
    this.person.acceptDeployments();
    this.halting.calm();
  }

  /** Every account is to be compared with the venue. */
  async compareAll(): Promise<void> {
    for (const { accountId } of this.accounts) await this.store.askReconcile(accountId, 'asked');
  }
}
