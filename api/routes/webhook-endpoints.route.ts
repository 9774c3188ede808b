import Joi from 'joi';
import type { Request } from 'express';
import type { EndpointMode, WebhookEndpoint } from '#shared/contracts/http';
import { readSymbol, unifiedSymbol } from '#shared/contracts/symbol-text';
import type { ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { HttpFault, notFound, problemOf } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { id, input, instant, listQuery, market, nullable, page, shape, side, text, type ListQuery } from '../http/schemas.ts';
import { alertTemplate, testAlert } from '../intake/alert-template.ts';
import type { Intake } from '../intake/take-alert.ts';
import { faultOf } from '../middleware/answer-fault.ts';
import { endpointColumns, endpointOf, endpointPurpose, insertEndpoint, rotateSecret, type EndpointRow } from '../queries/endpoints.query.ts';
import { iso, isoOrNull, Where } from '../queries/where.ts';

const modes: EndpointMode[] = ['auto', 'grid', 'r_multiple', 'decision', 'strategy'];
const members = {
  id: Joi.string(),
  name: Joi.string(),
  accountId: id(),
  accountName: Joi.string(),
  venue: Joi.string(),
  market: market(),
  executionMode: Joi.string().valid(...modes),
  path: Joi.string(),
  url: Joi.string(),
  createdAt: instant(),
  lastDeliveryAt: nullable(instant()),
};
const created = shape({ ...members, secret: Joi.string(), template: Joi.string() });
const params = input({
  id: Joi.string()
    .pattern(/^[\w-]{1,64}$/)
    .required(),
});

const view = (row: EndpointRow, request: Request): WebhookEndpoint => {
  const path = `/webhooks/tradingview/${row.id}`;
  return {
    id: row.id,
    name: row.name,
    accountId: row.account_id,
    accountName: row.account_name,
    venue: row.venue,
    market: row.market,
    executionMode: row.execution_mode,
    path,
    url: `${request.protocol}://${request.get('host') ?? 'localhost'}${path}`,
    createdAt: iso(row.created_at),
    lastDeliveryAt: isoOrNull(row.last_delivery_at),
  };
};

async function withSecret({ pool }: ApiDeps, userId: string, endpointId: string, secret: string, request: Request): Promise<unknown> {
  const row = await endpointOf(pool, userId, endpointId);
  if (row === null) throw notFound('webhook endpoint');
  return { ...view(row, request), secret, template: alertTemplate(secret) };
}

/** Where alerts come in: each endpoint has its own secret and trades on one account. */
export const webhookEndpointRoutes = (deps: ApiDeps, intake: Intake): Route[] => [...managingEndpoints(deps), rotateRoute(deps), testAlertRoute(deps, intake)];

function managingEndpoints(deps: ApiDeps): Route[] {
  const { pool, box, log } = deps;
  return [
    route<{ query: ListQuery }>({
      method: 'get',
      path: '/webhook-endpoints',
      tag: 'intake',
      summary: 'Webhook endpoints, without their secrets',
      access: 'viewer',
      query: listQuery(),
      response: page(shape(members)),
      async handler({ query, user, request }) {
        const before = readCursor(query.cursor, 2);
        const where = new Where().and('e.user_id = ? and e.deleted_at is null', user.id);
        if (before) where.and('(e.created_at, e.id) < (?::timestamptz, ?)', before[0], before[1]);
        const { rows } = await pool.query<EndpointRow & { key: string }>(
          `select ${endpointColumns}, e.created_at::text as key from webhook_endpoints e join accounts a on a.id = e.account_id ${where.sql} order by e.created_at desc, e.id desc limit ${where.value(query.limit + 1)}`,
          where.values,
        );
        return toPage(rows, query.limit, (row) => [row.key, row.id], (row) => view(row, request));
      },
    }),
    route<{ body: { name: string; accountId: string; executionMode: EndpointMode } }>({
      method: 'post',
      path: '/webhook-endpoints',
      tag: 'intake',
      summary: 'Create a webhook endpoint; the answer alone shows its secret',
      access: 'trader',
      body: input({
        name: text().trim().min(1).required(),
        accountId: id().required(),
        executionMode: Joi.string()
          .valid(...modes)
          .default('auto'),
      }),
      status: 201,
      response: created,
      async handler({ body, user, request }) {
        const made = await insertEndpoint(pool, box, user.id, body);
        if (made === null) throw new HttpFault(400, 'invalid_request', 'There is no such account.', { errors: [{ path: 'accountId', message: 'is not an account of yours' }] });
        log.info('config', 'webhook endpoint created', { userId: user.id, endpointId: made.id });
        return withSecret(deps, user.id, made.id, made.secret, request);
      },
    }),
    route<{ params: { id: string } }>({
      method: 'delete',
      path: '/webhook-endpoints/:id',
      tag: 'intake',
      summary: 'Delete a webhook endpoint; its alerts are refused from now on',
      access: 'trader',
      params,
      status: 204,
      async handler({ params: { id: endpointId }, user }) {
        const { rowCount } = await pool.query('update webhook_endpoints set deleted_at = now() where id = $1 and user_id = $2 and deleted_at is null', [endpointId, user.id]);
        if (rowCount === 0) throw notFound('webhook endpoint');
        log.info('config', 'webhook endpoint deleted', { userId: user.id, endpointId });
      },
    }),
  ];
}

const rotateRoute = (deps: ApiDeps): Route =>
    route<{ params: { id: string } }>({
      method: 'post',
      path: '/webhook-endpoints/:id/rotate',
      tag: 'intake',
      summary: 'Give an endpoint a new secret; the old one stops at once',
      access: 'trader',
      params,
      response: created,
      async handler({ params: { id: endpointId }, user, request }) {
        const secret = await rotateSecret(deps.pool, deps.box, user.id, endpointId);
        if (secret === null) throw notFound('webhook endpoint');
        deps.log.info('security', 'webhook secret rotated', { userId: user.id, endpointId });
        return withSecret(deps, user.id, endpointId, secret, request);
      },
    });

const testAlertRoute = ({ pool, box, clock }: ApiDeps, intake: Intake): Route =>
    route<{ params: { id: string }; body: { symbol: string; side: 'long' | 'short' } }>({
      method: 'post',
      path: '/webhook-endpoints/:id/test-alert',
      tag: 'intake',
      summary: 'Send a real alert through the intake, as TradingView would; answers what the webhook answered',
      access: 'trader',
      params,
      body: input({ symbol: text(40).default('BTCUSDT'), side: side().default('long') }),
      response: shape({ answer: Joi.number().integer(), body: Joi.object().unknown() }),
      async handler({ params: { id: endpointId }, body, user, request, correlationId }) {
        const row = await endpointOf(pool, user.id, endpointId);
        const sealed = await pool.query<{ secret: Buffer }>('select secret from webhook_endpoints where id = $1 and user_id = $2', [endpointId, user.id]);
        if (row === null || sealed.rows[0] === undefined) throw notFound('webhook endpoint');
        const secret = box.open(sealed.rows[0].secret, endpointPurpose(endpointId));
        const alert = testAlert({ secret, exchange: row.venue, symbol: body.symbol, side: body.side, price: await lastPrice(pool, row, body.symbol), at: clock.now() });
        try {
          const answer = await intake.take({ endpointId, contentType: 'application/json', signature: undefined, body: Buffer.from(alert), ip: request.ip ?? '', correlationId });
          return { answer: answer.status, body: answer.body };
        } catch (error) {
          const fault = faultOf(error);
          return { answer: fault.status, body: problemOf(fault, correlationId) };
        }
      },
    });

async function lastPrice(pool: ApiDeps['pool'], { venue, market: marketName }: EndpointRow, symbol: string): Promise<string | null> {
  const read = readSymbol(symbol);
  if (read === null || read.base === null || read.quote === null) return null;
  const { rows } = await pool.query<{ price: string }>('select price from prices where venue = $1 and market = $2 and symbol = $3', [venue, marketName, unifiedSymbol(read.base, read.quote, marketName)]);
  return rows[0]?.price ?? null;
}
