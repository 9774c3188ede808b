import Joi from 'joi';
import type { UserRole } from '#shared/contracts/http';
import type { ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { HttpFault, notFound } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { id, idParams, input, instant, listQuery, nullable, page, shape, text, type ListQuery } from '../http/schemas.ts';
import { createToken, createUser } from '../queries/people.query.ts';
import { isUniqueViolation } from '../queries/transaction.ts';
import { iso, isoOrNull, Where } from '../queries/where.ts';
import { credentials, userShape } from './auth.route.ts';

interface TokenRow {
  id: string;
  name: string;
  created_at: Date;
  last_used_at: Date | null;
}

/** Tokens for scripts, and users for administrators. */
export const peopleRoutes = (deps: ApiDeps): Route[] => [...tokenRoutes(deps), ...userRoutes(deps)];

const tokenRoutes = ({ pool, log }: ApiDeps): Route[] => [
  route<{ query: ListQuery }>({
    method: 'get',
    path: '/tokens',
    tag: 'auth',
    summary: 'Own tokens, without their secret',
    access: 'viewer',
    query: listQuery(),
    response: page(shape({ id: id(), name: Joi.string(), createdAt: instant(), lastUsedAt: nullable(instant()) })),
    async handler({ query, user }) {
      const where = new Where().and('user_id = ?', user.id).maybe('id < ?', readCursor(query.cursor, 1)?.[0]);
      const { rows } = await pool.query<TokenRow>(`select id, name, created_at, last_used_at from api_tokens ${where.sql} order by id desc limit ${where.value(query.limit + 1)}`, where.values);
      return toPage(rows, query.limit, (row) => [row.id], (row) => ({ id: row.id, name: row.name, createdAt: iso(row.created_at), lastUsedAt: isoOrNull(row.last_used_at) }));
    },
  }),
  route<{ body: { name: string } }>({
    method: 'post',
    path: '/tokens',
    tag: 'auth',
    summary: 'Make a token for scripts, sent as Bearer; it is shown once',
    access: 'viewer',
    body: input({ name: text().trim().min(1).required() }),
    status: 201,
    response: shape({ id: id(), name: Joi.string(), token: Joi.string() }),
    async handler({ body, user }) {
      const token = await createToken(pool, user.id, body.name);
      log.info('security', 'token made', { userId: user.id, name: body.name });
      return token;
    },
  }),
  route<{ params: { id: string } }>({
    method: 'delete',
    path: '/tokens/:id',
    tag: 'auth',
    summary: 'Revoke a token',
    access: 'viewer',
    params: idParams,
    status: 204,
    async handler({ params, user }) {
      const { rowCount } = await pool.query('delete from api_tokens where id = $1 and user_id = $2', [params.id, user.id]);
      if (rowCount === 0) throw notFound('token');
      log.info('security', 'token revoked', { userId: user.id });
    },
  }),
];

const userRoutes = ({ pool, box, log }: ApiDeps): Route[] => [
  route<{ query: ListQuery }>({
    method: 'get',
    path: '/users',
    tag: 'auth',
    summary: 'Everybody who can sign in',
    access: 'administrator',
    query: listQuery(),
    response: page(userShape),
    async handler({ query }) {
      const where = new Where().maybe('id > ?', readCursor(query.cursor, 1)?.[0]);
      const { rows } = await pool.query<{ id: string; email: string; role: UserRole }>(`select id, email, role from users ${where.sql} order by id limit ${where.value(query.limit + 1)}`, where.values);
      return toPage(rows, query.limit, (row) => [row.id], (row) => row);
    },
  }),
  route<{ body: { email: string; password: string; role: UserRole } }>({
    method: 'post',
    path: '/users',
    tag: 'auth',
    summary: 'Create a user with a paper account of their own',
    access: 'administrator',
    body: input({ email: credentials.email().required(), password: credentials.password().required(), role: Joi.string().valid('administrator', 'trader', 'viewer').default('trader') }),
    status: 201,
    response: userShape,
    async handler({ body, user }) {
      try {
        const created = await createUser(pool, box, body.email, body.password, body.role);
        log.info('security', 'user created', { userId: user.id, createdUserId: created.id });
        return created;
      } catch (error) {
        if (isUniqueViolation(error)) throw new HttpFault(409, 'conflict', 'Somebody with this e-mail address exists already.', { errors: [{ path: 'email', message: 'is in use' }] });
        throw error;
      }
    },
  }),
];
