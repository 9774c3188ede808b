import type { Pool } from 'pg';
import type { FeedStatus } from '#shared/ports/market-data.port';

/** The stops that Tranche watches itself, and how the prices they wait for are doing. */
export interface WatchedStops {
  stops: { groupId: string; userId: string; symbol: string; price: string }[];
  /** Since the market process last said anything; null where it never has. */
  feedSilentMs: number | null;
  feed: Pick<FeedStatus, 'kind' | 'lastAt'> | null;
}

/** Stops of groups that can still be stopped, and of positions that nobody here has opened; those have no group id. */
export async function readWatchedStops(pool: Pick<Pool, 'query'>): Promise<WatchedStops> {
  const groups = await pool.query<WatchedStops['stops'][number]>(
    `select id::text as "groupId", user_id::text as "userId", symbol, state->'stop'->>'price' as price from position_groups
     where status not in ('closed', 'closing') and state->'stop'->>'price' is not null
     union all select '', a.user_id::text, d.symbol, d.remedy->>'stop' from reconcile_differences d join accounts a on a.id = d.account_id where d.state = 'asks' and d.remedy->>'stop' is not null order by 2, 1`,
  );
  const { rows } = await pool.query<{ status: FeedStatus; silent: number }>(
    `select status, (extract(epoch from clock_timestamp() - updated_at) * 1000)::float8 as silent from process_status where name = 'market'`,
  );
  return { stops: groups.rows, feedSilentMs: rows[0]?.silent ?? null, feed: rows[0]?.status ?? null };
}
