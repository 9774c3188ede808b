import type { GroupCommand } from '../messages/commands.ts';
import type { GroupEvent } from '../messages/events.ts';
import { orderName, said } from '../messages/said.ts';
import { fitLeg } from '../entry/grid.ts';
import { toTheLetter } from '../instrument/effective-rules.ts';
import type { Instrument } from '../instrument/instrument.ts';
import { dec, isPositive, qty } from '../num/units.ts';
import { applyReport } from '../order/apply-fill.ts';
import type { Order } from '../order/order.ts';
import { isEnded, transition, type OrderChange } from '../order/transition.ts';
import type { Time } from '../time.ts';
import { bookFill, type Booked } from './book-fill.ts';
import { slotOfOrder, type Leg, type PositionGroup, type Pyramid } from './position-group.ts';

type Told = { state: PositionGroup; commands: GroupCommand[] };
type EventOf<Type extends GroupEvent['type']> = Extract<GroupEvent, { type: Type }>;

/** What the answer to a refusal depends on; the rules as in `GroupFacts`. */
interface RefusalFacts {
  now: Time;
  instrument: Instrument;
  rulesOfVenue?: Instrument;
}

/** A venue's filter refusal is tried again this often with fresh rules. */
const precisionRetriesMax = 3;
/** Pauses before an exit that was refused is tried again; the last one repeats. An exit is never given up. */
const exitPausesMs = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000];

const orderOf = (group: PositionGroup, clientOrderId: string): Order | undefined => group.orders.find((order) => order.clientOrderId === clientOrderId);
const withOrder = (group: PositionGroup, order: Order): PositionGroup => ({ ...group, orders: group.orders.map((each) => (each.clientOrderId === order.clientOrderId ? order : each)) });
const without = (record: PositionGroup['retries'], key: string): PositionGroup['retries'] => Object.fromEntries(Object.entries(record).filter(([each]) => each !== key));

const strange = (group: PositionGroup, clientOrderId: string): Told => ({
  state: group,
  commands: [{ type: 'tell', level: 'alert', category: 'order', message: `A report names order ${clientOrderId}, which group ${group.id} does not know`, ...said('order_strange', { clientOrderId, group: group.id }) }],
});

/** The venue's view and trades of one order, each counted once, in any order. */
export function orderReported(group: PositionGroup, event: EventOf<'order-report'>, now: Time): Told {
  const order = orderOf(group, event.clientOrderId);
  if (order === undefined) return strange(group, event.clientOrderId);
  const { report } = event;
  const sent = order.type === 'market' && event.priceExpected ? { ...order, priceExpected: event.priceExpected } : order;
  const reported = report === null ? sent : applyReport(sent, report);
  let state = withOrder(group, reported);
  const commands: GroupCommand[] = [];
  const surplus = { takenBack: dec('0'), beyond: dec('0') };
  for (const fill of event.fills) {
    const current = orderOf(state, event.clientOrderId);
    if (current === undefined || current.tradeIds.includes(fill.tradeId)) continue;
    const booked = bookFill(state, current, fill);
    state = booked.group;
    surplus.takenBack = surplus.takenBack.plus(booked.takenBack);
    surplus.beyond = surplus.beyond.plus(booked.beyond);
    commands.push({ type: 'tell', level: 'info', category: 'fill', message: `${describe(order)} filled ${fill.quantity} at ${fill.price}`, ...said('filled', { order: orderName(order), quantity: fill.quantity, price: fill.price }) });
  }
  commands.push(...tellSurplus(state, order, { takenBack: qty(surplus.takenBack), beyond: qty(surplus.beyond) }));
  if (report !== null && endedByVenue(order, reported)) return endedUnasked(state, order, reported, report.reason, now, commands);
  const progress = commands.length > 0 || reported.status !== order.status;
  return { state: progress ? { ...state, retries: without(state.retries, slotOfOrder(order)) } : state, commands };
}

