import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { OldLogRow, OldLogRows } from '#shared/adapters/store/old-log-rows.table';
import type { House } from '#shared/adapters/system/house-settings';
import { removeOldLogFiles } from '#shared/adapters/system/log-file';
import { houseFolder } from '#shared/adapters/system/obey-house';
import type { Clock, Log } from '#shared/ports/system.port';

/** What removing old log rows needs. */
export interface LogRetentionOptions {
  rows: OldLogRows;
  house: Pick<House, 'settings'>;
  dataDir: string;
  clock: Clock;
  log: Log;
  batchRows?: number;
}

const dayMs = 86_400_000;
/** About 10 MB of text in memory at a time, a twentieth of it on disk. */
const batchRowsDefault = 20_000;

/**
 * Removes log rows and log files older than `logging.keep_days`; with `logging.auto_export` the rows are first written to
 * `exports/` as JSON lines, compressed. A file is named by the rows in it and put in place whole, so that a run that was cut off
 * between writing and removing writes the same file again and loses nothing.
 */
export function createLogRetention({ rows, house, dataDir, clock, log, batchRows = batchRowsDefault }: LogRetentionOptions): () => Promise<void> {
  return async () => {
    const settings = house.settings();
    const before = clock.now() - settings.logging.keep_days * dayMs;
    const folder = houseFolder(dataDir, settings);
    let removed = 0;
    for (;;) {
      const batch = await rows.oldest(before, batchRows);
      if (batch.length === 0) break;
      if (settings.logging.auto_export) await exportRows(join(folder, 'exports'), batch);
      await rows.remove(batch.map(({ id }) => id));
      removed += batch.length;
    }
    const files = await removeOldLogFiles(join(folder, 'logs'), before);
    if (removed > 0 || files.length > 0) log.info('system', `old log removed: ${removed} rows${settings.logging.auto_export ? ' (exported first)' : ''}, ${files.length} files`, { keepDays: settings.logging.keep_days });
  };
}

async function exportRows(folder: string, batch: readonly OldLogRow[]): Promise<void> {
  const [first, last] = [batch[0], batch.at(-1)];
  if (first === undefined || last === undefined) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `log-${first.at.slice(0, 10)}-${first.id}-${last.id}.jsonl.gz`);
  const unfinished = `${path}.${process.pid}`;
  await pipeline(Readable.from(batch.map((row) => `${JSON.stringify(row)}\n`)), createGzip(), createWriteStream(unfinished, { mode: 0o600, flush: true }));
  await rename(unfinished, path);
}
