import { bareLegs, entryTypeOf, fitLeg, levelsOf } from '../entry/grid.ts';
import type { EntryPlan } from '../entry/entry-plan.ts';
import type { ExitPlan } from '../exit/exit-plan.ts';
import type { Instrument } from '../instrument/instrument.ts';
import { makeTradable } from '../instrument/make-tradable.ts';
import type { GroupCommand, SettleSignal } from '../messages/commands.ts';
import type { GroupEvent, PyramidStart } from '../messages/events.ts';
import { floorTo } from '../num/rounding.ts';
import { dec, qty, sum, type Price } from '../num/units.ts';
import type { Side } from '../order/order.ts';
import type { Time } from '../time.ts';
import { averagePrice, legKey, quantityUnclaimed } from './exposure.ts';
import { legsOf, type Pyramid, type PositionGroup } from './position-group.ts';

type Told = { state: PositionGroup; commands: GroupCommand[] };
type EventOf<Type extends GroupEvent['type']> = Extract<GroupEvent, { type: Type }>;
interface Facts {
  now: Time;
  instrument: Instrument;
  priceLast: Price | null;
}

/** A ladder fitted to the instrument (E-01 to E-07). With a market entry only the first leg is fitted; the others follow its fill. */
export function buildPyramid(plan: EntryPlan, exit: ExitPlan, side: Side, index: number, start: PyramidStart, instrument: Instrument): Pyramid {
  const legs = bareLegs(levelsOf(plan, index), exit.tpPercent).map((leg) =>
    plan.orderType === 'market' && leg.index > 0 ? leg : fitLeg(side, entryTypeOf(plan, leg.index), leg, start.entryPrice, start.capital, instrument),
  );
  return { index, signalId: start.signalId, entryPrice: start.entryPrice, capital: start.capital, legs };
}

/** Can any leg of a ladder be sent? */
export const anyTradable = (pyramid: Pyramid): boolean => pyramid.legs.some((leg) => leg.blocked === null && leg.priceLimit !== null);

const settled = (signalId: string, outcome: SettleSignal['outcome'], groupId: string, more: Partial<SettleSignal> = {}): SettleSignal => ({
  type: 'settle-signal',
  signalId,
  status: outcome === 'refused' ? 'refused' : 'accepted',
  outcome,
  reason: null,
  detail: null,
  groupId,
  ...more,
});

/** A new group with its first pyramid; its id travels in the event so that a replay builds the same group. */
export function openGroup(event: EventOf<'open'>, facts: Facts): Told {
  const { signal, start } = event;
  const group: PositionGroup = {
    id: event.groupId,
    userId: signal.userId,
    accountId: signal.accountId,
    venue: signal.venue,
    market: signal.market,
    symbol: signal.symbol,
    base: facts.instrument.base,
    quote: facts.instrument.quote,
    timeframe: signal.timeframe,
    side: signal.side,
    status: 'live',
    entryPlan: event.entryPlan,
    exitPlan: event.exitPlan,
    precisionPlan: event.precisionPlan,
    slippagePlan: event.slippagePlan,
    priceBaseEntry: start.entryPrice,
    pyramids: [buildPyramid(event.entryPlan, event.exitPlan, signal.side, 0, start, facts.instrument)],
    orders: [],
    windDown: null,
    held: {},
    feesUnpriced: {},
    retries: {},
    claims: {},
    openedAt: facts.now,
    closedAt: null,
    closeReason: null,
  };
  return { state: group, commands: [settled(signal.signalId, 'opened', group.id)] };
}

/** One more ladder from the new signal's own entry price, up to the plan's limit (A-03, E-05, E-06). */
export function addPyramid(group: PositionGroup, event: EventOf<'add-pyramid'>, facts: Facts): Told {
  const { signal, start } = event;
  if (group.windDown !== null) {
    const reason = 'group_closing' as const;
    return { state: group, commands: [{ type: 'tell-pool', event: { type: 'entry-bounced', signal, groupId: group.id, reason }, key: `signal:${signal.signalId}:bounced:${group.id}` }] };
  }
  const refuse = (reason: 'max_pyramids_reached' | 'every_leg_blocked', detail: string): Told => ({ state: group, commands: [settled(signal.signalId, 'refused', group.id, { reason, detail })] });
  const count = group.pyramids.length;
  if (count >= group.entryPlan.maxPyramids) return refuse('max_pyramids_reached', `${count} of ${group.entryPlan.maxPyramids} pyramids are in use`);
  const pyramid = buildPyramid(group.entryPlan, group.exitPlan, group.side, count, start, facts.instrument);
  if (!anyTradable(pyramid)) return refuse('every_leg_blocked', pyramid.legs[0]?.blocked ?? 'the ladder is empty');
  return { state: { ...group, pyramids: [...group.pyramids, pyramid] }, commands: [settled(signal.signalId, 'pyramid_added', group.id)] };
}

/** Begins the end of the group; a second request finds nothing to claim. */
export function closeRequested(group: PositionGroup, event: EventOf<'close-requested'>, facts: Facts): Told {
  const commands: GroupCommand[] = event.signalId === null ? [] : [settled(event.signalId, 'closing', group.id)];
  if (group.windDown !== null) return { state: group, commands };
  return { state: { ...group, windDown: { reason: event.reason, signalId: event.signalId, at: facts.now } }, commands };
}

/** Claims a share of every leg, rounded down to the step, for one market order (A-12, E-50). Refused where the venue would refuse that order. */
export function reduceRequested(group: PositionGroup, event: EventOf<'reduce-requested'>, facts: Facts): Told {
  const refuse = (detail: string): Told => ({ state: group, commands: event.signalId === null ? [] : [settled(event.signalId, 'refused', group.id, { reason: 'nothing_to_close', detail })] });
  if (group.windDown !== null) return refuse('the group is closing already');
  const parts = legsOf(group).flatMap(({ pyramid, leg }) => {
    const part = floorTo(dec(quantityUnclaimed(group, pyramid.index, leg)).times(event.fraction), facts.instrument.stepSize);
    return part.greaterThan(0) ? [{ key: legKey(pyramid.index, leg.index), part }] : [];
  });
  const total = sum(parts.map(({ part }) => part));
  const fitted = makeTradable({ type: 'market', price: facts.priceLast ?? averagePrice(group) ?? group.priceBaseEntry, quantity: total, reduceOnly: group.market === 'usdm' }, facts.instrument);
  if (!fitted.ok && fitted.code !== 'above_maximum_quantity') return refuse(`${fitted.code}: ${fitted.detail}`);
  const claims = { ...group.claims };
  for (const { key, part } of parts) claims[key] = qty(part.plus(claims[key] ?? '0'));
  return { state: { ...group, claims }, commands: event.signalId === null ? [] : [settled(event.signalId, 'reducing', group.id)] };
}
