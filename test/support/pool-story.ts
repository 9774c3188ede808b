import { defaultSettings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import { unreachable } from '#shared/engine/assert';
import type { Instrument } from '#shared/engine/instrument/instrument';
import type { PoolCommand, SettleSignal } from '#shared/engine/messages/commands';
import type { PoolEvent } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';
import { decidePool } from '#shared/engine/pool/pool.decide';
import { symbolFactsKey, type PoolFacts, type PoolSettings, type SymbolFacts } from '#shared/engine/pool/pool-settings';
import { emptyPool, type Pool, type QueuedEntry } from '#shared/engine/pool/pool';
import { nothingOpen, occupancyOf, slotsTaken, type Occupancy } from '#shared/engine/pool/slots';
import { price, type Price } from '#shared/engine/num/units';
import { gridPlan, instrument, perLeg, signal } from './engine-story.ts';

/** The rules of one symbol in two markets; `BTC` becomes `BTC/USDT:USDT`. */
export const unified = (base: string, market: Signal['market'] = 'usdm'): string => (market === 'usdm' ? `${base}/USDT:USDT` : `${base}/USDT`);

/** A user's pool told event by event. Groups it opens are known by their ids, `101` on. */
export class PoolStory {
  pool: Pool = emptyPool('1');
  commands: PoolCommand[] = [];
  now = 1_000;
  /** Symbols whose rules are not loaded, or not listed. */
  readonly without = new Map<string, 'unavailable' | 'unlisted'>();
  readonly settings: PoolSettings;
  readonly prices = new Map<string, Price>();
  /** Rules of every instrument that differ from the usual. */
  rules: Partial<Instrument> = {};
  accountsOff: PoolFacts['accountsOff'] = {};
  elsewhere: Occupancy = nothingOpen;
  halted = false;
  /** What accounts have to spend; those that are not named have not been told. */
  accounts: PoolFacts['accounts'] = {};
  /** Ids of groups that one decision has to hand. */
  idsAtOnce = 3;
  private signals = 0;
  private groups = 100;

  constructor(settings: Partial<PoolSettings> = {}) {
    this.settings = { ...poolSettingsOf(defaultSettings), groupsMax: 2, queueLimit: 0, entryPlan: gridPlan(), exitPlan: perLeg, ...settings };
  }

  hear(event: PoolEvent): this {
    const { state, commands } = decidePool(this.pool, event, this.facts(event));
    this.pool = state;
    this.commands = commands;
    this.groups += commands.filter(({ type }) => type === 'open-group').length;
    this.now += 1_000;
    return this;
  }

  /** What the shell brings to hand: one group id for a signal, some for everything else, and rules of all symbols concerned. */
  facts(event: PoolEvent = { type: 'timer' }): PoolFacts {
    const signals = [...this.pool.waiting.map((entry) => entry.signal), ...('signal' in event ? [event.signal] : [])];
    const symbols = Object.fromEntries(signals.map((each): [string, SymbolFacts] => [symbolFactsKey(each), { instrument: this.without.get(each.symbol) ?? instrument({ symbol: each.symbol, market: each.market, ...this.rules }), priceLast: this.prices.get(each.symbol) ?? null }]));
    const count = event.type === 'signal' ? 1 : this.idsAtOnce;
    return {
      ...{ now: this.now, settings: this.settings, openElsewhere: this.elsewhere, halted: this.halted, accountsOff: this.accountsOff, symbols, accounts: this.accounts },
      groupIds: Array.from({ length: count }, (_, index) => String(this.groups + 1 + index)),
    };
  }

  /** The last traded price of `BTC` in both markets; null: none is known. */
  price(base: string, last: string | null): this {
    for (const market of ['usdm', 'spot'] as const) {
      if (last === null) this.prices.delete(unified(base, market));
      else this.prices.set(unified(base, market), price(last));
    }
    return this;
  }

  /** Time passes, and the pool is woken. */
  wait(ms: number): this {
    this.now += ms;
    return this.hear({ type: 'timer' });
  }

  /** The entry of this symbol that waits. */
  entry(base: string): QueuedEntry {
    const found = this.pool.waiting.find((each) => each.signal.symbol.startsWith(`${base}/`));
    if (found === undefined) throw new Error(`no entry of ${base} waits`);
    return found;
  }
  promote(base: string): this {
    return this.hear({ type: 'queue-promote', queueId: this.entry(base).id });
  }
  force(base: string): this {
    return this.hear({ type: 'queue-force', queueId: this.entry(base).id });
  }

  /** Slots taken of slots there are. */
  get slots(): string {
    return `${slotsTaken(occupancyOf(this.pool.open, this.elsewhere), this.settings)} / ${this.settings.groupsMax}`;
  }

  /** A signal for `BTC 15m long`; anything else by `changes`. Its id counts from 1. */
  signal(base = 'BTC', changes: Partial<Signal> = {}): this {
    this.signals += 1;
    return this.hear({ type: 'signal', signal: signal({ signalId: String(this.signals), symbol: unified(base, changes.market), ...changes }) });
  }

  exit(base = 'BTC', changes: Partial<Signal> = {}): this {
    return this.signal(base, { kind: 'exit', ...changes });
  }

  /** The group of this symbol has closed and tells the pool. */
  closed(base = 'BTC', side: Signal['side'] = 'long'): this {
    const open = this.pool.open.find((each) => each.symbol.startsWith(`${base}/`) && each.side === side);
    if (open === undefined) throw new Error(`no open group of ${base} ${side}`);
    return this.hear({ type: 'group-closed', groupId: open.groupId });
  }

  /** What the last event did, in short: `open BTC`, `queued 3 pool_full`, `add-pyramid 101`. */
  get done(): string[] {
    return this.commands.map((command) => {
      switch (command.type) {
        case 'open-group':
          return `open ${command.event.signal.symbol.split('/')[0]} ${command.event.signal.side} as ${command.groupId}`;
        case 'adopt-group':
          return `adopt ${command.event.signal.symbol.split('/')[0]} ${command.event.signal.side} as ${command.groupId}`;
        case 'tell-group':
          return `${command.event.type} ${command.groupId}`;
        case 'tell':
          return command.message;
        case 'wake-at':
          return `wake at ${command.at}`;
        case 'settle-signal':
          return `${command.outcome} ${command.signalId}${command.reason === null ? '' : ` ${command.reason}`}`;
        default:
          return unreachable(command);
      }
    });
  }

  settled(signalId: string): SettleSignal | undefined {
    return this.commands.find((command): command is SettleSignal => command.type === 'settle-signal' && command.signalId === signalId);
  }

  get waiting(): string[] {
    return this.pool.waiting.map((entry) => `${entry.signal.symbol.split('/')[0]} ${entry.signal.side} ${entry.reason}`);
  }
}
