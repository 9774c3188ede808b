import type { Pool } from 'pg';
import type { WakeCondition } from '#shared/engine/position/wake-conditions';

/** What one group waits for, and in which market. */
export interface GroupWakes {
  groupId: string;
  market: string;
  conditions: WakeCondition[];
}

const select = `select id::text as "groupId", market, wake as conditions from position_groups where venue = $1 and status <> 'closed' and wake <> '[]'::jsonb`;

/** The wake conditions of all open groups of a venue. */
export async function readAllWakes(pool: Pick<Pool, 'query'>, venue: string): Promise<GroupWakes[]> {
  return (await pool.query<GroupWakes>(select, [venue])).rows;
}

/** Those of some groups; a group that waits for nothing has no row. */
export async function readWakesOf(pool: Pick<Pool, 'query'>, venue: string, groupIds: readonly string[]): Promise<GroupWakes[]> {
  return (await pool.query<GroupWakes>(`${select} and id = any($2::bigint[])`, [venue, groupIds])).rows;
}
