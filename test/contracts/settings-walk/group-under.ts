import type { Settings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import type { Signal } from '#shared/engine/messages/signals';
import { money, ratio, type Price } from '#shared/engine/num/units';
import type { Order } from '#shared/engine/order/order';
import { GroupStory } from '#test/support/engine-story';
import { PoolStory } from '#test/support/pool-story';

/** What the account of a story has to spend. */
export interface Purse {
  free: string;
  total: string;
}

/** The group that a pool with these settings opens for an entry of BTC at 100 with 1000 USDT, and what the pool said of each signal. */
export interface OpenedGroup {
  group: GroupStory;
  said: string[];
}

/** Opens a group by the settings and adds a pyramid for each of `more`; the pool decides and the group hears, as the shell carries it. */
export function groupUnder(settings: Settings, { changes = {}, more = [], purse, lastPrice = null }: { changes?: Partial<Signal>; more?: Partial<Signal>[]; purse?: Purse; lastPrice?: Price | null } = {}): OpenedGroup {
  const pool = new PoolStory(poolSettingsOf(settings));
  if (purse !== undefined) pool.accounts = { '1': { at: 0, assets: { USDT: { free: money(purse.free), total: money(purse.total) } }, leverage: { 'BTC/USDT:USDT': ratio('1') } } };
  const group = new GroupStory({ priceLast: lastPrice });
  const said: string[] = [];
  for (const each of [changes, ...more]) {
    pool.signal('BTC', each);
    said.push(...pool.done);
    for (const command of pool.commands) if (command.type === 'open-group' || (command.type === 'tell-group' && command.event.type === 'add-pyramid')) group.hear(command.event);
  }
  return { group, said };
}

/** The orders of a group as a person would compare them: `entry 0.1 limit buy 2@99`. */
export const ordersOf = ({ group }: OpenedGroup, role?: Order['role']): string[] =>
  group.group === null
    ? []
    : group.state.orders.filter((order) => role === undefined || order.role === role).map((order) => `${order.role} ${order.pyramid ?? ''}.${order.leg ?? ''} ${order.type} ${order.side} ${order.quantity}@${order.price ?? 'market'} ${order.status}`);

/** The group after the venue has accepted its orders and filled the entry of one leg, the first unless named. */
export function filledOnce(opened: OpenedGroup, { price, pyramid = 0, leg = 0 }: { price?: string; pyramid?: number; leg?: number } = {}): OpenedGroup {
  opened.group.acceptAll();
  opened.group.fill(opened.group.order('entry', pyramid, leg), price === undefined ? {} : { price });
  return opened;
}
