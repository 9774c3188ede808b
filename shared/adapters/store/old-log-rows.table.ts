import type pg from 'pg';

/** A stored log row as it is exported. */
export interface OldLogRow {
  id: string;
  /** ISO-8601. */
  at: string;
  level: string;
  category: string;
  message: string;
  fields: unknown;
}

/** Log rows that are old enough to go. */
export interface OldLogRows {
  /** Rows of before that time, in the order in which they were written. */
  oldest(before: number, limit: number): Promise<OldLogRow[]>;
  remove(ids: readonly string[]): Promise<void>;
}

/** Old log rows of a database. */
export const oldLogRows = (pool: Pick<pg.Pool, 'query'>): OldLogRows => ({
  async oldest(before, limit) {
    const { rows } = await pool.query<Omit<OldLogRow, 'at'> & { at: Date }>('select id, at, level, category, message, fields from log_rows where at < to_timestamp($1 / 1000.0) order by id limit $2', [before, limit]);
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  },
  async remove(ids) {
    await pool.query('delete from log_rows where id = any($1::bigint[])', [ids]);
  },
});
