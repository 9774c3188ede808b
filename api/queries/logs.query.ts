import type { LogEntry, Severity, User } from '#shared/contracts/http';
import { iso, Where } from './where.ts';

export interface LogRow {
  id: string;
  at: Date;
  level: Severity;
  category: string;
  message: string;
  fields: Record<string, unknown>;
}
export const logColumns = 'l.id, l.at, l.level, l.category, l.message, l.fields';

/** What a log list may be narrowed to. */
export interface LogFilter {
  severity?: string;
  category?: string;
  text?: string;
  from?: Date;
  to?: Date;
  correlationId?: string;
}

/** Conditions of a log list. Administrators see the whole log, others what concerns them. */
export function logWhere(user: User, filter: LogFilter): Where {
  const where = new Where()
    .maybe('l.level = any(?)', filter.severity?.split(','))
    .maybe('l.category = any(?)', filter.category?.split(','))
    .maybe(`l.message || ' ' || l.fields::text ilike ?`, filter.text === undefined ? undefined : `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`)
    .maybe('l.at >= ?', filter.from)
    .maybe('l.at <= ?', filter.to)
    .maybe(`l.fields->>'correlationId' = ?`, filter.correlationId);
  return user.role === 'administrator' ? where : where.and(`l.fields->>'userId' = ?`, user.id);
}

export const logView = (row: LogRow): LogEntry => ({
  id: row.id,
  at: iso(row.at),
  severity: row.level,
  category: row.category,
  message: row.message,
  fields: row.fields,
  process: typeof row.fields.process === 'string' ? row.fields.process : null,
});

/** A cell that no spreadsheet takes for a formula, quoted by RFC 4180. */
const cell = (value: string): string => {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The media type and the text of an exported log. */
export const logExports: Record<'txt' | 'csv' | 'json', { type: string; render(entries: LogEntry[]): string }> = {
  txt: { type: 'text/plain', render: (entries) => entries.map((entry) => `${entry.at} ${entry.severity.padEnd(5)} ${entry.category}: ${entry.message} ${JSON.stringify(entry.fields)}\n`).join('') },
  csv: {
    type: 'text/csv',
    render: (entries) =>
      ['time,severity,category,message,fields', ...entries.map((entry) => [entry.at, entry.severity, entry.category, entry.message, JSON.stringify(entry.fields)].map(cell).join(','))].join('\r\n') + '\r\n',
  },
  json: { type: 'application/json', render: (entries) => JSON.stringify(entries, null, 2) },
};
