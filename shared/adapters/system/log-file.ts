import { appendFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';

/** Where lines go. */
export interface LogPlace {
  folder: string;
  /** A file of its own for every day (UTC), or one file. */
  daily: boolean;
}

/** The log as a file in a folder that all processes of an installation share. */
export interface LogFile {
  /** Takes lines; they are written with others shortly after. */
  readonly stream: Writable;
  /** Writes to this place from now on; lines taken before the first place was known are kept for it. */
  place(place: LogPlace): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

export interface LogFileOptions {
  now(): number;
  /** Hears once of each kind of failure; lines that cannot be written are lost to the file, not to the log. */
  onFault(message: string): void;
  maxBytes?: number;
  backups?: number;
}

/** 50 MB, and five files beside the one that is written. */
const maxBytesDefault = 50 * 1024 * 1024;
const backupsDefault = 5;
const flushMs = 250;
/** About 2 MB: what a process may say before it knows where to write. */
const bufferLines = 10_000;
/** A lock this old was left by a process that was killed while it renamed. */
const lockStaleMs = 10_000;

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const fileName = ({ daily }: LogPlace, at: number): string => (daily ? `tranche-${dayOf(at)}.log` : 'tranche.log');

/**
 * Appends lines to `tranche-<day>.log`, or to `tranche.log`. Every batch opens the file anew in append mode, so that any number of
 * processes write to one file, and none goes on writing to one that another has renamed.
 */
export function createLogFile({ now, onFault, maxBytes = maxBytesDefault, backups = backupsDefault }: LogFileOptions): LogFile {
  let where: LogPlace | null = null;
  let lines: string[] = [];
  let timer: NodeJS.Timeout | null = null;
  let line: Promise<void> = Promise.resolve();
  const told = new Set<string>();

  const flush = async (): Promise<void> => {
    if (where === null || lines.length === 0) return;
    const [place, batch] = [where, lines];
    lines = [];
    try {
      await mkdir(place.folder, { recursive: true, mode: 0o700 });
      const path = join(place.folder, fileName(place, now()));
      const text = batch.join('');
      if ((await sizeOf(path)) + Buffer.byteLength(text) > maxBytes) await rotate(path, maxBytes, backups, now);
      await appendFile(path, text, { mode: 0o600 });
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (!told.has(fault)) onFault(fault);
      told.add(fault);
    }
  };
  const schedule = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      line = line.then(flush);
    }, flushMs);
    timer.unref();
  };

  return {
    stream: new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        if (lines.length < bufferLines) lines.push(String(chunk));
        schedule();
        done();
      },
    }),
    place: (place) => {
      where = place;
      schedule();
    },
    close: async () => {
      if (timer) clearTimeout(timer);
      await (line = line.then(flush));
    },
  };
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0;
const backupOf = (path: string, index: number): string => path.replace(/\.log$/, `.${index}.log`);

/** Makes room: `tranche.log` becomes `tranche.1.log` and so on; the oldest goes. One process does it, the others go on writing. */
async function rotate(path: string, maxBytes: number, backups: number, now: () => number): Promise<void> {
  const lock = `${path}.lock`;
  const held = await stat(lock).catch(() => null);
  if (held !== null && now() - held.mtimeMs > lockStaleMs) await rm(lock, { force: true });
  const handle = await open(lock, 'wx').catch(() => null);
  if (handle === null) return;
  try {
    // Another process may have made room while we took the lock; a file that is nearly full may as well go.
    if ((await sizeOf(path)) < maxBytes / 2) return;
    await rm(backupOf(path, backups), { force: true });
    for (let index = backups - 1; index >= 1; index -= 1) await rename(backupOf(path, index), backupOf(path, index + 1)).catch(() => {});
    await rename(path, backupOf(path, 1));
  } finally {
    await handle.close();
    await rm(lock, { force: true });
  }
}

const logFileName = /^tranche(-\d{4}-\d{2}-\d{2})?(\.\d+)?\.log(\.lock)?$/;

/** Removes log files nobody has written to since `before`; answers their names. */
export async function removeOldLogFiles(folder: string, before: number): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => logFileName.test(name));
  const old: string[] = [];
  for (const name of names) if (((await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? before) < before) old.push(name);
  for (const name of old) await rm(join(folder, name), { force: true });
  return old.sort();
}
