import express, { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import type Joi from 'joi';
import type { User } from '#shared/contracts/http';
import type { LogFields } from '#shared/ports/system.port';
import type { ApiDeps } from '../api-deps.ts';
import { correlationOf } from '../middleware/correlation.ts';
import { identify, requireCsrf } from '../middleware/identify.ts';
import { audit, deedOf, type AuditDeps } from './audit.ts';
import { HttpFault } from './fault.ts';
import { runMiddleware } from './run-middleware.ts';
import { answered, mayCall, type Call, type Identity, type Route } from './route.ts';

/** Larger than any configuration or candle request, smaller than what hurts. */
const bodyLimit = '1mb';
const nobody: User = { id: '', email: '', role: 'viewer' };
const readJson = express.json({ limit: bodyLimit, strict: false, type: ['application/json', 'application/*+json'] });

/** What may differ between production and tests. */
export interface MountOptions {
  /** Throw when an answer is not what its schema says; on in tests. */
  checkAnswers: boolean;
}

/** A router that serves a route table: who, may they, is it valid, then the handler. */
export function mountRoutes(deps: Pick<ApiDeps, 'pool' | 'metrics'> & AuditDeps, routes: readonly Route[], options: MountOptions): Router {
  const router = Router();
  for (const route of routes) router[route.method](route.path, serve(deps, route, options));
  return router;
}

const isWrite = (route: Route): boolean => route.method !== 'get';

function serve(deps: Pick<ApiDeps, 'pool' | 'metrics'> & AuditDeps, route: Route, options: MountOptions): RequestHandler {
  const { pool, metrics } = deps;
  return async (request, response) => {
    const done = metrics.requests.startTimer({ method: route.method, route: route.path });
    response.on('finish', () => done({ status: String(response.statusCode) }));
    response.set('Cache-Control', 'no-store');
    const identity = await admit(pool, route, request);
    if (isWrite(route) && route.rawBody === undefined) await parsed(request, response);
    const call = {
      params: valid(route.params, request.params, 'params', true),
      query: valid(route.query, { ...request.query }, 'query', true),
      body: valid(route.body, request.body, '', false),
      user: identity?.user ?? nobody,
      identity,
      correlationId: correlationOf(response),
      request,
      response,
    };
    const body = await route.handler(call);
    if (isWrite(route) && route.audited !== false && identity !== null) audit(deps, identity.user, deedOf(route.summary), { ...doneBy(call, identity), ...route.recorded?.(call) });
    if (body === answered) return;
    if (options.checkAnswers && route.response !== undefined) assertAnswer(route, body);
    const status = route.status ?? 200;
    if (status === 204) response.status(204).end();
    else response.status(status).json(body);
  };
}

/** How a deed came about. Never what a request's body says: it may hold keys. */
const doneBy = ({ request, correlationId, params }: Call, { by }: Identity): LogFields => ({ call: `${request.method} ${request.baseUrl}${request.path}`, target: (params as { id?: string } | undefined)?.id, by: by.kind, ip: request.ip, correlationId });

async function admit(pool: ApiDeps['pool'], route: Route, request: Request): Promise<Identity | null> {
  if (route.access === 'public') return null;
  const identity = await identify(pool, request);
  if (identity === null) throw new HttpFault(401, 'unauthenticated', 'Sign in first, or send a valid Bearer token.');
  if (isWrite(route)) requireCsrf(identity, request.get('x-csrf-token'));
  if (!mayCall(identity.user.role, route.access)) throw new HttpFault(403, 'forbidden', `This needs the role ${route.access}; yours is ${identity.user.role}.`);
  return identity;
}

/** Reads a JSON body; a body of another type is refused, so that no form of a foreign page is ever taken for one. */
async function parsed(request: Request, response: Response): Promise<void> {
  await runMiddleware(readJson, request, response);
  if (request.body === undefined && Number(request.get('content-length') ?? 0) > 0) throw new HttpFault(400, 'unreadable', 'The body must be JSON with Content-Type: application/json.');
}

function valid(schema: Joi.Schema | undefined, found: unknown, place: string, convert: boolean): unknown {
  if (schema === undefined) return found;
  const { value, error } = schema.validate(found ?? {}, { abortEarly: false, convert, errors: { wrap: { label: false }, label: 'path' } });
  if (error === undefined) return value as unknown;
  const errors = error.details.map((detail) => ({ path: [...(place === '' ? [] : [place]), ...detail.path].join('.') || '$', message: detail.message }));
  throw new HttpFault(400, 'invalid_request', `The request is not valid: ${errors[0]?.message ?? ''}.`, { errors });
}

function assertAnswer(route: Route, body: unknown): void {
  const { error } = route.response?.validate(JSON.parse(JSON.stringify(body)), { convert: false }) ?? {};
  if (error !== undefined) throw new Error(`${route.method} ${route.path} answered what its schema does not say: ${error.message}`);
}
