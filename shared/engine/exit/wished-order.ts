import type { Price, Qty } from '../num/units.ts';
import type { OrderRole, OrderSide, OrderType } from '../order/order.ts';

/** An order that should be working now. Its slot (role, pyramid, leg) is its identity. */
export interface WishedOrder {
  role: OrderRole;
  pyramid: number | null;
  leg: number | null;
  side: OrderSide;
  type: OrderType;
  price: Price | null;
  /** What should still be able to fill. */
  quantity: Qty;
  reduceOnly: boolean;
}

/** What should be working, and for each slot that should have an order but cannot yet, why. */
export interface Wishes {
  orders: WishedOrder[];
  held: Record<string, string>;
}
