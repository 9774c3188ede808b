import type { Settings } from '#shared/contracts/settings';
import type { Instrument } from '#shared/engine/instrument/instrument';
import type { GroupFacts } from '#shared/engine/position/position-group.decide';
import { compare, dec, sum, type Dec } from '#shared/engine/num/units';
import type { Order } from '#shared/engine/order/order';
import { groupQuantity, pnlRealised } from '#shared/engine/position/exposure';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { WakeCondition } from '#shared/engine/position/wake-conditions';
import { betterBy, claimedOf, commonTarget, enteredBy, gainOf, isFloorOf, onStep, quantityOf, rungOf, targetsOf, type Counted } from './oracle.ts';
import { holds } from './violation.ts';

/** Invariant 3 where a group begins: its targets are those of a configuration that was active. */
export function checkOpened(group: PositionGroup, documents: readonly Settings[]): void {
  const own = { mode: group.exitPlan.kind as string, percents: group.pyramids[0]!.legs.map(({ tpPercent }) => dec(tpPercent).toFixed()) };
  const wanted = documents.map((document) => targetsOf(document, group));
  holds(3, wanted.some((each) => JSON.stringify(each) === JSON.stringify(own)), () => `group ${group.id} was opened with the targets ${JSON.stringify(own)}, the configuration says ${JSON.stringify(wanted)}`);
}

/** One decision of a group, as it was committed. */
export interface Decided {
  before: PositionGroup | undefined;
  after: PositionGroup;
  facts: GroupFacts;
  /** Rules the symbol has had: what was fitted to older ones is sent as it was, and fitted anew when the venue refuses it. */
  versions: readonly Instrument[];
  wake: readonly WakeCondition[];
  /** Every trade counted so far, and what the group was told of others. */
  trades: readonly Counted[];
  /** Somebody has closed a part of it by hand. */
  reduced: boolean;
}

const slotOf = ({ role, pyramid, leg }: Pick<Order, 'role' | 'pyramid' | 'leg'>): string => `${role}:${pyramid ?? '-'}:${leg ?? '-'}`;
const inFlight = (order: Order): boolean => !['filled', 'cancelled', 'rejected', 'expired', 'abandoned'].includes(order.status) || compare(order.quantityFilled, order.quantityReported) < 0;
const openQuantity = (order: Order): Dec => dec(order.quantity).minus(order.quantityFilled);

/** Invariants 1, 2, 3, 4 and 6 of a group after a decision. */
export function checkGroupState(decided: Decided): void {
  const { before, after, trades, reduced } = decided;
  const held = quantityOf(trades, after.base);
  holds(1, compare(groupQuantity(after), held) === 0, () => `group ${after.id} says it holds ${groupQuantity(after)}, its trades say ${held.toFixed()}`);
  holds(1, !held.isNegative(), () => `group ${after.id} holds ${held.toFixed()}`);
  const working = after.orders.filter(inFlight);
  const reserved = sum(working.filter(({ role }) => role !== 'entry').map(openQuantity));
  // What was out when somebody closed a part of it is being cancelled; nothing may be added to it.
  const known = new Set(before?.orders.map(({ clientOrderId }) => clientOrderId));
  const adds = working.some(({ role, clientOrderId }) => role !== 'entry' && !known.has(clientOrderId));
  holds(2, reserved.lessThanOrEqualTo(held) || (reduced && !adds), () => `exits in flight of group ${after.id} are ${reserved.toFixed()}, held is ${held.toFixed()}`);
  const slots = working.map(slotOf);
  holds(4, new Set(slots).size === slots.length, () => `group ${after.id} has two orders in flight for one slot of ${slots.join(' ')}`);
  const counted = trades.map(({ tradeId, clientOrderId }) => `${tradeId} ${clientOrderId}`);
  holds(4, new Set(counted).size === counted.length, () => `group ${after.id} has counted a trade twice: ${counted.join(', ')}`);
  if (held.isZero() && trades.length > 0) {
    const gain = gainOf(after, trades);
    holds(6, compare(pnlRealised(after), gain) === 0, () => `group ${after.id} has realised ${pnlRealised(after)}, its trades say ${gain.toFixed()}`);
  }
  checkPlan(decided, working);
}

/** Do the venue's rules apply as they are? Otherwise prices and quantities are not on its grid, by the person's own wish. */
export const isStrict = ({ precisionPlan: plan }: PositionGroup): boolean => plan.mode === 'auto' && plan.blockOnMissing && plan.enforceTick && plan.enforceStep && plan.enforceNotionalMin;

