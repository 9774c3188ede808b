import type { InboxCopy } from '#shared/contracts/jobs';
import type { PoolEvent, GroupEvent } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';
import { dec, price, qty, ratio } from '#shared/engine/num/units';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { exitPlanFor } from '#shared/engine/exit/tp-override';
import type { Pool } from '#shared/engine/pool/pool';
import type { PoolSettings } from '#shared/engine/pool/pool-settings';
import type { Store } from '#shared/ports/store.port';
import type { Chance } from '#shared/simulation/seeded-chance';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import type { Doorbell } from './doorbell.ts';
import type { SimulatedAccount, SimulatedSymbol } from './random-configuration.ts';

/** What alerts and people do to the system: everything arrives as a stored event and a knock, as the api does it. */
export class Traffic {
  /** Kinds of the signals that were stored, by id. */
  readonly posted = new Map<string, string>();
  private requests = 0;
  private readonly parts: {
    clock: VirtualClock;
    chance: Chance;
    store: Store;
    doorbell: Doorbell;
    accounts: readonly SimulatedAccount[];
    symbols: readonly SimulatedSymbol[];
    priceOf: (symbol: SimulatedSymbol) => string;
    groups: () => readonly PositionGroup[];
    pools: () => readonly Pool[];
    tell: (line: string) => void;
  };

  constructor(parts: Traffic['parts']) {
    this.parts = parts;
  }

  /** One alert, sometimes delivered twice. */
  async alert(): Promise<void> {
    const { chance, accounts, symbols } = this.parts;
    const account = chance.pick(accounts);
    // Many alerts are about what is there: a further pyramid, an exit, a reversal.
    const open = this.parts.groups().filter(({ status, accountId }) => status !== 'closed' && accountId === account.accountId);
    const aimed = open.length > 0 && chance.happens(0.4) ? chance.pick(open) : null;
    const symbol = chance.pick(symbols.filter(({ rules }) => rules.market === account.market && (aimed === null || rules.symbol === aimed.symbol)));
    const signal = this.signalOf(account, symbol, aimed);
    this.posted.set(signal.signalId, `${signal.kind} ${signal.side} ${signal.symbol}`);
    const times = chance.happens(0.1) ? 2 : 1;
    for (let time = 0; time < times; time += 1) await this.post(`signal:${signal.signalId}`, 'pool', account.userId, { type: 'signal', signal }, 'signal');
  }

  private signalOf(account: SimulatedAccount, symbol: SimulatedSymbol, aimed: PositionGroup | null): Signal {
    const { chance, clock } = this.parts;
    const last = dec(this.parts.priceOf(symbol));
    const kind = chance.weighted({ entry: 74, exit: 10, reduce: 9, reverse: 7 });
    const short = aimed === null ? chance.happens(account.market === 'usdm' ? 0.4 : 0.05) : (aimed.side === 'short') !== (kind === 'reverse');
    const near = (percent: number): string => last.times(10_000 + chance.between(-percent * 100, percent * 100)).dividedBy(10_000).toSignificantDigits(9).toFixed();
    const quote = chance.pick(['15', '40', '120', '600', '2500']);
    const type = chance.weighted({ quote: 6, base: 2, contracts: 1 });
    return {
      signalId: String(this.posted.size + 1),
      userId: account.userId,
      accountId: account.accountId,
      venue: 'binance',
      market: account.market,
      symbol: symbol.rules.symbol,
      timeframe: aimed?.timeframe ?? chance.pick(['15m', '15m', '1h']),
      kind,
      side: short ? 'short' : 'long',
      priceSignal: chance.happens(0.1) ? null : price(near(1)),
      size: chance.happens(0.1) ? null : { type, amount: qty(type === 'quote' ? quote : dec(quote).dividedBy(last).toSignificantDigits(5)) },
      reduceFraction: kind === 'reduce' ? ratio(dec(chance.between(5, 100)).dividedBy(100)) : null,
      stopLoss: chance.happens(0.3) ? price(last.times(short ? 103 : 97).dividedBy(100).toSignificantDigits(9)) : null,
      takeProfit: null,
      slippageMaxPercent: chance.happens(0.1) ? ratio('0.2') : null,
      precisionMode: 'auto',
      executionMode: chance.happens(0.01) ? 'strategy' : 'grid',
      alertAt: chance.happens(0.1) ? clock.now() - 40_000 : clock.now(),
      tradeId: null,
      alertName: null,
      alertMessage: null,
      receivedAt: clock.now(),
    };
  }

