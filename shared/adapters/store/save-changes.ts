import type pg from 'pg';
import { executionOf } from '#shared/engine/order/slippage';
import { legsOpenOf } from '#shared/engine/pool/slots';
import { averageEntered, averagePrice, feesPaid, groupCost, groupQuantity, pnlRealised } from '#shared/engine/position/exposure';
import { legsOf } from '#shared/engine/position/position-group';
import { legState } from '#shared/engine/position/group-status';
import type { Changes, Saved, SavedGroup } from '#shared/ports/store.port';

/**
 * One statement for everything a decision writes, so that a decision costs four round trips: begin and lock, save, commit.
 * An order row knows of *sending* before the engine does, so *ready* never overwrites what stands there.
 *
 * Every id of a signal is within that range. It tells the planner that there are few: any function is a hundred rows to it, and for a hundred it reads all signals
 * there are instead of the index, as long as they are some thousands: a third of the whole statement's time.
 */
const text = `
with pool as (
  insert into pools (user_id, version, state)
  select user_id, version, state from jsonb_to_recordset($1) as r(user_id bigint, version int, state jsonb)
  on conflict (user_id) do update set version = excluded.version, state = excluded.state
), groups as (
  insert into position_groups (id, user_id, account_id, venue, market, symbol, timeframe, side, status, version, state, tp_mode, pyramid_count, max_pyramids, quantity, cost_held,
    price_entry_average, pnl_realised, fees_paid, legs_filled, legs_total, legs_open, opened_at, closed_at, close_reason, wake)
  select id, user_id, account_id, venue, market, symbol, timeframe, side, status, version, state, tp_mode, pyramid_count, max_pyramids, quantity, cost_held,
    price_entry_average, pnl_realised, fees_paid, legs_filled, legs_total, legs_open, to_timestamp(opened_at / 1000.0), to_timestamp(closed_at / 1000.0), close_reason, wake
  from jsonb_to_recordset($2) as r(id bigint, user_id bigint, account_id bigint, venue text, market text, symbol text, timeframe text, side text, status text, version int, state jsonb,
    tp_mode text, pyramid_count int, max_pyramids int, quantity numeric, cost_held numeric, price_entry_average numeric, pnl_realised numeric, fees_paid numeric, legs_filled int,
    legs_total int, legs_open int, opened_at numeric, closed_at numeric, close_reason text, wake jsonb)
  on conflict (id) do update set status = excluded.status, version = excluded.version, state = excluded.state, tp_mode = excluded.tp_mode, pyramid_count = excluded.pyramid_count, quantity = excluded.quantity,
    cost_held = excluded.cost_held, price_entry_average = excluded.price_entry_average, pnl_realised = excluded.pnl_realised, fees_paid = excluded.fees_paid,
    legs_filled = excluded.legs_filled, legs_total = excluded.legs_total, legs_open = excluded.legs_open, closed_at = excluded.closed_at, close_reason = excluded.close_reason, wake = excluded.wake, updated_at = now()
), journalled as (
  insert into journal (aggregate, aggregate_id, version, at, event, facts, commands)
  select aggregate, aggregate_id, version, to_timestamp(at / 1000.0), event, facts, commands
  from jsonb_to_recordset($3) as r(aggregate text, aggregate_id bigint, version int, at numeric, event jsonb, facts jsonb, commands jsonb)
), ordered as (
  insert into orders (client_order_id, group_id, account_id, venue, symbol, role, pyramid, leg, generation, side, type, price, price_expected, quantity, reduce_only, status, venue_order_id,
    quantity_filled, quantity_reported, notional_filled, slippage_percent, reason, created_at, accepted_at)
  select client_order_id, group_id, account_id, venue, symbol, role, pyramid, leg, generation, side, type, price, price_expected, quantity, reduce_only, status, venue_order_id,
    quantity_filled, quantity_reported, notional_filled, slippage_percent, reason, to_timestamp(created_at / 1000.0), case when venue_order_id is null then null else now() end
  from jsonb_to_recordset($4) as r(client_order_id text, group_id bigint, account_id bigint, venue text, symbol text, role text, pyramid int, leg int, generation int, side text, type text,
    price numeric, price_expected numeric, quantity numeric, reduce_only boolean, status text, venue_order_id text, quantity_filled numeric, quantity_reported numeric, notional_filled numeric, slippage_percent numeric, reason text,
    created_at numeric)
  on conflict (client_order_id) do update set
    status = case when excluded.status = 'ready' then orders.status else excluded.status end,
    venue_order_id = coalesce(excluded.venue_order_id, orders.venue_order_id), quantity_filled = excluded.quantity_filled, quantity_reported = excluded.quantity_reported,
    notional_filled = excluded.notional_filled, slippage_percent = excluded.slippage_percent, reason = excluded.reason, accepted_at = coalesce(orders.accepted_at, excluded.accepted_at), updated_at = now()
), filled as (
  insert into fills (account_id, symbol, trade_id, client_order_id, group_id, price, quantity, fee, fee_asset, at, market_at)
  select account_id, symbol, trade_id, client_order_id, group_id, price, quantity, fee, fee_asset, to_timestamp(at / 1000.0), to_timestamp(market_at / 1000.0)
  from jsonb_to_recordset($5) as r(account_id bigint, symbol text, trade_id text, client_order_id text, group_id bigint, price numeric, quantity numeric, fee numeric, fee_asset text, at numeric, market_at numeric)
), told as (
  insert into inbox (key, aggregate, aggregate_id, event, due_at)
  select key, aggregate, aggregate_id, event, to_timestamp(due_at / 1000.0)
  from jsonb_to_recordset($6) as r(key text, aggregate text, aggregate_id bigint, event jsonb, due_at numeric)
  on conflict (key) do nothing
  returning id, due_at
), asked as (
  insert into outbox (kind, account_id, venue, group_id, client_order_id, priority, token)
  select kind, account_id, venue, group_id, client_order_id, priority, token
  from jsonb_to_recordset($7) as r(kind text, account_id bigint, venue text, group_id bigint, client_order_id text, priority int, token uuid)
  returning id, kind, venue, priority
), settled as (
  update signals s set status = r.status, outcome = r.outcome, reason = r.reason, detail = r.detail, group_id = coalesce(r.group_id, s.group_id), plan = coalesce(r.plan, s.plan), decided_at = coalesce(s.decided_at, now())
  from jsonb_to_recordset($8) as r(signal_id bigint, status text, outcome text, reason text, detail text, group_id bigint, plan jsonb) where s.id = r.signal_id
    and r.signal_id between 1 and 9223372036854775807
), completed as (
  update outbox set done_at = now() where id = any($9::bigint[]) and done_at is null
)
select (select coalesce(jsonb_agg(jsonb_build_object('id', id::text, 'dueAt', (extract(epoch from due_at) * 1000)::bigint)), '[]') from told) as inbox,
  (select coalesce(jsonb_agg(jsonb_build_object('id', id::text, 'kind', kind, 'venue', venue, 'priority', priority)), '[]') from asked) as outbox`;

