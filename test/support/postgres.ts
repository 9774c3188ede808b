import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '#scripts/embedded-postgres';
import { migrate } from '#scripts/migrate';
import { openDirectory } from './open-directory.ts';

/** A database of its own for one test or one file, with the whole schema and no rows. */
export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Set by `npm test`, so that all its processes share one server. */
const sharedServer = process.env.TRANCHE_TEST_SERVER;
const template = 'tranche_template';
// One per user: what root has made, nobody else may write to.
const folder = `tranche-tests-${process.getuid?.() ?? 'user'}`;
const root = join(tmpdir(), folder);
let server: Promise<string> | null = null;

const withDatabase = (url: string, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).toString();

async function onServer(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Removes servers of test runs that were killed. */
async function sweep(): Promise<void> {
  for (const name of existsSync(root) ? readdirSync(root) : []) {
    const directory = join(root, name);
    const ownerFile = join(directory, 'owner');
    if (!existsSync(ownerFile) || existsSync(`/proc/${readFileSync(ownerFile, 'utf8')}`)) continue;
    await startEmbeddedPostgres({ dataDir: directory, durable: false }).then((left) => left.stop(), () => {});
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Starts a server for tests, with a migrated template; `stop` removes it. Data is not durable, only as fast as can be. */
export async function startTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  await sweep();
  mkdirSync(root, { recursive: true });
  const dataDir = openDirectory(`${folder}/pg-`);
  writeFileSync(join(dataDir, 'owner'), String(process.pid));
  const started = await startEmbeddedPostgres({ dataDir, durable: false });
  await onServer(started.url, `CREATE DATABASE ${template}`);
  await migrate(withDatabase(started.url, template));
  return {
    url: started.url,
    stop: async () => {
      await started.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The server of this test run: the shared one, or one started on first use and stopped when the process ends. */
function testServer(): Promise<string> {
  if (sharedServer) return Promise.resolve(sharedServer);
  server ??= startTestServer().then(({ url, stop }) => {
    // `stop` runs its programs synchronously up to its end, so it is complete even in an exit handler.
    process.once('exit', () => void stop());
    return url;
  });
  return server;
}

/** A fresh, fully migrated database; a clone of the template, so it takes tens of milliseconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = await testServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(url, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  return { url: withDatabase(url, name), drop: () => onServer(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}
