import pg from 'pg';
import type { Log } from '#shared/ports/system.port';
import { StartFault } from './start-fault.ts';

const oldestVersion = 14;
const clockSkewMaxMs = 1000;

/** Rejects with a plain message when the database cannot be used: not reachable, or too old. Warns of clocks that disagree. */
export async function checkDatabase(databaseUrl: string, log: Log): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new StartFault(`DATABASE_URL: found a database that cannot be used (${reason(error)}), expected a PostgreSQL that can be reached and logged in to`);
  }
  try {
    const { rows } = await client.query<{ version: string; now: Date }>("SELECT current_setting('server_version_num') AS version, clock_timestamp() AS now");
    const major = Math.floor(Number(rows[0]?.version) / 10_000);
    if (major < oldestVersion) throw new StartFault(`DATABASE_URL: found PostgreSQL ${major}, expected version ${oldestVersion} or later`);
    const skewMs = Math.abs(Date.now() - (rows[0]?.now.getTime() ?? 0));
    if (skewMs > clockSkewMaxMs) log.warn('system', "this machine's clock and the database's disagree; timers may fire early or late", { skewMs });
  } finally {
    await client.end();
  }
}

// A refused connection to a name with several addresses is an AggregateError without a message of its own.
const reason = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'no reason given';
};
