import type { Figures } from '../figures.ts';
import type { Instrument } from '../instrument/instrument.ts';
import { makeTradable } from '../instrument/make-tradable.ts';
import type { GroupCommand, TellRisk } from '../messages/commands.ts';
import type { GroupEvent } from '../messages/events.ts';
import { compare, dec, isPositive, isZero, min, money, price, qty, sum, zeroMoney, zeroQty, type Price, type Ratio } from '../num/units.ts';
import { isSettled } from '../order/apply-fill.ts';
import type { Order } from '../order/order.ts';
import { executionOf, slippedMoreThan } from '../order/slippage.ts';
import { spreadOverLegs } from '../risk/spread-over-legs.ts';
import type { Time } from '../time.ts';
import { averagePrice, costHeld, groupQuantity, legKey, pnlUnrealised, quantityUnclaimed } from './exposure.ts';
import type { OffsetFault, OffsetResult, OffsetSold, OffsetWork } from './offset-work.ts';
import { legsOf, slotOf, workingIn, type PositionGroup } from './position-group.ts';

type Told = { state: PositionGroup; commands: GroupCommand[] };
type Refuse = (reason: OffsetFault, detail: string, figures: Figures) => Told;
type Requested = Extract<GroupEvent, { type: 'offset-requested' }>;
interface Facts {
  now: Time;
  instrument: Instrument;
  priceLast: Price | null;
}

/** Results a group remembers: a request that comes again comes soon. */
const resultsMax = 8;
const nothingSold: OffsetSold = { quantity: zeroQty, notional: zeroMoney, realised: zeroMoney, fees: zeroMoney };

const answer = (group: PositionGroup, result: OffsetResult, attempt: number): TellRisk => ({
  type: 'tell-risk',
  event: { type: 'offset-answered', groupId: group.id, result },
  key: `risk:${result.planId}:${result.step}:answer:${attempt}`,
});

/** The group with a result it will give again. */
const remembering = (group: PositionGroup, result: OffsetResult): PositionGroup => ({ ...group, offsetResults: [...(group.offsetResults ?? []), result].slice(-resultsMax) });

/**
 * Claims what an offset closes of each leg, in the same proportion, or begins the end of the group where all was meant. A
 * request that was heard before is answered with what came of it, or soon will be.
 */
export function offsetRequested(group: PositionGroup, event: Requested, facts: Facts): Told {
  const { planId, step, role, attempt } = event;
  const known = group.offsetResults?.find((each) => each.planId === planId && each.step === step);
  if (known !== undefined) return { state: group, commands: [answer(group, known, attempt)] };
  if (group.offset?.planId === planId && group.offset.step === step) return endOffsetOfClosed({ ...group, offset: { ...group.offset, attempt } }, facts);
  const refuse: Refuse = (reason, detail, figures) => {
    const result: OffsetResult = { planId, step, outcome: 'refused', reason, detail, figures, sold: nothingSold, priceAverage: null, slippagePercent: null, slipped: null, at: facts.now };
    return { state: remembering(group, result), commands: [answer(group, result, attempt)] };
  };
  if (group.closedAt !== null) return refuse('group_closed', `${group.symbol} is closed: ${group.closeReason ?? ''}`, { because: group.closeReason ?? '' });
  if (group.windDown !== null) return refuse('group_closing', `${group.symbol} is closing: ${group.windDown.reason}`, { because: group.windDown.reason });
  if (group.offset != null) return refuse('group_busy', `${group.symbol} is closing a part for plan ${group.offset.planId}`, { plan: group.offset.planId });
  // Its price may have turned since the plan was made: a loss pays for nothing.
  const pnl = facts.priceLast === null ? null : pnlUnrealised(group, facts.priceLast);
  if (role === 'winner' && pnl !== null && !isPositive(pnl)) return refuse('no_profit_left', `${group.symbol} stands at ${pnl} ${group.quote}`, { pnl, quote: group.quote });
  const work: OffsetWork = { planId, step, role, quantity: event.quantity, whole: false, attempt, claims: {}, sold: nothingSold, generation: nextGeneration(group), refused: null, at: facts.now };
  const beyond = dec(groupQuantity(group)).minus(event.quantity);
  // What it has bought since the plan was made is none of the plan's: then only the part is closed.
  if (event.whole && beyond.lessThan(facts.instrument.stepSize)) return { state: { ...group, windDown: { reason: 'offset', signalId: null, slippageMaxPercent: null, at: facts.now }, offset: { ...work, whole: true } }, commands: [] };
  return claimed(group, work, facts, refuse);
}

function claimed(group: PositionGroup, work: OffsetWork, facts: Facts, refuse: Refuse): Told {
  const free = legsOf(group).map(({ pyramid, leg }) => ({ key: legKey(pyramid.index, leg.index), quantity: quantityUnclaimed(group, pyramid.index, leg) }));
  const parts = spreadOverLegs(free, qty(min(work.quantity, sum(free.map(({ quantity }) => quantity)))), facts.instrument.stepSize);
  const total = sum(parts.map(({ quantity }) => quantity));
  const fitted = makeTradable({ type: 'market', price: facts.priceLast ?? averagePrice(group) ?? group.priceBaseEntry, quantity: total, reduceOnly: group.market === 'usdm' }, facts.instrument);
  if (!fitted.ok && fitted.code !== 'above_maximum_quantity') return refuse('too_small', `${group.symbol}: ${fitted.detail}`, { detail: fitted.detail });
  return { state: { ...group, offset: { ...work, claims: Object.fromEntries(parts.map(({ key, quantity }) => [key, quantity])) } }, commands: [] };
}

