import type { ErrorRequestHandler, Response } from 'express';
import type { Log } from '#shared/ports/system.port';
import { HttpFault, problemOf } from '../http/fault.ts';
import { correlationOf } from './correlation.ts';

/** Writes a refusal as problem details. */
export function sendFault(response: Response, fault: HttpFault): void {
  response
    .status(fault.status)
    .set({ 'Cache-Control': 'no-store', ...fault.extras.headers })
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(fault, correlationOf(response) || undefined)));
}

/** The refusal behind whatever was thrown: our own as it is, body-parser's and the database's by kind, the rest as 500 without a word of it. */
export function faultOf(error: unknown): HttpFault {
  if (error instanceof HttpFault) return error;
  const { type, status, code } = (typeof error === 'object' && error !== null ? error : {}) as { type?: string; status?: number; code?: string };
  if (type === 'entity.too.large') return new HttpFault(413, 'too_large', 'The body is larger than this address takes.');
  if (type === 'entity.parse.failed') return new HttpFault(400, 'unreadable', 'The body is not valid JSON.');
  if (status === 404) return new HttpFault(404, 'not_found', 'There is no such address.');
  if (status !== undefined && status >= 400 && status < 500) return new HttpFault(400, 'unreadable', 'The request cannot be read.');
  if (code !== undefined && /^(08|53|57|ECONN|ETIMEDOUT|EPIPE)/.test(code)) return new HttpFault(503, 'storage_unavailable', 'The database cannot be reached now; try again.', { headers: { 'Retry-After': '5' } });
  return new HttpFault(500, 'internal', 'Something went wrong here. The correlation id finds it in the log.');
}

/** The last handler: every error becomes one answer, and what is our own fault is logged. */
export const answerFaults =
  (log: Log): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const fault = faultOf(error);
    if (fault.status >= 500) log.error('system', `request failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, { path: request.path, correlationId: correlationOf(response) });
    sendFault(response, fault);
  };
