import { silentLog } from '#shared/adapters/system/log';
import { defaultSettings } from '#shared/contracts/settings';
import { poolSettingsOf, riskPlanOf } from '#shared/contracts/settings-plans';
import type { Instrument } from '#shared/engine/instrument/instrument';
import type { PoolEvent } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';
import { price } from '#shared/engine/num/units';
import type { Order } from '#shared/engine/order/order';
import type { PoolSettings } from '#shared/engine/pool/pool-settings';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { NewInboxRow, OutboxClaim, Saved, Store } from '#shared/ports/store.port';
import { carryOut, carryOutClaim } from '#shared/shell/carry-out';
import type { CrashMoment, CrashPoint } from '#shared/shell/crash-points';
import { createAccountCache, type AccountCache } from '#shared/shell/account-cache';
import { gatherAccounts } from '#shared/shell/gather-accounts';
import { gatherFacts } from '#shared/shell/gather-facts';
import { hearInbox } from '#shared/shell/hear-inbox';
import { AccountClosed, type ShellPorts } from '#shared/shell/shell';
import { pollAccount } from '#shared/shell/take-reports';
import { gridPlan, instrument, level, perLeg, signal } from './engine-story.ts';
import { ScriptedExchange } from './scripted-exchange.ts';
import type { StoreRig } from './store-rig.ts';

/** The process died: what it was about to do never happens. */
export class Died extends Error {
  override readonly name = 'Died';
}

/** The process threw where it was told to. */
export class Thrown extends Error {
  override readonly name = 'Thrown';
}
const asleep = (): void => {};
export const crashWays = ['dies', 'throws', 'hangs'] as const;
export type CrashWay = (typeof crashWays)[number];

/**
 * The shell over a real store and a scripted exchange, with no queue: `round` does by hand what knocks and sweeps lead to. A death at
 * a crash point is a promise that never goes on, which is what the others see of a process that was killed.
 */
export class ShellStory {
  readonly exchange: ScriptedExchange;
  readonly ports: ShellPorts;
  readonly accounts: AccountCache;
  readonly settings: PoolSettings = { ...poolSettingsOf(defaultSettings), groupsMax: 5, queueLimit: 0, entryPlan: gridPlan({ levels: [level('0', '50', '1'), level('-1', '50', '1')] }), exitPlan: perLeg };
  riskPlan: RiskPlan = riskPlanOf(defaultSettings);
  /** New exposure, for the risk engine. */
  halted = false;
  readonly userId: string;
  readonly accountId: string;
  /** Milliseconds by which the shell's clock is ahead of the machine's. */
  ahead = 0;
  accountClosed = false;
  /** The rules there are do for what is open, not for an entry; or there are none. */
  rulesStale = false;
  rulesLost = false;
  private readonly outbox = new Set<string>();
  private readonly inbox = new Set<string>();
  private readonly sending: (() => Promise<void>)[] = [];
  private strike: { point: CrashPoint; moment: CrashMoment; way: CrashWay; hit: number } | null = null;
  private wake: () => void = asleep;
  private held: Promise<unknown> = Promise.resolve();
  private die: (error: Died) => void = () => {};
  private readonly rig: StoreRig;

  private constructor(rig: StoreRig, userId: string, accountId: string, prefix: string) {
    this.rig = rig;
    this.userId = userId;
    this.accountId = accountId;
    const clock = { now: () => Date.now() + this.ahead };
    this.exchange = new ScriptedExchange(clock.now);
    const store = this.watched(rig.store);
    this.accounts = createAccountCache({ exchangeFor: async () => this.exchange, clock, log: silentLog });
    const facts = gatherFacts({
      clock,
      deploymentPrefix: prefix,
      instrument: (_, __, symbol) => (this.rulesStale || this.rulesLost ? 'unavailable' : this.rulesOf(symbol)),
      kept: (_, __, symbol) => (this.rulesLost ? null : this.rulesOf(symbol)),
      seek: async () => {},
      accounts: gatherAccounts(this.accounts),
      priceLast: (_, __, symbol) => price(this.exchange.pricesMarket[symbol] ?? '100'),
      settings: async (user) => ({ settings: this.settings, halted: false, stamp: (await rig.store.activeSettings(user)).stamp }),
      risk: { plan: async () => ({ plan: this.riskPlan, halted: this.halted }), openBook: (userId) => rig.store.openBook(userId) },
      groupIds: (count) => rig.store.nextGroupIds(count),
    });
    this.ports = {
      store,
      facts,
      clock,
      jobs: { knock: async () => {} },
      bus: { publish: async () => {} },
      log: silentLog,
      exchangeFor: async () => {
        if (this.accountClosed) throw new AccountClosed('the account is switched off');
        return this.exchange;
      },
      atCrashPoint: (point, moment) => this.reach(point, moment),
    };
  }

