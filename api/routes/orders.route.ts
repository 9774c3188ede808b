import Joi from 'joi';
import { orderStatuses } from '#shared/engine/order/order';
import type { ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { route, type Route } from '../http/route.ts';
import { id, listQuery, page, text, type ListQuery } from '../http/schemas.ts';
import { fillColumns, fillShape, fillView, orderColumns, orderShape, orderView, type FillRow, type OrderRow } from '../queries/views.ts';
import { Where } from '../queries/where.ts';

const filters = { symbol: text(40), groupId: id(), accountId: id() };
interface Filter extends ListQuery {
  symbol?: string;
  groupId?: string;
  accountId?: string;
  status?: string;
}
const statusList = (list: string, helpers: Joi.CustomHelpers): string | Joi.ErrorReport =>
  list.split(',').every((each) => (orderStatuses as readonly string[]).includes(each)) ? list : helpers.message({ custom: `{{#label}} must be a comma list of ${orderStatuses.join(', ')}` });

/** Orders and trades of all positions, newest first. */
export const orderRoutes = ({ pool }: ApiDeps): Route[] => [
  route<{ query: Filter }>({
    method: 'get',
    path: '/orders',
    tag: 'trading',
    summary: 'Orders, newest first',
    access: 'viewer',
    query: listQuery({ ...filters, status: Joi.string().max(200).custom(statusList) }),
    response: page(orderShape),
    async handler({ query, user }) {
      const before = readCursor(query.cursor, 2);
      const where = new Where()
        .and('g.user_id = ?', user.id)
        .symbol('o.symbol', query.symbol)
        .maybe('o.group_id = ?', query.groupId)
        .maybe('o.account_id = ?', query.accountId)
        .maybe('o.status = any(?)', query.status?.split(','));
      if (before) where.and('(o.created_at, o.client_order_id) < (?::timestamptz, ?)', before[0], before[1]);
      const { rows } = await pool.query<OrderRow & { key: string }>(
        `select ${orderColumns}, o.created_at::text as key from orders o join position_groups g on g.id = o.group_id ${where.sql} order by o.created_at desc, o.client_order_id desc limit ${where.value(query.limit + 1)}`,
        where.values,
      );
      return toPage(rows, query.limit, (row) => [row.key, row.client_order_id], orderView);
    },
  }),
  route<{ query: Filter }>({
    method: 'get',
    path: '/fills',
    tag: 'trading',
    summary: 'Trades, newest first',
    access: 'viewer',
    query: listQuery(filters),
    response: page(fillShape),
    async handler({ query, user }) {
      const before = readCursor(query.cursor, 4);
      const where = new Where().and('g.user_id = ?', user.id).symbol('f.symbol', query.symbol).maybe('f.group_id = ?', query.groupId).maybe('f.account_id = ?', query.accountId);
      if (before) where.and('(f.at, f.account_id, f.symbol, f.trade_id) < (?::timestamptz, ?::bigint, ?, ?)', ...before);
      const { rows } = await pool.query<FillRow & { key: string }>(
        `select ${fillColumns}, f.at::text as key from fills f join position_groups g on g.id = f.group_id left join orders o using (client_order_id) ${where.sql}
          order by f.at desc, f.account_id desc, f.symbol desc, f.trade_id desc limit ${where.value(query.limit + 1)}`,
        where.values,
      );
      return toPage(rows, query.limit, (row) => [row.key, row.account_id, row.symbol, row.trade_id], fillView);
    },
  }),
];
