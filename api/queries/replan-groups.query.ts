import type pg from 'pg';
import type { Settings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import { exitPlanFor } from '#shared/engine/exit/tp-override';
import type { GroupEvent } from '#shared/engine/messages/events';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { replanned } from '#shared/engine/position/replan';
import type { Queryable } from './transaction.ts';

/** An open group with the name of the alert that opened it, which rules of take-profits may ask for. */
export interface OpenGroupRow {
  id: string;
  state: PositionGroup;
  alertName: string | null;
  accountName: string;
}

/** A user's open groups that are not on their way out. */
export async function openGroups(client: Queryable, userId: string): Promise<OpenGroupRow[]> {
  const { rows } = await (client as pg.Pool).query<OpenGroupRow>(
    `select g.id, g.state, s.payload->'understood'->>'alertName' as "alertName", a.name as "accountName"
       from position_groups g join accounts a on a.id = g.account_id
       left join signals s on s.id = case when g.state->'pyramids'->0->>'signalId' ~ '^\\d{1,18}$' then (g.state->'pyramids'->0->>'signalId')::bigint end
      where g.user_id = $1 and g.status not in ('closed', 'closing') order by g.id`,
    [userId],
  );
  return rows;
}

type ReplanEvent = Extract<GroupEvent, { type: 'replan' }>;

/** How a configuration would have a group take profit: its own rules of take-profits are those of its symbol, timeframe and alert. */
export function replanEvent(settings: Settings, version: number, { state, alertName }: Pick<OpenGroupRow, 'state' | 'alertName'>): ReplanEvent {
  const plans = poolSettingsOf(settings);
  return { type: 'replan', configVersion: version, entryPlan: plans.entryPlan, exitPlan: exitPlanFor(plans, { symbol: state.symbol, timeframe: state.timeframe, alertName }), slippagePlan: plans.slippage };
}

/** Groups that a configuration would change, each as it is and as it would be. */
export function groupsToReplan(settings: Settings, version: number, groups: readonly OpenGroupRow[]): { row: OpenGroupRow; event: ReplanEvent; after: PositionGroup }[] {
  return groups.flatMap((row) => {
    const event = replanEvent(settings, version, row);
    const after = replanned(row.state, event);
    return canonical(after) === canonical(row.state) ? [] : [{ row, event, after }];
  });
}

/** Text that is the same for the same value, whatever the order of keys, which a database does not keep. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'object' && each !== null && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each));

/** One inbox row for every open group that the new plan changes, in the transaction of the caller. */
export async function storeReplans(client: pg.PoolClient, userId: string, settings: Settings, version: number): Promise<{ groupId: string; requestId: string }[]> {
  const changes = groupsToReplan(settings, version, await openGroups(client, userId));
  const rows = changes.map(({ row, event }) => ({ key: `config:${version}:group:${row.id}`, aggregate_id: row.id, event }));
  const { rows: made } = await client.query<{ groupId: string; requestId: string }>(
    `insert into inbox (key, aggregate, aggregate_id, event)
     select key, 'group', aggregate_id, event from jsonb_to_recordset($1) as r(key text, aggregate_id bigint, event jsonb)
     on conflict (key) do nothing returning aggregate_id as "groupId", id as "requestId"`,
    [JSON.stringify(rows)],
  );
  return made;
}
