import type { LadderPlan } from '../entry/plan-check.ts';
import { planPyramid } from '../entry/plan-pyramid.ts';
import { effectiveRules } from '../instrument/effective-rules.ts';
import type { Instrument } from '../instrument/instrument.ts';
import { makeTradable } from '../instrument/make-tradable.ts';
import type { GroupCommand, SettleSignal, Tell } from '../messages/commands.ts';
import type { GroupEvent } from '../messages/events.ts';
import { said } from '../messages/said.ts';
import type { Signal } from '../messages/signals.ts';
import { floorTo } from '../num/rounding.ts';
import { dec, money, qty, sum, zeroMoney, type Price } from '../num/units.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Time } from '../time.ts';
import { averagePrice, legKey, quantityUnclaimed } from './exposure.ts';
import { legsOf, type PositionGroup } from './position-group.ts';
import { followStop, openingStop, tellStop } from './signal-stop.ts';

type Told = { state: PositionGroup; commands: GroupCommand[] };
type EventOf<Type extends GroupEvent['type']> = Extract<GroupEvent, { type: Type }>;
interface Facts {
  now: Time;
  instrument: Instrument;
  rulesOfVenue?: Instrument;
  priceLast: Price | null;
}

/** What became of a signal that a group has worked. */
export const settled = (signalId: string, outcome: SettleSignal['outcome'], groupId: string, more: Partial<SettleSignal> = {}): SettleSignal => ({
  type: 'settle-signal',
  signalId,
  status: outcome === 'refused' ? 'refused' : 'accepted',
  outcome,
  reason: null,
  detail: null,
  groupId,
  ...more,
});

/** A person is told where a ladder goes out smaller than the signal asked for. */
const tellPlan = (signal: Signal, plan: LadderPlan): Tell[] =>
  plan.warnings
    .filter(({ code }) => code === 'legs_left_out' || code === 'capital_capped')
    .map(({ detail }) => ({ type: 'tell', level: 'warn', category: 'signal', message: `Signal ${signal.signalId} ${signal.symbol} ${signal.timeframe} ${signal.side}: ${detail}`, ...said('plan_smaller', { signal: signal.signalId, symbol: signal.symbol, timeframe: signal.timeframe, side: signal.side, detail }) }));

/** A new group with its first pyramid; its id travels in the event so that a replay builds the same group. */
export function openGroup(event: EventOf<'open'>, facts: Facts): Told {
  const { signal, start, entryPlan, exitPlan } = event;
  const { pyramid, plan } = planPyramid({ entryPlan, exitPlan, side: signal.side, index: 0, start, used: zeroMoney, instrument: facts.instrument });
  const group: PositionGroup = { ...bareGroup(event, facts), stop: openingStop(signal, event.exitPlan, facts), priceBaseEntry: start.entryPrice, pyramids: [pyramid] };
  return { state: group, commands: [settled(signal.signalId, 'opened', group.id, { plan }), ...tellPlan(signal, plan), ...tellStop(group)] };
}

/** A group of this signal's account and symbol, by these plans, before anything is in it. */
export function bareGroup(event: EventOf<'open' | 'adopt'>, facts: Facts): Omit<PositionGroup, 'stop' | 'priceBaseEntry' | 'pyramids'> {
  const { signal } = event;
  return {
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
    alertName: signal.alertName,
    entryPlan: event.entryPlan,
    exitPlan: event.exitPlan,
    precisionPlan: event.precisionPlan,
    slippagePlan: event.slippagePlan,
    orders: [],
    windDown: null,
    held: {},
    feesUnpriced: {},
    retries: {},
    claims: {},
    reductions: [],
    openedAt: facts.now,
    closedAt: null,
    closeReason: null,
  };
}

/** One more ladder from the new signal's own entry price, up to the plan's limit (A-03, E-05, E-06). */
export function addPyramid(group: PositionGroup, event: EventOf<'add-pyramid'>, facts: Facts): Told {
  const { signal, start } = event;
  if (group.windDown !== null) {
    const reason = 'group_closing' as const;
    return { state: group, commands: [{ type: 'tell-pool', event: { type: 'entry-bounced', signal, groupId: group.id, reason }, key: `signal:${signal.signalId}:bounced:${group.id}` }] };
  }
  const refuse = (reason: RefusalCode, detail: string, more: Pick<SettleSignal, 'plan'> = {}): Told => ({ state: group, commands: [settled(signal.signalId, 'refused', group.id, { reason, detail, ...more })] });
  const count = group.pyramids.length;
  if (count >= group.entryPlan.maxPyramids) return refuse('max_pyramids_reached', `${count} of ${group.entryPlan.maxPyramids} pyramids are in use`);
  const followed = followStop(group, signal, start.entryPrice, facts);
  if (followed.fault !== null) return refuse('stop_on_wrong_side', followed.fault);
  const { entryPlan, exitPlan, side } = group;
  const used = money(sum(group.pyramids.map(({ capital }) => capital)));
  const { pyramid, plan, refusal } = planPyramid({ entryPlan, exitPlan, side, index: count, start, used, instrument: ladderRules(group, signal, facts) });
  if (refusal !== null) return refuse(refusal.code, refusal.detail, { plan });
  return { state: { ...group, stop: followed.stop, pyramids: [...group.pyramids, pyramid] }, commands: [settled(signal.signalId, 'pyramid_added', group.id, { plan }), ...tellPlan(signal, plan), ...followed.commands] };
}

/** The rules of one more ladder: the group's, unless its signal forces the fallback rules or takes the venue's where the first did not. */
function ladderRules(group: PositionGroup, signal: Signal, { instrument, rulesOfVenue }: Facts): Instrument {
  if (signal.precisionMode === group.precisionPlan.mode) return instrument;
  const rules = effectiveRules(group, rulesOfVenue ?? instrument, { ...group.precisionPlan, mode: signal.precisionMode });
  return typeof rules === 'string' ? instrument : rules.instrument;
}

/** Begins the end of the group; a second request finds nothing to claim. */
export function closeRequested(group: PositionGroup, event: EventOf<'close-requested'>, facts: Facts): Told {
  const commands: GroupCommand[] = event.signalId === null ? [] : [settled(event.signalId, 'closing', group.id)];
  if (group.windDown !== null) return { state: group, commands };
  return { state: { ...group, windDown: { reason: event.reason, signalId: event.signalId, slippageMaxPercent: event.slippageMaxPercent, at: facts.now } }, commands };
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
  const generation = 1 + Math.max(-1, ...group.orders.filter((order) => order.role === 'reduce').map((order) => order.generation));
  const reductions = [...group.reductions, { signalId: event.signalId, slippageMaxPercent: event.slippageMaxPercent, generation }];
  return { state: { ...group, claims, reductions }, commands: event.signalId === null ? [] : [settled(event.signalId, 'reducing', group.id)] };
}
