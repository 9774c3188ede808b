import { assert, unreachable } from '../assert.ts';
import type { Decision } from '../decision.ts';
import { pauseEntries, resumeEntries, type PausedEntries } from '../entry/pause-entries.ts';
import { plannedEntries } from '../entry/planned-entries.ts';
import { aggregateReached } from '../exit/aggregate.ts';
import { desiredExits } from '../exit/desired-exits.ts';
import { diffWorkingOrders } from '../exit/diff-working-orders.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { GroupCommand } from '../messages/commands.ts';
import type { GroupEvent } from '../messages/events.ts';
import { said } from '../messages/said.ts';
import type { Price } from '../num/units.ts';
import { isSettled } from '../order/apply-fill.ts';
import type { Time } from '../time.ts';
import { adoptPosition } from './adopt-position.ts';
import { statusOf } from './group-status.ts';
import { checkGroup } from './invariants.ts';
import { judgeSlippage } from './judge-slippage.ts';
import { noteMilestones } from './milestones.ts';
import { orderAbsent, orderRefused, orderReported, orderUnknown, orderWithdrawn } from './on-order.ts';
import { endOffsetPart, endOffsetStuck, endOffsetOfClosed, offsetRequested, tallyOffset } from './offset-step.ts';
import { dropEntries } from './drop-entries.ts';
import { addPyramid, closeRequested, openGroup, reduceRequested } from './on-request.ts';
import { slotOf, type CloseReason, type PositionGroup } from './position-group.ts';
import { positionReduced } from './reduced-outside.ts';
import { replanned } from './replan.ts';
import { stopReached } from './signal-stop.ts';
import { closeFlatGroup, fitWaitingLegs, isDust } from './wind-down.ts';

/** What a group may know of the world when it decides. */
export interface GroupFacts {
  now: Time;
  deploymentPrefix: string;
  /** The rules the group is worked by: `effectiveRules` of the venue's and its precision plan. */
  instrument: Instrument;
  /** The venue's own rules, where they are known and `instrument` differs from them. */
  rulesOfVenue?: Instrument;
  /** The rules should have been fetched anew and could not be: no entry goes out by them, exits do (A-08). */
  rulesInDoubt?: boolean;
  /** Last traded price; null before the feed has one. */
  priceLast: Price | null;
}

/** A group's next state and what must be carried out for it. Pure: the same state, event and facts give the same decision. */
export type GroupDecision = Decision<PositionGroup, GroupCommand>;

/** What one event means to a group: one case per event, then the common end. */
export function decideGroup(state: PositionGroup | null, event: GroupEvent, facts: GroupFacts): GroupDecision {
  const told = hear(state, event, facts);
  return settle(told.state, [...told.commands, ...judgeSlippage(state, told.state)], rulesAfter(state, told.state, facts), event.type);
}

/** A refusal may have brought the group to the venue's own rules; then what follows in the same decision goes by them. */
function rulesAfter(before: PositionGroup | null, after: PositionGroup, facts: GroupFacts): GroupFacts {
  const { rulesOfVenue, ...rest } = facts;
  if (before === null || rulesOfVenue === undefined || after.precisionPlan === before.precisionPlan) return facts;
  return { ...rest, instrument: rulesOfVenue };
}

function hear(group: PositionGroup | null, event: GroupEvent, facts: GroupFacts): GroupDecision {
  if (event.type === 'adopt') return group === null ? adoptPosition(event, facts) : { state: group, commands: [] };
  if (event.type === 'open') return group === null ? openGroup(event, facts) : { state: group, commands: [] };
  assert(group !== null, `a group that does not exist cannot hear ${event.type}`);
  switch (event.type) {
    case 'add-pyramid':
      return addPyramid(group, event, facts);
    case 'close-requested':
      return closeRequested(group, event, facts);
    case 'entries-dropped':
      return dropEntries(group, event);
    case 'reduce-requested':
      return reduceRequested(group, event, facts);
    case 'offset-requested':
      return offsetRequested(group, event, facts);
    case 'order-report': {
      const { state, commands } = orderReported(group, event, facts.now);
      return { state: tallyOffset(group, state, event.clientOrderId), commands };
    }
    case 'order-refused':
      return orderRefused(group, event, facts);
    case 'order-unknown':
      return orderUnknown(group, event);
    case 'order-absent':
      return orderAbsent(group, event);
    case 'order-withdrawn':
      return orderWithdrawn(group, event);
    case 'replan':
      return { state: replanned(group, event), commands: [] };
    case 'position-reduced':
      return positionReduced(group, event, facts);
    case 'price':
      return priceReached(group, event, facts);
    case 'timer':
      return { state: group, commands: [] };
    default:
      return unreachable(event);
  }
}

