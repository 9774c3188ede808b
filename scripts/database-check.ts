import pg from 'pg';
import { clockFindings, durabilityFindings, migrationsKnown, schemaFindings } from '#shared/adapters/store/database-ground';
import { deploymentFindings, type DeploymentId } from '#shared/adapters/store/deployment-lease.table';
import { createPool } from '#shared/adapters/store/connect';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import { standOn } from '#shared/ports/ground.port';
import type { Log } from '#shared/ports/system.port';
import { StartFault } from './start-fault.ts';

const oldestVersion = 14;

/** What is asked of a database before anything is written to it. */
export interface DatabaseDemands {
  live: boolean;
  durable: boolean;
  /** Null where the data directory cannot hold an id. */
  deployment: DeploymentId | null;
}

/** Rejects with a plain message when the database must not be used: not reachable, too old, not durable, migrated by a later Tranche, or another deployment's. */
export async function checkDatabase(databaseUrl: string, log: Log, { live, durable, deployment }: DatabaseDemands): Promise<void> {
  await reach(databaseUrl);
  const pool = createPool(databaseUrl, { max: 1, name: 'tranche-check' });
  try {
    const known = await schemaFindings(pool, migrationsKnown(), { migrating: true });
    standOn([...(await durabilityFindings(pool, { durable })), ...clockFindings(await createPostgresStore(pool).clockSkew()), ...known], { live, log });
    const { rows } = await pool.query<{ there: boolean }>(`select to_regclass('app.leases') is not null as there`);
    if (rows[0]?.there === true && deployment !== null) standOn(await deploymentFindings(pool, deployment), { live, log });
  } finally {
    await pool.end();
  }
}

async function reach(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new StartFault(`DATABASE_URL: found a database that cannot be used (${reason(error)}), expected a PostgreSQL that can be reached and logged in to`);
  }
  try {
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    if (major < oldestVersion) throw new StartFault(`DATABASE_URL: found PostgreSQL ${major}, expected version ${oldestVersion} or later`);
  } finally {
    await client.end();
  }
}

// A refused connection to a name with several addresses is an AggregateError without a message of its own.
const reason = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'no reason given';
};
