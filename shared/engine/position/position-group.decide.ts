import { assert, unreachable } from '../assert.ts';
import type { Decision } from '../decision.ts';
import { plannedEntries } from '../entry/planned-entries.ts';
import { aggregateReached } from '../exit/aggregate.ts';
import { desiredExits } from '../exit/desired-exits.ts';
import { diffWorkingOrders } from '../exit/diff-working-orders.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { GroupCommand } from '../messages/commands.ts';
import type { GroupEvent } from '../messages/events.ts';
import type { Price } from '../num/units.ts';
import { isSettled } from '../order/apply-fill.ts';
import type { Time } from '../time.ts';
import { statusOf } from './group-status.ts';
import { checkGroup } from './invariants.ts';
import { orderAbsent, orderRefused, orderReported, orderUnknown, orderWithdrawn } from './on-order.ts';
import { addPyramid, closeRequested, openGroup, reduceRequested } from './on-request.ts';
import type { PositionGroup } from './position-group.ts';
import { closeFlatGroup, fitWaitingLegs, isDust } from './wind-down.ts';

/** What a group may know of the world when it decides. */
export interface GroupFacts {
  now: Time;
  deploymentPrefix: string;
  instrument: Instrument;
  /** Last traded price; null before the feed has one. */
  priceLast: Price | null;
}

/** A group's next state and what must be carried out for it. Pure: the same state, event and facts give the same decision. */
export type GroupDecision = Decision<PositionGroup, GroupCommand>;

/** What one event means to a group: one case per event, then the common end. */
export function decideGroup(state: PositionGroup | null, event: GroupEvent, facts: GroupFacts): GroupDecision {
  const told = hear(state, event, facts);
  return settle(told.state, told.commands, facts);
}

function hear(group: PositionGroup | null, event: GroupEvent, facts: GroupFacts): GroupDecision {
  if (event.type === 'open') return group === null ? openGroup(event, facts) : { state: group, commands: [] };
  assert(group !== null, `a group that does not exist cannot hear ${event.type}`);
  switch (event.type) {
    case 'add-pyramid':
      return addPyramid(group, event, facts);
    case 'close-requested':
      return closeRequested(group, event, facts);
    case 'reduce-requested':
      return reduceRequested(group, event, facts);
    case 'order-report':
      return orderReported(group, event, facts.now);
    case 'order-refused':
      return orderRefused(group, event, facts);
    case 'order-unknown':
      return orderUnknown(group, event);
    case 'order-absent':
      return orderAbsent(group, event);
    case 'order-withdrawn':
      return orderWithdrawn(group, event);
    case 'price':
      return targetReached(group, event.price, facts);
    case 'timer':
      return { state: group, commands: [] };
    default:
      return unreachable(event);
  }
}

/** The common target was reached: the whole position closes at market. A price that has gone back meanwhile changes nothing. */
function targetReached(group: PositionGroup, last: Price, facts: GroupFacts): GroupDecision {
  if (group.windDown !== null || !aggregateReached(group, facts.instrument, last)) return { state: group, commands: [] };
  return { state: { ...group, windDown: { reason: 'take_profit', signalId: null, at: facts.now } }, commands: [] };
}

/**
 * The end of every decision: the end of a group where it is due, then wish against reality, then the invariants. A closed group is
 * left as it is, unless a late fill has given it something to sell, or an order thought absent has turned up.
 */
function settle(told: PositionGroup, commands: GroupCommand[], facts: GroupFacts): GroupDecision {
  if (told.closedAt !== null && told.orders.every(isSettled) && isDust(told, facts.instrument)) return { state: told, commands };
  const fitted = closeFlatGroup(fitWaitingLegs(told, facts.instrument), facts.instrument, facts.now);
  const exits = desiredExits(fitted, facts.instrument, facts.priceLast);
  const entries = fitted.windDown === null ? plannedEntries(fitted) : [];
  const diff = diffWorkingOrders(fitted, [...entries, ...exits.orders], facts);
  const worked: PositionGroup = { ...fitted, orders: diff.orders, held: exits.held };
  const after: GroupCommand[] = [...commands, ...diff.commands];
  if (diff.notBefore !== null) after.push({ type: 'wake-at', at: diff.notBefore, key: `group:${worked.id}:retry:${diff.notBefore}` });
  const ended = endOf(worked, facts);
  if (ended !== worked && told.closedAt === null) after.push({ type: 'tell-pool', event: { type: 'group-closed', groupId: worked.id }, key: `group:${worked.id}:closed` });
  const state = { ...ended, status: statusOf(ended) };
  checkGroup(state, diff.commands.flatMap((command) => (command.type === 'submit-order' ? [command.clientOrderId] : [])));
  return { state, commands: after };
}

/** Closed once nothing is in flight and nothing that can be sold is held. */
function endOf(group: PositionGroup, facts: GroupFacts): PositionGroup {
  if (group.windDown === null || group.closedAt !== null) return group;
  const busy = group.orders.some((order) => !isSettled(order));
  const sellable = !isDust(group, facts.instrument);
  return busy || sellable ? group : { ...group, closedAt: facts.now, closeReason: group.windDown.reason };
}
