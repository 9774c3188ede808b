import type pg from 'pg';
import type { ConfigDeed, ConfigVersionDocument, ConfigVersionSummary, Page } from '#shared/contracts/http';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { changedPaths } from '#shared/contracts/settings-difference';
import { readCursor, toPage } from '../http/cursor.ts';
import type { ListQuery } from '../http/schemas.ts';
import { completeSettings } from './settings.query.ts';
import { iso, Where } from './where.ts';

interface VersionRow {
  version: number;
  created_at: Date;
  author_id: string | null;
  author: string | null;
  what: ConfigDeed;
  from_version: number | null;
  note: string | null;
  changed: string[] | null;
  newest: number;
  /** Of versions from before changes were noted, and of single ones. */
  document: unknown;
  before: unknown;
}
const meta = `c.version, c.created_at, c.author_id, c.author, c.what, c.from_version, c.note, c.changed, (select max(version) from configs where user_id = c.user_id) as newest`;
const before = `(select document from configs b where b.user_id = c.user_id and b.version < c.version order by b.version desc limit 1)`;

const summary = (row: VersionRow): ConfigVersionSummary => ({
  version: row.version,
  at: iso(row.created_at),
  author: row.author === null ? null : { id: row.author_id, email: row.author },
  what: row.what,
  fromVersion: row.from_version,
  note: row.note,
  changed: row.changed ?? changedPaths(row.before === null ? defaultSettings : completeSettings(row.before), completeSettings(row.document)),
  active: row.version === row.newest,
});

/** Applied versions, newest first. */
export async function listVersions(pool: pg.Pool, userId: string, { limit, cursor }: ListQuery): Promise<Page<ConfigVersionSummary>> {
  const where = new Where().and('c.user_id = ?', userId).maybe('c.version < ?::int', readCursor(cursor, 1)?.[0]);
  const { rows } = await pool.query<VersionRow>(
    `select ${meta}, case when c.changed is null then c.document end as document, case when c.changed is null then ${before} end as before
       from configs c ${where.sql} order by c.version desc limit ${where.value(limit + 1)}`,
    where.values,
  );
  return toPage(rows, limit, (row) => [String(row.version)], summary);
}

/** One version as it was stored, or null where it was never made or is gone. Version 0 is what a fresh install has. */
export async function readVersion(pool: pg.Pool, userId: string, version: number): Promise<(ConfigVersionDocument<Settings> & { stored: unknown }) | null> {
  if (version === 0) {
    const { rows } = await pool.query<{ some: boolean; since: Date }>('select exists (select 1 from configs where user_id = u.id) as some, u.created_at as since from users u where u.id = $1', [userId]);
    const at = iso(rows[0]?.since ?? new Date(0));
    return { version: 0, at, author: null, what: 'reset', fromVersion: null, note: null, changed: [], active: rows[0]?.some !== true, document: defaultSettings, stored: defaultSettings };
  }
  const { rows } = await pool.query<VersionRow>(`select ${meta}, c.document, case when c.changed is null then ${before} end as before from configs c where c.user_id = $1 and c.version = $2`, [userId, version]);
  const row = rows[0];
  return row === undefined ? null : { ...summary(row), document: completeSettings(row.document), stored: row.document };
}
