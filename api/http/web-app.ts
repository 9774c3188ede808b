import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router } from 'express';

const year = 365 * 24 * 3600 * 1000;
/** Never answered with the web app: these are addresses of their own. */
const notPages = /^\/(api|webhooks|admin|socket\.io|metrics|healthz|readyz)(\/|$)/;

/** The built web app with its pages. `/` is a page for browsers and a sign of life for everybody else. */
export function webApp(root: string): Router {
  const router = Router();
  const files = join(root, 'frontend', 'dist');
  const page = join(files, 'index.html');
  router.get('/', (request, response, next) => {
    if (request.accepts(['json', 'html']) === 'html') next();
    else response.json({ name: 'tranche', status: 'ok' });
  });
  router.use('/assets', express.static(join(files, 'assets'), { immutable: true, maxAge: year, index: false, fallthrough: false }));
  router.use(express.static(files, { index: false, maxAge: 0 }));
  router.get('/{*path}', (request, response, next) => {
    if (notPages.test(request.path) || request.accepts(['json', 'html']) !== 'html') return next();
    if (!existsSync(page)) return response.status(503).type('text').send('The web app is not built. Run: npm run build');
    response.set('Cache-Control', 'no-cache').sendFile(page);
  });
  return router;
}
