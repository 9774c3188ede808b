import type pg from 'pg';
import type { RiskCycleEntry, RiskCycleView } from '#shared/contracts/http';
import type { CycleRecord, GroupSeen } from '#shared/engine/risk/cycle-record';

/** Records of the first version named groups by symbol alone and had no figures. */
type Stored = Omit<CycleRecord, 'figures' | 'groups'> & Partial<Pick<CycleRecord, 'figures'>> & { groups: (Omit<GroupSeen, 'timeframe' | 'side' | 'unpaid'> & Partial<GroupSeen>)[] };

/** What a cycle saw, as the interface tells it. */
export const cycleView = ({ at, trigger, outcome, reason, words, figures = {}, planId, groups }: Stored): RiskCycleView => ({
  ...{ at: new Date(at).toISOString(), trigger, outcome, reason, words, figures, actionId: planId },
  groups: groups.map(({ timeframe = '', side = 'long', unpaid = null, ...group }) => ({ ...group, timeframe, side, unpaid })),
});

/** Cycles of a user that are kept, newest first, from before `cursor`: those that acted, answered a person or were of another mind than the one before. */
export async function readCycles(client: pg.Pool, userId: string, limit: number, cursor?: string): Promise<RiskCycleEntry[]> {
  const { rows } = await client.query<{ id: string; record: Stored; until: Date | null }>(
    `select c.id, c.record, (select min(later.at) from risk_cycles later where later.user_id = c.user_id and later.id > c.id) as until
       from risk_cycles c where c.user_id = $1 and ($2::bigint is null or c.id < $2) order by c.id desc limit $3`,
    [userId, cursor ?? null, limit],
  );
  return rows.map(({ id, record, until }) => ({ id, ...cycleView(record), until: until?.toISOString() ?? null }));
}
