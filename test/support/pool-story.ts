import { defaultSettings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import type { PoolCommand, SettleSignal } from '#shared/engine/messages/commands';
import type { PoolEvent } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';
import { decidePool } from '#shared/engine/pool/pool.decide';
import { symbolFactsKey, type PoolFacts, type PoolSettings, type SymbolFacts } from '#shared/engine/pool/pool-settings';
import { emptyPool, type Pool } from '#shared/engine/pool/pool';
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
  private facts(event: PoolEvent): PoolFacts {
    const signals = [...this.pool.waiting.map((entry) => entry.signal), ...('signal' in event ? [event.signal] : [])];
    const symbols = Object.fromEntries(signals.map((each): [string, SymbolFacts] => [symbolFactsKey(each), { instrument: this.without.get(each.symbol) ?? instrument({ symbol: each.symbol, market: each.market }), priceLast: null }]));
    const count = event.type === 'signal' ? 1 : 3;
    return { now: this.now, settings: this.settings, openElsewhere: 0, halted: false, symbols, groupIds: Array.from({ length: count }, (_, index) => String(this.groups + 1 + index)) };
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
        case 'tell-group':
          return `${command.event.type} ${command.groupId}`;
        case 'settle-signal':
          return `${command.outcome} ${command.signalId}${command.reason === null ? '' : ` ${command.reason}`}`;
        default:
          return command.type;
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
