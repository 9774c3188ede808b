import { stringifySetCookie } from 'cookie';
import Joi from 'joi';
import type { Response } from 'express';
import type { User } from '#shared/contracts/http';
import type { ApiDeps } from '../api-deps.ts';
import { audit } from '../http/audit.ts';
import { HttpFault } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { id, input, shape } from '../http/schemas.ts';
import { identify, sessionCookie } from '../middleware/identify.ts';
import { createSignInLimit, type SignInLimit } from '../middleware/sign-in-limit.ts';
import { closeSession, openSession, setPassword, setupIsOpen, useSetupLink, userByPassword } from '../queries/people.query.ts';

const cookieSeconds = 7 * 24 * 3600;
const email = () => Joi.string().email({ tlds: false }).max(200);
/** Argon2 reads all of it, so a limit keeps a request cheap. */
const password = () => Joi.string().min(8).max(200);
export const userShape = shape({ id: id(), email: Joi.string(), role: Joi.string().valid('administrator', 'trader', 'viewer') });
const sessionShape = shape({ user: userShape, csrfToken: Joi.string() });
const token = () => Joi.string().pattern(/^[\w-]{20,100}$/, 'a set-up token');

const cookie = (response: Response, value: string, maxAge: number): void =>
  void response.append('Set-Cookie', stringifySetCookie({ name: sessionCookie, value, httpOnly: true, sameSite: 'strict', path: '/', secure: response.req.secure, maxAge }));

async function begin({ pool }: ApiDeps, response: Response, user: User): Promise<{ user: User; csrfToken: string }> {
  const session = await openSession(pool, user.id);
  cookie(response, session.id, cookieSeconds);
  return { user, csrfToken: session.csrfToken };
}

/** Sign-in, sign-out, the first set-up. */
export function authRoutes(deps: ApiDeps): Route[] {
  const limit = createSignInLimit();
  return [...sessionRoutes(deps, limit), passwordRoute(deps, limit), ...setupRoutes(deps, limit)];
}

function sessionRoutes(deps: ApiDeps, limit: SignInLimit): Route[] {
  const { pool, log, metrics } = deps;
  return [
    route<{ body: { email: string; password: string } }>({
      method: 'post',
      path: '/auth/login',
      tag: 'auth',
      summary: 'Sign in; sets the session cookie',
      access: 'public',
      body: input({ email: Joi.string().max(200).required(), password: Joi.string().max(200).required() }),
      response: sessionShape,
      async handler({ body, request, response }) {
        const ip = request.ip ?? '';
        await limit.check(ip, body.email);
        const user = await userByPassword(pool, body.email, body.password);
        metrics.signIns.inc({ result: user === null ? 'failed' : 'succeeded' });
        if (user === null) {
          await limit.failed(ip, body.email);
          log.warn('security', 'sign-in failed', { ip });
          throw new HttpFault(401, 'invalid_credentials', 'The e-mail address or the password is wrong.');
        }
        await limit.succeeded(ip, body.email);
        log.info('security', 'signed in', { userId: user.id, ip });
        audit(deps, user, 'Sign in', { ip });
        return begin(deps, response, user);
      },
    }),
    route({
      method: 'get',
      path: '/auth/session',
      tag: 'auth',
      summary: 'Who is signed in',
      access: 'viewer',
      response: shape({ user: userShape, csrfToken: Joi.string().allow(null) }),
      handler: async ({ user, identity }) => ({ user, csrfToken: identity?.by.kind === 'session' ? identity.by.csrfToken : null }),
    }),
    route({
      method: 'get',
      path: '/auth/state',
      tag: 'auth',
      summary: 'Who is signed in, or null; for the web app, where asking is no error',
      access: 'public',
      response: shape({ session: sessionShape.allow(null) }),
      async handler({ request }) {
        const identity = await identify(pool, request);
        return { session: identity?.by.kind === 'session' ? { user: identity.user, csrfToken: identity.by.csrfToken } : null };
      },
    }),
    route({
      method: 'post',
      path: '/auth/logout',
      tag: 'auth',
      summary: 'End the session',
      access: 'viewer',
      status: 204,
      async handler({ identity, response }) {
        if (identity?.by.kind === 'session') await closeSession(pool, identity.by.idHash);
        cookie(response, '', 0);
      },
    }),
  ];
}

const passwordRoute = ({ pool, log }: ApiDeps, limit: SignInLimit): Route =>
    route<{ body: { current: string; password: string } }>({
      method: 'post',
      path: '/auth/password',
      tag: 'auth',
      summary: 'Change the own password; ends all other sessions',
      access: 'viewer',
      body: input({ current: Joi.string().max(200).required(), password: password().required() }),
      status: 204,
      async handler({ body, user, identity, request }) {
        const ip = request.ip ?? '';
        await limit.check(ip, user.email);
        if ((await userByPassword(pool, user.email, body.current)) === null) {
          await limit.failed(ip, user.email);
          throw new HttpFault(403, 'invalid_credentials', 'The current password is wrong.', { errors: [{ path: 'current', message: 'is not the current password' }] });
        }
        await setPassword(pool, user.id, body.password, identity?.by.kind === 'session' ? identity.by.idHash : null);
        log.info('security', 'password changed', { userId: user.id });
      },
    });

function setupRoutes(deps: ApiDeps, limit: SignInLimit): Route[] {
  const { pool, box, log } = deps;
  return [
    route<{ query: { token: string } }>({
      method: 'get',
      path: '/auth/setup',
      tag: 'auth',
      summary: 'Is this set-up link open?',
      access: 'public',
      query: input({ token: token().required() }),
      response: shape({ open: Joi.boolean() }),
      handler: async ({ query }) => ({ open: await setupIsOpen(pool, query.token) }),
    }),
    route<{ body: { token: string; email: string; password: string } }>({
      method: 'post',
      path: '/auth/setup',
      tag: 'auth',
      summary: 'Create the first administrator with a one-time set-up link',
      access: 'public',
      body: input({ token: token().required(), email: email().required(), password: password().required() }),
      status: 201,
      response: sessionShape,
      async handler({ body, request, response }) {
        const ip = request.ip ?? '';
        await limit.check(ip, 'set-up');
        const user = await useSetupLink(pool, box, body.token, body.email, body.password);
        if (user === null) {
          await limit.failed(ip, 'set-up');
          throw new HttpFault(403, 'setup_closed', 'This set-up link is used, too old or wrong; restart Tranche for a new one.');
        }
        log.info('security', 'first administrator created by set-up link', { userId: user.id });
        audit(deps, user, 'Create the first administrator with a one-time set-up link', { ip });
        return begin(deps, response, user);
      },
    }),
  ];
}

export const credentials = { email, password };
