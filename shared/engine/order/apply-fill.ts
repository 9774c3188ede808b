import { compare, dec, max, min, money, qty, type Qty } from '../num/units.ts';
import type { Fill, Order, OrderReport } from './order.ts';
import { isEnded, transition, type OrderChange } from './transition.ts';

const changeOf: Record<OrderReport['status'], OrderChange> = {
  open: 'accept',
  partially_filled: 'part-fill',
  filled: 'fill',
  cancelled: 'cancelled',
  expired: 'expire',
  rejected: 'refuse',
};

/** The order after a venue's report. Cumulative figures only grow, so an old report alters nothing. */
export function applyReport(order: Order, report: OrderReport): Order {
  const reported = max(order.quantityReported, report.quantityFilled);
  const complete = compare(reported, order.quantity) >= 0;
  const status = transition(order.status, complete ? 'fill' : changeOf[report.status]);
  return {
    ...order,
    venueOrderId: report.venueOrderId || order.venueOrderId,
    status,
    quantityReported: qty(reported),
    reason: report.reason ?? order.reason,
  };
}

/** The order with a trade counted, or the same object when that trade was counted before (invariant 4). */
export function applyFill(order: Order, fill: Fill): Order {
  if (order.tradeIds.includes(fill.tradeId)) return order;
  const filled = dec(order.quantityFilled).plus(fill.quantity);
  const complete = filled.greaterThanOrEqualTo(order.quantity);
  return {
    ...order,
    status: transition(order.status, complete ? 'fill' : 'part-fill'),
    quantityFilled: qty(filled),
    quantityReported: qty(max(order.quantityReported, filled)),
    notionalFilled: money(dec(order.notionalFilled).plus(dec(fill.price).times(fill.quantity))),
    tradeIds: [...order.tradeIds, fill.tradeId],
  };
}

/** Has it ended, and is every trade the venue speaks of counted? Only then may its slot be used again. */
export const isSettled = (order: Order): boolean => isEnded(order.status) && compare(order.quantityFilled, order.quantityReported) >= 0;

/** What could still fill, zero once settled. */
export const quantityRemaining = (order: Order): Qty => (isSettled(order) ? qty(0) : qty(dec(order.quantity).minus(min(order.quantityFilled, order.quantity))));
