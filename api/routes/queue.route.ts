import Joi from 'joi';
import type { ApiDeps } from '../api-deps.ts';
import { HttpFault, notFound } from '../http/fault.ts';
import { route, type Call, type Route } from '../http/route.ts';
import { count, decimal, id, input, instant, nullable, page, requested, shape, side } from '../http/schemas.ts';
import { poolView, queueView } from '../queries/pool.query.ts';
import { request } from '../queries/requests.query.ts';

const entryShape = shape({
  id: Joi.string(),
  signalId: nullable(id()),
  accountId: id(),
  exchange: Joi.string(),
  symbol: Joi.string(),
  timeframe: Joi.string(),
  side: side(),
  reason: Joi.string().valid('pool_full', 'opposite_side', 'missing_precision', 'group_closing'),
  entryPrice: nullable(decimal()),
  priceLast: nullable(decimal()),
  lossPercent: nullable(decimal()),
  replacementCount: count(),
  expectedProfit: nullable(decimal()),
  queuedAt: instant(),
  rank: count(),
});
const params = input({
  id: Joi.string()
    .pattern(/^[\w-]{1,64}$/)
    .required(),
});
const blocked: Record<string, string> = {
  opposite_side: 'The other side of this symbol is open; the entry can go when it has closed.',
  missing_precision: 'The instrument rules of this symbol are not loaded; the entry can go when they are.',
};

/** The waiting queue and the pool it waits for. */
export function queueRoutes(deps: ApiDeps): Route[] {
  const { pool, log } = deps;
  const ask = (type: 'queue-promote' | 'queue-force' | 'queue-remove') =>
    async ({ params: { id: queueId }, user }: Call): Promise<unknown> => {
      const entry = (await queueView(pool, user.id)).find((each) => each.id === queueId);
      if (entry === undefined) throw notFound('queue entry');
      const obstacle = type === 'queue-remove' ? undefined : blocked[entry.reason];
      if (obstacle !== undefined) throw new HttpFault(409, entry.reason, obstacle);
      if (type === 'queue-promote') {
        const { slots, used } = await poolView(pool, user.id);
        if (used >= slots) throw new HttpFault(409, 'pool_full', `All ${slots} slots are taken; force adds the entry all the same.`);
      }
      log.info('pool', `${type} requested`, { userId: user.id, queueId, symbol: entry.symbol });
      return { status: 'requested', requestId: await request(deps, 'pool', user.id, { type, queueId: String(queueId) }) };
    };
  return [
    route({
      method: 'get',
      path: '/queue',
      tag: 'trading',
      summary: 'Entries that wait, in the order in which they would go',
      access: 'viewer',
      response: page(entryShape),
      handler: async ({ user }) => ({ data: await queueView(pool, user.id), nextCursor: null }),
    }),
    route({ method: 'post', path: '/queue/:id/promote', tag: 'trading', summary: 'Let an entry go now; refused while no slot is free', access: 'trader', params, status: 202, response: requested, handler: ask('queue-promote') }),
    route({ method: 'post', path: '/queue/:id/force', tag: 'trading', summary: 'Let an entry go although no slot is free', access: 'trader', params, status: 202, response: requested, handler: ask('queue-force') }),
    route({ method: 'delete', path: '/queue/:id', tag: 'trading', summary: 'Remove an entry from the queue', access: 'trader', params, status: 202, response: requested, handler: ask('queue-remove') }),
    route({
      method: 'get',
      path: '/pool',
      tag: 'trading',
      summary: 'Slots of the execution pool',
      access: 'viewer',
      response: shape({ slots: count(), used: count(), waiting: count() }),
      handler: ({ user }) => poolView(pool, user.id),
    }),
  ];
}
