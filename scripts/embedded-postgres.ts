import { spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort, tryPort } from './free-port.ts';
import type { ServerUser } from './postgres-binaries.ts';
import { asUser, reachableBinaries, serverUser } from './postgres-binaries.ts';
import type { ClusterState } from './postgres-cluster.ts';
import { checkMajorVersion, clusterUser, fallbackDirectory, initCluster, owner, programEnvironment, readState, runProgram, writeState } from './postgres-cluster.ts';
import { serverOf } from './postmaster-pid.ts';

/**
 * Starts and stops the PostgreSQL that npm brings, through its own programs. The npm package's class is not used: it cannot run
 * below a closed directory, rejects with `undefined` after a kill, and its exit hook ends the server while we still drain.
 */

/** A running embedded server. */
export interface EmbeddedPostgres {
  url: string;
  pid: number;
  /** It was already running: left behind by a Tranche that was killed. */
  adopted: boolean;
  /** Is its process still there? */
  alive(): boolean;
  stop(): Promise<void>;
}

/** How an embedded server is started. */
export interface EmbeddedOptions {
  dataDir: string;
  /** false trades durability for speed, for tests. */
  durable?: boolean;
}

interface Server {
  native: string;
  user: ServerUser | null;
  state: ClusterState;
}

/** Lean on memory: 64 MB of buffers serve this load, parallel plans and I/O worker processes do not pay for themselves. */
const settings = (port: number, durable: boolean): string => `
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
io_method = sync
max_parallel_workers_per_gather = 0
jit = off
wal_level = minimal
max_wal_senders = 0
autovacuum_naptime = 15s
autovacuum_max_workers = 2
password_encryption = scram-sha-256
log_min_messages = log
log_checkpoints = off
fsync = ${durable ? 'on' : 'off'}
synchronous_commit = ${durable ? 'on' : 'off'}
full_page_writes = ${durable ? 'on' : 'off'}
`;

const logLimitBytes = 5_000_000;
const urlOf = ({ password }: ClusterState, port: number, database: string): string => `postgres://${owner}:${password}@127.0.0.1:${port}/${database}`;

/** Starts the embedded PostgreSQL below `dataDir`, making it first if need be, or adopts the one that still runs there. */
export async function startEmbeddedPostgres({ dataDir, durable = true }: EmbeddedOptions): Promise<EmbeddedPostgres> {
  mkdirSync(dataDir, { recursive: true });
  const server = await prepare(dataDir);
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = serverOf(server.state.cluster);
    if (found.kind === 'ours') {
      if (await answers(server, found.port)) return running(server, found.pid, found.port, true);
    } else {
      // Only in this case: when the process is simply dead, PostgreSQL itself needs the file to guard its shared memory.
      if (found.kind === 'foreign') rmSync(found.file, { force: true });
      const failure = await launch(dataDir, server, durable);
      const pid = serverOf(server.state.cluster);
      if (failure === null && pid.kind === 'ours') return running(server, pid.pid, pid.port, false);
      // A killed server stays a zombie for half a second and its back ends hold the shared memory a little longer.
      if (Date.now() > deadline) throw new Error(`The embedded PostgreSQL in ${server.state.cluster} does not start: ${failure}`);
    }
    if (Date.now() > deadline) throw new Error(`A PostgreSQL runs in ${server.state.cluster} but does not answer. Stop it, then start again.`);
    await pause(300);
  }
}

async function prepare(dataDir: string): Promise<Server> {
  let user = serverUser();
  const known = knownState(dataDir);
  if (known) user = clusterUser(known.cluster, user);
  const native = reachableBinaries(user, () => fallbackDirectory(dataDir));
  if (known) checkMajorVersion(known.cluster, native);
  return { native, user, state: known ?? initCluster(dataDir, native, user, await freePort()) };
}

function knownState(dataDir: string): ClusterState | null {
  const state = readState(dataDir);
  if (state && existsSync(join(state.cluster, 'PG_VERSION'))) return state;
  const data = state?.cluster ?? join(dataDir, 'postgres');
  if (state) throw new Error(`${join(dataDir, 'postgres.json')} says the database is in ${data}, but there is none. Restore it, or remove that file to begin anew.`);
  if (existsSync(join(data, 'PG_VERSION')))
    throw new Error(`There is a database in ${data}, but its password file ${join(dataDir, 'postgres.json')} is gone. Restore that file, or move the database away to begin anew.`);
  return null;
}

/** Starts the server and waits until it accepts connections; answers null, or why it did not start. */
async function launch(dataDir: string, server: Server, durable: boolean): Promise<string | null> {
  const { native, user, state } = server;
  const port = (await tryPort(state.port)) ?? (await freePort());
  server.state = { ...state, port };
  if (port !== state.port) writeState(dataDir, server.state);
  const own = (path: string): void => (user ? chownSync(path, user.uid, user.gid) : undefined);

  const settingsFile = join(state.cluster, 'tranche.conf');
  writeFileSync(settingsFile, settings(port, durable));
  own(settingsFile);
  const main = join(state.cluster, 'postgresql.conf');
  const include = "include 'tranche.conf'";
  if (!readFileSync(main, 'utf8').includes(include)) writeFileSync(main, `\n${include}\n`, { flag: 'a' });

  const logFile = join(state.cluster, 'server.log');
  if (existsSync(logFile) && statSync(logFile).size > logLimitBytes) truncateSync(logFile);
  closeSync(openSync(logFile, 'a'));
  own(logFile);
  const before = statSync(logFile).size;
  const code = await new Promise<number | null>((resolve) => {
    const args = ['start', '--wait', '--timeout=60', '--silent', `--pgdata=${state.cluster}`, `--log=${logFile}`];
    spawn(join(native, 'bin', 'pg_ctl'), args, { ...asUser(user), stdio: 'ignore', env: programEnvironment })
      .on('error', () => resolve(null))
      .on('exit', resolve);
  });
  return code === 0 ? null : readFileSync(logFile, 'utf8').slice(before).trim().split('\n').slice(-4).join(' | ') || 'no message';
}

async function answers({ state }: Server, port: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(state, port, 'postgres'), connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01')
      throw new Error(`A PostgreSQL runs in ${state.cluster} with another password than the one remembered. Stop it, then start again.`, { cause: error });
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function running({ native, user, state }: Server, pid: number, port: number, adopted: boolean): Promise<EmbeddedPostgres> {
  const client = new pg.Client({ connectionString: urlOf(state, port, 'postgres') });
  await client.connect();
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [owner]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${owner}`);
  await client.end();
  const stop = (mode: string): boolean => runProgram(native, 'pg_ctl', ['stop', `--pgdata=${state.cluster}`, `--mode=${mode}`, '--wait', '--timeout=20', '--silent'], user).status === 0;
  return {
    url: urlOf(state, port, owner),
    pid,
    adopted,
    alive: () => serverOf(state.cluster).kind === 'ours',
    stop: async () => {
      if (serverOf(state.cluster).kind === 'ours' && !stop('fast')) stop('immediate');
    },
  };
}
