import Joi from 'joi';
import type { ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { HttpFault, notFound } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { id, idParams, input, listQuery, page, type ListQuery } from '../http/schemas.ts';
import { actionViews, readRun, readRuns } from '../queries/risk-actions.query.ts';
import { readCycles } from '../queries/risk-cycles.query.ts';
import { answerPlan, awaitingPlan, flagGroup, runNow } from '../queries/risk-requests.query.ts';
import { actionShape, cycleEntryShape, flagShape, planAnswerShape, riskShape, runShape } from '../queries/risk-shapes.ts';
import { riskView } from '../queries/risk.query.ts';

const actionParams = input({
  id: Joi.string()
    .pattern(/^\d{1,18}-\d{1,12}$/, 'the id of a plan')
    .required(),
});

/** The risk engine: losers that are paid for by slices of winners. */
export function riskRoutes(deps: ApiDeps): Route[] {
  const { pool, clock, log } = deps;

  const mustBeOpen = async (userId: string, groupId: string): Promise<void> => {
    const { rows } = await pool.query<{ status: string }>('select status from position_groups where id = $1 and user_id = $2', [groupId, userId]);
    if (rows[0] === undefined) throw notFound('position');
    if (rows[0].status === 'closed') throw new HttpFault(409, 'conflict', 'The position is closed already.');
  };

  const flag = (type: 'skip-once' | 'block' | 'unblock', summary: string): Route =>
    route<{ params: { id: string } }>({
      method: 'post',
      path: `/risk/groups/:id/${type}`,
      tag: 'risk',
      summary,
      access: 'trader',
      params: idParams,
      status: 202,
      response: flagShape,
      async handler({ params: { id: groupId }, user }) {
        await mustBeOpen(user.id, groupId);
        log.info('risk', `${type} requested`, { userId: user.id, groupId });
        return flagGroup(deps, user.id, { type, groupId });
      },
    });

  const answer = (type: 'approve' | 'reject', summary: string): Route =>
    route<{ params: { id: string } }>({
      method: 'post',
      path: `/risk/actions/:id/${type}`,
      tag: 'risk',
      summary,
      access: 'trader',
      params: actionParams,
      status: 202,
      response: planAnswerShape,
      async handler({ params: { id: planId }, user }) {
        if ((await readRun(pool, user.id, planId)) === null) throw notFound('risk action');
        if ((await awaitingPlan(pool, user.id))?.id !== planId) throw new HttpFault(409, 'conflict', 'The plan does not wait for approval any more.');
        log.info('risk', `${type} requested`, { userId: user.id, planId });
        return answerPlan(deps, user.id, { type, planId });
      },
    });

  return [
    route({
      method: 'get',
      path: '/risk',
      tag: 'risk',
      summary: 'Losers, winners, why each is eligible or not, and what would be done now',
      access: 'viewer',
      response: riskShape,
      handler: ({ user }) => riskView(pool, user.id, clock.now()),
    }),
    route<{ body: { groupId?: string } }>({
      method: 'post',
      path: '/risk/run',
      tag: 'risk',
      summary: 'Run a cycle now; with a group, for that group, passing over its timer, pyramids, threshold and age',
      access: 'trader',
      body: input({ groupId: id() }),
      status: 202,
      response: runShape,
      async handler({ body: { groupId }, user }) {
        if (groupId !== undefined) await mustBeOpen(user.id, groupId);
        log.info('risk', 'run now requested', { userId: user.id, groupId });
        return runNow(deps, user.id, groupId ?? null);
      },
    }),
    flag('skip-once', 'Leave a group out of the next cycle, as loser and as winner'),
    flag('block', 'Leave a group out of every cycle until it is unblocked'),
    flag('unblock', 'Let a group take part in cycles again'),
    route<{ query: ListQuery }>({
      method: 'get',
      path: '/risk/actions',
      tag: 'risk',
      summary: 'Offsets, newest first: planned, realised, and what they have saved since',
      access: 'viewer',
      query: listQuery(),
      response: page(actionShape),
      async handler({ query: { limit, cursor }, user }) {
        const rows = await readRuns(pool, user.id, limit + 1, readCursor(cursor, 1)?.[0]);
        const views = await actionViews(pool, rows.map(({ run }) => run));
        return toPage(rows.map(({ number }, index) => ({ number, view: views[index] })), limit, ({ number }) => [number], ({ view }) => view);
      },
    }),
    route<{ query: ListQuery }>({
      method: 'get',
      path: '/risk/cycles',
      tag: 'risk',
      summary: 'What cycles saw and why they acted or not, newest first; such as found the same are kept once',
      access: 'viewer',
      query: listQuery(),
      response: page(cycleEntryShape),
      async handler({ query: { limit, cursor }, user }) {
        return toPage(await readCycles(pool, user.id, limit + 1, readCursor(cursor, 1)?.[0]), limit, ({ id: cycleId }) => [cycleId], (cycle) => cycle);
      },
    }),
    answer('approve', 'Let the plan go that waits for approval'),
    answer('reject', 'Drop the plan that waits for approval'),
  ];
}
