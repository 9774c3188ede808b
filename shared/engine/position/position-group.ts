import type { EntryPlan } from '../entry/entry-plan.ts';
import type { ExitPlan } from '../exit/exit-plan.ts';
import type { WatchedStop } from '../exit/stop-price.ts';
import type { Market } from '../instrument/instrument.ts';
import type { PrecisionPlan } from '../instrument/precision-plan.ts';
import type { Money, Price, Qty, Ratio } from '../num/units.ts';
import { isSettled } from '../order/apply-fill.ts';
import type { Order, Side } from '../order/order.ts';
import type { SlippagePlan } from '../order/slippage.ts';
import type { Time } from '../time.ts';
import type { OffsetResult, OffsetWork } from './offset-work.ts';

/** live: orders placed, none filled · partially_filled: an entry leg still open · active: held, no entry leg open. */
export type GroupStatus = 'waiting' | 'live' | 'partially_filled' | 'active' | 'closing' | 'closed';

/** Totals of the trades in one direction. `quantity` of entries is what was received: net of fees taken in the base asset. */
export interface Traded {
  quantity: Qty;
  notional: Money;
  /** In quote currency, base-asset fees at their fill price. */
  fees: Money;
}

/** A part of a trade that sold more than its group was known to hold. */
export interface SoldBeyond extends Pick<Order, 'role' | 'pyramid' | 'leg'> {
  quantity: Qty;
  price: Price;
  /** In quote currency. */
  fee: Money;
  /** By the venue's clock. */
  at: Time;
}

/** One partial order of a ladder with its own gap, weight and target. */
export interface Leg {
  index: number;
  gapPercent: Ratio;
  weightPercent: Ratio;
  tpPercent: Ratio;
  /** Null until the first leg's real fill is known (A-02, market entry). */
  priceLimit: Price | null;
  quantity: Qty;
  /** Why no entry order goes out for it, in words with numbers; null where one does. */
  blocked: string | null;
  entered: Traded;
  exited: Traded;
  /** What sold its quantity last. */
  exitedBy: 'take-profit' | 'close' | 'stop' | 'offset' | 'reduce' | null;
}

/** One entry signal's ladder. Index 0 is the initial entry. */
export interface Pyramid {
  index: number;
  signalId: string;
  /** Raw, not rounded: gaps are taken from it. */
  entryPrice: Price;
  capital: Money;
  /** What its signal allows its market orders to slip; null where the group's plan decides. */
  slippageMaxPercent: Ratio | null;
  legs: Leg[];
  /** When the group took it in. Absent, as `completeAt`, in groups stored before it was noted. */
  addedAt?: Time;
  /** When, with this pyramid the newest, no entry of the group was left to wait for; the risk timer goes by it. */
  completeAt?: Time | null;
}

export type CloseReason = 'exit_signal' | 'take_profit' | 'stop_loss' | 'manual' | 'close_all' | 'reverse' | 'offset' | 'entries_ended' | 'refused';

/** The end of a group has begun: unfilled entries are cancelled, what is held is sold at market. */
export interface WindDown {
  reason: CloseReason;
  signalId: string | null;
  /** What the signal that asked for it allows to slip; null where the group's plan decides. */
  slippageMaxPercent: Ratio | null;
  at: Time;
}

/** Who asked for a reduction, and what may slip. */
export interface Reduction {
  signalId: string | null;
  slippageMaxPercent: Ratio | null;
  /** Of the first reducing order that can sell for it: one that is in flight already was sent for somebody else. */
  generation: number;
}

/** Who a group is: one per user, account, symbol, timeframe and side. */
export interface GroupKey {
  userId: string;
  accountId: string;
  symbol: string;
  timeframe: string;
  side: Side;
}

/** A slot whose last order was refused. */
export interface Retry {
  count: number;
  notBefore: Time;
  reason: string;
}

/** A position being worked: its plans, its pyramids, its orders. Plain JSON, so that equal groups are equal text. */
export interface PositionGroup extends GroupKey {
  id: string;
  venue: string;
  market: Market;
  base: string;
  quote: string;
  status: GroupStatus;
  /** Of the alert that opened it: override rules for a strategy go by it. */
  alertName: string | null;
  entryPlan: EntryPlan;
  exitPlan: ExitPlan;
  precisionPlan: PrecisionPlan;
  slippagePlan: SlippagePlan;
  /** Closes the whole position when the price reaches it; null where no signal's stop is enforced. */
  stop: WatchedStop | null;
  /** The signal's price, replaced by the first real fill; display only. */
  priceBaseEntry: Price;
  pyramids: Pyramid[];
  orders: Order[];
  windDown: WindDown | null;
  /** Slots that want an order but may not have one yet, with the reason; `take-profit:0:1` is leg 1 of pyramid 0. */
  held: Record<string, string>;
  /** Fees in assets that have no price in quote currency, by asset. */
  feesUnpriced: Record<string, string>;
  /** Slots whose last order was refused: how often in a row, and before when no new attempt is made. */
  retries: Record<string, Retry>;
  /** Quantity per leg (`0:1`) that a reduction has claimed and not sold yet; take-profits leave it alone. */
  claims: Record<string, Qty>;
  /** What others have closed of it at the venue, per leg; absent in groups where that never was. A trade of its own that finds nothing else to sell takes its place. */
  outside?: Record<string, Traded>;
  /** What exits have sold that the group was not known to hold; absent in groups where that never was. What was bought before it and is heard of later takes its place. */
  beyond?: SoldBeyond[];
  /** Every reduction asked for, oldest first. */
  reductions: Reduction[];
  /** The part of an offset that it is closing now. Absent, as `offsetResults`, in groups that never had one. */
  offset?: OffsetWork | null;
  /** What came of the last offsets, newest last. */
  offsetResults?: OffsetResult[];
  /** Newest entry fill, by the market's clock; absent before the first. */
  entryFilledAt?: Time;
  openedAt: Time;
  closedAt: Time | null;
  closeReason: CloseReason | null;
}

/** A leg with the pyramid it stands in. */
export interface PlacedLeg {
  pyramid: Pyramid;
  leg: Leg;
}

export const legsOf = (group: PositionGroup): PlacedLeg[] => group.pyramids.flatMap((pyramid) => pyramid.legs.map((leg) => ({ pyramid, leg })));

/** `role:pyramid:leg`: the place an order fills; at most one order of a slot is in flight. */
export const slotOf = (role: string, pyramid: number | null, leg: number | null): string => `${role}:${pyramid ?? '-'}:${leg ?? '-'}`;
export const slotOfOrder = (order: Order): string => slotOf(order.role, order.pyramid, order.leg);
/** The newest order of a slot that has not settled yet. */
export const workingIn = (group: PositionGroup, slot: string): Order | undefined => group.orders.findLast((order) => slotOfOrder(order) === slot && !isSettled(order));
