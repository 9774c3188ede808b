import type pg from 'pg';

/** The active configuration of the first administrator, which is that of the house; null before one is applied. */
export async function readHouseSettings(pool: Pick<pg.Pool, 'query'>): Promise<{ userId: string; version: number; document: unknown } | null> {
  const { rows } = await pool.query<{ userId: string; version: number; document: unknown }>(
    `select c.user_id as "userId", c.version, c.document from configs c
      where c.user_id = (select id from users where role = 'administrator' order by id limit 1) order by c.version desc limit 1`,
  );
  return rows[0] ?? null;
}
