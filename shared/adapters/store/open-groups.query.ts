import type pg from 'pg';
import type { OpenGroup } from '#shared/engine/pool/pool';
import type { Occupancy } from '#shared/engine/pool/slots';

/** Pyramids that are on their way to a group `g`. Pending rows are few, and have an index of their own. */
export const onTheWay = `(select count(*) from inbox where decided_at is null and aggregate = 'group' and aggregate_id = g.id and event->>'type' = 'add-pyramid')::int`;

/** What takes slots beside the groups themselves, over rows of `position_groups g`. */
export const partColumns = `coalesce(sum(pyramid_count + ${onTheWay}), 0)::int as continuations, coalesce(sum(legs_open), 0)::int as "legsOpen"`;

/** What a user's open groups come to. */
export async function readOccupancy(pool: Pick<pg.Pool, 'query'>, userId: string): Promise<Occupancy> {
  const { rows } = await pool.query<Occupancy>(`select count(*)::int as groups, ${partColumns} from position_groups g where user_id = $1 and status <> 'closed'`, [userId]);
  return rows[0] ?? { groups: 0, continuations: 0, legsOpen: 0 };
}

/** A user's open groups, oldest first. */
export async function readOpenGroups(pool: Pick<pg.Pool, 'query'>, userId: string): Promise<OpenGroup[]> {
  const { rows } = await pool.query<OpenGroup>(
    `select id as "groupId", user_id as "userId", account_id as "accountId", symbol, timeframe, side, pyramid_count + 1 + ${onTheWay} as pyramids, legs_open as "legsOpen"
       from position_groups g where user_id = $1 and status <> 'closed' order by id`,
    [userId],
  );
  return rows;
}
