import { defaultSettings } from '#shared/contracts/settings';
import { reconcilePlanOf } from '#shared/contracts/settings-plans';
import { clientOrderId } from '#shared/engine/ids';
import { price, qty } from '#shared/engine/num/units';
import type { ReconcilePlan } from '#shared/engine/reconcile/reconcile-plan';
import type { EndedReconcile } from '#shared/ports/reconcile-store.port';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { orphanStops } from '#workers/orphan-stops';
import { ShellStory } from './shell-story.ts';
import type { StoreRig } from './store-rig.ts';

const symbol = 'BTC/USDT:USDT';
/** The mark of another installation. */
export const other = 'qqqqq';
/** The client order id of an order of the deployment with this mark. */
export const idOf = (prefix: string, groupId = '999999'): string => clientOrderId(prefix, { groupId, role: 'entry', pyramid: 0, leg: 0, generation: 0 });

/** An account at a venue where something is found that is not in our books; `begin` makes it anew for each test. */
export class FoundScene {
  rig!: StoreRig;
  story!: ShellStory;
  plan!: ReconcilePlan;
  alerts: string[] = [];
  mayTrade = true;
  private last = '100';

  async begin(): Promise<void> {
    await this.rig.lift();
    await this.rig.closeGroups();
    this.alerts = [];
    this.mayTrade = true;
    this.plan = reconcilePlanOf(defaultSettings);
    await this.another();
  }

  /** Goes on with a user and an account of their own. */
  async another(): Promise<void> {
    this.story = await ShellStory.on(this.rig);
    Object.assign(this.story.ports, { reconcilePlan: async () => this.plan, log: { ...this.story.ports.log, alert: (_: string, message: string) => void this.alerts.push(message) } });
  }

  /** Compares the account, `ms` later. */
  async later(ms = 40_000, occasion: 'asked' | 'look' = 'asked'): Promise<EndedReconcile> {
    const { story } = this;
    story.ahead += ms;
    if (occasion === 'asked') await this.rig.store.askReconcile(story.accountId, 'asked');
    const end = await reconcileAccount(story.ports, story.accountId, 'test');
    if (end === null) throw new Error('another one compares');
    return end;
  }

  async told(): Promise<string[]> {
    return (await this.rig.differences(this.story.accountId)).map((each) => `${each.kind} ${each.state} ${each.action ?? '-'}`);
  }
  async halts(): Promise<string[]> {
    return (await this.rig.store.halts()).filter(({ scopeId }) => scopeId === this.story.accountId).map(({ code }) => code ?? '');
  }
  /** The emergency stops that stand. */
  async stops(accountId = this.story.accountId): Promise<string[]> {
    return (await this.rig.store.emergencyStops(this.story.ports.clock.now())).filter((each) => each.accountId === accountId).map((each) => `${each.side} ${each.price}`);
  }

  place(id: string, quantity = '1'): void {
    this.story.exchange.place({ clientOrderId: id, symbol, side: 'buy', type: 'limit', quantity: qty(quantity), price: price('90'), reduceOnly: false });
  }
  openAt(id: string): string | undefined {
    return this.story.exchange.orders.get(id)?.status;
  }

  /** A round of the watch of emergency stops. */
  async watch(): Promise<void> {
    const { clock, jobs, log, atCrashPoint } = this.story.ports;
    await orphanStops({ store: this.rig.store, jobs, clock, priceFresh: () => price(this.last), mayTrade: () => this.mayTrade, log, atCrashPoint }).run();
  }
  moveTo(at: string): void {
    this.last = this.story.exchange.pricesMarket[symbol] = this.story.exchange.priceMarket = at;
  }
  /** A person has traded, and two looks agree on what is held. */
  async found(side: 'buy' | 'sell', quantity: string, at: string, market: string): Promise<void> {
    this.moveTo(market);
    this.story.exchange.priceEntry = at;
    this.story.exchange.trade(side, quantity, at);
    await this.later(0);
    await this.later(6_000);
  }
}
