import Joi from 'joi';
import type { ApiDeps } from '../api-deps.ts';
import { haltKinds } from '#shared/engine/pool/halts';
import { route, type Route } from '../http/route.ts';
import { count, decimal, id, instant, market, nullable, shape } from '../http/schemas.ts';
import { readStatus } from '../queries/status.query.ts';
import { logEntryShape } from './logs.route.ts';

const accountMode = () => Joi.string().valid('paper', 'testnet', 'live');
/** The answer of GET /status, and of everything that changes what it says. */
export const statusShape = shape({
  engine: shape({ state: Joi.string().valid('running', 'paused', 'error'), reason: nullable(Joi.string()) }),
  mode: accountMode(),
  trading: shape({ mode: Joi.string().valid('simulation', 'dry_run', 'live'), approved: Joi.boolean() }),
  accounts: Joi.array().items(shape({ id: id(), name: Joi.string(), venue: Joi.string(), market: market(), mode: accountMode(), tradable: Joi.boolean() })),
  prices: Joi.array().items(shape({ venue: Joi.string(), source: Joi.string().valid('live', 'replay', 'synthetic'), fallback: Joi.boolean(), reason: Joi.string().allow(''), lastPriceAt: nullable(instant()), heardAt: instant(), connected: Joi.boolean(), ended: Joi.boolean() })),
  venues: Joi.array().items(shape({ venue: Joi.string(), state: Joi.string().valid('up', 'down', 'unknown'), detail: Joi.string().allow(''), checkedAt: nullable(instant()), rateLimit: Joi.any() })),
  processes: Joi.array().items(shape({ name: Joi.string(), up: Joi.boolean(), updatedAt: instant(), status: Joi.any() })),
  lastWebhook: nullable(shape({ at: instant(), answer: count(), code: nullable(Joi.string()) })),
  queueBackend: Joi.string().valid('redis', 'postgres'),
  queues: Joi.object().pattern(Joi.string(), shape({ waiting: count(), active: count(), delayed: count(), failed: count() })),
  halts: Joi.array().items(
    shape({
      scope: Joi.string().valid('global', 'account'),
      scopeId: Joi.string().allow(''),
      accountName: nullable(Joi.string()),
      kind: Joi.string().valid(...haltKinds),
      code: nullable(Joi.string()),
      reason: Joi.string().allow(''),
      by: nullable(Joi.string()),
      fileStands: Joi.boolean(),
      createdAt: instant(),
    }),
  ),
  warnings: Joi.array().items(shape({ code: Joi.string(), path: Joi.string(), message: Joi.string() })),
  alerts: Joi.array().items(logEntryShape),
  pool: shape({ slots: count(), used: count(), waiting: count() }),
  pnl: shape({ realised: decimal(), unrealised: decimal(), unrealisedPercent: decimal(), currency: Joi.string() }),
  serverTime: instant(),
  version: Joi.string(),
});

/** Is it running, may it trade, is anything wrong. */
export const statusRoutes = (deps: ApiDeps): Route[] => [
  route({ method: 'get', path: '/status', tag: 'operation', summary: 'Engine state, price source, venues, queues, alerts', access: 'viewer', response: statusShape, handler: ({ user }) => readStatus(deps, user) }),
];
