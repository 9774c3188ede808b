import type { Request, RequestHandler, Response } from 'express';

/** Runs an Express middleware as a promise, so that a handler can decide when a body is read. */
export const runMiddleware = (middleware: RequestHandler, request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    void middleware(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error instanceof Error ? error : new Error('a middleware failed', { cause: error }))));
  });
