import type { LogEntry } from '#shared/contracts/http';
import type { ApiDeps } from '../api-deps.ts';
import { logColumns, logView, type LogRow } from '../queries/logs.query.ts';

const everyMs = 1000;
const mostRows = 200;

/** Hands on new log rows of all processes while somebody listens. It may miss one; the log page asks REST. */
export function startLogTail({ pool, log }: Pick<ApiDeps, 'pool' | 'log'>, wanted: () => boolean, take: (entry: LogEntry, userId: string | null) => void): { stop(): void } {
  let last: string | null = null;
  let busy = false;
  const look = async (): Promise<void> => {
    if (!wanted()) {
      last = null;
      return;
    }
    if (last === null) {
      const { rows } = await pool.query<{ id: string | null }>('select max(id) as id from log_rows');
      last = rows[0]?.id ?? '0';
      return;
    }
    const { rows } = await pool.query<LogRow>(`select ${logColumns} from log_rows l where l.id > $1 order by l.id limit ${mostRows}`, [last]);
    for (const row of rows) {
      last = row.id;
      take(logView(row), typeof row.fields.userId === 'string' ? row.fields.userId : null);
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((error: unknown) => log.debug('system', 'log not followed', { error: String(error) }))
      .finally(() => (busy = false));
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}
