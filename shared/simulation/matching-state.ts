/**
 * What the matching core knows: plain data in Binance's words, because Binance's wire is what the paper exchange speaks.
 * Every amount is exact decimal text, sums over open orders apart. A world is never changed in place; `transact` in `matching-draft.ts` makes the next one.
 */
import type { Dec } from '#shared/engine/num/units';

export type SimMarket = 'spot' | 'usdm';
export type SimSide = 'BUY' | 'SELL';
export type SimOrderType =
  | 'LIMIT'
  | 'MARKET'
  | 'LIMIT_MAKER'
  | 'STOP_LOSS'
  | 'STOP_LOSS_LIMIT'
  | 'TAKE_PROFIT'
  | 'TAKE_PROFIT_LIMIT'
  | 'STOP'
  | 'STOP_MARKET'
  | 'TAKE_PROFIT_MARKET'
  | 'TRAILING_STOP_MARKET';
export type SimTimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTX' | 'GTE_GTC';
export type SimOrderStatus =
  | 'NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'EXPIRED'
  | 'REJECTED'
  // Only orders of the algo service know these two.
  | 'TRIGGERED'
  | 'FINISHED';

/** A tradable pair with the rules its venue enforces. `null` limits are not enforced. */
export interface SimInstrument {
  market: SimMarket;
  symbol: string;
  base: string;
  quote: string;
  tick: string;
  priceMin: string;
  priceMax: string;
  step: string;
  quantityMin: string;
  quantityMax: string;
  marketQuantityMax: string;
  notionalMin: string;
  /** A limit price may not leave last x [down, up]; on USD-M only the side that would trade at once is bound. */
  bandUp: string;
  bandDown: string;
  maxOrders: number;
  maxConditionalOrders: number;
  maintenanceRatio: string;
  trading: boolean;
}

/** An order, or (`kind` algo) a conditional order of the USD-M algo service, which begets an order when it triggers. */
export interface SimOrder {
  id: number;
  kind: 'order' | 'algo';
  accountId: string;
  market: SimMarket;
  symbol: string;
  clientOrderId: string;
  side: SimSide;
  type: SimOrderType;
  timeInForce: SimTimeInForce;
  /** 0 for an algo order that closes the whole position. */
  quantity: string;
  /** The amount of quote currency a spot market order was given by, if it was. */
  quoteQuantity: string | null;
  price: string | null;
  stopPrice: string | null;
  callbackRate: string | null;
  activationPrice: string | null;
  /** Trailing only: the best price since it became active; null while it is not. */
  extreme: string | null;
  filled: string;
  quoteFilled: string;
  reduceOnly: boolean;
  closePosition: boolean;
  /** On the book; false while its condition waits. */
  working: boolean;
  /** Number of portions the order fills in; 1 fills at once. */
  fillParts: number;
  /** Spot: how much of the paying asset it holds back. */
  locked: string;
  status: SimOrderStatus;
  /** Algo: the order it begot. Order: the algo order it came from. */
  linkedId: number | null;
  reason: string | null;
  createdAt: number;
  updatedAt: number;
  triggeredAt: number | null;
}

export interface SimBalance {
  /** USD-M: the wallet balance. */
  free: string;
  /** USD-M: always 0; margin is computed, never set aside. */
  locked: string;
}

/** A one-way position. Average entry is cost / |quantity|; the cost itself is kept, so that realised profit is exact over any number of partial closes. */
export interface SimPosition {
  symbol: string;
  /** Negative is short. */
  quantity: string;
  cost: string;
  leverage: number;
  marginType: 'cross' | 'isolated';
  realised: string;
  updatedAt: number;
}

/** What an account has open in one symbol, so that the checks of a new order need not look at the others: with 1,500 open ones that was most of its work. */
export interface OpenTally {
  /** Open orders of the book and of its stops; algo orders have a space of their own. */
  readonly orders: number;
  /** Open orders of either kind whose condition waits. */
  readonly waiting: number;
  /** Open notional of plain orders; reduce-only ones need no margin, conditional ones are checked when they trigger. */
  readonly buys: Dec;
  readonly sells: Dec;
}