function checkPlan({ before, after, facts, versions, wake, trades }: Decided, working: readonly Order[]): void {
  if (!isStrict(after)) return;
  const known = new Set(before?.orders.map(({ clientOrderId }) => clientOrderId));
  for (const order of after.orders.filter(({ clientOrderId }) => !known.has(clientOrderId))) checkNewOrder(order, after, order.role === 'entry' ? versions : [facts.instrument], trades);
  if (after.status === 'closed' || after.windDown !== null) return;
  checkTrigger(after, facts.instrument, wake, trades);
  if (after.exitPlan.kind === 'per_leg' || after.exitPlan.kind === 'hybrid') checkResting(after, facts.instrument, working, trades);
}

/** Invariant 3 where orders are made: what goes out is what the plan says, by the trades. */
function checkNewOrder(order: Order, group: PositionGroup, versions: readonly Instrument[], trades: readonly Counted[]): void {
  const pyramid = group.pyramids.find(({ index }) => index === order.pyramid);
  const leg = pyramid?.legs.find(({ index }) => index === order.leg);
  const told = (what: string, exact: Dec): string => `${order.role} ${order.clientOrderId} of group ${group.id} ${what}, its plan says ${exact.toFixed()} rounded down`;
  if (order.role === 'entry') {
    holds(3, pyramid !== undefined && leg !== undefined, () => `${order.clientOrderId} enters for a leg that group ${group.id} does not have`);
    const first = enteredBy(trades, pyramid.index, 0, group.base);
    const fromFill = group.entryPlan.orderType === 'market' && leg.index > 0;
    const start = fromFill ? first.cost.dividedBy(first.quantity) : dec(pyramid.entryPrice);
    const rung = rungOf(group, start, leg.gapPercent);
    if (order.price !== null) holds(3, versions.some(({ tickSize }) => isFloorOf(order.price!, rung, tickSize)), () => told(`has the price ${order.price}`, rung));
    const wanted = ({ tickSize, contractSize }: Instrument): Dec => dec(pyramid.capital).times(leg.weightPercent).dividedBy(100).dividedBy(dec(order.price ?? rung.dividedToIntegerBy(tickSize).times(tickSize)).times(contractSize));
    holds(3, versions.some((rules) => isFloorOf(order.quantity, wanted(rules), rules.stepSize)), () => told(`has the quantity ${order.quantity}`, wanted(versions[0]!)));
  }
  if (order.role === 'take-profit') {
    holds(3, leg !== undefined && pyramid !== undefined, () => `${order.clientOrderId} takes profit of a leg that group ${group.id} does not have`);
    const entered = enteredBy(trades, pyramid.index, leg.index, group.base);
    const target = betterBy(group, entered.cost.dividedBy(entered.quantity), leg.tpPercent);
    holds(3, order.price !== null && isFloorOf(order.price, target, versions[0]!.tickSize), () => told(`has the price ${order.price}`, target));
    const unclaimed = entered.quantity.minus(leg.exited.quantity).minus(claimedOf(group, pyramid.index, leg.index));
    holds(3, isFloorOf(order.quantity, unclaimed, versions[0]!.stepSize), () => told(`has the quantity ${order.quantity}`, unclaimed));
  }
}

/** Invariant 3 of common targets: the price that is watched is the one the trades ask for. */
function checkTrigger(group: PositionGroup, rules: Instrument, wake: readonly WakeCondition[], trades: readonly Counted[]): void {
  const target = group.exitPlan.kind === 'per_leg' ? null : commonTarget(group, trades);
  if (target === null) return;
  const exact = betterBy(group, target.average, target.percent);
  const direction = group.side === 'long' ? 'at-or-above' : 'at-or-below';
  const watched = wake.some((condition) => condition.direction === direction && isFloorOf(condition.price, exact, rules.tickSize));
  holds(3, watched || !exact.greaterThanOrEqualTo(rules.tickSize), () => `group ${group.id} should be woken ${direction} ${exact.toFixed()}, it waits for ${JSON.stringify(wake)}`);
}

/** Invariant 3 of legs: what a leg holds has its take-profit in flight, or a reason stands why not yet. */
function checkResting(group: PositionGroup, rules: Instrument, working: readonly Order[], trades: readonly Counted[]): void {
  const busy = new Set(working.map(slotOf));
  for (const pyramid of group.pyramids) {
    for (const leg of pyramid.legs) {
      const slot = slotOf({ role: 'take-profit', pyramid: pyramid.index, leg: leg.index });
      const unclaimed = enteredBy(trades, pyramid.index, leg.index, group.base).quantity.minus(leg.exited.quantity).minus(claimedOf(group, pyramid.index, leg.index));
      const excused = busy.has(slot) || slot in group.held || slot in group.retries;
      holds(3, excused || !onStep(unclaimed, rules).greaterThan(0), () => `leg ${pyramid.index}.${leg.index} of group ${group.id} holds ${unclaimed.toFixed()} without a take-profit and without a reason`);
    }
  }
}