/** Writes what decisions change, and finishes the outbox rows that they answer; `completes` holds their ids. `token` marks rows that `claimSaved` is to claim. */
export async function saveChanges(client: pg.PoolClient, changes: Changes, completes: readonly string[], token: string): Promise<Saved> {
  const groups = changes.groups;
  const values = [
    json(changes.pool === null ? [] : [poolRow(changes.pool)]),
    json(groups.map(groupRow)),
    json(changes.journal.map(({ aggregateId, ...row }) => ({ ...row, aggregate_id: aggregateId }))),
    json(groups.flatMap(orderRows)),
    json(groups.flatMap(fillRows)),
    json(changes.inbox.map((row) => ({ key: row.key, aggregate: row.aggregate, aggregate_id: row.aggregateId, event: row.event, due_at: row.dueAt }))),
    json(changes.outbox.map((row) => ({ kind: row.kind, account_id: row.accountId, venue: row.venue, group_id: row.groupId, client_order_id: row.clientOrderId, priority: row.priority, token: row.claimForMs === undefined ? null : token }))),
    json(changes.signals.map((row) => ({ signal_id: row.signalId, status: row.status, outcome: row.outcome, reason: row.reason, detail: row.detail, group_id: row.groupId, plan: row.plan ?? null }))),
    completes,
  ];
  const { rows } = await client.query<Saved>({ name: 'save-changes', text, values });
  return rows[0] ?? { inbox: [], outbox: [] };
}

/** Open groups stand in rows of their own. */
const poolRow = ({ pool: { open: _, ...state }, version }: NonNullable<Changes['pool']>): Record<string, unknown> => ({ user_id: state.userId, version, state });

const json = (rows: unknown[]): string => JSON.stringify(rows);

/** What the row of a group shows beside its state. */
function groupRow({ group, version, wake }: SavedGroup): Record<string, unknown> {
  const legs = legsOf(group);
  return {
    id: group.id,
    user_id: group.userId,
    account_id: group.accountId,
    venue: group.venue,
    market: group.market,
    symbol: group.symbol,
    timeframe: group.timeframe,
    side: group.side,
    status: group.status,
    version,
    state: group,
    tp_mode: group.exitPlan.kind,
    pyramid_count: group.pyramids.length - 1,
    max_pyramids: group.entryPlan.maxPyramids,
    quantity: groupQuantity(group),
    cost_held: groupCost(group),
    price_entry_average: averagePrice(group) ?? averageEntered(group),
    pnl_realised: pnlRealised(group),
    fees_paid: feesPaid(group),
    legs_filled: legs.filter(({ pyramid, leg }) => ['filled', 'tp_hit', 'closed'].includes(legState(group, pyramid, leg))).length,
    legs_total: legs.length,
    legs_open: legsOpenOf(group),
    opened_at: group.openedAt,
    closed_at: group.closedAt,
    close_reason: group.closeReason,
    wake,
  };
}

const orderRows = ({ group, orders }: SavedGroup): Record<string, unknown>[] =>
  orders.map((order) => ({
    client_order_id: order.clientOrderId,
    group_id: group.id,
    account_id: group.accountId,
    venue: group.venue,
    symbol: group.symbol,
    role: order.role,
    pyramid: order.pyramid,
    leg: order.leg,
    generation: order.generation,
    side: order.side,
    type: order.type,
    price: order.price,
    price_expected: order.priceExpected,
    quantity: order.quantity,
    reduce_only: order.reduceOnly,
    status: order.status,
    venue_order_id: order.venueOrderId,
    quantity_filled: order.quantityFilled,
    quantity_reported: order.quantityReported,
    notional_filled: order.notionalFilled,
    slippage_percent: executionOf(order)?.percent ?? null,
    reason: order.reason,
    created_at: order.createdAt,
  }));

const fillRows = ({ group, fills }: SavedGroup): Record<string, unknown>[] =>
  fills.map((fill) => ({
    account_id: group.accountId,
    symbol: group.symbol,
    trade_id: fill.tradeId,
    client_order_id: fill.clientOrderId,
    group_id: group.id,
    price: fill.price,
    quantity: fill.quantity,
    fee: fill.fee,
    fee_asset: fill.feeAsset,
    at: fill.at,
    market_at: fill.marketAt ?? null,
  }));