export interface SimAccount {
  id: string;
  market: SimMarket;
  makerRate: string;
  takerRate: string;
  balances: ReadonlyMap<string, SimBalance>;
  /** Also holds flat symbols whose leverage or margin type was set. */
  positions: ReadonlyMap<string, SimPosition>;
  /** Open orders, and triggered algo orders whose order is still open. */
  orders: ReadonlyMap<number, SimOrder>;
  /** What is open by symbol, and ids of open orders by client order id: kept by `saveOrder`, derived from `orders` alone. */
  tallies: ReadonlyMap<string, OpenTally>;
  clientIds: ReadonlyMap<string, readonly number[]>;
}

/** One symbol's price and who has something at stake in it. */
export interface SimBook {
  market: SimMarket;
  symbol: string;
  last: string | null;
  at: number;
  /** How far the prices' own clock is behind that of the exchange: years in a replay, next to nothing otherwise. */
  lag: number;
  /** Account of each open order. */
  orders: ReadonlyMap<number, string>;
  /** Accounts with a position. */
  holders: ReadonlySet<string>;
  /** A price strictly between the two can touch no order: floats, only ever used to skip a scan. */
  guardLow: number;
  guardHigh: number;
}

export interface World {
  instruments: ReadonlyMap<string, SimInstrument>;
  accounts: ReadonlyMap<string, SimAccount>;
  books: ReadonlyMap<string, SimBook>;
  nextOrderId: number;
  nextTradeId: number;
}

export interface SimFill {
  id: number;
  orderId: number;
  accountId: string;
  market: SimMarket;
  symbol: string;
  clientOrderId: string;
  side: SimSide;
  price: string;
  quantity: string;
  quote: string;
  fee: string;
  feeAsset: string;
  maker: boolean;
  /** Profit realised by this fill before fees; 0 on spot. */
  realised: string;
  at: number;
  /** The same moment by the clock of the prices. */
  marketAt: number;
}

export type LedgerKind = 'TRANSFER' | 'TRADE' | 'COMMISSION' | 'REALIZED_PNL' | 'INSURANCE_CLEAR';

/** One change of one asset's total (free and locked together). */
export interface LedgerRow {
  accountId: string;
  at: number;
  kind: LedgerKind;
  asset: string;
  delta: string;
  balance: string;
  symbol: string | null;
  orderId: number | null;
  tradeId: number | null;
}

export interface AssetBalance extends SimBalance {
  asset: string;
}

/** What happened, in order; the paper exchange turns each into the venue's stream events. */
export type Happening =
  | { kind: 'order'; execution: 'NEW' | 'CANCELED' | 'EXPIRED' | 'WORKING'; order: SimOrder; balances: AssetBalance[]; cancelId: string | null; at: number }
  | { kind: 'fill'; order: SimOrder; fill: SimFill; balances: AssetBalance[]; position: SimPosition | null; at: number }
  | { kind: 'algo'; order: SimOrder; at: number }
  | { kind: 'transfer'; accountId: string; balances: AssetBalance[]; deltas: { asset: string; delta: string }[]; at: number }
  | { kind: 'leverage'; accountId: string; symbol: string; leverage: number; at: number };

export const bookKey = (market: SimMarket, symbol: string): string => `${market}:${symbol}`;

export const emptyWorld: World = { instruments: new Map(), accounts: new Map(), books: new Map(), nextOrderId: 1, nextTradeId: 1 };

/** Is the order still able to fill or trigger? */
export const isOpen = (order: SimOrder): boolean => order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';

/** An order with nothing in it yet. */
export const blankOrder: SimOrder = {
  id: 0,
  kind: 'order',
  accountId: '',
  market: 'spot',
  symbol: '',
  clientOrderId: '',
  side: 'BUY',
  type: 'MARKET',
  timeInForce: 'GTC',
  quantity: '0',
  quoteQuantity: null,
  price: null,
  stopPrice: null,
  callbackRate: null,
  activationPrice: null,
  extreme: null,
  filled: '0',
  quoteFilled: '0',
  reduceOnly: false,
  closePosition: false,
  working: true,
  fillParts: 1,
  locked: '0',
  status: 'NEW',
  linkedId: null,
  reason: null,
  createdAt: 0,
  updatedAt: 0,
  triggeredAt: null,
};
