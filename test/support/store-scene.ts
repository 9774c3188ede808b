import type { GroupEvent } from '#shared/engine/messages/events';
import { money, price, qty } from '#shared/engine/num/units';
import type { Fill, Order } from '#shared/engine/order/order';
import type { NewOutboxRow, Store, Work } from '#shared/ports/store.port';
import { GroupStory } from './engine-story.ts';
import { saving, writing, type StoreRig } from './store-rig.ts';

/** A group in a store: its story as the engine tells it, its orders asked for. */
export interface StoredGroup {
  groupId: string;
  story: GroupStory;
  /** Outbox rows of its five entries, in the order of the legs. */
  outbox: string[];
}

/** A user with an account in a store, and groups of theirs. */
export class StoreScene {
  readonly store: Store;
  readonly userId: string;
  readonly accountId: string;

  private constructor(store: Store, userId: string, accountId: string) {
    this.store = store;
    this.userId = userId;
    this.accountId = accountId;
  }

  static async on(rig: StoreRig): Promise<StoreScene> {
    const userId = await rig.addUser();
    return new StoreScene(rig.store, userId, await rig.addAccount(userId));
  }

  ofPool(key: string | null): Work {
    return { aggregate: 'pool', aggregateId: this.userId, key, event: { type: 'timer' } };
  }
  ofGroup(groupId: string, key: string | null = null, more: Partial<Work> = {}): Work {
    return { aggregate: 'group', aggregateId: groupId, key, event: { type: 'timer' }, ...more };
  }

  async opened(): Promise<StoredGroup> {
    const { userId, accountId } = this;
    const [groupId = ''] = await this.store.nextGroupIds(1);
    const story = new GroupStory();
    story.hear({ ...new GroupStory().open({ changes: { userId, accountId } }).events[0]!.event, groupId } as GroupEvent);
    const outbox = story.state.orders.map((order): NewOutboxRow => ({ kind: 'submit', accountId, venue: 'binance', groupId, clientOrderId: order.clientOrderId, priority: 10 }));
    const saved = await this.store.transact(this.ofPool(null), () => writing({ groups: [saving(story.state, 1)], outbox }));
    return { groupId, story, outbox: saved?.outbox.map(({ id }) => id) ?? [] };
  }

  /** Saves a group as its story has it now. */
  saveAgain({ groupId, story }: StoredGroup, version: number, fills: Fill[] = []): Promise<unknown> {
    return this.store.transact(this.ofGroup(groupId), () => writing({ groups: [saving(story.state, version, { fills })] }));
  }

  /** Asks a venue for something; the id of the outbox row. */
  async asks(groupId: string, clientOrderId: string, kind: 'submit' | 'cancel', priority = 1): Promise<string> {
    const row: NewOutboxRow = { kind, accountId: this.accountId, venue: 'binance', groupId, clientOrderId, priority };
    const saved = await this.store.transact(this.ofGroup(groupId), () => writing({ outbox: [row] }));
    return saved?.outbox[0]?.id ?? '';
  }

  async statusOf(order: Order): Promise<string | undefined> {
    return (await this.store.orderRow(order.clientOrderId))?.order.status;
  }
}

/** A trade of 2 at 100. */
export const tradeOf = (order: Order, tradeId: string): Fill => ({ clientOrderId: order.clientOrderId, tradeId, price: price('100'), quantity: qty('2'), fee: money('0'), feeAsset: 'USDT', at: 1_700_000_000_000 });