/** A trade of ours sold what others were thought to have closed, or what the group did not hold at all: a person learns of it, and the next comparison finds whose it was. */
function tellSurplus({ symbol, timeframe, side }: PositionGroup, order: Order, { takenBack, beyond }: Pick<Booked, 'takenBack' | 'beyond'>): GroupCommand[] {
  const about = `${describe(order)} of ${symbol} ${timeframe} ${side}`;
  const figures = { order: orderName(order), symbol, timeframe, side };
  const told = (message: string, tale: ReturnType<typeof said>): GroupCommand => ({ type: 'tell', level: 'alert', category: 'order', message, ...tale });
  return [
    ...(isPositive(takenBack) ? [told(`The ${about} filled ${takenBack} that was booked as closed at the venue without Tranche. The trade stands in its place; what somebody closed was of another position, and the next comparison finds which`, said('outside_taken_back', { ...figures, quantity: takenBack }))] : []),
    ...(isPositive(beyond) ? [told(`The ${about} filled ${beyond} more than the position held. That part is not booked here: it is of a purchase that is not heard of yet, or the next comparison finds whose it was`, said('sold_beyond', { ...figures, quantity: beyond }))] : []),
  ];
}

/** Did this report end the order, though neither was it filled nor had we asked for its end? */
const endedByVenue = (before: Order, after: Order): boolean => !isEnded(before.status) && before.status !== 'cancelling' && isEnded(after.status) && after.status !== 'filled';

/** An entry that was rejected is blocked, one that was cancelled stays so: somebody wanted it gone. An exit is tried again after a pause. */
function endedUnasked(group: PositionGroup, before: Order, after: Order, why: string | null, now: Time, commands: GroupCommand[]): Told {
  const reason = why ?? `${after.status} by the venue`;
  const state = after.status === 'rejected' || after.role !== 'entry' ? afterRefusal(group, before, reason, now) : group;
  const level = after.role === 'entry' ? 'warn' : 'alert';
  return { state, commands: [...commands, { type: 'tell', level, category: 'order', message: `The venue ended the ${describe(before)} of ${group.symbol}: ${reason}`, ...said('order_ended', { order: orderName(before), symbol: group.symbol, reason }) }] };
}

/** `close`, or `entry of leg 0.1`. */
export const describe = (order: Order): string => (order.leg === null ? order.role : `${order.role} of leg ${order.pyramid}.${order.leg}`);

/** The group after a change of an order's status, or the same group where the change is old news. */
function changed(group: PositionGroup, order: Order, change: OrderChange, reason: string | null): PositionGroup {
  const status = transition(order.status, change);
  return status === order.status ? group : withOrder(group, { ...order, status, reason: reason ?? order.reason });
}

/** The venue said no. What fresh rules may mend is fitted to them and sent again; otherwise an entry is blocked, and an exit is tried again after a pause. */
export function orderRefused(group: PositionGroup, event: EventOf<'order-refused'>, facts: RefusalFacts): Told {
  const order = orderOf(group, event.clientOrderId);
  if (order === undefined) return strange(group, event.clientOrderId);
  // Old news of an order that has ended meanwhile is noted, and nothing follows from it (invariant 4).
  if (isEnded(order.status) || transition(order.status, 'refuse') === order.status) return { state: changed(group, order, 'refuse', null), commands: [] };
  const reason = `${event.code}: ${event.message}`;
  const refused = changed(group, order, 'refuse', reason);
  const slot = slotOfOrder(order);
  const count = (group.retries[slot]?.count ?? 0) + 1;
  const figures = { order: orderName(order), symbol: group.symbol, reason };
  const message = `The venue refused the ${describe(order)} of ${group.symbol}: ${reason}`;
  if (event.refused === 'precision' && count <= precisionRetriesMax) {
    const { state, instrument } = byVenueRules({ ...refused, retries: { ...refused.retries, [slot]: { count, notBefore: facts.now, reason } } }, facts);
    const again = `${message}. It is fitted to the venue's rules anew, attempt ${count} of ${precisionRetriesMax}`;
    return { state: order.role === 'entry' ? refit(state, order, instrument) : state, commands: [{ type: 'tell', level: 'warn', category: 'precision', message: again, ...said('order_refitted', { ...figures, attempt: String(count), most: String(precisionRetriesMax) }) }] };
  }
  const level = order.role === 'entry' ? 'warn' : 'alert';
  return { state: afterRefusal(refused, order, reason, facts.now), commands: [{ type: 'tell', level, category: 'order', message, ...said('order_refused', figures) }] };
}

