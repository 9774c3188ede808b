import type { Market } from '../instrument/instrument.ts';
import type { Price, Qty } from '../num/units.ts';
import type { OrderReport, OrderRole, OrderStatus, OrderType } from '../order/order.ts';
import type { PositionGroup } from '../position/position-group.ts';
import type { Time } from '../time.ts';

/** What the venue tells of one account: what it holds, then which orders are open, then what became of those of ours that are not. */
export interface VenueAccount {
  /** By holding: USD-M a symbol, signed, without those that are flat; spot an asset, all of its balance. What is not `listed` stands under the venue's own name. */
  holdings: Record<string, { quantity: Qty; priceEntry: Price | null; listed?: false }>;
  /** Open orders by client order id, whoever has placed them. */
  open: Record<string, { symbol: string; report: OrderReport }>;
  /** What it answered of orders by name. An order that is missing here could not be asked for. */
  answers: Record<string, OrderReport | 'not-found'>;
}

/** An order of ours that may be at the venue. */
export interface OwnOrder {
  clientOrderId: string;
  groupId: string;
  symbol: string;
  role: OrderRole;
  type: OrderType;
  status: OrderStatus;
  quantityFilled: Qty;
  quantityReported: Qty;
  /** Recorded as sending at some time; others cannot be at the venue. */
  sent: boolean;
  changedAt: Time;
}

/** What our rows say of the same account. */
export interface OwnAccount {
  market: Market;
  groups: { group: PositionGroup; changedAt: Time }[];
  /** In flight, or with trades that are not counted. */
  orders: OwnOrder[];
  /** Of open orders at the venue that carry our scheme and are not among these: what our rows say of them; null where there is no row. */
  strangers: Record<string, { groupId: string; status: OrderStatus } | null>;
  /** Of such orders those that another account of this deployment has sent, by that account: both have keys of one account at the venue. */
  elsewhere: Record<string, string>;
  /** Symbols of which something changed while the venue was asked. */
  moved: ReadonlySet<string>;
  /** The smallest quantity that can be traded, by symbol; absent where the rules are not known. */
  steps: Record<string, Qty>;
}

/** What is compared in quantity: on USD-M a symbol has one net position, on spot an asset has one balance. */
export const holdingOf = (market: Market, { symbol, base }: Pick<PositionGroup, 'symbol' | 'base'>): string => (market === 'usdm' ? symbol : base);
