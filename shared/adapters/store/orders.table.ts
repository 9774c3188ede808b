import type pg from 'pg';
import { money, price, qty } from '#shared/engine/num/units';
import type { OrderRole, OrderSide, OrderStatus, OrderType } from '#shared/engine/order/order';
import type { OrderRow, Store } from '#shared/ports/store.port';

/** A row of `orders` as pg gives it. */
export interface RawOrder {
  client_order_id: string;
  group_id: string;
  account_id: string;
  venue: string;
  symbol: string;
  role: OrderRole;
  pyramid: number | null;
  leg: number | null;
  generation: number;
  side: OrderSide;
  type: OrderType;
  price: string | null;
  price_expected: string | null;
  quantity: string;
  reduce_only: boolean;
  status: OrderStatus;
  venue_order_id: string | null;
  quantity_filled: string;
  quantity_reported: string;
  notional_filled: string;
  reason: string | null;
  created_at: Date;
  sending_at: Date | null;
  accepted_at: Date | null;
  updated_at: Date;
  absent_checks: number;
}

export const orderRowOf = (raw: RawOrder): OrderRow => ({
  order: {
    clientOrderId: raw.client_order_id,
    venueOrderId: raw.venue_order_id,
    role: raw.role,
    pyramid: raw.pyramid,
    leg: raw.leg,
    generation: raw.generation,
    side: raw.side,
    type: raw.type,
    price: raw.price === null ? null : price(raw.price),
    priceExpected: raw.price_expected === null ? null : price(raw.price_expected),
    quantity: qty(raw.quantity),
    reduceOnly: raw.reduce_only,
    status: raw.status,
    quantityFilled: qty(raw.quantity_filled),
    notionalFilled: money(raw.notional_filled),
    quantityReported: qty(raw.quantity_reported),
    reason: raw.reason,
    createdAt: raw.created_at.getTime(),
  },
  groupId: raw.group_id,
  accountId: raw.account_id,
  venue: raw.venue,
  symbol: raw.symbol,
  sendingAt: raw.sending_at?.getTime() ?? null,
  acceptedAt: raw.accepted_at?.getTime() ?? null,
  absentChecks: raw.absent_checks,
  updatedAt: raw.updated_at.getTime(),
});

type OrdersTable = Pick<Store, 'openOrderRows' | 'ordersByVenueId' | 'orderRow' | 'knownTrades' | 'watermark' | 'setWatermark' | 'noteAbsent'>;

/** Orders and the trades we know of them. */
export const ordersTable = (pool: pg.Pool): OrdersTable => ({
  async openOrderRows(accountId) {
    const { rows } = await pool.query<RawOrder>({
      name: 'open-orders',
      text: `select * from orders where account_id = $1 and (status in ('open', 'partially_filled', 'cancelling', 'unknown') or quantity_reported > quantity_filled)`,
      values: [accountId],
    });
    return rows.map(orderRowOf);
  },

  async ordersByVenueId(accountId, symbol, venueOrderIds) {
    const { rows } = await pool.query<RawOrder>('select * from orders where account_id = $1 and symbol = $2 and venue_order_id = any($3)', [accountId, symbol, venueOrderIds]);
    return rows.map(orderRowOf);
  },

  async orderRow(clientOrderId) {
    const { rows } = await pool.query<RawOrder>({ name: 'order-row', text: 'select * from orders where client_order_id = $1', values: [clientOrderId] });
    return rows[0] === undefined ? null : orderRowOf(rows[0]);
  },

  async knownTrades(accountId, symbol, since) {
    const { rows } = await pool.query<{ trade_id: string }>('select trade_id from fills where account_id = $1 and symbol = $2 and at >= to_timestamp($3 / 1000.0)', [accountId, symbol, since]);
    return new Set(rows.map((row) => row.trade_id));
  },

  async watermark(accountId, symbol) {
    const { rows } = await pool.query<{ at: Date }>('select at from trade_watermarks where account_id = $1 and symbol = $2', [accountId, symbol]);
    return rows[0]?.at.getTime() ?? null;
  },

  async setWatermark(accountId, symbol, at) {
    await pool.query(
      `insert into trade_watermarks (account_id, symbol, at) values ($1, $2, to_timestamp($3 / 1000.0))
       on conflict (account_id, symbol) do update set at = greatest(trade_watermarks.at, excluded.at)`,
      [accountId, symbol, at],
    );
  },

  async noteAbsent(clientOrderId, now, apartMs) {
    const { rows } = await pool.query<{ absent_checks: number }>(
      `update orders set absent_checks = case when absent_at > to_timestamp(($2::float8 - $3::float8) / 1000.0) then absent_checks else absent_checks + 1 end,
         absent_at = case when absent_at > to_timestamp(($2::float8 - $3::float8) / 1000.0) then absent_at else to_timestamp($2::float8 / 1000.0) end
       where client_order_id = $1 returning absent_checks`,
      [clientOrderId, now, apartMs],
    );
    return rows[0]?.absent_checks ?? 0;
  },
});
