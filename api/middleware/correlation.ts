import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

const shape = /^[\w-]{8,64}$/;

/** Gives every request an id that stands in its answer, in its problem document and in the log. A caller may bring its own. */
export const correlate: RequestHandler = (request, response, next) => {
  const own = request.get('x-correlation-id');
  const id = own !== undefined && shape.test(own) ? own : randomUUID();
  response.locals.correlationId = id;
  response.set('X-Correlation-Id', id);
  next();
};

/** The id `correlate` gave. */
export const correlationOf = ({ locals: { correlationId } }: { locals: Record<string, unknown> }): string => (typeof correlationId === 'string' ? correlationId : '');
