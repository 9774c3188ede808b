import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#shared/ports/system.port';
import { writeWhole } from './write-whole.ts';

/** A user's configuration as it is to be mirrored. */
export interface MirroredSettings {
  /** Folder below the data directory (`app.data_dir` of the house). */
  folder: string;
  /** Name of the files without ending: `config` for the first administrator. */
  name: string;
  draft: unknown;
  active: unknown;
}

/** How the mirror of a user stands in this process. */
export interface MirrorState {
  /** Where the draft is written to. */
  file: string;
  writtenAt: number | null;
  /** Why the newest save is not on disk, or null. */
  fault: string | null;
}

export interface SettingsMirror {
  /** Writes the newest draft and active document of a user. Never rejects, and returns after a moment even where the disk hangs. */
  write(userId: string): Promise<MirrorState>;
  /** The text of a user's file, or null where there is none. Rejects with a plain message where it cannot be read. */
  read(userId: string): Promise<string | null>;
  /** Null before the first save in this process. */
  state(userId: string): MirrorState | null;
}

export interface MirrorOptions {
  dataDir: string;
  load(userId: string): Promise<MirroredSettings>;
  log: Pick<Log, 'info' | 'warn'>;
  now(): number;
  /** A save does not wait longer than this for the disk. */
  patienceMs?: number;
}

const bytesMost = 1024 * 1024;
const patienceMsDefault = 2_000;
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const text = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

/**
 * The configuration as files: `config.json` is the draft, ready to be imported again, `config.active.json` what is applied. The
 * database is the truth; a disk that fails costs a warning, never a save.
 */
export function createSettingsMirror({ dataDir, load, log, now, patienceMs = patienceMsDefault }: MirrorOptions): SettingsMirror {
  const states = new Map<string, MirrorState>();
  const lines = new Map<string, Promise<void>>();

  const note = (userId: string, state: MirrorState): void => {
    const before = states.get(userId)?.fault ?? null;
    states.set(userId, state);
    if (state.fault !== null && state.fault !== before) log.warn('config', `The configuration is saved, but its file ${state.file} is not: ${state.fault}`, { userId });
    if (state.fault === null && before !== null) log.info('config', `The configuration is on disk again: ${state.file}`, { userId });
  };
  const writeNow = async (userId: string): Promise<void> => {
    let file = states.get(userId)?.file ?? dataDir;
    try {
      // Read only now: of two saves that wait, the later must not be overwritten by the earlier.
      const { folder, name, draft, active } = await load(userId);
      file = join(dataDir, folder, `${name}.json`);
      await writeWhole(file, text(draft));
      await writeWhole(join(dataDir, folder, `${name}.active.json`), text(active));
      note(userId, { file, writtenAt: now(), fault: null });
    } catch (error) {
      note(userId, { file, writtenAt: states.get(userId)?.writtenAt ?? null, fault: words(error) });
    }
  };

  return {
    async write(userId) {
      const line = (lines.get(userId) ?? Promise.resolve()).then(() => writeNow(userId));
      lines.set(userId, line);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), patienceMs)));
      const first = await Promise.race([line, late]);
      clearTimeout(timer);
      if (first === 'late') note(userId, { ...(states.get(userId) ?? { file: dataDir, writtenAt: null }), fault: `the disk has not answered within ${patienceMs} ms` });
      return states.get(userId) ?? { file: dataDir, writtenAt: null, fault: null };
    },
    async read(userId) {
      const { folder, name } = await load(userId);
      return readText(join(dataDir, folder, `${name}.json`));
    },
    state: (userId) => states.get(userId) ?? null,
  };
}

async function readText(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    if (size > bytesMost) throw new Error(`the file has ${size} bytes, more than ${bytesMost}`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