/**
 * The stop or the common target was reached: the whole position closes at market (R-094, A-38). A price that has gone back meanwhile
 * does not reach the target any more; a stop it has touched holds.
 */
function priceReached(group: PositionGroup, { price: last, at, touched = [] }: Extract<GroupEvent, { type: 'price' }>, facts: GroupFacts): GroupDecision {
  if (group.windDown !== null) return { state: group, commands: [] };
  const windDown = (reason: CloseReason): PositionGroup => ({ ...group, windDown: { reason, signalId: null, slippageMaxPercent: null, at: facts.now } });
  if (stopReached(group, [last, ...touched])) {
    const message = `The stop-loss ${group.stop?.price} of ${group.symbol} is reached, the last price is ${last}: the position closes at market`;
    return { state: windDown('stop_loss'), commands: [{ type: 'tell', level: 'warn', category: 'order', message, ...said('stop_reached', { symbol: group.symbol, price: last, stop: group.stop?.price ?? null }) }] };
  }
  const reached = !isOlderThanEntries(group, at) && aggregateReached(group, facts.instrument, last);
  return { state: reached ? windDown('take_profit') : group, commands: [] };
}

/** Fills may be heard before the prices they were made at. Further apart the two clocks are not the same one: a replay was begun anew. */
const sameClockMs = 60_000;

/** Was this price traded before the newest entry fill? It says nothing of the position as it is now, and its target may lie below it already. */
function isOlderThanEntries({ entryFilledAt }: PositionGroup, at: Time | undefined): boolean {
  const behindMs = at === undefined || entryFilledAt === undefined ? 0 : entryFilledAt - at;
  return behindMs > 0 && behindMs <= sameClockMs;
}

/**
 * The end of every decision: the end of a group where it is due, then wish against reality, then the invariants. A closed group is
 * left as it is, unless a late fill has given it something to sell, or an order thought absent has turned up.
 */
function settle(heard: PositionGroup, before: GroupCommand[], facts: GroupFacts, on: GroupEvent['type']): GroupDecision {
  if (heard.closedAt !== null && heard.orders.every(isSettled) && isDust(heard, facts.instrument)) return { state: heard, commands: before };
  const part = endOffsetPart(heard, facts);
  const [told, commands] = [part.state, [...before, ...part.commands]];
  const fitted = closeFlatGroup(resumeEntries(fitWaitingLegs(told, facts.instrument), facts), facts.instrument, facts.now);
  const exits = desiredExits(fitted, facts.instrument, facts.priceLast);
  const stuck = exits.held[slotOf('offset', null, null)];
  if (stuck !== undefined) {
    const given = endOffsetStuck(told, stuck, facts);
    return settle(given.state, [...commands, ...given.commands], facts, on);
  }
  const entries: PausedEntries = fitted.windDown === null ? pauseEntries(fitted, plannedEntries(fitted), facts) : { orders: [], held: {}, lookAt: null };
  const diff = diffWorkingOrders(fitted, [...entries.orders, ...exits.orders], facts);
  const worked: PositionGroup = { ...fitted, orders: diff.orders, held: { ...exits.held, ...entries.held, ...diff.held } };
  const after: GroupCommand[] = [...commands, ...diff.commands];
  if (entries.lookAt !== null) after.push({ type: 'wake-at', at: entries.lookAt, key: `group:${worked.id}:rules:${entries.lookAt}` });
  // A wake that came early, by a clock ahead of ours, has used its key up: the same wish again would be dropped, and the exit never sent.
  if (diff.notBefore !== null) after.push({ type: 'wake-at', at: diff.notBefore, key: `group:${worked.id}:retry:${diff.notBefore}${on === 'timer' ? `:from:${facts.now}` : ''}` });
  const ended = endOf(worked, facts, exits.orders.length > 0);
  if (ended !== worked && told.closedAt === null) after.push({ type: 'tell-pool', event: { type: 'group-closed', groupId: worked.id }, key: `group:${worked.id}:closed` });
  const whole = endOffsetOfClosed(ended, facts);
  after.push(...whole.commands);
  const state = noteMilestones({ ...whole.state, status: statusOf(ended) }, facts.now);
  checkGroup(state, diff.commands.flatMap((command) => (command.type === 'submit-order' ? [command.clientOrderId] : [])));
  return { state, commands: after };
}

/**
 * Closed once nothing is in flight and nothing that can be sold is held. `wanted`: a close should be working, though it may be in its pause:
 * legs that are each too small to be sold alone can be sold together.
 */
function endOf(group: PositionGroup, facts: GroupFacts, wanted: boolean): PositionGroup {
  if (group.windDown === null || group.closedAt !== null) return group;
  const busy = group.orders.some((order) => !isSettled(order));
  const sellable = wanted || !isDust(group, facts.instrument);
  return busy || sellable ? group : { ...group, closedAt: facts.now, closeReason: group.windDown.reason };
}
