import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configPage, envExample } from './docs/config-page.ts';
import { eventsPage } from './docs/events-page.ts';
import type { GeneratedFile } from './docs/generated-file.ts';
import { httpPage } from './docs/http-page.ts';
import { jobsPage } from './docs/jobs-page.ts';
import { ordersPage } from './docs/orders-page.ts';
import { refusalsPage } from './docs/refusals-page.ts';
import { settingsPage } from './docs/settings-page.ts';

/**
 * Writes the reference pages that are generated from code, so that they cannot disagree with it. `--check` writes nothing and
 * fails when a file is stale. A new page is a new entry in `generators`.
 */
export const generators: readonly (() => GeneratedFile)[] = [envExample, configPage, jobsPage, refusalsPage, eventsPage, ordersPage, settingsPage, httpPage];

const root = join(import.meta.dirname, '..');

/** Paths of generated files whose text on disk is not what the code says. */
export const staleFiles = (): string[] =>
  generators.map((make) => make()).flatMap(({ path, text }) => (existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') === text ? [] : [path]));

function write(): void {
  for (const { path, text } of generators.map((make) => make())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`${path}\n`);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const stale = staleFiles();
  if (!process.argv.includes('--check')) write();
  else if (stale.length > 0) {
    process.stderr.write(`Stale: ${stale.join(', ')}. Run npm run docs.\n`);
    process.exit(1);
  }
}
