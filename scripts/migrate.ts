import { pathToFileURL } from 'node:url';
import { runMigrations } from 'bullmq';
import type { Knex } from 'knex';
import pg from 'pg';
import { migrations } from '#migrations/index';
import type { Migration } from '#migrations/index';
import { queueSchema } from '#shared/adapters/queue/queue-backend';
import { checkRedis, RedisUnfit } from '#shared/adapters/queue/redis-check';
import { appSchema, createKnex, createPool } from '#shared/adapters/store/connect';
import { keyFindings } from '#shared/adapters/store/key-canary.table';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import { deploymentOf } from '#shared/adapters/system/deployment-id';
import { createLog } from '#shared/adapters/system/log';
import { createSecretBox } from '#shared/adapters/system/secret-box';
import { standOn, UnsafeGround } from '#shared/ports/ground.port';
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

/** The command: checks the ground Tranche would stand on, migrates, and checks the key. Faults go to standard error as one line each. */
async function command(): Promise<void> {
  readEnvFile();
  const config = loadProcessConfig();
  const { databaseUrl, redisUrl, log: { level, format } } = config;
  const live = config.trading.mode === 'live';
  const log = createLog({ process: 'migrate', level, format });
  await checkDatabase(databaseUrl, log, { live, durable: config.databaseDurable, deployment: deploymentOf(config) });
  if (redisUrl !== null) await checkRedis(redisUrl, log, { live });
  const names = await migrate(databaseUrl);
  const pool = createPool(databaseUrl, { max: 1, name: 'tranche-check' });
  try {
    // Makes the row that keeps what tells the right key.
    await createPostgresStore(pool).deploymentPrefix();
    standOn(await keyFindings(pool, createSecretBox(config.encryptionKey)), { live, log });
  } finally {
    await pool.end();
  }
  log.info('system', names.length === 0 ? 'the database is up to date' : 'the database was migrated', names.length === 0 ? {} : { migrations: names.join(', ') });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  command().then(
    () => process.exit(0),
    (error: Error) => {
      const plain = error instanceof ConfigFault || error instanceof StartFault || error instanceof RedisUnfit || error instanceof UnsafeGround;
      process.stderr.write(`${plain ? error.message : error.stack}\n`);
      process.exit(plain ? exitCodeConfig : 1);
    },
  );
}
