import type { Config } from '#shared/contracts/config';
import { owner, readState } from './postgres-cluster.ts';
import { serverOf } from './postmaster-pid.ts';
import { StartFault } from './start-fault.ts';

/** The database of the Tranche that runs here: the one that is named, or the embedded one below DATA_DIR. Throws a plain message where that does not run. */
export function runningDatabaseUrl({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>): string {
  if (databaseUrl !== null) return databaseUrl;
  const state = readState(dataDir);
  if (state === null) throw new StartFault(`DATA_DIR: found ${JSON.stringify(dataDir)}, which holds no database yet, expected the directory of a Tranche that was started; or set DATABASE_URL`);
  const server = serverOf(state.cluster);
  if (server.kind !== 'ours') throw new StartFault(`The embedded PostgreSQL in ${state.cluster} does not run. Start Tranche with npm start and try again, or set DATABASE_URL.`);
  return `postgres://${owner}:${state.password}@127.0.0.1:${server.port}/${owner}`;
}
