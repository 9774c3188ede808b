import Joi from 'joi';
import type { QueueAnswer } from '#shared/contracts/http';
import { queueReasons } from '#shared/engine/pool/pool';
import type { ApiDeps } from '../api-deps.ts';
import { HttpFault, notFound } from '../http/fault.ts';
import { route, type Call, type Route } from '../http/route.ts';
import { count, decimal, id, input, instant, nullable, page, shape, side } from '../http/schemas.ts';
import { poolView, queueFate, queueRows, type QueueRow } from '../queries/pool.query.ts';
import { request } from '../queries/requests.query.ts';

const entryShape = shape({
  id: Joi.string(),
  signalId: nullable(id()),
  accountId: id(),
  exchange: Joi.string(),
  symbol: Joi.string(),
  timeframe: Joi.string(),
  side: side(),
  reason: Joi.string().valid(...queueReasons),
  entryPrice: nullable(decimal()),
  priceLast: nullable(decimal()),
  lossPercent: nullable(decimal()),
  replacementCount: count(),
  expectedProfit: nullable(decimal()),
  queuedAt: instant(),
  replacedAt: nullable(instant()),
  expiresAt: nullable(instant()),
  rank: count(),
  continuation: Joi.boolean(),
  promotable: Joi.boolean(),
  promotableReason: nullable(Joi.string()),
  forcible: Joi.boolean(),
  forcibleReason: nullable(Joi.string()),
});
const answerShape = shape({
  status: Joi.string().valid('done', 'requested'),
  requestId: id(),
  outcome: nullable(Joi.string()),
  detail: nullable(Joi.string()),
  groupId: nullable(id()),
});
const params = input({
  id: Joi.string()
    .pattern(/^[\w-]{1,64}$/)
    .required(),
});
type Wish = 'queue-promote' | 'queue-force' | 'queue-remove';

/** What would stand in the way by the numbers at hand; the pool is asked all the same, and has the last word. */
const obstacleTo = (wish: Wish, row: QueueRow): QueueRow['promoteObstacle'] => (wish === 'queue-promote' ? row.promoteObstacle : wish === 'queue-force' ? row.forceObstacle : null);
const inWords = (detail: string): string => `${detail.charAt(0).toUpperCase()}${detail.slice(1)}${detail.endsWith('.') ? '' : '.'}`;

/** The waiting queue and the pool it waits for. */
export function queueRoutes(deps: ApiDeps): Route[] {
  const { pool, log, clock } = deps;

  const ask = (type: Wish) =>
    async ({ params: { id: queueId }, user }: Call): Promise<QueueAnswer> => {
      const row = (await queueRows(pool, user.id, clock.now())).find(({ entry }) => entry.id === queueId);
      if (row === undefined) throw notFound('queue entry');
      const obstacle = obstacleTo(type, row);
      if (obstacle !== null) throw new HttpFault(409, obstacle.code, inWords(obstacle.detail));
      log.info('pool', `${type} requested`, { userId: user.id, queueId, symbol: row.entry.symbol });
      const { waits, reason, ...answer } = await queueFate(pool, user.id, await request(deps, 'pool', user.id, { type, queueId: String(queueId) }), row.entry);
      if (answer.outcome === 'refused' || (waits && answer.status === 'done' && row.entry.reason !== 'awaiting_confirmation')) throw new HttpFault(409, reason ?? 'conflict', inWords(answer.detail ?? 'the entry stays in the queue'));
      return answer;
    };
  const asking = (path: string, method: 'post' | 'delete', type: Wish, summary: string): Route => route({ method, path, tag: 'trading', summary, access: 'trader', params, status: 202, response: answerShape, handler: ask(type) });

  return [
    route({
      method: 'get',
      path: '/queue',
      tag: 'trading',
      summary: 'Entries that wait, in the order in which they would go',
      access: 'viewer',
      response: page(entryShape),
      handler: async ({ user }) => ({ data: (await queueRows(pool, user.id, clock.now())).map(({ entry }) => entry), nextCursor: null }),
    }),
    asking('/queue/:id/promote', 'post', 'queue-promote', 'Let an entry go now, or confirm it; refused with the reason where it cannot'),
    asking('/queue/:id/force', 'post', 'queue-force', 'Let an entry go although no slot is free'),
    asking('/queue/:id', 'delete', 'queue-remove', 'Remove an entry from the queue'),
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
