import Joi from 'joi';
import type { DifferenceDecision } from '#shared/contracts/http';
import { tellLive, type ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { HttpFault, notFound } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { id, idParams, input, listQuery, page, shape, type ListQuery } from '../http/schemas.ts';
import { accountShape, differenceColumns, differenceShape, differenceStateNames, differenceTables, differenceView, reconcileAccounts, runColumns, runShape, runTables, runView, type DifferenceRow, type RunRow } from '../queries/reconcile.query.ts';
import { Where } from '../queries/where.ts';

interface DifferenceQuery extends ListQuery {
  state?: string;
  accountId?: string;
  runId?: string;
}
const listOf = (text: string, helpers: Joi.CustomHelpers): string | Joi.ErrorReport =>
  text.split(',').every((each) => (differenceStateNames as readonly string[]).includes(each)) ? text : helpers.message({ custom: `{{#label}} must be a comma list of ${differenceStateNames.join(', ')}` });

/** Accounts compared with their venues: reports, differences, and a person's word on them. */
export const reconciliationRoutes = (deps: ApiDeps): Route[] => [...readingRoutes(deps), runRoute(deps), decideRoute(deps)];

const readingRoutes = ({ pool }: ApiDeps): Route[] => [
  route({
    method: 'get',
    path: '/reconciliation',
    tag: 'reconciliation',
    summary: 'How each account stands: last report, report of the last start, what waits for a person',
    access: 'viewer',
    response: shape({ data: Joi.array().items(accountShape) }),
    handler: async ({ user }) => ({ data: await reconcileAccounts(pool, user.id) }),
  }),
  route<{ query: ListQuery & { accountId?: string } }>({
    method: 'get',
    path: '/reconciliation/runs',
    tag: 'reconciliation',
    summary: 'Comparisons of accounts with their venues, newest first; looks that found nothing are not kept',
    access: 'viewer',
    query: listQuery({ accountId: id() }),
    response: page(runShape),
    async handler({ query, user }) {
      const where = new Where().and(`a.user_id = ? and r.status <> 'running'`, user.id).maybe('r.account_id = ?', query.accountId).maybe('r.id < ?', readCursor(query.cursor, 1)?.[0]);
      const { rows } = await pool.query<RunRow>(`select ${runColumns} from ${runTables} ${where.sql} order by r.id desc limit ${where.value(query.limit + 1)}`, where.values);
      return toPage(rows, query.limit, (row) => [row.id], runView);
    },
  }),
  route<{ query: DifferenceQuery }>({
    method: 'get',
    path: '/reconciliation/differences',
    tag: 'reconciliation',
    summary: 'What venue and books said differently, and what was done about it, newest first',
    access: 'viewer',
    query: listQuery({ state: Joi.string().max(100).custom(listOf), accountId: id(), runId: id() }),
    response: page(differenceShape),
    async handler({ query, user }) {
      const where = new Where()
        .and(`a.user_id = ? and d.state <> 'seen'`, user.id)
        .maybe('d.state = any(?)', query.state?.split(','))
        .maybe('d.account_id = ?', query.accountId)
        .maybe('d.run_id = ?', query.runId)
        .maybe('d.id < ?', readCursor(query.cursor, 1)?.[0]);
      const { rows } = await pool.query<DifferenceRow>(`select ${differenceColumns} from ${differenceTables} ${where.sql} order by d.id desc limit ${where.value(query.limit + 1)}`, where.values);
      return toPage(rows, query.limit, (row) => [row.id], differenceView);
    },
  }),
];

/** Makes accounts due and rings; who forgets the bell is found by the rounds. */
async function ask({ pool, jobs, log }: ApiDeps, accountIds: readonly string[]): Promise<void> {
  await pool.query(
    `insert into reconciles (account_id, due_at, occasion, asked_at) select id, now(), 'asked', clock_timestamp() from unnest($1::bigint[]) id order by id
     on conflict (account_id) do update set due_at = now(), asked_at = excluded.asked_at, occasion = case when reconciles.occasion = 'start' then reconciles.occasion else 'asked' end`,
    [accountIds],
  );
  for (const accountId of accountIds) {
    jobs.knock('reconcile', { accountId }, { dedupeKey: `compare:${accountId}` }).catch((error: unknown) => log.debug('system', 'knock failed, the rounds will ring', { accountId, error: String(error) }));
  }
}

const runRoute = (deps: ApiDeps): Route =>
  route<{ body: { accountId?: string } }>({
    method: 'post',
    path: '/reconciliation/run',
    tag: 'reconciliation',
    summary: 'Compare accounts with their venues now; one account, or all that are switched on',
    access: 'trader',
    body: input({ accountId: id() }),
    status: 202,
    response: shape({ status: Joi.string().valid('requested'), accountIds: Joi.array().items(id()) }),
    async handler({ body, user }) {
      const where = new Where().and('user_id = ? and deleted_at is null', user.id).maybe('id = ?', body.accountId);
      const { rows } = await deps.pool.query<{ id: string; enabled: boolean }>(`select id, enabled from accounts ${where.sql} order by id`, where.values);
      if (body.accountId !== undefined && rows[0] === undefined) throw notFound('account');
      if (body.accountId !== undefined && rows[0]?.enabled === false) throw new HttpFault(409, 'conflict', 'The account is switched off; switch it on to compare it.');
      const accountIds = rows.filter(({ enabled }) => enabled).map((row) => row.id);
      await ask(deps, accountIds);
      return { status: 'requested', accountIds };
    },
  });

/** What can be said of a difference, where it is not everything. */
const decisionsOn: Readonly<Record<string, readonly DifferenceDecision[]>> = { 'ask-cancel': ['close', 'ignore'], 'ask-deployment': ['ignore'] };

const decideRoute = (deps: ApiDeps): Route =>
  route<{ params: { id: string }; body: { decision: DifferenceDecision } }>({
    method: 'post',
    path: '/reconciliation/differences/:id/decide',
    tag: 'reconciliation',
    summary: 'Decide on what waits for a person. A position that nobody here has opened: take it over, close it at market, or ignore it. A stray order: close, which cancels it, or ignore. Another deployment: ignore, which accepts it. A worker carries out the first two, for what the venue holds then',
    access: 'trader',
    params: idParams,
    body: input({ decision: Joi.string().valid('adopt', 'close', 'ignore').required() }),
    status: 202,
    response: differenceShape,
    async handler({ params, body: { decision }, user }) {
      const find = async (): Promise<DifferenceRow | undefined> =>
        (await deps.pool.query<DifferenceRow>(`select ${differenceColumns} from ${differenceTables} where d.id = $1 and a.user_id = $2 and d.state <> 'seen'`, [params.id, user.id])).rows[0];
      const before = await find();
      if (before === undefined) throw notFound('difference');
      const may = decisionsOn[before.remedy.do];
      if (may !== undefined && !may.includes(decision)) throw new HttpFault(400, 'invalid_request', `That cannot be decided of ${before.kind.replaceAll('_', ' ')}.`, { errors: [{ path: 'decision', message: `must be ${may.join(' or ')}` }] });
      const { rowCount } = await deps.pool.query(
        `update reconcile_differences set decision = nullif($2, 'ignore'), state = case $2 when 'ignore' then 'ignored' else state end, action = case $2 when 'ignore' then 'ignored' end, decided_by = $3, decided_at = now()
         where id = $1 and state = 'asks' and decision is null`,
        [params.id, decision, user.id],
      );
      if (rowCount === 0) throw new HttpFault(409, 'conflict', before.state === 'asks' ? 'Somebody has decided this already; it is being carried out.' : `The difference does not wait for a decision: it is ${before.state}.`);
      deps.log.info('venue', 'difference decided', { userId: user.id, accountId: before.account_id, differenceId: params.id, decision });
      if (decision !== 'ignore') await ask(deps, [before.account_id]);
      tellLive(deps, { event: 'reconcile', userId: user.id, id: before.account_id, data: { differenceId: params.id, decision } });
      return differenceView((await find()) ?? before);
    },
  });
