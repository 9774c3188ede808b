import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartFault } from './start-fault.ts';

/** When a process started, as the system counts it; tells two processes with the same number apart. Null when there is none. */
function startedAt(pid: number): string | null {
  try {
    // Field 22 of stat; the name in field 2 may hold spaces and brackets, so count from behind the last bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    if (existsSync('/proc/self/stat')) return null;
    try {
      process.kill(pid, 0);
      return 'running';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'running' : null;
    }
  }
}

/** Makes a directory and its parents, one by one: Node's recursive mkdir never returns where a parent takes no entries (/proc). */
function makeDirectories(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectories(dirname(directory));
  mkdirSync(directory);
}

/** Makes DATA_DIR; rejects with a plain message when it cannot be written. */
export function openDataDirectory(dataDir: string): void {
  try {
    makeDirectories(dataDir);
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new StartFault(`DATA_DIR: found ${JSON.stringify(dataDir)}, which cannot be written (${(error as NodeJS.ErrnoException).code}), expected a directory this user may write to`);
  }
}

/**
 * Claims `dataDir` for this process, so that two Tranches never share one; the returned function gives it back. A lock whose
 * process is gone, after `kill -9` or a power cut, is taken over.
 */
export function lockDataDirectory(dataDir: string): () => void {
  const file = join(dataDir, 'lock');
  const mine = JSON.stringify({ pid: process.pid, startedAt: startedAt(process.pid) });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      return () => {
        if (existsSync(file) && readFileSync(file, 'utf8') === mine) rmSync(file);
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder !== null)
      throw new StartFault(`DATA_DIR: found ${JSON.stringify(dataDir)}, which a running Tranche uses (process ${holder}); stop that one, or start this one with another DATA_DIR and PORT`);
    // Renamed before it is removed: of two starters that both found the stale lock only one gets it.
    const stale = `${file}.${process.pid}`;
    try {
      renameSync(file, stale);
      rmSync(stale);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new StartFault(`DATA_DIR: the lock ${file} cannot be taken; is another Tranche starting?`);
}

function holderOf(file: string): number | null {
  try {
    const lock = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; startedAt: string };
    return lock.pid !== process.pid && startedAt(lock.pid) === lock.startedAt ? lock.pid : null;
  } catch {
    return null;
  }
}

/** The encryption key of the embedded database: made on the first start, readable by this user only. */
export function keptEncryptionKey(dataDir: string): string {
  const file = join(dataDir, 'encryption.key');
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  chmodSync(file, 0o600);
  const key = readFileSync(file, 'utf8').trim();
  if (/^[0-9a-f]{64}$/.test(key)) return key;
  throw new StartFault(`ENCRYPTION_KEY: found a damaged key in ${file}, expected 64 hexadecimal digits; restore it from a backup (stored exchange keys cannot be read without it)`);
}
