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
  /** Null where the position has one common target. */
  tpPercent: DecimalText | null;
  limitPrice: DecimalText | null;
  quantity: DecimalText;
  quantityFilled: DecimalText;
  priceFillAverage: DecimalText | null;
  /** The leg's own; that of the position where it has one common target. */
  takeProfitPrice: DecimalText | null;
  /** How far the last price has come from the leg's fill to its take-profit: whole percent, cut off, 0 to 100. */
  progressPercent: DecimalText | null;
  state: LegState;
  reason: string | null;
}
export interface Pyramid {
  index: number;
  entryPrice: DecimalText;
  /** Of what it still holds; null when it holds nothing. */
  priceAverage: DecimalText | null;
  legs: Leg[];
}
export interface PositionDetail extends Position {
  /** Price of the first entry fill, until there is one that of the first signal; gaps are taken from each pyramid's own entry price. */
  baseEntryPrice: DecimalText;
  /** Decimals with which the symbol's price and quantity are shown; null while metadata is not loaded. */
  instrument: { tickSize: DecimalText; stepSize: DecimalText; notionalMin: DecimalText | null; base: string; quote: string } | null;
  /** Where the whole position takes its profit: in the modes with a common target, while something is held. */
  target: { price: DecimalText; percent: DecimalText } | null;
  /** Where the whole position is stopped. `watched`: Tranche watches it, no order rests at the venue. */
  /** Quote currency: cost of what is held, and what waits in entries that have not filled. */
  capital: { deployed: DecimalText; locked: DecimalText };
  stop: { price: DecimalText; watched: boolean } | null;
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
  /** Of a market order the last traded price when it was decided; null where none was known, and for limit orders. */
  priceExpected: DecimalText | null;
  /** How much worse than expected a market order was filled, once it has ended; negative where it was better. */
  slippagePercent: DecimalText | null;
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
  /** The same moment by the clock of the prices, as candles have it; null where it is the venue's. In a replay the two are years apart. */
  marketAt: Instant | null;
}

export type QueueReason =
  | 'pool_full'
  | 'opposite_side'
  | 'missing_precision'
  | 'group_closing'
  | 'price_band'
  | 'awaiting_confirmation'
  | 'account_disabled'
  | 'halted'
  | 'no_price'
  | 'no_balance'
  | 'insufficient_balance';
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
  /** When a newer signal last took its place. */
  replacedAt: Instant | null;
  /** When it leaves the queue by itself; null where it waits for ever. */
  expiresAt: Instant | null;
  rank: number;
  /** A pyramid of a group that is open. */
  continuation: boolean;
  /** Would promoting it do something now: let it go, or confirm it? */
  promotable: boolean;
  /** Why not, in words with numbers. */
  promotableReason: string | null;
  /** The same for forcing, which lifts the limit of the pool and nothing else. */
  forcible: boolean;
  forcibleReason: string | null;
}
/** What became of a request to promote, force or remove. `requested`: it is stored, and no worker has answered yet. */
export interface QueueAnswer {
  status: 'done' | 'requested';
  requestId: Id;
  /** What became of the entry's signal, such as opened, pyramid_added or removed_from_queue; queued where it was confirmed and waits on. */
  outcome: string | null;
  /** Why it waits on, in words. */
  detail: string | null;
  groupId: Id | null;
}
export interface Pool {
  slots: number;
  used: number;
  waiting: number;
}