  /** A person does something in the web app. */
  async click(): Promise<void> {
    const { chance } = this.parts;
    const waiting = this.parts.pools().flatMap(({ userId, waiting: entries }) => entries.map(({ id }) => ({ userId, id })));
    const open = this.parts.groups().filter(({ status }) => status !== 'closed');
    if (waiting.length > 0 && chance.happens(0.6)) {
      const { userId, id } = chance.pick(waiting);
      const type = chance.weighted({ 'queue-promote': 4, 'queue-force': 1, 'queue-remove': 2 });
      await this.ask('pool', userId, { type, queueId: id });
    } else if (open.length > 0) await this.ask('group', chance.pick(open).id, { type: 'close-requested', reason: 'manual', signalId: null, slippageMaxPercent: null });
  }

  /** Lets every pool look again, as *resume* does. */
  async lookAgain(users: readonly string[]): Promise<void> {
    for (const userId of users) await this.ask('pool', userId, { type: 'timer' });
  }

  /** A configuration is applied to what is open too, as the api asks every open group. */
  async replan(userId: string, configVersion: number, plans: PoolSettings): Promise<void> {
    for (const group of this.parts.groups()) {
      if (group.userId !== userId || group.status === 'closed' || group.status === 'closing') continue;
      await this.ask('group', group.id, { type: 'replan', configVersion, entryPlan: plans.entryPlan, exitPlan: exitPlanFor(plans, group), slippagePlan: plans.slippage });
    }
  }

  /** Of everything, or of one account. */
  private openOf(accountId: string | null): PositionGroup[] {
    return this.parts.groups().filter((group) => group.status !== 'closed' && (accountId === null || group.accountId === accountId));
  }

  async closeAll(accountId: string | null = null): Promise<void> {
    for (const group of this.openOf(accountId)) await this.ask('group', group.id, { type: 'close-requested', reason: 'close_all', signalId: null, slippageMaxPercent: null });
  }

  /** Every entry that has not filled is taken back, as the kill switch does. */
  async dropEntries(accountId: string | null): Promise<void> {
    for (const group of this.openOf(accountId)) await this.ask('group', group.id, { type: 'entries-dropped', reason: 'kill_switch: cancelled by the kill switch' });
  }

  async removeWaiting(accountId: string | null = null): Promise<void> {
    for (const pool of this.parts.pools()) for (const { id, signal } of pool.waiting) if (accountId === null || signal.accountId === accountId) await this.ask('pool', pool.userId, { type: 'queue-remove', queueId: id });
  }

  private ask(aggregate: 'pool' | 'group', id: string, event: PoolEvent | GroupEvent): Promise<void> {
    return this.post(`request:${(this.requests += 1)}`, aggregate, id, event, 'signal');
  }

  private async post(key: string, aggregate: 'pool' | 'group', aggregateId: string, event: PoolEvent | GroupEvent, queue: 'signal'): Promise<void> {
    const { store, doorbell, clock, tell } = this.parts;
    const inboxId = await store.enqueue({ key, aggregate, aggregateId, event, dueAt: clock.now() });
    tell(`${key} for ${aggregate} ${aggregateId} is stored${inboxId === null ? ' already' : ''}`);
    if (inboxId !== null) await doorbell.knock(queue, { inboxIds: [inboxId], copies: this.copies({ id: inboxId, key, aggregate, aggregateId, event }) }).catch(() => {});
  }

  /** Knocks for alerts bring a copy, as those of the api do. One of ten here is not what the row says, one of ten is missing. */
  private copies(copy: InboxCopy): InboxCopy[] {
    if (copy.event.type !== 'signal' || this.posted.size % 10 === 9) return [];
    return this.posted.size % 10 === 8 ? [{ ...copy, event: { ...copy.event, signal: { ...copy.event.signal, side: copy.event.signal.side === 'long' ? 'short' : 'long' } } }] : [copy];
  }
}