  static async on(rig: StoreRig): Promise<ShellStory> {
    const userId = await rig.addUser();
    return new ShellStory(rig, userId, await rig.addAccount(userId), await rig.store.deploymentPrefix());
  }

  /** The store, with every row it makes remembered, so that a round finds what a lost knock would have told. */
  private watched(store: Store): Store {
    const remember = (saved: Saved | null): Saved | null => {
      for (const { id } of saved?.outbox ?? []) this.outbox.add(id);
      for (const { id } of saved?.inbox ?? []) this.inbox.add(id);
      return saved;
    };
    /** By how much the shell's clock was ahead when an order was sent: the store's own clock does not jump. */
    const aheadAt = new Map<string, number>();
    const noted = (claim: OutboxClaim): OutboxClaim => {
      if (claim.kind === 'send') aheadAt.set(claim.row.order.clientOrderId, this.ahead);
      if (claim.kind !== 'resolve' || claim.sentAgoMs === null) return claim;
      return { ...claim, sentAgoMs: claim.sentAgoMs + this.ahead - (aheadAt.get(claim.row.order.clientOrderId) ?? this.ahead) };
    };
    return {
      ...store,
      claimOutbox: async (...asked) => noted(await store.claimOutbox(...asked)),
      transact: async (work, decide) => {
        let opened: string[] = [];
        const saved = await store.transact(work, (locked) => {
          const changes = decide(locked);
          opened = (changes?.groups ?? []).filter(({ version }) => version === 1).map(({ group }) => group.id);
          return changes;
        });
        if (saved !== null) this.groupIds.push(...opened);
        for (const { claim } of saved?.outbox ?? []) if (claim !== undefined) noted(claim);
        return remember(saved);
      },
    };
  }

  /** The rules of the worked examples, whatever the symbol. */
  private rulesOf(symbol: string): Instrument {
    const base = symbol.split('/')[0] ?? symbol;
    return instrument({ symbol, base, venueSymbol: `${base}USDT` });
  }

  private reach(point: CrashPoint, moment: CrashMoment): Promise<void> | void {
    const { strike } = this;
    if (strike?.point !== point || strike.moment !== moment) return;
    strike.hit -= 1;
    if (strike.hit > 0) return;
    this.strike = null;
    if (strike.way === 'throws') throw new Thrown(`${moment} ${point}`);
    this.die(new Died(`${moment} ${point}`));
    return new Promise<void>((resolve) => {
      if (strike.way === 'hangs') this.wake = resolve;
    });
  }

  /** The process that reaches this call for the `hit`th time dies before or after it. */
  dieAtPoint(point: CrashPoint, moment: CrashMoment, hit = 1): void {
    this.strikeAt(point, moment, 'dies', hit);
  }
  /** The same, or it throws there, or hangs there until `goOn`. */
  strikeAt(point: CrashPoint, moment: CrashMoment, way: CrashWay, hit = 1): void {
    this.strike = { point, moment, way, hit };
  }
  /** Has nobody died yet where somebody was to? */
  get spared(): boolean {
    return this.strike !== null;
  }

  /** Whoever hangs goes on, to its end; the dead do not. */
  async goOn(): Promise<void> {
    if (this.wake === asleep) return;
    this.wake();
    this.wake = asleep;
    await this.held.catch(() => {});
  }