const nextGeneration = (group: PositionGroup): number => 1 + Math.max(-1, ...group.orders.filter(({ role }) => role === 'offset').map(({ generation }) => generation));

/** Orders that close for it: where all ends, whatever sells. */
const sellsFor = (work: OffsetWork, order: Order): boolean => (work.whole ? order.role !== 'entry' : order.role === 'offset' && order.generation >= work.generation);

/** The group with what an order has sold for its offset counted, between two states. */
export function tallyOffset(before: PositionGroup, after: PositionGroup, clientOrderId: string): PositionGroup {
  const work = after.offset;
  const order = after.orders.find((each) => each.clientOrderId === clientOrderId);
  if (work == null || order === undefined || !sellsFor(work, order)) return after;
  const soldIn = (group: PositionGroup) => {
    const legs = legsOf(group).map(({ leg }) => leg);
    return { quantity: sum(legs.map(({ exited }) => exited.quantity)), notional: sum(legs.map(({ exited }) => exited.notional)), fees: sum(legs.map(({ exited }) => exited.fees)), cost: sum(legs.map(costHeld)) };
  };
  const [was, is] = [soldIn(before), soldIn(after)];
  const quantity = is.quantity.minus(was.quantity);
  if (!quantity.greaterThan(0)) return after;
  const notional = is.notional.minus(was.notional);
  const gain = notional.minus(was.cost.minus(is.cost));
  const { sold } = work;
  return {
    ...after,
    offset: {
      ...work,
      sold: {
        quantity: qty(quantity.plus(sold.quantity)),
        notional: money(notional.plus(sold.notional)),
        realised: money((after.side === 'long' ? gain : gain.negated()).plus(sold.realised)),
        fees: money(is.fees.minus(was.fees).plus(sold.fees)),
      },
    },
  };
}

/** Has a part been closed, or is there no way left to close it? Its claims are given back then. */
export function endOffsetPart(group: PositionGroup, facts: Facts): Told {
  const work = group.offset;
  if (work == null || work.whole || workingIn(group, slotOf('offset', null, null)) !== undefined) return { state: group, commands: [] };
  const left = sum(Object.values(work.claims));
  if (left.isZero() && compare(work.sold.quantity, work.quantity) >= 0) return concluded(group, work, null, facts);
  if (left.isZero()) return concluded(group, work, { reason: 'overtaken', detail: 'other exits have sold a part of it first', figures: { sold: work.sold.quantity, quantity: work.quantity } }, facts);
  if (work.refused !== null) return concluded(group, work, { reason: 'refused_by_venue', detail: work.refused, figures: { message: work.refused } }, facts);
  if (group.windDown !== null) return concluded(group, work, { reason: 'group_closing', detail: `the group is closing: ${group.windDown.reason}`, figures: { because: group.windDown.reason } }, facts);
  return { state: group, commands: [] };
}

/** What an offset has claimed and the venue would not take any more is given back. */
export const endOffsetStuck = (group: PositionGroup, why: string, facts: Facts): Told => (group.offset == null ? { state: group, commands: [] } : concluded(group, group.offset, { reason: 'too_small', detail: why, figures: { detail: why } }, facts));

/** Has the group ended: for its offset, or with a part of it still claimed, which nobody would answer for any more? */
export function endOffsetOfClosed(group: PositionGroup, facts: Facts): Told {
  const work = group.offset;
  if (work == null || group.closedAt === null) return { state: group, commands: [] };
  if (work.whole || compare(work.sold.quantity, work.quantity) >= 0) return concluded(group, work, null, facts);
  const because = group.closeReason ?? '';
  return concluded(group, work, { reason: 'group_closed', detail: `${group.symbol} is closed: ${because}`, figures: { because } }, facts);
}

/** The end of an offset's work; `fault` where it was not done, or not wholly. */
function concluded(group: PositionGroup, work: OffsetWork, fault: { reason: OffsetFault; detail: string; figures: Figures } | null, { now }: Pick<Facts, 'now'>): Told {
  const { planId, step, sold, attempt } = work;
  const orders = group.orders.filter((order) => sellsFor(work, order) && order.type === 'market' && order.createdAt >= work.at && isSettled(order));
  const percents = orders.flatMap((order) => executionOf(order)?.percent ?? []);
  const worst = percents.reduce<Ratio | null>((most, percent) => (most === null || compare(percent, most) > 0 ? percent : most), null);
  const result: OffsetResult = {
    ...{ planId, step, sold, ...(fault ?? { reason: null, detail: null, figures: {} }) },
    outcome: fault === null ? 'closed' : isZero(sold.quantity) ? 'refused' : 'partly',
    priceAverage: isZero(sold.quantity) ? null : price(dec(sold.notional).dividedBy(sold.quantity).toDecimalPlaces(12)),
    slippagePercent: worst,
    slipped: orders.some((order) => slippedMoreThan(order, group.slippagePlan.maxPercent)) ? group.slippagePlan.action : null,
    at: now,
  };
  return { state: { ...remembering(group, result), offset: null }, commands: [answer(group, result, attempt)] };
}
