import Joi from 'joi';
import type { ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { HttpFault, notFound } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { count, decimal, id, idParams, input, instant, listQuery, nullable, page, requested, shape, text, type ListQuery } from '../http/schemas.ts';
import { positionDetail } from '../queries/position-detail.query.ts';
import { positionColumns, positionMembers, positionShape, positionTables, positionView, type PositionRow } from '../queries/positions.query.ts';
import { request } from '../queries/requests.query.ts';
import { fillShape, orderShape } from '../queries/views.ts';
import { Where } from '../queries/where.ts';

const statuses = ['waiting', 'live', 'partially_filled', 'active', 'closing', 'closed'];
const legShape = shape({
  index: count(),
  gapPercent: decimal(),
  weightPercent: decimal(),
  tpPercent: nullable(decimal()),
  limitPrice: nullable(decimal()),
  quantity: decimal(),
  quantityFilled: decimal(),
  priceFillAverage: nullable(decimal()),
  takeProfitPrice: nullable(decimal()),
  progressPercent: nullable(decimal()),
  state: Joi.string().valid('pending', 'open', 'partially_filled', 'filled', 'tp_hit', 'closed', 'cancelled', 'blocked'),
  reason: nullable(Joi.string()),
});
const detailShape = shape({
  ...positionMembers,
  baseEntryPrice: decimal(),
  instrument: nullable(shape({ tickSize: decimal(), stepSize: decimal(), notionalMin: nullable(decimal()), base: Joi.string(), quote: Joi.string() })),
  target: nullable(shape({ price: decimal(), percent: decimal() })),
  capital: shape({ deployed: decimal(), locked: decimal() }),
  stop: nullable(shape({ price: decimal(), watched: Joi.boolean() })),
  pyramids: Joi.array().items(shape({ index: count(), entryPrice: decimal(), priceAverage: nullable(decimal()), legs: Joi.array().items(legShape) })),
  orders: Joi.array().items(orderShape),
  fills: Joi.array().items(fillShape),
  journal: Joi.array().items(shape({ sequence: count(), at: instant(), code: Joi.string(), params: Joi.object().pattern(Joi.string(), nullable(Joi.string().allow(''))), text: Joi.string() })),
});

interface PositionQuery extends ListQuery {
  status?: string;
  symbol?: string;
  accountId?: string;
}
const listOf = (text_: string, helpers: Joi.CustomHelpers): string | Joi.ErrorReport =>
  text_.split(',').every((each) => statuses.includes(each)) ? text_ : helpers.message({ custom: `{{#label}} must be a comma list of ${statuses.join(', ')}` });

/** What is held. */
export const positionRoutes = (deps: ApiDeps): Route[] => [
  route<{ query: PositionQuery }>({
    method: 'get',
    path: '/positions',
    tag: 'trading',
    summary: 'Positions, newest first, closed ones included unless a status is asked for',
    access: 'viewer',
    query: listQuery({ status: Joi.string().max(100).custom(listOf), symbol: text(40), accountId: id() }),
    response: page(positionShape),
    async handler({ query, user }) {
      const where = new Where()
        .and('g.user_id = ?', user.id)
        .maybe('g.status = any(?)', query.status?.split(','))
        .symbol('g.symbol', query.symbol)
        .maybe('g.account_id = ?', query.accountId)
        .maybe('g.id < ?', readCursor(query.cursor, 1)?.[0]);
      const { rows } = await deps.pool.query<PositionRow>(`select ${positionColumns} from ${positionTables} ${where.sql} order by g.id desc limit ${where.value(query.limit + 1)}`, where.values);
      return toPage(rows, query.limit, (row) => [row.id], positionView);
    },
  }),
  route<{ params: { id: string } }>({
    method: 'get',
    path: '/positions/:id',
    tag: 'trading',
    summary: 'One position with its ladder, orders, fills and story',
    access: 'viewer',
    params: idParams,
    response: detailShape,
    async handler({ params, user }) {
      const detail = await positionDetail(deps.pool, user.id, params.id);
      if (detail === null) throw notFound('position');
      return detail;
    },
  }),
  route<{ body: { accountId?: string } }>({
    method: 'post',
    path: '/positions/close-all',
    tag: 'trading',
    summary: 'Close every open position at market and cancel what waits to enter',
    access: 'trader',
    body: input({ accountId: id() }),
    status: 202,
    response: shape({ status: Joi.string().valid('requested'), requested: Joi.array().items(id()) }),
    async handler({ body, user }) {
      const where = new Where().and(`user_id = ? and status not in ('closed', 'closing')`, user.id).maybe('account_id = ?', body.accountId);
      const { rows } = await deps.pool.query<{ id: string }>(`select id from position_groups ${where.sql} order by id`, where.values);
      deps.log.warn('order', 'close all positions requested', { userId: user.id, positions: rows.length });
      const requests: string[] = [];
      for (const row of rows) requests.push(await request(deps, 'group', row.id, { type: 'close-requested', reason: 'close_all', signalId: null, slippageMaxPercent: null }, `close:${row.id}`));
      return { status: 'requested', requested: requests };
    },
  }),
  route<{ params: { id: string } }>({
    method: 'post',
    path: '/positions/:id/close',
    tag: 'trading',
    summary: 'Close a position at market and cancel what waits to enter',
    access: 'trader',
    params: idParams,
    status: 202,
    response: requested,
    async handler({ params, user }) {
      const { rows } = await deps.pool.query<{ status: string }>('select status from position_groups where id = $1 and user_id = $2', [params.id, user.id]);
      if (rows[0] === undefined) throw notFound('position');
      if (rows[0].status === 'closed') throw new HttpFault(409, 'conflict', 'The position is closed already.');
      deps.log.info('order', 'close requested', { userId: user.id, groupId: params.id });
      return { status: 'requested', requestId: await request(deps, 'group', params.id, { type: 'close-requested', reason: 'manual', signalId: null, slippageMaxPercent: null }, `close:${params.id}`) };
    },
  }),
];
