import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerUser } from './postgres-binaries.ts';
import { asUser, serverVersion } from './postgres-binaries.ts';

/** What is remembered about an embedded server beside its data, in `DATA_DIR/postgres.json`. */
export interface ClusterState {
  port: number;
  password: string;
  /** Directory of the data: in DATA_DIR unless the server's user cannot reach that. */
  cluster: string;
}

/** The one role and database of the embedded server. */
export const owner = 'tranche';

const stateFile = (dataDir: string): string => join(dataDir, 'postgres.json');
const homeOf = (dataDir: string): string => join(dataDir, 'postgres');

/** A place every user can reach, for when DATA_DIR lies below a closed directory such as root's home. */
export function fallbackDirectory(dataDir: string): string {
  const place = join('/var/lib/tranche', createHash('sha256').update(dataDir).digest('hex').slice(0, 12));
  mkdirSync(place, { recursive: true });
  // Only the last directory is private; a mode given to a recursive mkdir would close the parents as well.
  for (const directory of ['/var/lib/tranche', place]) chmodSync(directory, 0o755);
  return place;
}

/** What was remembered, or null before the first start. */
export function readState(dataDir: string): ClusterState | null {
  if (!existsSync(stateFile(dataDir))) return null;
  const state = JSON.parse(readFileSync(stateFile(dataDir), 'utf8')) as Omit<ClusterState, 'cluster'> & { cluster: string | null };
  // Data inside DATA_DIR is remembered as null, so that DATA_DIR may be moved.
  return { ...state, cluster: state.cluster ?? homeOf(dataDir) };
}

/** Remembers port, password and place; readable by ourselves only. */
export function writeState(dataDir: string, state: ClusterState): void {
  const cluster = state.cluster === homeOf(dataDir) ? null : state.cluster;
  writeFileSync(`${stateFile(dataDir)}.new`, `${JSON.stringify({ ...state, cluster }, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${stateFile(dataDir)}.new`, stateFile(dataDir));
}

/**
 * Fixed, so that neither the user's locale nor PG* variables change what the server does. glibc gives memory back to the system from
 * half a MiB on: by itself it raises that bound with every large query, and after 2,000 groups a session held 16 MiB of which it used 6.
 */
export const programEnvironment = {
  ...{ PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  ...{ MALLOC_TRIM_THRESHOLD_: '524288', MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TOP_PAD_: '65536' },
};

/** Runs a program of PostgreSQL and answers its exit code and output. Output goes through a pipe, so never for `pg_ctl start`. */
export const runProgram = (native: string, program: string, args: readonly string[], user: ServerUser | null) =>
  spawnSync(join(native, 'bin', program), args, { ...asUser(user), encoding: 'utf8', env: programEnvironment });

const reaches = (directory: string, user: ServerUser | null): boolean =>
  user === null || spawnSync('test', ['-w', directory], { ...asUser(user), stdio: 'ignore' }).status === 0;

/** Makes an empty directory that `user` owns and can reach, in DATA_DIR or else in the fallback place; answers its path. */
function makeHome(dataDir: string, user: ServerUser | null): string {
  for (const parent of [() => dataDir, () => fallbackDirectory(dataDir)]) {
    const half = `${homeOf(parent())}.half`;
    rmSync(half, { recursive: true, force: true });
    mkdirSync(half, { recursive: true });
    chmodSync(half, 0o700);
    if (user) chownSync(half, user.uid, user.gid);
    if (reaches(half, user)) return half;
    rmSync(half, { recursive: true, force: true });
  }
  throw new Error(`User ${user?.name} can reach neither ${dataDir} nor /var/lib/tranche. Choose another DATA_DIR, or set DATABASE_URL.`);
}

/** Makes a new cluster: UTF-8, checksums, password log-in. It gets its name only when it is whole, so a kill leaves no half one. */
export function initCluster(dataDir: string, native: string, user: ServerUser | null, port: number): ClusterState {
  const half = makeHome(dataDir, user);
  const password = randomBytes(24).toString('hex');
  const passwordFile = `${half}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const args = [
    `--pgdata=${half}`,
    `--username=${owner}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ];
  const made = runProgram(native, 'initdb', args, user);
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    throw new Error(`The embedded PostgreSQL could not be set up in ${dataDir}: ${(made.stderr || made.error?.message || '').trim()}`);
  }
  const cluster = half.replace(/\.half$/, '');
  renameSync(half, cluster);
  const state = { port, password, cluster };
  writeState(dataDir, state);
  return state;
}

/** Who must run an existing cluster: its owner. */
export function clusterUser(cluster: string, user: ServerUser | null): ServerUser | null {
  const { uid, gid } = statSync(cluster);
  const self = process.getuid?.();
  if (self === 0 && uid !== 0) return { name: uid === user?.uid ? user.name : `number ${uid}`, uid, gid };
  if (self !== undefined && uid !== self)
    throw new Error(`${cluster} belongs to another user (number ${uid}). Start Tranche as the user that made it, or choose another DATA_DIR.`);
  return user;
}

/** Refuses data of another major version, which this PostgreSQL cannot read. */
export function checkMajorVersion(cluster: string, native: string): void {
  const made = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  const have = serverVersion(native).split('.')[0];
  if (made === have) return;
  throw new Error(
    `The database in ${cluster} was made by PostgreSQL ${made}, this Tranche brings PostgreSQL ${have}, which cannot read it. ` +
      `Export it with the Tranche that made it (pg_dump) and import it into a fresh DATA_DIR, or set DATABASE_URL to a PostgreSQL ${made}.`,
  );
}
