import { request } from '../queries/requests.query.ts';
import Joi from 'joi';
import { tellLive, type ApiDeps } from '../api-deps.ts';
import { route, type Route } from '../http/route.ts';
import { count, decimal, id, input, instant, market, nullable, shape, text } from '../http/schemas.ts';
import { readStatus } from '../queries/status.query.ts';
import { logEntryShape } from './logs.route.ts';

const accountMode = () => Joi.string().valid('paper', 'testnet', 'live');
const statusShape = shape({
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
  halts: Joi.array().items(shape({ scope: Joi.string(), scopeId: Joi.string().allow(''), reason: Joi.string().allow(''), createdAt: instant() })),
  warnings: Joi.array().items(shape({ code: Joi.string(), path: Joi.string(), message: Joi.string() })),
  alerts: Joi.array().items(logEntryShape),
  pool: shape({ slots: count(), used: count(), waiting: count() }),
  pnl: shape({ realised: decimal(), unrealised: decimal(), unrealisedPercent: decimal(), currency: Joi.string() }),
  serverTime: instant(),
  version: Joi.string(),
});

/** Is it running, may it trade, is anything wrong. */
export function statusRoutes(deps: ApiDeps): Route[] {
  const { pool, log } = deps;
  return [
    route({ method: 'get', path: '/status', tag: 'operation', summary: 'Engine state, price source, venues, queues, alerts', access: 'viewer', response: statusShape, handler: ({ user }) => readStatus(deps, user) }),
    route<{ body: { reason: string } }>({
      method: 'post',
      path: '/status/pause',
      tag: 'operation',
      summary: 'Halt: nothing new is entered, exits go on',
      access: 'trader',
      body: input({ reason: text().trim().min(1).default('Paused by an operator.') }),
      response: statusShape,
      async handler({ body, user }) {
        await pool.query(`insert into halts (scope, scope_id, reason) values ('global', '', $1) on conflict (scope, scope_id) do nothing`, [body.reason]);
        log.warn('system', 'trading paused', { userId: user.id, reason: body.reason });
        return announced(user);
      },
    }),
    route({
      method: 'post',
      path: '/status/resume',
      tag: 'operation',
      summary: 'End the halt',
      access: 'trader',
      response: statusShape,
      async handler({ user }) {
        await pool.query(`delete from halts where scope = 'global'`);
        const { rows } = await pool.query<{ user_id: string }>('select user_id from pools');
        // Who waited during the halt is looked at again.
        for (const row of rows) await request(deps, 'pool', row.user_id, { type: 'timer' });
        log.warn('system', 'trading resumed', { userId: user.id });
        return announced(user);
      },
    }),
  ];

  async function announced(user: Parameters<typeof readStatus>[1]): ReturnType<typeof readStatus> {
    const status = await readStatus(deps, user);
    tellLive(deps, { event: 'status', userId: null, id: 'engine', data: { engine: status.engine, halts: status.halts } });
    return status;
  }
}
