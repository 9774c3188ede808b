import type { LedgerRow, SimAccount, SimFill, SimInstrument, SimOrder, SimPosition } from '#shared/simulation/matching-state';

/** A row as PostgreSQL returns it: `numeric` and `bigint` are text. */
export type Row = Record<string, unknown>;

const text = (value: unknown): string => String(value);
const maybe = (value: unknown): string | null => (value === null ? null : trimmed(value));
const number = (value: unknown): number => Number(value);
/** `numeric` keeps the digits it was given; the engine writes none that say nothing, so neither may what is read back. */
const trimmed = (value: unknown): string => {
  const digits = String(value);
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
};

export const orderRow = (order: SimOrder): Row => ({
  id: order.id,
  kind: order.kind,
  account_id: order.accountId,
  market: order.market,
  symbol: order.symbol,
  client_order_id: order.clientOrderId,
  side: order.side,
  type: order.type,
  time_in_force: order.timeInForce,
  quantity: order.quantity,
  quote_quantity: order.quoteQuantity,
  price: order.price,
  stop_price: order.stopPrice,
  callback_rate: order.callbackRate,
  activation_price: order.activationPrice,
  extreme: order.extreme,
  filled: order.filled,
  quote_filled: order.quoteFilled,
  reduce_only: order.reduceOnly,
  close_position: order.closePosition,
  working: order.working,
  fill_parts: order.fillParts,
  locked: order.locked,
  status: order.status,
  linked_id: order.linkedId,
  reason: order.reason,
  created_at: order.createdAt,
  updated_at: order.updatedAt,
  triggered_at: order.triggeredAt,
});

export const orderOf = (row: Row): SimOrder => ({
  id: number(row.id),
  kind: row.kind as SimOrder['kind'],
  accountId: text(row.account_id),
  market: row.market as SimOrder['market'],
  symbol: text(row.symbol),
  clientOrderId: text(row.client_order_id),
  side: row.side as SimOrder['side'],
  type: row.type as SimOrder['type'],
  timeInForce: row.time_in_force as SimOrder['timeInForce'],
  quantity: trimmed(row.quantity),
  quoteQuantity: maybe(row.quote_quantity),
  price: maybe(row.price),
  stopPrice: maybe(row.stop_price),
  callbackRate: maybe(row.callback_rate),
  activationPrice: maybe(row.activation_price),
  extreme: maybe(row.extreme),
  filled: trimmed(row.filled),
  quoteFilled: trimmed(row.quote_filled),
  reduceOnly: row.reduce_only === true,
  closePosition: row.close_position === true,
  working: row.working === true,
  fillParts: number(row.fill_parts),
  locked: trimmed(row.locked),
  status: row.status as SimOrder['status'],
  linkedId: row.linked_id === null ? null : number(row.linked_id),
  reason: row.reason === null ? null : text(row.reason),
  createdAt: number(row.created_at),
  updatedAt: number(row.updated_at),
  triggeredAt: row.triggered_at === null ? null : number(row.triggered_at),
});

export const fillRow = (fill: SimFill): Row => ({
  id: fill.id,
  order_id: fill.orderId,
  account_id: fill.accountId,
  market: fill.market,
  symbol: fill.symbol,
  client_order_id: fill.clientOrderId,
  side: fill.side,
  price: fill.price,
  quantity: fill.quantity,
  quote: fill.quote,
  fee: fill.fee,
  fee_asset: fill.feeAsset,
  maker: fill.maker,
  realised: fill.realised,
  at: fill.at,
  market_at: fill.marketAt,
});

export const fillOf = (row: Row): SimFill => ({
  id: number(row.id),
  orderId: number(row.order_id),
  accountId: text(row.account_id),
  market: row.market as SimFill['market'],
  symbol: text(row.symbol),
  clientOrderId: text(row.client_order_id),
  side: row.side as SimFill['side'],
  price: trimmed(row.price),
  quantity: trimmed(row.quantity),
  quote: trimmed(row.quote),
  fee: trimmed(row.fee),
  feeAsset: text(row.fee_asset),
  maker: row.maker === true,
  realised: trimmed(row.realised),
  at: number(row.at),
  marketAt: number(row.market_at ?? row.at),
});

export const ledgerRow = (row: LedgerRow): Row => ({
  account_id: row.accountId,
  at: row.at,
  kind: row.kind,
  asset: row.asset,
  delta: row.delta,
  balance: row.balance,
  symbol: row.symbol,
  order_id: row.orderId,
  trade_id: row.tradeId,
});

export const ledgerOf = (row: Row): LedgerRow & { id: number } => ({
  id: number(row.id),
  accountId: text(row.account_id),
  at: number(row.at),
  kind: row.kind as LedgerRow['kind'],
  asset: text(row.asset),
  delta: trimmed(row.delta),
  balance: trimmed(row.balance),
  symbol: row.symbol === null ? null : text(row.symbol),
  orderId: row.order_id === null ? null : number(row.order_id),
  tradeId: row.trade_id === null ? null : number(row.trade_id),
});

export const positionRow = (accountId: string, position: SimPosition): Row => ({
  account_id: accountId,
  symbol: position.symbol,
  quantity: position.quantity,
  cost: position.cost,
  leverage: position.leverage,
  margin_type: position.marginType,
  realised: position.realised,
  updated_at: position.updatedAt,
});

export const positionOfRow = (row: Row): SimPosition => ({
  symbol: text(row.symbol),
  quantity: trimmed(row.quantity),
  cost: trimmed(row.cost),
  leverage: number(row.leverage),
  marginType: row.margin_type as SimPosition['marginType'],
  realised: trimmed(row.realised),
  updatedAt: number(row.updated_at),
});

export const emptyAccountOf = (row: Row): SimAccount => ({
  id: text(row.id),
  market: row.market as SimAccount['market'],
  makerRate: trimmed(row.maker_rate),
  takerRate: trimmed(row.taker_rate),
  balances: new Map(),
  positions: new Map(),
  orders: new Map(),
  tallies: new Map(),
  clientIds: new Map(),
});

export const balanceFigures = (row: Row): { free: string; locked: string } => ({ free: trimmed(row.free), locked: trimmed(row.locked) });

export const priceOf = (row: Row): { market: SimInstrument['market']; symbol: string; price: string; at: number } => ({
  market: row.market as SimInstrument['market'],
  symbol: text(row.symbol),
  price: trimmed(row.price),
  at: number(row.at),
});
