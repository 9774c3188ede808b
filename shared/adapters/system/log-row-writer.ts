import type { LogRow } from './log.ts';

/** What the writer needs of a pool. */
interface Queryable {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** Keeps log rows in the database, without slowing or failing whoever logs. */
export interface LogRowWriter {
  /** Takes a row at once; it is written with others shortly after. */
  write(row: LogRow): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

const flushMs = 250;
const batchRows = 500;
/** About 2 MB; rows beyond it are dropped and counted, because a log must not eat the memory of an engine that trades. */
const bufferRows = 10_000;

const insert = `
  INSERT INTO app.log_rows (at, level, category, message, fields)
  SELECT to_timestamp(r.at / 1000.0), r.level, r.category, r.message, coalesce(r.fields, '{}')
  FROM jsonb_to_recordset($1::jsonb) AS r (at double precision, level text, category text, message text, fields jsonb)`;

// PostgreSQL's jsonb takes no NUL character; a venue's message might hold one.
const withoutNul = (json: string): string => json.replaceAll('\\u0000', '');

/** A batched writer into `log_rows`. While the database is away rows wait in a bounded buffer; `onLost` hears how many fell out. */
export function createLogRowWriter(pool: Queryable, onLost: (count: number) => void = () => {}): LogRowWriter {
  let buffer: LogRow[] = [];
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> | null = null;
  let lost = 0;

  const flush = async (): Promise<void> => {
    while (buffer.length > 0) {
      const batch = buffer.slice(0, batchRows);
      await pool.query(insert, [withoutNul(JSON.stringify(batch))]);
      buffer = buffer.slice(batch.length);
      if (lost > 0) onLost(lost);
      lost = 0;
    }
  };
  const run = (): Promise<void> => {
    timer = null;
    flushing ??= flush()
      .catch(() => schedule(flushMs * 8))
      .finally(() => {
        flushing = null;
        if (buffer.length > 0) schedule(flushMs);
      });
    return flushing;
  };
  const schedule = (ms: number): void => {
    timer ??= setTimeout(() => void run(), ms);
  };

  return {
    write: (row) => {
      if (buffer.length < bufferRows) buffer.push(row);
      else lost += 1;
      if (!flushing) schedule(flushMs);
    },
    close: async () => {
      if (timer) clearTimeout(timer);
      await flushing;
      await run();
      if (timer) clearTimeout(timer);
    },
  };
}
