import type { OrderRole, OrderSide, OrderStatus, OrderType, Side } from '#shared/engine/order/order';
import type { AccountMode, DecimalText, Id, Instant, MarketName } from './http.ts';

/** What the REST interface answers about positions, their orders and fills, and the queue before them. */

export type PositionStatus = 'waiting' | 'live' | 'partially_filled' | 'active' | 'closing' | 'closed';
export interface Position {
  id: Id;
  accountId: Id;
  accountName: string;
  /** paper, testnet or live: of the account. */
  mode: AccountMode;
  exchange: string;
  market: MarketName;
  symbol: string;
  timeframe: string;
  side: Side;
  status: PositionStatus;
  tpMode: string;
  pyramidCount: number;
  maxPyramids: number;
  quantity: DecimalText;
  priceEntryAverage: DecimalText | null;
  /** Last traded price known; null before the first. */
  priceLast: DecimalText | null;
  pnlRealised: DecimalText;
  pnlUnrealised: DecimalText | null;
  pnlUnrealisedPercent: DecimalText | null;
  feesPaid: DecimalText;
  /** Quantity held at the last price, in quote currency. */
  value: DecimalText | null;
  quoteAsset: string;
  /** Decimals of the instrument's grid; null while its metadata is not loaded. */
  priceDecimals: number | null;
  quantityDecimals: number | null;
  openedAt: Instant;
  closedAt: Instant | null;
  closeReason: string | null;
  legsFilled: number;
  legsTotal: number;
}
export type LegState = 'pending' | 'open' | 'partially_filled' | 'filled' | 'tp_hit' | 'closed' | 'cancelled' | 'blocked';
export interface Leg {
  index: number;
  gapPercent: DecimalText;
  weightPercent: DecimalText;
  tpPercent: DecimalText | null;
  limitPrice: DecimalText | null;
  quantity: DecimalText;
  quantityFilled: DecimalText;
  priceFillAverage: DecimalText | null;
  takeProfitPrice: DecimalText | null;
  /** How far the last price has come from the leg's fill to its take-profit, 0 to 100. */
  progressPercent: DecimalText | null;
  state: LegState;
  reason: string | null;
}
export interface Pyramid {
  index: number;
  entryPrice: DecimalText;
  legs: Leg[];
}
export interface PositionDetail extends Position {
  /** Decimals with which the symbol's price and quantity are shown; null while metadata is not loaded. */
  instrument: { tickSize: DecimalText; stepSize: DecimalText; notionalMin: DecimalText | null; base: string; quote: string } | null;
  pyramids: Pyramid[];
  orders: OrderView[];
  fills: FillView[];
  journal: JournalLine[];
}
/** One event of a group's journal: `code` and `params` to word it in any language, `text` worded in English. */
export interface JournalLine {
  sequence: number;
  at: Instant;
  code: string;
  params: Record<string, string | null>;
  text: string;
}

export interface OrderView {
  clientOrderId: string;
  venueOrderId: string | null;
  groupId: Id;
  accountId: Id;
  exchange: string;
  symbol: string;
  role: OrderRole;
  pyramid: number | null;
  leg: number | null;
  side: OrderSide;
  type: OrderType;
  price: DecimalText | null;
  quantity: DecimalText;
  quantityFilled: DecimalText;
  priceFillAverage: DecimalText | null;
  status: OrderStatus;
  reason: string | null;
  createdAt: Instant;
  sentAt: Instant | null;
  acceptedAt: Instant | null;
  updatedAt: Instant;
}
export interface FillView {
  tradeId: string;
  clientOrderId: string;
  groupId: Id;
  accountId: Id;
  symbol: string;
  role: OrderRole | null;
  side: OrderSide | null;
  price: DecimalText;
  quantity: DecimalText;
  fee: DecimalText;
  feeAsset: string;
  at: Instant;
}

export type QueueReason = 'pool_full' | 'opposite_side' | 'missing_precision' | 'group_closing';
export interface QueueEntry {
  id: Id;
  signalId: Id | null;
  accountId: Id;
  exchange: string;
  symbol: string;
  timeframe: string;
  side: Side;
  reason: QueueReason;
  entryPrice: DecimalText | null;
  priceLast: DecimalText | null;
  lossPercent: DecimalText | null;
  replacementCount: number;
  expectedProfit: DecimalText | null;
  queuedAt: Instant;
  rank: number;
}
export interface Pool {
  slots: number;
  used: number;
  waiting: number;
}
