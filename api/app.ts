import compression from 'compression';
import express from 'express';
import type { Express, RequestHandler } from 'express';
import helmet from 'helmet';
import swagger from 'swagger-ui-express';
import { Gauge } from 'prom-client';
import type { Queue } from 'bullmq';
import type { Router } from 'express';
import type { ApiDeps } from './api-deps.ts';
import { HttpFault } from './http/fault.ts';
import { mountRoutes } from './http/mount.ts';
import { openApiOf } from './http/openapi.ts';
import { queueBoard, queueBoardPath } from './http/queue-board.ts';
import { mayCall, type Access } from './http/route.ts';
import { webApp } from './http/web-app.ts';
import { createIntake } from './intake/take-alert.ts';
import { answerFaults } from './middleware/answer-fault.ts';
import { correlate } from './middleware/correlation.ts';
import { identify } from './middleware/identify.ts';
import { apiRoutes } from './routes/index.ts';
import type { CandleReader } from './routes/market.route.ts';
import { webhookRoute } from './routes/webhook.route.ts';

/** What the app is given beside the dependencies of its routes. */
export interface AppOptions {
  candles: CandleReader;
  /** For the queue board; none in tests that do not look at it. */
  boardQueues: readonly Queue[];
  /** Where `frontend/dist` lies. */
  root: string;
  checkAnswers: boolean;
}

const contentSecurity = {
  directives: {
    defaultSrc: ["'self'"],
    // antd and swagger-ui write style elements at run time.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
    // Plain http on the local machine must keep working.
    upgradeInsecureRequests: null,
  },
};

/** The web server's application: intake, REST, documentation, queue board, web app. */
export function createApp(deps: ApiDeps, options: AppOptions): Express {
  const intake = createIntake(deps);
  const routes = apiRoutes(deps, intake, options.candles);
  const alerts = webhookRoute(deps, intake);
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', 'loopback');
  app.use(correlate);
  app.use(helmet({ contentSecurityPolicy: contentSecurity, crossOriginEmbedderPolicy: false, strictTransportSecurity: { includeSubDomains: false } }));
  app.use(mountRoutes(deps, [alerts], options), liveness(deps));
  app.use(compression());
  app.use('/api/v1', mountRoutes(deps, [alerts, ...routes], options));
  app.get('/api/v1/openapi.json', signedIn(deps, 'viewer'), (_, response) => void response.json(openApiOf([alerts, ...routes], deps.version)));
  app.use('/api/docs', signedIn(deps, 'viewer'), swagger.serve, swagger.setup(undefined, { swaggerOptions: { url: '/api/v1/openapi.json' }, customSiteTitle: 'Tranche API' }));
  app.get('/metrics', signedIn(deps, 'viewer'), metricsPage(deps));
  app.use(queueBoardPath, signedIn(deps, 'administrator'), sameOriginWrites, queueBoard(options.boardQueues));
  app.use('/api', () => {
    throw new HttpFault(404, 'not_found', 'There is no such address; GET /api/v1/openapi.json lists all of them.');
  });
  app.use(webApp(options.root));
  app.use((_request, _response) => {
    throw new HttpFault(404, 'not_found', 'There is no such address.');
  });
  app.use(answerFaults(deps.log));
  return app;
}

/** `/healthz` says that the process lives, `/readyz` that it can work. Neither says more. */
function liveness({ pool }: ApiDeps): Router {
  const router = express.Router();
  router.get('/healthz', (_, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_, response) => {
    try {
      await pool.query('select 1 from users limit 1');
      response.json({ status: 'ready' });
    } catch {
      response.status(503).json({ status: 'unavailable' });
    }
  });
  return router;
}

/** Lets only people of a role through; browsers are led to the sign-in page. */
const signedIn =
  ({ pool }: ApiDeps, access: Access): RequestHandler =>
  async (request, response, next) => {
    const identity = await identify(pool, request);
    if (identity !== null && mayCall(identity.user.role, access)) return next();
    if (identity === null && request.method === 'GET' && request.accepts(['json', 'html']) === 'html') return response.redirect(303, '/sign-in');
    throw identity === null ? new HttpFault(401, 'unauthenticated', 'Sign in first, or send a valid Bearer token.') : new HttpFault(403, 'forbidden', `This needs the role ${access}.`);
  };

/** The queue board sends no CSRF token, so its writes must come from our own pages. */
const sameOriginWrites: RequestHandler = (request, _response, next) => {
  const origin = request.get('origin');
  const foreign = origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === request.get('host'));
  if (request.method !== 'GET' && foreign) throw new HttpFault(403, 'forbidden', 'This must come from a page of this server.');
  next();
};

function metricsPage({ metrics, jobs, pool }: ApiDeps): RequestHandler {
  const queues = new Gauge({ name: 'tranche_queue_jobs', help: 'Jobs by queue and state', labelNames: ['queue', 'state'], registers: [metrics.registry] });
  const waiting = new Gauge({ name: 'tranche_inbox_waiting', help: 'Events that are due and not decided', registers: [metrics.registry] });
  return async (_, response) => {
    const depths = await jobs.depths().catch(() => ({}));
    for (const [queue, states] of Object.entries(depths)) for (const [state, count] of Object.entries(states)) queues.set({ queue, state }, count);
    const { rows } = await pool.query<{ count: number }>('select count(*)::int from inbox where decided_at is null and due_at <= now()');
    waiting.set(rows[0]?.count ?? 0);
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  };
}