/**
 * The group by the venue's own rules from now on, where it was not: the venue insists on them, and what they refuse could neither be
 * entered nor left.
 */
function byVenueRules(group: PositionGroup, { instrument, rulesOfVenue }: RefusalFacts): { state: PositionGroup; instrument: Instrument } {
  if (rulesOfVenue === undefined) return { state: group, instrument };
  return { state: { ...group, precisionPlan: toTheLetter(group.precisionPlan) }, instrument: rulesOfVenue };
}

function afterRefusal(group: PositionGroup, order: Order, reason: string, now: Time): PositionGroup {
  if (order.role === 'entry') return blockLeg(group, order, reason);
  // A part of an offset is not forced: the plan goes on without it.
  if (order.role === 'offset' && group.offset != null) return { ...group, offset: { ...group.offset, refused: reason } };
  const slot = slotOfOrder(order);
  const count = (group.retries[slot]?.count ?? 0) + 1;
  const pause = exitPausesMs[Math.min(count, exitPausesMs.length) - 1] ?? 60_000;
  return { ...group, retries: { ...group.retries, [slot]: { count, notBefore: now + pause, reason } } };
}

const mapLegOf = (group: PositionGroup, order: Order, change: (leg: Leg, pyramid: Pyramid) => Leg): PositionGroup => ({
  ...group,
  pyramids: group.pyramids.map((pyramid) =>
    pyramid.index === order.pyramid ? { ...pyramid, legs: pyramid.legs.map((leg) => (leg.index === order.leg ? change(leg, pyramid) : leg)) } : pyramid,
  ),
});

const blockLeg = (group: PositionGroup, order: Order, reason: string): PositionGroup => mapLegOf(group, order, (leg) => ({ ...leg, blocked: `refused by the venue, ${reason}` }));
const refit = (group: PositionGroup, order: Order, instrument: Instrument): PositionGroup =>
  mapLegOf(group, order, (leg, pyramid) => fitLeg(group.side, order.type, leg, pyramid.entryPrice, pyramid.capital, instrument));

/** No evidence of the outcome: the slot stays taken until the venue has spoken (invariant 8). */
export function orderUnknown(group: PositionGroup, event: EventOf<'order-unknown'>): Told {
  const order = orderOf(group, event.clientOrderId);
  if (order === undefined) return strange(group, event.clientOrderId);
  const lost = changed(group, order, 'lose', null);
  const state = event.exists === true && !isEnded(order.status) ? withOrder(lost, { ...(orderOf(lost, event.clientOrderId) ?? order), existed: true }) : lost;
  if (lost === group) return { state, commands: [] };
  return {
    state,
    commands: [{ type: 'tell', level: 'warn', category: 'order', message: `The outcome of the ${describe(order)} of ${group.symbol} is unknown: ${event.message}. The venue is being asked`, ...said('order_unknown', { order: orderName(order), symbol: group.symbol, reason: event.message }) }],
  };
}

/** Evidence that the order never reached the venue: its slot is free for the next generation. */
export function orderAbsent(group: PositionGroup, event: EventOf<'order-absent'>): Told {
  const order = orderOf(group, event.clientOrderId);
  if (order === undefined) return strange(group, event.clientOrderId);
  // The venue has contradicted itself: another order in its place could be a second one.
  if (order.existed === true) return { state: group, commands: [] };
  return { state: changed(group, order, 'prove-absent', event.evidence), commands: [] };
}

/** Cancelled before it was ever sent. */
export function orderWithdrawn(group: PositionGroup, event: EventOf<'order-withdrawn'>): Told {
  const order = orderOf(group, event.clientOrderId);
  if (order === undefined) return strange(group, event.clientOrderId);
  return { state: changed(group, order, 'withdraw', 'withdrawn before it was sent'), commands: [] };
}
