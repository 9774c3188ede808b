import Joi from 'joi';
import type { ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { notFound } from '../http/fault.ts';
import { answered, route, type Route } from '../http/route.ts';
import { id, idParams, input, instant, listQuery, nullable, page, shape, text, type ListQuery } from '../http/schemas.ts';
import { logColumns, logExports, logView, logWhere, type LogFilter, type LogRow } from '../queries/logs.query.ts';

const severities = ['debug', 'info', 'warn', 'error', 'alert'];
const severityList = (list: string, helpers: Joi.CustomHelpers): string | Joi.ErrorReport =>
  list.split(',').every((each) => severities.includes(each)) ? list : helpers.message({ custom: `{{#label}} must be a comma list of ${severities.join(', ')}` });
const filters = {
  severity: Joi.string().max(100).custom(severityList),
  category: text(),
  text: text(),
  from: Joi.date().iso(),
  to: Joi.date().iso(),
  correlationId: text(64),
};
export const logEntryShape = shape({ id: id(), at: instant(), severity: Joi.string().valid(...severities), category: Joi.string(), message: Joi.string().allow(''), fields: Joi.object().unknown(), process: nullable(Joi.string()) });
const exportRows = 100_000;

/** The log, and what a person has seen of it. */
export const logRoutes = ({ pool, log }: ApiDeps): Route[] => [
  route<{ query: ListQuery & LogFilter }>({
    method: 'get',
    path: '/logs',
    tag: 'operation',
    summary: 'Log rows, newest first',
    access: 'viewer',
    query: listQuery(filters),
    response: page(logEntryShape),
    async handler({ query, user }) {
      const where = logWhere(user, query).maybe('l.id < ?', readCursor(query.cursor, 1)?.[0]);
      const { rows } = await pool.query<LogRow>(`select ${logColumns} from log_rows l ${where.sql} order by l.id desc limit ${where.value(query.limit + 1)}`, where.values);
      return toPage(rows, query.limit, (row) => [row.id], logView);
    },
  }),
  route<{ query: LogFilter & { format: 'txt' | 'csv' | 'json' } }>({
    method: 'get',
    path: '/logs/export',
    tag: 'operation',
    summary: `The filtered log as a file, oldest first, at most ${exportRows} rows`,
    access: 'viewer',
    query: input({ ...filters, format: Joi.string().valid('txt', 'csv', 'json').required() }),
    produces: 'text/plain',
    async handler({ query, user, response }) {
      const where = logWhere(user, query);
      const { rows } = await pool.query<LogRow>(`select ${logColumns} from log_rows l ${where.sql} order by l.id desc limit ${where.value(exportRows)}`, where.values);
      const { type, render } = logExports[query.format];
      log.info('security', 'log exported', { userId: user.id, rows: rows.length, format: query.format });
      response.attachment(`tranche-log.${query.format}`).type(type).send(render(rows.reverse().map(logView)));
      return answered;
    },
  }),
  route<{ params: { id: string } }>({
    method: 'post',
    path: '/alerts/:id/acknowledge',
    tag: 'operation',
    summary: 'Say that a severe log row has been seen; it leaves the strip of alerts',
    access: 'trader',
    params: idParams,
    status: 204,
    async handler({ params, user }) {
      const where = logWhere(user, {}).and(`l.id = ? and l.level in ('error', 'alert')`, params.id);
      const { rowCount } = await pool.query(`insert into log_acknowledgements (log_id, user_id) select l.id, ${where.value(user.id)} from log_rows l ${where.sql} on conflict (log_id) do update set at = log_acknowledgements.at`, where.values);
      if (rowCount === 0) throw notFound('alert');
    },
  }),
];
