import type pg from 'pg';
import type { ConfigImpact, ImpactChange, ImpactPosition, MovedOrder, ReplanPosition } from '#shared/contracts/http';
import type { Settings } from '#shared/contracts/settings';
import { effectOf, effects, isHouseSetting, type Effect, type EffectCode } from '#shared/contracts/settings-effects';
import { changesBetween, type SettingsChange } from '#shared/contracts/settings-difference';
import { desiredExits } from '#shared/engine/exit/desired-exits';
import { effectiveRules } from '#shared/engine/instrument/effective-rules';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { compare, isPositive, type Price } from '#shared/engine/num/units';
import { isSettled } from '#shared/engine/order/apply-fill';
import type { Pool } from '#shared/engine/pool/pool';
import { groupQuantity } from '#shared/engine/position/exposure';
import { slotOf, slotOfOrder, type PositionGroup } from '#shared/engine/position/position-group';
import { groupsToReplan, openGroups, type OpenGroupRow } from './replan-groups.query.ts';
import { readSettings } from './settings.query.ts';
import { plainOrNull } from './views.ts';

type Waiting = Pick<Pool['waiting'][number], 'reason'>;

/** What is open and waits now, as far as settings may concern it. */
interface Present {
  groups: OpenGroupRow[];
  waiting: Waiting[];
  isFirstAdministrator: boolean;
}

/** What applying the draft would touch: every changed setting with what it decides of that is open or waits, and what a re-plan would move. */
export async function configImpact(pool: pg.Pool, userId: string): Promise<ConfigImpact> {
  const [settings, groups, { rows }] = await Promise.all([
    readSettings(pool, userId),
    openGroups(pool, userId),
    pool.query<{ waiting: Waiting[] | null; first: boolean }>(
      `select (select state->'waiting' from pools where user_id = $1) as waiting, $1::bigint = (select id from users where role = 'administrator' order by id limit 1) as first`,
      [userId],
    ),
  ]);
  const present: Present = { groups, waiting: rows[0]?.waiting ?? [], isFirstAdministrator: rows[0]?.first === true };
  const positions = await replanView(pool, settings.draft, settings.version, groups);
  return {
    version: settings.version,
    draftRevision: settings.draftRevision,
    openPositions: groups.length,
    queued: present.waiting.length,
    changes: changesBetween(settings.active, settings.draft).map((change) => impactOf(change, present)),
    replan: { positions, orders: positions.reduce((count, { orders }) => count + (orders ?? []).filter(({ clientOrderId }) => clientOrderId !== null).length, 0) },
  };
}

const positionOf = ({ id, state, accountName }: OpenGroupRow): ImpactPosition => ({ id, symbol: state.symbol, timeframe: state.timeframe, side: state.side, status: state.status, accountName });

/** What one changed setting decides of what is open or waits. */
function impactOf(change: SettingsChange, present: Present): ImpactChange {
  // A test holds the table to the schema; a path it does not know is stored and nothing more.
  const stated: EffectCode = effectOf(change.path) ?? 'recorded';
  const code = isHouseSetting(change.path) && !present.isFirstAdministrator ? 'recorded' : stated;
  const { takesEffect, touches, words, replannable } = effects[code];
  const concerned = present.groups.filter(({ state }) => touches.some((kind) => concerns(kind, state)));
  return {
    ...change,
    takesEffect,
    code,
    words: [words, ...numbersOf(change, present)].join(' '),
    replannable,
    touches: { positions: concerned.map(positionOf), orders: 0, queued: queuedOf(touches, present.waiting) },
  };
}

function concerns(kind: Effect['touches'][number], group: PositionGroup): boolean {
  switch (kind) {
    case 'growing':
      return group.pyramids.length < group.entryPlan.maxPyramids;
    case 'holding':
      return isPositive(groupQuantity(group));
    case 'waiting':
    case 'waiting_for_slot':
      return false;
  }
}

function queuedOf(touches: Effect['touches'], waiting: readonly Waiting[]): number {
  if (touches.includes('waiting')) return waiting.length;
  return touches.includes('waiting_for_slot') ? waiting.filter(({ reason }) => reason === 'pool_full').length : 0;
}

/** What the number of slots means in the present case. */
function numbersOf({ path, after }: SettingsChange, { groups }: Present): string[] {
  if (path !== 'execution_pool.max_open_groups' || typeof after !== 'number') return [];
  const room = after - groups.length;
  if (room < 0) return [`${groups.length} groups are open, ${-room} more than the new limit: they go on, and nobody is promoted before ${1 - room} of them have closed.`];
  return [`${groups.length} groups are open, so there is room for ${room} more.`];
}

/** Positions that a re-plan changes, with the take-profits it would move, take away or place. */
async function replanView(pool: pg.Pool, draft: Settings, version: number, groups: readonly OpenGroupRow[]): Promise<ReplanPosition[]> {
  const changes = groupsToReplan(draft, version, groups);
  if (changes.length === 0) return [];
  const { rows } = await pool.query<{ key: string; rules: Instrument; price: Price | null }>(
    `select i.venue || ' ' || i.market || ' ' || i.symbol as key, i.rules, p.price from instruments i
       left join prices p on p.venue = i.venue and p.market = i.market and p.symbol = i.symbol where i.symbol = any($1)`,
    [changes.map(({ row }) => row.state.symbol)],
  );
  const known = new Map(rows.map((row) => [row.key, row]));
  return changes.map(({ row, after }) => {
    const found = known.get(`${after.venue} ${after.market} ${after.symbol}`);
    const rules = effectiveRules(after, found?.rules ?? 'unavailable', after.precisionPlan);
    const orders = typeof rules === 'string' ? null : movedOrders(row.state, after, rules.instrument, found?.price ?? null);
    return { ...positionOf(row), tpModeBefore: row.state.exitPlan.kind, tpModeAfter: after.exitPlan.kind, orders };
  });
}

/** Take-profits that would rest elsewhere, by the same rules the engine goes by when it hears of the new plan. */
function movedOrders(before: PositionGroup, after: PositionGroup, instrument: Instrument, last: Price | null): MovedOrder[] {
  const resting = before.orders.filter((order) => order.role === 'take-profit' && !isSettled(order));
  const wished = new Map(desiredExits(after, instrument, last).orders.map((order) => [slotOf(order.role, order.pyramid, order.leg), order]));
  const moved = resting.flatMap((order): MovedOrder[] => {
    const wish = wished.get(slotOfOrder(order));
    wished.delete(slotOfOrder(order));
    const stays = wish?.price != null && order.price !== null && compare(wish.price, order.price) === 0;
    return stays ? [] : [{ clientOrderId: order.clientOrderId, pyramid: order.pyramid, leg: order.leg, priceBefore: plainOrNull(order.price), priceAfter: plainOrNull(wish?.price ?? null) }];
  });
  const placed = [...wished.values()].filter(({ role }) => role === 'take-profit').map(({ pyramid, leg, price }): MovedOrder => ({ clientOrderId: null, pyramid, leg, priceBefore: null, priceAfter: plainOrNull(price) }));
  return [...moved, ...placed];
}
