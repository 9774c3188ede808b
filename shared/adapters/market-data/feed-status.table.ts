import type { Pool } from 'pg';
import type { FeedStatus } from '#shared/ports/market-data.port';

/** Shows what the feed is and does, for the top bar of the web app. */
export async function storeFeedStatus(pool: Pick<Pool, 'query'>, status: FeedStatus): Promise<void> {
  await pool.query(
    `insert into process_status (name, status) values ('market', $1)
     on conflict (name) do update set status = excluded.status, updated_at = now()`,
    [JSON.stringify(status)],
  );
}
