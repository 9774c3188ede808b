import Joi from 'joi';
import type pg from 'pg';
import type { AccountMode, DifferenceAction, DifferenceDecision, DifferenceKindName, DifferenceStateName, MarketName, ReconcileAccount, ReconcileDifference, ReconcileOccasion, ReconcileRun, ReconcileStatus } from '#shared/contracts/http';
import { differenceKinds } from '#shared/engine/reconcile/difference';
import { count, id, instant, market, nullable, shape } from '../http/schemas.ts';
import { plainOrNull } from './views.ts';
import { iso, isoOrNull } from './where.ts';

/** Comparisons and differences as the interface shows them, with the schemas that say so. */

export interface RunRow {
  id: string;
  account_id: string;
  account_name: string;
  venue: string;
  market: MarketName;
  mode: AccountMode;
  occasion: ReconcileOccasion;
  status: ReconcileStatus;
  started_at: Date;
  ended_at: Date | null;
  orders_compared: number;
  positions_compared: number;
  differences: number;
  mended: number;
  detail: string | null;
}
export const runColumns = 'r.id, r.account_id, a.name as account_name, a.venue, a.market, a.mode, r.occasion, r.status, r.started_at, r.ended_at, r.orders_compared, r.positions_compared, r.differences, r.mended, r.detail';
export const runTables = 'reconcile_runs r join accounts a on a.id = r.account_id';
export const runView = (row: RunRow): ReconcileRun => ({
  id: row.id,
  accountId: row.account_id,
  accountName: row.account_name,
  exchange: row.venue,
  market: row.market,
  mode: row.mode,
  occasion: row.occasion,
  status: row.status,
  startedAt: iso(row.started_at),
  endedAt: isoOrNull(row.ended_at),
  ordersCompared: row.orders_compared,
  positionsCompared: row.positions_compared,
  differences: row.differences,
  mended: row.mended,
  detail: row.detail,
});
const accountMembers = { accountId: id(), accountName: Joi.string(), exchange: Joi.string(), market: market(), mode: Joi.string().valid('paper', 'testnet', 'live') };
export const runShape = shape({
  id: id(),
  ...accountMembers,
  occasion: Joi.string().valid('start', 'gap', 'time', 'asked', 'look'),
  status: Joi.string().valid('running', 'clean', 'differences', 'failed'),
  startedAt: instant(),
  endedAt: nullable(instant()),
  ordersCompared: count(),
  positionsCompared: count(),
  differences: count(),
  mended: count(),
  detail: nullable(Joi.string().allow('')),
});
export const accountShape = shape({ ...accountMembers, entriesHeld: nullable(Joi.string()), failures: count(), lastRun: nullable(runShape), startRun: nullable(runShape), asking: count() });

export interface DifferenceRow {
  id: string;
  run_id: string;
  account_id: string;
  account_name: string;
  venue_name: string;
  kind: DifferenceKindName;
  state: DifferenceStateName;
  symbol: string;
  group_id: string | null;
  client_order_id: string | null;
  ours: string | null;
  venue: string | null;
  amount: string | null;
  remedy: { do: string; side?: 'long' | 'short'; priceEntry?: string | null; stop?: string | null };
  action: DifferenceAction | null;
  detail: string | null;
  decision: DifferenceDecision | null;
  decided_by: string | null;
  decided_at: Date | null;
  first_seen_at: Date;
  last_seen_at: Date;
  ended_at: Date | null;
}
export const differenceColumns = `d.id, d.run_id, d.account_id, a.name as account_name, a.venue as venue_name, d.kind, d.state, d.symbol, d.group_id, d.client_order_id, d.ours, d.venue, d.amount, d.remedy, d.action, d.detail,
  d.decision, u.email as decided_by, d.decided_at, d.first_seen_at, d.last_seen_at, d.ended_at`;
export const differenceTables = 'reconcile_differences d join accounts a on a.id = d.account_id left join users u on u.id = d.decided_by';
export const differenceView = (row: DifferenceRow): ReconcileDifference => ({
  id: row.id,
  runId: row.run_id,
  accountId: row.account_id,
  accountName: row.account_name,
  exchange: row.venue_name,
  kind: row.kind,
  state: row.state,
  symbol: row.symbol,
  groupId: row.group_id,
  clientOrderId: row.client_order_id,
  ours: row.ours,
  venue: row.venue,
  amount: plainOrNull(row.amount),
  side: row.remedy.side ?? null,
  priceEntry: row.remedy.priceEntry ?? null,
  stop: row.remedy.stop ?? null,
  action: row.action,
  detail: row.detail,
  decision: row.decision,
  decidedBy: row.decided_by,
  decidedAt: isoOrNull(row.decided_at),
  firstSeenAt: iso(row.first_seen_at),
  lastSeenAt: iso(row.last_seen_at),
  endedAt: isoOrNull(row.ended_at),
});
export const differenceStateNames = ['acting', 'done', 'asks', 'adopted', 'closed', 'ignored', 'gone'] as const;
export const differenceShape = shape({
  id: id(),
  runId: id(),
  accountId: id(),
  accountName: Joi.string(),
  exchange: Joi.string(),
  kind: Joi.string().valid(...differenceKinds),
  state: Joi.string().valid(...differenceStateNames),
  symbol: Joi.string(),
  groupId: nullable(id()),
  clientOrderId: nullable(Joi.string()),
  ours: nullable(Joi.string()),
  venue: nullable(Joi.string()),
  amount: nullable(Joi.string()),
  side: nullable(Joi.string().valid('long', 'short')),
  priceEntry: nullable(Joi.string()),
  stop: nullable(Joi.string()),
  action: nullable(Joi.string()),
  detail: nullable(Joi.string().allow('')),
  decision: nullable(Joi.string().valid('adopt', 'close', 'ignore')),
  decidedBy: nullable(Joi.string()),
  decidedAt: nullable(instant()),
  firstSeenAt: instant(),
  lastSeenAt: instant(),
  endedAt: nullable(instant()),
});

/** How each account of a user stands; those that are switched off are not compared and not shown. */
export async function reconcileAccounts(pool: pg.Pool, userId: string): Promise<ReconcileAccount[]> {
  const { rows } = await pool.query<Pick<RunRow, 'account_name' | 'venue' | 'market' | 'mode'> & { id: string; holds: string | null; failures: number | null; asking: number }>(
    `select a.id, a.name as account_name, a.venue, a.market, a.mode, c.holds, c.failures, (select count(*)::int from reconcile_differences d where d.account_id = a.id and d.state = 'asks') as asking
     from accounts a left join reconciles c on c.account_id = a.id where a.user_id = $1 and a.enabled and a.deleted_at is null order by a.id`,
    [userId],
  );
  const newest = async (condition: string): Promise<Map<string, ReconcileRun>> => {
    const found = await pool.query<RunRow>(`select distinct on (r.account_id) ${runColumns} from ${runTables} where a.user_id = $1 and r.status <> 'running' ${condition} order by r.account_id, r.id desc`, [userId]);
    return new Map(found.rows.map((row) => [row.account_id, runView(row)]));
  };
  const [last, start] = await Promise.all([newest(''), newest(`and r.occasion = 'start'`)]);
  return rows.map((row) => ({
    accountId: row.id,
    accountName: row.account_name,
    exchange: row.venue,
    market: row.market,
    mode: row.mode,
    entriesHeld: row.holds,
    failures: row.failures ?? 0,
    lastRun: last.get(row.id) ?? null,
    startRun: start.get(row.id) ?? null,
    asking: row.asking,
  }));
}
