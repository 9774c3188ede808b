import Joi from 'joi';
import { orderSteps } from '#shared/contracts/http';
import { planWarnings } from '#shared/engine/entry/plan-check';
import { executionModes } from '#shared/engine/messages/signals';
import type { ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { notFound } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { count, decimal, id, idParams, instant, listQuery, nullable, page, shape, text, type ListQuery } from '../http/schemas.ts';
import { deliveryColumns, deliveryView, signalChain, type DeliveryRow } from '../queries/signal-chain.query.ts';
import { fillShape, orderShape, signalColumns, signalMembers, signalTables, signalView, type SignalRow } from '../queries/views.ts';
import { Where } from '../queries/where.ts';

const deliveryShape = shape({ id: id(), receivedAt: instant(), answer: count(), code: nullable(Joi.string()), detail: nullable(Joi.string()), contentType: nullable(Joi.string().allow('')), body: Joi.string().allow('') });
const planShape = shape({
  pyramid: count(),
  side: Joi.string().valid('long', 'short'),
  orderType: Joi.string().valid('limit', 'market'),
  entryPrice: decimal(),
  capital: decimal(),
  asset: Joi.string(),
  check: Joi.string().valid('trim', 'refuse', 'off'),
  leverage: nullable(decimal()),
  notional: decimal(),
  needed: nullable(decimal()),
  free: nullable(decimal()),
  leftOut: count(),
  legs: Joi.array().items(shape({ index: count(), price: nullable(decimal()), quantity: decimal(), notional: decimal(), weightPercent: decimal(), tpPercent: decimal(), blocked: nullable(Joi.string()) })),
  warnings: Joi.array().items(shape({ code: Joi.string().valid(...planWarnings), detail: Joi.string() })),
});
const amountShape = nullable(decimal());
const intentShape = shape({
  kind: signalMembers.kind,
  side: signalMembers.side,
  symbol: Joi.string(),
  timeframe: Joi.string(),
  price: amountShape,
  size: nullable(shape({ type: Joi.string().valid('contracts', 'base', 'quote'), amount: decimal() })),
  reduceFraction: amountShape,
  stopLoss: amountShape,
  takeProfit: amountShape,
  slippageMaxPercent: amountShape,
  executionMode: nullable(Joi.string().valid(...executionModes)),
});
const evidenceShape = shape({
  clientOrderId: Joi.string(),
  number: count(),
  total: count(),
  attempt: count(),
  attempts: count(),
  handling: nullable(shape({ taken: count(), done: Joi.boolean(), note: nullable(Joi.string().allow('')) })),
  steps: Joi.array().items(shape({ step: Joi.string().valid(...orderSteps), at: instant(), afterMs: nullable(Joi.number()), detail: nullable(Joi.string().allow('')) })),
});
const chainShape = shape({
  ...signalMembers,
  payload: Joi.any(),
  deliveries: Joi.array().items(deliveryShape),
  decision: nullable(shape({ at: nullable(instant()), attempts: count(), error: nullable(Joi.string().allow('')), commands: Joi.any() })),
  plan: nullable(planShape),
  orders: Joi.array().items(orderShape),
  fills: Joi.array().items(fillShape),
  steps: Joi.array().items(shape({ step: Joi.string(), at: instant(), afterMs: Joi.number() })),
  intent: nullable(intentShape),
  evidence: Joi.array().items(evidenceShape),
});

interface SignalQuery extends ListQuery {
  status?: string;
  symbol?: string;
  kind?: string;
  accountId?: string;
  endpointId?: string;
}

/** What came in, and what became of it. */
export const signalRoutes = ({ pool }: ApiDeps): Route[] => [
  route<{ query: SignalQuery }>({
    method: 'get',
    path: '/signals',
    tag: 'intake',
    summary: 'Signals, newest first, with their outcome and reason',
    access: 'viewer',
    query: listQuery({ status: text(), symbol: text(40), kind: Joi.string().valid('entry', 'exit', 'reduce', 'reverse'), accountId: id(), endpointId: text(64) }),
    response: page(shape(signalMembers)),
    async handler({ query, user }) {
      const where = new Where()
        .and('s.user_id = ?', user.id)
        .maybe('s.status = any(?)', query.status?.split(','))
        .symbol('s.symbol', query.symbol)
        .maybe('s.kind = ?', query.kind)
        .maybe('s.account_id = ?', query.accountId)
        .maybe('s.endpoint_id = ?', query.endpointId)
        .maybe('s.id < ?', readCursor(query.cursor, 1)?.[0]);
      const { rows } = await pool.query<SignalRow>(`select ${signalColumns} from ${signalTables} ${where.sql} order by s.id desc limit ${where.value(query.limit + 1)}`, where.values);
      return toPage(rows, query.limit, (row) => [row.id], signalView);
    },
  }),
  route<{ params: { id: string } }>({
    method: 'get',
    path: '/signals/:id',
    tag: 'intake',
    summary: 'One signal with its whole chain: delivery, decision, orders, fills, times',
    access: 'viewer',
    params: idParams,
    response: chainShape,
    async handler({ params, user }) {
      const chain = await signalChain(pool, user.id, params.id);
      if (chain === null) throw notFound('signal');
      return chain;
    },
  }),
  route<{ query: ListQuery & { refused?: boolean; endpointId?: string } }>({
    method: 'get',
    path: '/deliveries',
    tag: 'intake',
    summary: 'Every delivery to your webhook endpoints, refused ones included, newest first',
    access: 'viewer',
    query: listQuery({ refused: Joi.boolean(), endpointId: text(64) }),
    response: page(deliveryShape),
    async handler({ query, user }) {
      const where = new Where().and('user_id = ?', user.id).maybe('endpoint_id = ?', query.endpointId).maybe('id < ?', readCursor(query.cursor, 1)?.[0]);
      if (query.refused !== undefined) where.and(query.refused ? 'answer >= 400' : 'answer < 400');
      const { rows } = await pool.query<DeliveryRow>(`select ${deliveryColumns} from alerts ${where.sql} order by id desc limit ${where.value(query.limit + 1)}`, where.values);
      return toPage(rows, query.limit, (row) => [row.id], deliveryView);
    },
  }),
];
