import { silentLog } from '#shared/adapters/system/log';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import type { Instrument } from '#shared/engine/instrument/instrument';
import type { Signal } from '#shared/engine/messages/signals';
import { isMultipleOf } from '#shared/engine/num/rounding';
import { compare, dec, price } from '#shared/engine/num/units';
import type { OrderRequest } from '#shared/ports/exchange.port';
import { gatherAccounts } from '#shared/shell/gather-accounts';
import { gatherFacts } from '#shared/shell/gather-facts';
import { createInstrumentCache, type InstrumentCache } from '#shared/shell/instrument-cache';
import { gridPlan, instrument, level, perLeg } from './engine-story.ts';
import { ShellStory } from './shell-story.ts';
import { memoryRig, type StoreRig } from './store-rig.ts';

/** A venue's public metadata: what it lists, and whether it answers. */
export interface Venue {
  lists: Instrument[];
  down: boolean;
  fetches: number;
  /** Orders that break the rules it lists are refused, as a strict venue does. */
  strict: boolean;
}

export type PrecisionChanges = Partial<Omit<Settings['precision'], 'fallback_rules'>> & { fallback_rules?: Partial<Settings['precision']['fallback_rules']> };

/** The whole way of a signal with real rules: cache, facts, engine, carry-out; the venue's metadata and its answers are scripted. */
export class PrecisionStory {
  readonly shell: ShellStory;
  readonly rig: StoreRig;
  readonly venue: Venue = { lists: [instrument()], down: false, fetches: 0, strict: false };
  rules: InstrumentCache;
  private readonly prefix: string;
  private looks = 0;
  /** Every order as it was sent, refused ones too. */
  readonly sent: OrderRequest[] = [];
  readonly log: string[] = [];

  private constructor(rig: StoreRig, shell: ShellStory, changes: PrecisionChanges, prefix: string) {
    this.rig = rig;
    this.shell = shell;
    this.prefix = prefix;
    const tell = (line: string): void => void this.log.push(line);
    const log = {
      ...silentLog,
      warn: (category: string, message: string) => tell(`warn ${category}: ${message}`),
      alert: (category: string, message: string) => tell(`alert ${category}: ${message}`),
    };
    const { fallback_rules: fallback, ...precision } = changes;
    const settings: Settings = { ...defaultSettings, precision: { ...defaultSettings.precision, ...precision, fallback_rules: { ...defaultSettings.precision.fallback_rules, ...fallback } } };
    const plan = gridPlan({ levels: [level('0', '50', '1'), level('-1', '50', '1')] });
    Object.assign(shell.settings, { ...poolSettingsOf(settings), groupsMax: 5, queueLimit: 0, entryPlan: plan, exitPlan: perLeg });
    shell.ports.log = log;
    this.rules = this.process();
    const submit = shell.exchange.submit.bind(shell.exchange);
    shell.exchange.submit = async (request) => {
      this.sent.push(request);
      const fault = this.venue.strict ? this.fault(request) : null;
      return fault === null ? submit(request) : { kind: 'refused', refused: 'precision', code: '-1013', message: `Filter failure: ${fault}` };
    };
  }

  /** From now on everything happens in a process that has just begun: it knows no rules but those in the store. */
  process(): InstrumentCache {
    const { ports, accounts, settings } = this.shell;
    const { clock, store, log } = ports;
    const fetchInstruments = async (): Promise<Instrument[]> => {
      this.venue.fetches += 1;
      if (this.venue.down) throw new Error('the venue is away');
      return this.venue.lists;
    };
    const rules = createInstrumentCache({ store, source: { fetchInstruments }, clock, log });
    ports.refreshRules = rules.doubt;
    ports.facts = gatherFacts({
      clock,
      deploymentPrefix: this.prefix,
      instrument: rules.peek,
      kept: rules.kept,
      seek: rules.seek,
      accounts: gatherAccounts(accounts),
      priceLast: () => price('43256.7'),
      settings: async (userId) => ({ settings, halted: false, stamp: (await this.rig.store.activeSettings(userId)).stamp }),
      groupIds: (count) => this.rig.store.nextGroupIds(count),
    });
    this.rules = rules;
    return rules;
  }

  /** A story of an installation that has never fetched any rules. */
  static async bare(changes: PrecisionChanges = {}): Promise<PrecisionStory> {
    let shell: ShellStory | null = null;
    const rig = memoryRig(() => Date.now() + (shell?.ahead ?? 0));
    shell = await ShellStory.on(rig);
    return new PrecisionStory(rig, shell, changes, await rig.store.deploymentPrefix());
  }

  private fault({ price: at, quantity }: OrderRequest): string | null {
    const rules = this.venue.lists[0] ?? instrument();
    if (at !== null && !isMultipleOf(at, rules.tickSize)) return 'PRICE_FILTER';
    if (!isMultipleOf(quantity, rules.stepSize) || compare(quantity, rules.quantityMin) < 0) return 'LOT_SIZE';
    return rules.notionalMin !== null && dec(at ?? '43256.7').times(quantity).lessThan(rules.notionalMin) ? 'NOTIONAL' : null;
  }

  /** An entry of 1000 USDT at 43256.78 unless it says otherwise; its id. The signal is received now. */
  async alert(changes: Partial<Signal> = {}): Promise<string> {
    const now = this.shell.ports.clock.now();
    return this.shell.alert({ priceSignal: price('43256.78'), receivedAt: now, alertAt: now, ...changes });
  }

  /** The alert, and everything that follows at once. */
  async signal(changes: Partial<Signal> = {}): Promise<string> {
    const id = await this.alert(changes);
    await this.shell.round({ poll: false });
    return id;
  }

  /** The market trades with the first order of the group; the group hears of it, and what it does goes out. */
  async fillFirst(at: string): Promise<void> {
    const [entry] = (await this.shell.group()).orders.filter(({ status }) => status === 'open');
    if (entry === undefined) throw new Error('no order is open');
    this.shell.exchange.fill(entry.clientOrderId, entry.quantity, at);
    await this.shell.round();
    await this.shell.round();
  }

  /** Pools look again, as they are told to when rules come. */
  async look(): Promise<void> {
    const at = this.shell.ports.clock.now();
    this.looks += 1;
    await this.shell.enqueue({ key: `look ${this.looks}`, aggregate: 'pool', aggregateId: this.shell.userId, event: { type: 'timer' }, dueAt: at });
    await this.shell.round({ poll: false });
  }

  async outcome(signalId: string): Promise<string> {
    const { status, outcome, reason } = await this.rig.signal(signalId);
    return [status, outcome, reason].filter((part) => part !== null).join(' ');
  }

  /** Orders as they were sent: `0.0046@43256.7`. */
  get orders(): string[] {
    return this.sent.map(({ quantity, price: at }) => `${quantity}@${at ?? 'market'}`);
  }

  warnings(category = 'precision'): string[] {
    return this.log.filter((line) => line.startsWith(`warn ${category}: `)).map((line) => line.slice(`warn ${category}: `.length));
  }
}
