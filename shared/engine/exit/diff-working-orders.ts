import { clientOrderId } from '../ids.ts';
import type { CancelOrder, SubmitOrder } from '../messages/commands.ts';
import { compare, dec, qty, sum, type Price } from '../num/units.ts';
import { isSettled, quantityRemaining } from '../order/apply-fill.ts';
import type { Order } from '../order/order.ts';
import { transition } from '../order/transition.ts';
import { groupQuantity } from '../position/exposure.ts';
import { slotOf, slotOfOrder, workingIn, type PositionGroup } from '../position/position-group.ts';
import type { Time } from '../time.ts';
import type { WishedOrder } from './wished-order.ts';

/** What the difference needs to know beside the group. */
export interface DiffFacts {
  now: Time;
  deploymentPrefix: string;
  /** What a market order is expected to fill at. */
  priceLast: Price | null;
}

/** Orders after the difference, and what makes it so. `notBefore` is the earliest time at which a slot in its pause may try again. */
export interface WorkingOrdersDiff {
  orders: Order[];
  commands: (SubmitOrder | CancelOrder)[];
  notBefore: Time | null;
  /** Slots that want an order and have none yet, with the reason. */
  held: Record<string, string>;
}

/** Orders a cancel may be asked for; the others wait for the venue's word first. */
const cancellable: ReadonlySet<Order['status']> = new Set<Order['status']>(['ready', 'open', 'partially_filled']);

const sameAsWished = (order: Order, wish: WishedOrder): boolean =>
  order.type === wish.type && (order.price === null ? wish.price === null : wish.price !== null && compare(order.price, wish.price) === 0) && compare(quantityRemaining(order), wish.quantity) === 0;

/**
 * Turns wish against reality into submit and cancel: the only place that does. A slot has at most one order in flight; an order that
 * should be different is cancelled, and its successor goes out as the next generation once the venue has confirmed the end of the
 * first. An older one beside it was thought absent and has turned up: it goes. No exit is sent beyond what is held and not in flight
 * (invariant 2).
 */
export function diffWorkingOrders(group: PositionGroup, wishes: readonly WishedOrder[], facts: DiffFacts): WorkingOrdersDiff {
  const wished = new Map(wishes.map((wish) => [slotOf(wish.role, wish.pyramid, wish.leg), wish]));
  const commands: WorkingOrdersDiff['commands'] = [];
  const busy = new Set<string>();
  const generations = new Map<string, number>();
  const orders = group.orders.map((order) => {
    const slot = slotOfOrder(order);
    generations.set(slot, Math.max(generations.get(slot) ?? -1, order.generation));
    if (isSettled(order)) return order;
    busy.add(slot);
    const wish = workingIn(group, slot) === order ? wished.get(slot) : undefined;
    if ((wish !== undefined && sameAsWished(order, wish)) || !cancellable.has(order.status)) return order;
    commands.push({ type: 'cancel-order', clientOrderId: order.clientOrderId });
    return { ...order, status: transition(order.status, 'cancel') };
  });
  let notBefore: Time | null = null;
  const held: WorkingOrdersDiff['held'] = {};
  let room = dec(groupQuantity(group)).minus(sum(group.orders.map((order) => (order.role === 'entry' ? '0' : quantityRemaining(order)))));
  for (const [slot, wish] of wished) {
    if (busy.has(slot)) continue;
    if (wish.role !== 'entry' && room.lessThan(wish.quantity)) {
      // It follows as soon as one of them has ended; until then this is why the slot is empty (invariant 3).
      held[slot] = 'exits_in_flight: other exit orders that are on their way claim what is held';
      continue;
    }
    const retry = group.retries[slot];
    if (retry !== undefined && retry.notBefore > facts.now) {
      notBefore = Math.min(notBefore ?? retry.notBefore, retry.notBefore);
      held[slot] = `refused by the venue, ${retry.reason}`;
      continue;
    }
    if (wish.role !== 'entry') room = room.minus(wish.quantity);
    const order = newOrder(group, wish, (generations.get(slot) ?? -1) + 1, facts);
    orders.push(order);
    commands.push({ type: 'submit-order', clientOrderId: order.clientOrderId, protective: wish.role !== 'entry' });
  }
  return { orders, commands, notBefore, held };
}

const newOrder = (group: PositionGroup, wish: WishedOrder, generation: number, facts: DiffFacts): Order => ({
  clientOrderId: clientOrderId(facts.deploymentPrefix, { groupId: group.id, role: wish.role, pyramid: wish.pyramid, leg: wish.leg, generation }),
  venueOrderId: null,
  role: wish.role,
  pyramid: wish.pyramid,
  leg: wish.leg,
  generation,
  side: wish.side,
  type: wish.type,
  price: wish.price,
  priceExpected: wish.type === 'market' ? facts.priceLast : null,
  quantity: wish.quantity,
  reduceOnly: wish.reduceOnly,
  status: 'ready',
  quantityFilled: qty(0),
  notionalFilled: '0' as Order['notionalFilled'],
  quantityReported: qty(0),
  tradeIds: [],
  reason: null,
  createdAt: facts.now,
});
