import Joi from 'joi';
import type pg from 'pg';
import type { AccountMode, MarketName, Position, PositionStatus } from '#shared/contracts/http';
import { dec } from '#shared/engine/num/units';
import type { Side } from '#shared/engine/order/order';
import { count, decimal, id, instant, market, nullable, shape, side } from '../http/schemas.ts';
import { plain, plainOrNull } from './views.ts';
import { iso, isoOrNull } from './where.ts';

export interface PositionRow {
  id: string;
  account_id: string;
  account_name: string;
  mode: AccountMode;
  venue: string;
  market: MarketName;
  symbol: string;
  timeframe: string;
  side: Side;
  status: PositionStatus;
  tp_mode: string;
  pyramid_count: number;
  max_pyramids: number;
  quantity: string;
  cost_held: string;
  price_entry_average: string | null;
  pnl_realised: string;
  fees_paid: string;
  legs_filled: number;
  legs_total: number;
  opened_at: Date;
  closed_at: Date | null;
  close_reason: string | null;
  price_last: string | null;
  tick_size: string | null;
  step_size: string | null;
}
export const positionColumns = `g.id, g.account_id, a.name as account_name, a.mode, g.venue, g.market, g.symbol, g.timeframe, g.side, g.status, g.tp_mode, g.pyramid_count, g.max_pyramids,
  g.quantity, g.cost_held, g.price_entry_average, g.pnl_realised, g.fees_paid, g.legs_filled, g.legs_total, g.opened_at, g.closed_at, g.close_reason,
  p.price as price_last, i.rules->>'tickSize' as tick_size, i.rules->>'stepSize' as step_size`;
export const positionTables = `position_groups g join accounts a on a.id = g.account_id
  left join prices p on p.venue = g.venue and p.market = g.market and p.symbol = g.symbol
  left join instruments i on i.venue = g.venue and i.market = g.market and i.symbol = g.symbol`;

/** `USDT` of `BTC/USDT:USDT`. */
const quoteOf = (symbol: string): string => symbol.split('/')[1]?.split(':')[0] ?? '';

/** Digits after the point that a grid of this step needs. */
export const decimalsOf = (step: string | null): number | null => (step === null ? null : (plain(step).split('.')[1]?.length ?? 0));

/** Profit of what is held at the last price, before the fees of closing it, and its share of the cost (E-54); null without a price. */
export function unrealised(row: Pick<PositionRow, 'quantity' | 'cost_held' | 'side' | 'price_last'>): { pnl: string; percent: string; value: string } | null {
  if (dec(row.quantity).isZero()) return { pnl: '0', percent: '0', value: '0' };
  if (row.price_last === null) return null;
  const worth = dec(row.quantity).times(row.price_last);
  const pnl = row.side === 'long' ? worth.minus(row.cost_held) : dec(row.cost_held).minus(worth);
  const percent = dec(row.cost_held).isZero() ? dec(0) : pnl.dividedBy(row.cost_held).times(100);
  return { pnl: plain(pnl), percent: plain(percent.toDecimalPlaces(12)), value: plain(worth) };
}

export function positionView(row: PositionRow): Position {
  const open = unrealised(row);
  return {
    id: row.id,
    accountId: row.account_id,
    accountName: row.account_name,
    mode: row.mode,
    exchange: row.venue,
    market: row.market,
    symbol: row.symbol,
    timeframe: row.timeframe,
    side: row.side,
    status: row.status,
    tpMode: row.tp_mode,
    pyramidCount: row.pyramid_count,
    maxPyramids: row.max_pyramids,
    quantity: plain(row.quantity),
    priceEntryAverage: plainOrNull(row.price_entry_average),
    priceLast: plainOrNull(row.price_last),
    pnlRealised: plain(row.pnl_realised),
    pnlUnrealised: open?.pnl ?? null,
    pnlUnrealisedPercent: open?.percent ?? null,
    feesPaid: plain(row.fees_paid),
    value: open?.value ?? null,
    quoteAsset: quoteOf(row.symbol),
    priceDecimals: decimalsOf(row.tick_size),
    quantityDecimals: decimalsOf(row.step_size),
    openedAt: iso(row.opened_at),
    closedAt: isoOrNull(row.closed_at),
    closeReason: row.close_reason,
    legsFilled: row.legs_filled,
    legsTotal: row.legs_total,
  };
}

export const positionMembers = {
  id: id(),
  accountId: id(),
  accountName: Joi.string(),
  mode: Joi.string().valid('paper', 'testnet', 'live'),
  exchange: Joi.string(),
  market: market(),
  symbol: Joi.string(),
  timeframe: Joi.string(),
  side: side(),
  status: Joi.string().valid('waiting', 'live', 'partially_filled', 'active', 'closing', 'closed'),
  tpMode: Joi.string(),
  pyramidCount: count(),
  maxPyramids: count(),
  quantity: decimal(),
  priceEntryAverage: nullable(decimal()),
  priceLast: nullable(decimal()),
  pnlRealised: decimal(),
  pnlUnrealised: nullable(decimal()),
  pnlUnrealisedPercent: nullable(decimal()),
  feesPaid: decimal(),
  value: nullable(decimal()),
  quoteAsset: Joi.string().allow(''),
  priceDecimals: nullable(count()),
  quantityDecimals: nullable(count()),
  openedAt: instant(),
  closedAt: nullable(instant()),
  closeReason: nullable(Joi.string()),
  legsFilled: count(),
  legsTotal: count(),
};
export const positionShape = shape(positionMembers);

/** One position as its list row, for live updates; null when the user has no such position. */
export async function positionById(pool: Pick<pg.Pool, 'query'>, userId: string, groupId: string): Promise<PositionRow | null> {
  const { rows } = await pool.query<PositionRow>(`select ${positionColumns} from ${positionTables} where g.id = $1 and g.user_id = $2`, [groupId, userId]);
  return rows[0] ?? null;
}
