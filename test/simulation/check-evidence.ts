import type { GroupEvent } from '#shared/engine/messages/events';
import { compare } from '#shared/engine/num/units';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { reportOf, type SimulatedVenue } from '#shared/simulation/simulated-venue';
import { holds } from './violation.ts';

/**
 * Invariant 8, from the venue's side: whatever a group is told of an order must be so. A report is a state the venue has shown, a trade
 * is one it made; refused, absent and withdrawn orders are not there and cannot come any more.
 */
export function checkEvidence(event: GroupEvent, venue: SimulatedVenue): void {
  if (event.type === 'order-refused' || event.type === 'order-absent' || event.type === 'order-withdrawn') {
    const there = venue.ordersOf(event.clientOrderId);
    holds(8, there.length === 0 && !venue.onTheWay.has(event.clientOrderId), () => `${event.clientOrderId} is taken for ${event.type.slice(6)}, but the venue ${there.length > 0 ? 'has it' : 'may still get it'}`);
  }
  if (event.type !== 'order-report') return;
  const known = venue.ordersOf(event.clientOrderId);
  holds(8, known.length > 0, () => `${event.clientOrderId} is reported, but the venue never had it`);
  const { report } = event;
  const shown = report === null || known.some(({ versions }) => versions.some(({ order }) => reportOf(order).status === report.status && compare(order.filled, report.quantityFilled) === 0));
  holds(8, shown, () => `${event.clientOrderId} is reported ${report?.status} with ${report?.quantityFilled} filled, the venue never said so`);
  for (const fill of event.fills) {
    const made = known.some(({ trades }) => trades.some((trade) => trade.tradeId === fill.tradeId && trade.price === fill.price && trade.quantity === fill.quantity && trade.fee === fill.fee));
    holds(8, made, () => `${event.clientOrderId} is told a trade ${fill.tradeId} that the venue did not make`);
  }
}

/** Invariant 8, from ours: an order leaves *unknown* by news of itself and by nothing else. */
export function checkUnknown(before: PositionGroup | undefined, after: PositionGroup, event: GroupEvent): void {
  const unknown = before?.orders.filter((order) => order.status === 'unknown') ?? [];
  for (const order of unknown) {
    const now = after.orders.find((each) => each.clientOrderId === order.clientOrderId);
    const told = 'clientOrderId' in event && event.clientOrderId === order.clientOrderId;
    holds(8, now !== undefined && (now.status === 'unknown' || told), () => `${order.clientOrderId} went from unknown to ${now?.status ?? 'nothing'} by ${event.type}`);
  }
}
