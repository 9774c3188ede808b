import type { Pool } from 'pg';
import type { FeedPositions } from './market-feed.ts';

/** Where feeds stand, one row per source. */
export const createFeedPositions = (pool: Pick<Pool, 'query'>): FeedPositions => ({
  load: async (source) => {
    const { rows } = await pool.query<{ position: unknown }>('select position from feed_positions where source = $1', [source]);
    return rows[0]?.position ?? null;
  },
  save: async (source, position) => {
    await pool.query(
      `insert into feed_positions (source, position) values ($1, $2)
       on conflict (source) do update set position = excluded.position, updated_at = now()`,
      [source, JSON.stringify(position)],
    );
  },
});