  /** Does something as a process that may die, throw or hang; false where it did. */
  async live(work: () => Promise<unknown>): Promise<boolean> {
    const death = new Promise<never>((_, reject) => {
      this.die = reject;
    });
    death.catch(() => {});
    const working = work();
    try {
      await Promise.race([working, death]);
      return true;
    } catch (error) {
      if (error instanceof Died) this.held = working;
      if (error instanceof Died || error instanceof Thrown) return false;
      throw error;
    }
  }

  /** An event has been stored for an aggregate; a round hears it. */
  async enqueue(row: NewInboxRow): Promise<void> {
    const id = await this.ports.store.enqueue(row);
    if (id !== null) this.inbox.add(id);
  }

  /** An alert has been stored for the user's pool. */
  async alert(changes: Partial<Signal> = {}): Promise<string> {
    const signalId = await this.rig.addSignal(this.userId, this.accountId);
    const event: PoolEvent = { type: 'signal', signal: signal({ signalId, userId: this.userId, accountId: this.accountId, ...changes }) };
    await this.enqueue({ key: `signal:${signalId}`, aggregate: 'pool', aggregateId: this.userId, event, dueAt: Date.now() - 1_000 });
    return signalId;
  }

  /** From now on a process sends what it decides, as far as it lives. */
  sendsAtOnce(): void {
    this.ports.dispatch = { room: () => true, take: () => false, carry: (claim, askedAt) => void this.sending.push(() => carryOutClaim(this.ports, claim, askedAt)) };
  }

  /** Does something, and sends what was decided by it, as one process. */
  private async act(work: () => Promise<unknown>): Promise<void> {
    await this.live(async () => {
      await work();
      while (this.sending.length > 0) await this.sending.shift()?.();
    });
    this.sending.length = 0;
  }

  /** Every waiting event is heard, every venue command carried out, the venue is asked: each as a process of its own. */
  async round({ poll = true, send = true }: { poll?: boolean; send?: boolean } = {}): Promise<void> {
    for (let pass = 0; pass < 4; pass += 1) {
      for (const id of this.inbox) await this.act(() => hearInbox(this.ports, id));
      if (send) for (const id of this.outbox) await this.act(() => carryOut(this.ports, id));
    }
    if (poll) await this.act(() => pollAccount(this.ports, this.accountId));
  }

  /** Rounds with time between them, until three in a row change nothing: absence is believed at the second lookup. */
  async rest(): Promise<void> {
    let before = '';
    let quiet = 0;
    for (let rounds = 0; rounds < 30; rounds += 1) {
      await this.round();
      this.ahead += 20_000;
      const now = JSON.stringify([await this.allOrders(), this.exchange.submits.length]);
      quiet = now === before ? quiet + 1 : 0;
      if (quiet === 2) return;
      before = now;
    }
    throw new Error('it never comes to rest');
  }

  /** Carries out every waiting outbox row, `times` processes at once. */
  async crowd(times: number): Promise<void> {
    for (const id of this.outbox) await Promise.all(Array.from({ length: times }, () => carryOut(this.ports, id)));
  }

  async groups(): Promise<PositionGroup[]> {
    const found: PositionGroup[] = [];
    for (const id of this.groupIds) found.push((await this.ports.store.group(id))!.group);
    return found;
  }
  readonly groupIds: string[] = [];

  /** The group that the user's last entry opened; one that is still open where there is one. */
  async group(): Promise<PositionGroup> {
    const groups = await this.groups();
    const found = groups.findLast((group) => group.status !== 'closed') ?? groups.at(-1);
    if (found === undefined) throw new Error('no group is open');
    return found;
  }

  async order(role: Order['role'], leg: number | null): Promise<Order> {
    const found = (await this.group()).orders.findLast((order) => order.role === role && order.leg === leg);
    if (found === undefined) throw new Error(`no ${role} order of leg ${leg}`);
    return found;
  }

  private async allOrders(): Promise<unknown[]> {
    return (await this.groups()).map(({ orders, status }) => [status, orders]);
  }
}
