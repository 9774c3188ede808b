import type { OrderStatus } from './order.ts';

/** What can happen to an order. `lose`: no evidence of the outcome; `prove-absent`: evidence that it never reached the venue. */
export type OrderChange = 'send' | 'withdraw' | 'accept' | 'part-fill' | 'fill' | 'cancel' | 'cancelled' | 'expire' | 'refuse' | 'lose' | 'prove-absent';

type Row = Partial<Record<OrderChange, OrderStatus>>;

const evidence: Row = { accept: 'open', 'part-fill': 'partially_filled', fill: 'filled', cancelled: 'cancelled', expire: 'expired', refuse: 'rejected' };
const lost: Row = { lose: 'unknown', 'prove-absent': 'abandoned' };

/**
 * THE life cycle of an order: status, change, next status. A change that is missing is old news and alters nothing, so reports
 * may come late, twice and out of order (invariant 4).
 */
const table: Record<OrderStatus, Row> = {
  ready: { send: 'sending', withdraw: 'cancelled', cancel: 'cancelling', ...evidence, ...lost },
  sending: { cancel: 'cancelling', ...evidence, ...lost },
  open: { cancel: 'cancelling', ...evidence },
  partially_filled: { cancel: 'cancelling', ...evidence, accept: 'partially_filled' }, // an acceptance that was overtaken by a fill
  cancelling: { ...lost, withdraw: 'cancelled', fill: 'filled', cancelled: 'cancelled', expire: 'expired', refuse: 'rejected' }, // stays cancelling while the venue still shows it open
  unknown: { ...evidence, 'prove-absent': 'abandoned' }, // only evidence ends it (invariant 8)
  filled: {},
  cancelled: { fill: 'filled' }, // the cancel lost its race; the venue's cumulative figure decides
  expired: { fill: 'filled' },
  rejected: evidence, // the venue contradicts its own refusal: what it holds is what counts
  abandoned: evidence, // a late ghost of ours turned up at the venue
};

/** The status after a change; the same status where the change is old news. */
export const transition = (status: OrderStatus, change: OrderChange): OrderStatus => table[status][change] ?? status;

const ended: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['filled', 'cancelled', 'rejected', 'expired', 'abandoned']);

/** Has the order's life ended, as far as its status tells? Fills may still be missing: see `isSettled`. */
export const isEnded = (status: OrderStatus): boolean => ended.has(status);
