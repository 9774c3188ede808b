import type { Money, Price, Qty } from '../num/units.ts';
import type { Time } from '../time.ts';

export type Side = 'long' | 'short';
export type OrderSide = 'buy' | 'sell';
export type OrderType = 'limit' | 'market';

/** What an order is for. The first letter of each is its letter in the client order id. */
export const orderRoles = ['entry', 'take-profit', 'stop', 'close', 'offset', 'reduce'] as const;
export type OrderRole = (typeof orderRoles)[number];

/**
 * ready: decided, not sent · sending: recorded before the socket is touched · open, partially_filled: working ·
 * cancelling: a cancel is on its way · unknown: no evidence yet · abandoned: proved never to have reached the venue.
 */
export const orderStatuses = ['ready', 'sending', 'open', 'partially_filled', 'filled', 'cancelling', 'cancelled', 'rejected', 'expired', 'unknown', 'abandoned'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** One order of a group. Amounts are totals over its fills. */
export interface Order {
  clientOrderId: string;
  venueOrderId: string | null;
  role: OrderRole;
  /** Null for orders that concern the whole group. */
  pyramid: number | null;
  leg: number | null;
  generation: number;
  side: OrderSide;
  type: OrderType;
  price: Price | null;
  /** Of a market order the last traded price when it was decided, null where none was known; its fills are compared with it. */
  priceExpected: Price | null;
  quantity: Qty;
  reduceOnly: boolean;
  status: OrderStatus;
  quantityFilled: Qty;
  /** Price times quantity over the fills. */
  notionalFilled: Money;
  /** The venue's cumulative figure; fills we have not seen yet make it larger than `quantityFilled`. */
  quantityReported: Qty;
  /** Trades already counted, so that each is counted once (invariant 4). */
  tradeIds: string[];
  /** The venue has refused its id as one that an order has already: so the order did arrive, and is never absent, whatever lookups say. */
  existed?: true;
  /** What the venue or we gave as the reason of its end. */
  reason: string | null;
  createdAt: Time;
}

/** One trade of an order, as the venue states it. */
export interface Fill {
  clientOrderId: string;
  tradeId: string;
  price: Price;
  quantity: Qty;
  fee: Money;
  feeAsset: string;
  at: Time;
  /** The same moment by the clock of the prices it was made at, where the venue tells it apart from its own: in a replay. */
  marketAt?: Time;
}

/** What a venue says of an order: cumulative, possibly old, possibly repeated. */
export interface OrderReport {
  clientOrderId: string;
  venueOrderId: string;
  status: 'open' | 'partially_filled' | 'filled' | 'cancelled' | 'expired' | 'rejected';
  quantityFilled: Qty;
  reason: string | null;
  at: Time;
}
