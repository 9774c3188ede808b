import type pg from 'pg';
import type { Leg as LegView, OrderView, PositionDetail } from '#shared/contracts/http';
import { aggregateTrigger, targetPercent } from '#shared/engine/exit/aggregate';
import { takeProfitPrice } from '#shared/engine/exit/take-profit-price';
import { floorTo } from '#shared/engine/num/rounding';
import { dec, isPositive, price } from '#shared/engine/num/units';
import { boundCapital } from '#shared/engine/position/capital-gauge';
import { priceEntry, pyramidAverage, quantityHeld } from '#shared/engine/position/exposure';
import { legState } from '#shared/engine/position/group-status';
import { progressPercent } from '#shared/engine/position/leg-progress';
import type { Leg, PositionGroup, Pyramid } from '#shared/engine/position/position-group';
import { journalLines, type JournalRow } from './journal-sentences.ts';
import { positionColumns, positionTables, positionView, type PositionRow } from './positions.query.ts';
import { fillColumns, fillView, orderColumns, orderView, plain, plainOrNull, type FillRow, type OrderRow } from './views.ts';

type DetailRow = PositionRow & { state: PositionGroup; instrument: { tickSize: string; stepSize: string; notionalMin: string | null; base: string; quote: string } | null };

/** A position with its ladder, orders, fills and story; null when the user has none of this id. */
export async function positionDetail(pool: pg.Pool, userId: string, groupId: string): Promise<PositionDetail | null> {
  const [position, orders, fills, journal] = await Promise.all([
    pool.query<DetailRow>(`select ${positionColumns}, g.state, i.rules as instrument from ${positionTables} where g.id = $1 and g.user_id = $2`, [groupId, userId]),
    pool.query<OrderRow>(`select ${orderColumns} from orders o where o.group_id = $1 order by o.created_at, o.client_order_id`, [groupId]),
    pool.query<FillRow>(`select ${fillColumns} from fills f left join orders o using (client_order_id) where f.group_id = $1 order by f.at, f.trade_id`, [groupId]),
    pool.query<JournalRow>(`select version, at, event, commands from journal where aggregate = 'group' and aggregate_id = $1 order by version`, [groupId]),
  ]);
  const row = position.rows[0];
  if (row === undefined) return null;
  const views = orders.rows.map(orderView);
  const rules = row.instrument;
  const target = targetOf(row.state, rules?.tickSize ?? null);
  return {
    ...positionView(row),
    baseEntryPrice: plain(row.state.priceBaseEntry),
    instrument: rules === null ? null : { tickSize: plain(rules.tickSize), stepSize: plain(rules.stepSize), notionalMin: plainOrNull(rules.notionalMin), base: rules.base, quote: rules.quote },
    target,
    capital: capitalView(row.state),
    stop: row.state.stop === null ? null : { price: plain(row.state.stop.price), watched: true },
    pyramids: row.state.pyramids.map((pyramid) => ({
      index: pyramid.index,
      entryPrice: plain(pyramid.entryPrice),
      priceAverage: plainOrNull(pyramidAverage(pyramid)),
      legs: pyramid.legs.map((leg) => legView(row.state, pyramid, leg, { orders: views, row, target: target?.price ?? null })),
    })),
    orders: views,
    fills: fills.rows.map(fillView),
    journal: journalLines(journal.rows, views),
  };
}

/** Money in the market, and money that waits in entries. */
function capitalView(group: PositionGroup): PositionDetail['capital'] {
  const { deployed, locked } = boundCapital(group);
  return { deployed: plain(deployed), locked: plain(locked) };
}

const restsPerLeg = (group: PositionGroup): boolean => group.exitPlan.kind === 'per_leg' || group.exitPlan.kind === 'hybrid';

/** Where the whole position takes its profit, or null where it has no common target, holds nothing or is on its way out. */
function targetOf(group: PositionGroup, tick: string | null): PositionDetail['target'] {
  const trigger = group.windDown !== null || tick === null ? null : aggregateTrigger(group, { tickSize: price(tick) });
  return trigger === null || !isPositive(trigger) ? null : { price: plain(trigger), percent: plain(dec(targetPercent(group) ?? '0').toDecimalPlaces(9)) };
}

function legView(group: PositionGroup, pyramid: Pyramid, leg: Leg, { orders, row, target: common }: { orders: OrderView[]; row: Pick<PositionRow, 'price_last' | 'tick_size'>; target: string | null }): LegView {
  const { price_last: last, tick_size: tick } = row;
  const state = legState(group, pyramid, leg);
  const entry = priceEntry(leg);
  const resting = orders.findLast((order) => order.role === 'take-profit' && order.pyramid === pyramid.index && order.leg === leg.index && order.price !== null);
  const from = entry ?? leg.priceLimit;
  const ownTarget = restsPerLeg(group);
  // Before the order rests, its target is shown as it would be now; aggregate modes close the whole position instead.
  const wished = ownTarget && from !== null ? takeProfitPrice(group.side, from, leg.tpPercent) : null;
  const held = isPositive(quantityHeld(leg));
  const target = resting?.price ?? (wished === null ? (held ? common : null) : plain(tick === null ? wished : floorTo(wished, tick)));
  return {
    index: leg.index,
    gapPercent: plain(leg.gapPercent),
    weightPercent: plain(leg.weightPercent),
    tpPercent: ownTarget ? plain(leg.tpPercent) : null,
    limitPrice: plainOrNull(leg.priceLimit),
    quantity: plain(leg.quantity),
    quantityFilled: plain(leg.entered.quantity),
    priceFillAverage: plainOrNull(entry),
    takeProfitPrice: target,
    progressPercent: state === 'tp_hit' ? '100' : entry === null || target === null || last === null ? null : progressPercent(group.side, entry, target, last),
    state,
    reason: leg.blocked ?? group.held[`take-profit:${pyramid.index}:${leg.index}`] ?? group.held[`entry:${pyramid.index}:${leg.index}`] ?? null,
  };
}
