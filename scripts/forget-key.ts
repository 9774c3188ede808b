import pg from 'pg';
import { appSchema, withSearchPath } from '#shared/adapters/store/connect';
import { forgetKey, type Forgotten } from '#shared/adapters/store/key-canary.table';
import { exitCodeConfig } from '#shared/adapters/system/process-life';
import { createSecretBox } from '#shared/adapters/system/secret-box';
import { ConfigFault, loadConfig, readEnvFile } from '#shared/contracts/config';
import { keptEncryptionKey, lockDataDirectory } from './data-directory.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { StartFault } from './start-fault.ts';

/** The command for a lost ENCRYPTION_KEY: goes on with the present one and names what must be entered again. Tranche must be stopped. */
async function command(): Promise<void> {
  if (!process.argv.includes('--give-up-secrets'))
    throw new StartFault('Every exchange key and webhook secret that the present ENCRYPTION_KEY cannot open is given up for good. Stop Tranche, then run this again with --give-up-secrets.');
  readEnvFile();
  const { dataDir, databaseUrl, encryptionKey } = loadConfig();
  const unlock = lockDataDirectory(dataDir);
  const embedded = databaseUrl === null ? await startEmbeddedPostgres({ dataDir }) : null;
  try {
    const { accounts, endpoints } = await forgetIn(embedded?.url ?? databaseUrl ?? '', encryptionKey ?? keptEncryptionKey(dataDir));
    const list = (names: string[]): string => (names.length === 0 ? 'none' : names.join(', '));
    process.stdout.write(`Enter the keys of these exchange accounts again and switch them on: ${list(accounts)}\nMake the secrets of these webhook endpoints anew: ${list(endpoints)}\n`);
  } finally {
    await embedded?.stop();
    unlock();
  }
}

async function forgetIn(databaseUrl: string, key: string): Promise<Forgotten> {
  const client = new pg.Client({ connectionString: withSearchPath(databaseUrl, appSchema) });
  await client.connect();
  try {
    await client.query('begin');
    const lost = await forgetKey(client, createSecretBox(key));
    await client.query('commit');
    return lost;
  } finally {
    await client.end();
  }
}

command().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof ConfigFault || error instanceof StartFault ? exitCodeConfig : 1;
});
