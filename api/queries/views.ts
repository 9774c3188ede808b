import Joi from 'joi';
import type { FillView, MarketName, OrderView, SignalKind, SignalStatus, SignalSummary } from '#shared/contracts/http';
import { dec, price, type Decimalish } from '#shared/engine/num/units';
import { orderRoles, orderStatuses, type OrderRole, type OrderSide, type OrderStatus, type OrderType, type Side } from '#shared/engine/order/order';
import { count, decimal, id, instant, nullable, shape, side } from '../http/schemas.ts';
import { iso, isoOrNull } from './where.ts';

/** Rows of signals, orders and fills as the interface shows them, with the schemas that say so. */

/** Decimal text without the zeros PostgreSQL keeps from the widest value ever stored. */
export const plain = (value: Decimalish): string => price(value);
export const plainOrNull = (value: string | null): string | null => (value === null ? null : price(value));

export interface OrderRow {
  client_order_id: string;
  venue_order_id: string | null;
  group_id: string;
  account_id: string;
  venue: string;
  symbol: string;
  role: OrderRole;
  pyramid: number | null;
  leg: number | null;
  side: OrderSide;
  type: OrderType;
  price: string | null;
  price_expected: string | null;
  slippage_percent: string | null;
  quantity: string;
  quantity_filled: string;
  notional_filled: string;
  status: OrderStatus;
  reason: string | null;
  created_at: Date;
  sending_at: Date | null;
  accepted_at: Date | null;
  updated_at: Date;
}
export const orderColumns = `o.client_order_id, o.venue_order_id, o.group_id, o.account_id, o.venue, o.symbol, o.role, o.pyramid, o.leg, o.side, o.type, o.price, o.price_expected, o.slippage_percent, o.quantity,
  o.quantity_filled, o.notional_filled, o.status, o.reason, o.created_at, o.sending_at, o.accepted_at, o.updated_at`;

export const orderView = (row: OrderRow): OrderView => ({
  clientOrderId: row.client_order_id,
  venueOrderId: row.venue_order_id,
  groupId: row.group_id,
  accountId: row.account_id,
  exchange: row.venue,
  symbol: row.symbol,
  role: row.role,
  pyramid: row.pyramid,
  leg: row.leg,
  side: row.side,
  type: row.type,
  price: plainOrNull(row.price),
  quantity: plain(row.quantity),
  quantityFilled: plain(row.quantity_filled),
  priceExpected: plainOrNull(row.price_expected),
  slippagePercent: plainOrNull(row.slippage_percent),
  priceFillAverage: dec(row.quantity_filled).isZero() ? null : plain(dec(row.notional_filled).dividedBy(row.quantity_filled)),
  status: row.status,
  reason: row.reason,
  createdAt: iso(row.created_at),
  sentAt: isoOrNull(row.sending_at),
  acceptedAt: isoOrNull(row.accepted_at),
  updatedAt: iso(row.updated_at),
});
export const orderShape = shape({
  clientOrderId: Joi.string(),
  venueOrderId: nullable(Joi.string()),
  groupId: id(),
  accountId: id(),
  exchange: Joi.string(),
  symbol: Joi.string(),
  role: Joi.string().valid(...orderRoles),
  pyramid: nullable(count()),
  leg: nullable(count()),
  side: Joi.string().valid('buy', 'sell'),
  type: Joi.string().valid('limit', 'market'),
  price: nullable(decimal()),
  quantity: decimal(),
  quantityFilled: decimal(),
  priceFillAverage: nullable(decimal()),
  priceExpected: nullable(decimal()),
  slippagePercent: nullable(decimal()),
  status: Joi.string().valid(...orderStatuses),
  reason: nullable(Joi.string().allow('')),
  createdAt: instant(),
  sentAt: nullable(instant()),
  acceptedAt: nullable(instant()),
  updatedAt: instant(),
});

