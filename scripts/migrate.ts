import { pathToFileURL } from 'node:url';
import { runMigrations } from 'bullmq';
import type { Knex } from 'knex';
import pg from 'pg';
import { migrations } from '#migrations/index';
import type { Migration } from '#migrations/index';
import { queueSchema } from '#shared/adapters/queue/queue-backend';
import { checkRedis, RedisUnfit } from '#shared/adapters/queue/redis-check';
import { appSchema, createKnex } from '#shared/adapters/store/connect';
import { createLog } from '#shared/adapters/system/log';
import { exitCodeConfig } from '#shared/adapters/system/process-life';
import { ConfigFault, loadProcessConfig, readEnvFile } from '#shared/contracts/config';
import { checkDatabase } from './database-check.ts';
import { StartFault } from './start-fault.ts';

/** Any fixed number: two starters that migrate at once take turns. */
const migrationLock = 7_271_001;

const source: Knex.MigrationSource<Migration> = {
  getMigrations: async () => [...migrations],
  getMigrationName: ({ name }) => name,
  getMigration: async (migration) => migration,
};

/**
 * Brings the database at `databaseUrl` up to date: our schema `app` and BullMQ's schema `bullmq`. Returns the names of the
 * migrations that ran. Safe to run from several processes at once.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const session = new pg.Client({ connectionString: databaseUrl });
  await session.connect();
  const knex = createKnex(databaseUrl, { max: 1 });
  try {
    await session.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await session.query(`CREATE SCHEMA IF NOT EXISTS ${appSchema}`);
    const [, names] = (await knex.migrate.latest({ migrationSource: source, schemaName: appSchema })) as [number, string[]];
    await runMigrations(session, queueSchema);
    return names;
  } finally {
    await knex.destroy();
    await session.end();
  }
}

/** The command: checks that database and Redis can be used, then migrates. Faults go to standard error as one line each. */
async function command(): Promise<void> {
  readEnvFile();
  const { databaseUrl, redisUrl, log: { level, format } } = loadProcessConfig();
  const log = createLog({ process: 'migrate', level, format });
  await checkDatabase(databaseUrl, log);
  if (redisUrl !== null) await checkRedis(redisUrl, log);
  const names = await migrate(databaseUrl);
  log.info('system', names.length === 0 ? 'the database is up to date' : 'the database was migrated', names.length === 0 ? {} : { migrations: names.join(', ') });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  command().then(
    () => process.exit(0),
    (error: Error) => {
      const plain = error instanceof ConfigFault || error instanceof StartFault || error instanceof RedisUnfit;
      process.stderr.write(`${plain ? error.message : error.stack}\n`);
      process.exit(plain ? exitCodeConfig : 1);
    },
  );
}
