import { floorTo } from '#shared/engine/num/rounding';
import { compare, dec, money, sum } from '#shared/engine/num/units';
import { isSettled } from '#shared/engine/order/apply-fill';
import type { Fill, Order } from '#shared/engine/order/order';
import { groupQuantity, legKey, pnlRealised, quantityHeld, quantityUnclaimed } from '#shared/engine/position/exposure';
import { legsOf, slotOf, slotOfOrder, type PositionGroup } from '#shared/engine/position/position-group';
import { wakeConditions } from '#shared/engine/position/wake-conditions';
import { isDust } from '#shared/engine/position/wind-down';
import type { ModelExchange } from './model-exchange.ts';
import { holds, type LifePlan } from './random-life.ts';

/** A trade the group has been told of. */
export type ToldTrade = Fill & { entry: boolean };

/** What the checks look at: the group, and beside it the venue's truth and every trade that was told. */
export interface Lived {
  readonly group: PositionGroup;
  readonly plan: LifePlan;
  readonly venue: ModelExchange;
  readonly told: ReadonlyMap<string, ToldTrade>;
}

const inFlightOf = (group: PositionGroup): Order[] => group.orders.filter((order) => !isSettled(order));

/** At rest no slot has two orders, whatever turned up, and no group hangs without an order, a watched target or a reason. */
export function checkRest({ group, plan }: Lived): void {
  const inFlight = inFlightOf(group);
  const slots = inFlight.map(slotOfOrder);
  holds(4, `two orders at rest for one of ${slots.join(' ')}`, new Set(slots).size === slots.length);
  // With a common target legs may each hold too little while the whole can be sold: then the target is watched.
  const watched = group.windDown === null && wakeConditions(group, plan.instrument).length > 0;
  const holding = !isDust(group, plan.instrument) || (watched && compare(floorTo(groupQuantity(group), plan.instrument.stepSize), plan.instrument.quantityMin) >= 0);
  holds(3, `group is ${group.status} with nothing held and nothing in flight`, group.status === 'closed' || inFlight.length > 0 || holding);
}

/** What must hold after every event. */
export function checkGroupLife({ group, plan, venue, told }: Lived): void {
  const trades = [...told.values()];
  const entries = trades.filter(({ entry }) => entry);
  const exits = trades.filter(({ entry }) => !entry);
  const received = (fill: Fill): string => dec(fill.quantity).minus(fill.feeAsset === group.base ? fill.fee : '0').toFixed();
  const held = sum(entries.map(received)).minus(sum(exits.map(({ quantity }) => quantity)));
  // Only an order that was thought absent can sell what a purchase has not been heard of for.
  const beyond = sum((group.beyond ?? []).map(({ quantity }) => quantity));
  holds(1, `quantity is ${groupQuantity(group)}, trades say ${held.toFixed()}`, compare(groupQuantity(group), held.plus(beyond)) === 0);
  holds(1, `${beyond.toFixed()} is sold beyond what is held`, beyond.isZero() || plan.ghosts);

  const inFlight = inFlightOf(group);
  const reserved = sum(inFlight.filter((order) => order.role !== 'entry').map((order) => dec(order.quantity).minus(order.quantityFilled)));
  if (!plan.ghosts) {
    holds(2, `working exits ${reserved.toFixed()} of ${held.toFixed()}`, reserved.lessThanOrEqualTo(held));
    holds(2, `at the venue exits ${venue.exitsWorking.toFixed()} of ${venue.position.toFixed()}`, venue.exitsWorking.lessThanOrEqualTo(venue.position));
    const slots = inFlight.map(slotOfOrder);
    holds(4, `two orders in flight for one of ${slots.join(' ')}`, new Set(slots).size === slots.length);
  }
  checkDemanded(group, plan, inFlight);
  if (!held.isZero()) return;
  const worth = (fill: Fill) => dec(fill.price).times(fill.quantity);
  const fees = trades.filter(({ feeAsset }) => feeAsset === group.quote).map(({ fee }) => fee);
  const gross = sum(exits.map(worth)).minus(sum(entries.map(worth))).times(group.side === 'long' ? 1 : -1);
  const expected = money(gross.minus(sum(fees)));
  holds(6, `profit is ${pnlRealised(group)}, trades say ${expected}`, pnlRealised(group) === expected);
}

/** Invariant 3: what is held has its exit in flight or watched, or a stated reason why not yet. */
function checkDemanded(group: PositionGroup, plan: LifePlan, inFlight: readonly Order[]): void {
  const busy = new Set(inFlight.map(slotOfOrder));
  const excused = (slot: string): boolean => busy.has(slot) || slot in group.held || slot in group.retries;
  if (group.status === 'closed') return;
  if (group.windDown !== null) {
    holds(3, 'a group that ends has something in flight, or the reason why not', inFlight.length > 0 || excused(slotOf('close', null, null)));
    return;
  }
  holds(3, `the stop ${group.stop?.price} is watched`, group.stop === null || wakeConditions(group, plan.instrument).some((wake) => wake.price === group.stop?.price));
  if (group.exitPlan.kind === 'aggregate' || group.exitPlan.kind === 'pyramid_aggregate') {
    holds(3, 'the common target is watched', compare(groupQuantity(group), '0') === 0 || wakeConditions(group, plan.instrument).length > 0);
    return;
  }
  for (const { pyramid, leg } of legsOf(group)) {
    const wanted = floorTo(quantityUnclaimed(group, pyramid.index, leg), plan.instrument.stepSize).greaterThan(0);
    const haunted = plan.ghosts && inFlight.some((order) => order.role !== 'entry');
    holds(3, `leg ${legKey(pyramid.index, leg.index)} holds ${quantityHeld(leg)} without a take-profit`, !wanted || haunted || excused(slotOf('take-profit', pyramid.index, leg.index)));
  }
}