export interface FillRow {
  trade_id: string;
  client_order_id: string;
  group_id: string;
  account_id: string;
  symbol: string;
  role: OrderRole | null;
  side: OrderSide | null;
  price: string;
  quantity: string;
  fee: string;
  fee_asset: string;
  at: Date;
  market_at: Date | null;
}
export const fillColumns = 'f.trade_id, f.client_order_id, f.group_id, f.account_id, f.symbol, o.role, o.side, f.price, f.quantity, f.fee, f.fee_asset, f.at, f.market_at';
export const fillView = (row: FillRow): FillView => ({
  tradeId: row.trade_id,
  clientOrderId: row.client_order_id,
  groupId: row.group_id,
  accountId: row.account_id,
  symbol: row.symbol,
  role: row.role,
  side: row.side,
  price: plain(row.price),
  quantity: plain(row.quantity),
  fee: plain(row.fee),
  feeAsset: row.fee_asset,
  at: iso(row.at),
  marketAt: isoOrNull(row.market_at),
});
export const fillShape = shape({
  tradeId: Joi.string(),
  clientOrderId: Joi.string(),
  groupId: id(),
  accountId: id(),
  symbol: Joi.string(),
  role: nullable(Joi.string()),
  side: nullable(Joi.string()),
  price: decimal(),
  quantity: decimal(),
  fee: decimal(),
  feeAsset: Joi.string(),
  at: instant(),
  marketAt: nullable(instant()),
});

export interface SignalRow {
  id: string;
  endpoint_id: string;
  account_id: string;
  venue: string;
  market: MarketName;
  symbol: string;
  timeframe: string;
  kind: SignalKind;
  side: Side | null;
  status: SignalStatus;
  outcome: string | null;
  reason: string | null;
  detail: string | null;
  group_id: string | null;
  received_at: Date;
  decided_at: Date | null;
  source: string | null;
  understood: { priceSignal?: string | null; tradeId?: string | null; alertName?: string | null; alertMessage?: string | null; alertAt?: number | null } | null;
}
export const signalColumns = `s.id, s.endpoint_id, s.account_id, a.venue, a.market, s.symbol, s.timeframe, s.kind, s.side, s.status, s.outcome, s.reason, s.detail, s.group_id, s.received_at,
  s.decided_at, s.payload->'received'->>'source' as source, s.payload->'understood' as understood`;
export const signalTables = 'signals s join accounts a on a.id = s.account_id';

export const signalView = (row: SignalRow): SignalSummary => ({
  id: row.id,
  endpointId: row.endpoint_id,
  accountId: row.account_id,
  exchange: row.venue,
  symbol: row.symbol,
  timeframe: row.timeframe,
  kind: row.kind,
  side: row.side,
  status: row.status,
  outcome: row.outcome,
  reason: row.reason,
  detail: row.detail,
  groupId: row.group_id,
  price: row.understood?.priceSignal ?? null,
  source: row.source,
  tradeId: row.understood?.tradeId ?? null,
  alertName: row.understood?.alertName ?? null,
  alertMessage: row.understood?.alertMessage ?? null,
  alertAt: row.understood?.alertAt == null ? null : new Date(row.understood.alertAt).toISOString(),
  receivedAt: iso(row.received_at),
  decidedAt: isoOrNull(row.decided_at),
});
export const signalMembers = {
  id: id(),
  endpointId: Joi.string(),
  accountId: id(),
  exchange: Joi.string(),
  symbol: Joi.string(),
  timeframe: Joi.string(),
  kind: Joi.string().valid('entry', 'exit', 'reduce', 'reverse'),
  side: nullable(side()),
  status: Joi.string().valid('pending', 'waiting', 'accepted', 'refused', 'done'),
  outcome: nullable(Joi.string()),
  reason: nullable(Joi.string()),
  detail: nullable(Joi.string().allow('')),
  groupId: nullable(id()),
  price: nullable(decimal()),
  source: nullable(Joi.string().allow('')),
  tradeId: nullable(Joi.string()),
  alertName: nullable(Joi.string()),
  alertMessage: nullable(Joi.string()),
  alertAt: nullable(instant()),
  receivedAt: instant(),
  decidedAt: nullable(instant()),
};
