import type pg from 'pg';
import type { Pool as PoolView, QueueEntry } from '#shared/contracts/http';
import type { Settings } from '#shared/contracts/settings';
import { dec } from '#shared/engine/num/units';
import type { Pool } from '#shared/engine/pool/pool';
import { readSettings } from './settings.query.ts';
import { plain, plainOrNull } from './views.ts';

interface PoolRow {
  waiting: Pool['waiting'] | null;
  used: number;
}

async function poolRow(pool: pg.Pool, userId: string): Promise<PoolRow> {
  const { rows } = await pool.query<PoolRow>(
    `select (select state->'waiting' from pools where user_id = $1) as waiting,
            (select count(*)::int from position_groups where user_id = $1 and status in ('live', 'partially_filled', 'active', 'closing')) as used`,
    [userId],
  );
  return rows[0] ?? { waiting: null, used: 0 };
}

/** Slots, how many are taken, and how many entries wait. */
export async function poolView(pool: pg.Pool, userId: string): Promise<PoolView> {
  const [{ waiting, used }, { active }] = await Promise.all([poolRow(pool, userId), readSettings(pool, userId)]);
  return { slots: active.execution_pool.max_open_groups, used, waiting: waiting?.length ?? 0 };
}

/** Who waits, in the order in which the pool would take them. */
export async function queueView(pool: pg.Pool, userId: string): Promise<QueueEntry[]> {
  const [{ waiting }, { active }] = await Promise.all([poolRow(pool, userId), readSettings(pool, userId)]);
  const entries = waiting ?? [];
  const prices = await lastPrices(pool, entries);
  return entries.map((entry, index) => {
    const { signal } = entry;
    const last = prices.get(`${signal.venue} ${signal.market} ${signal.symbol}`) ?? null;
    return {
      id: entry.id,
      signalId: signal.signalId,
      accountId: signal.accountId,
      exchange: signal.venue,
      symbol: signal.symbol,
      timeframe: signal.timeframe,
      side: signal.side,
      reason: entry.reason,
      entryPrice: plainOrNull(signal.priceSignal),
      priceLast: plainOrNull(last),
      lossPercent: lossPercent(signal.side, signal.priceSignal, last),
      replacementCount: entry.replacementCount,
      expectedProfit: expectedProfit(entry, active),
      queuedAt: new Date(entry.queuedAt).toISOString(),
      rank: index + 1,
    };
  });
}

async function lastPrices(pool: pg.Pool, entries: Pool['waiting']): Promise<Map<string, string>> {
  if (entries.length === 0) return new Map();
  const { rows } = await pool.query<{ key: string; price: string }>(`select venue || ' ' || market || ' ' || symbol as key, price from prices where symbol = any($1)`, [entries.map(({ signal }) => signal.symbol)]);
  return new Map(rows.map((row) => [row.key, row.price]));
}

/** How far the price has moved against the queued entry; negative is a discount. */
function lossPercent(side: 'long' | 'short', entry: string | null, last: string | null): string | null {
  if (entry === null || last === null) return null;
  const move = side === 'long' ? dec(last).minus(entry) : dec(entry).minus(last);
  return plain(move.dividedBy(entry).times(100).toDecimalPlaces(12));
}

/** Capital x weight x target over the ladder, or the whole position's target in aggregate modes (E-44); null where the capital is not known. */
function expectedProfit({ signal }: Pool['waiting'][number], { grid_strategy: grid }: Settings): string | null {
  const capital = capitalOf(signal, grid);
  if (capital === null) return null;
  const perLeg = grid.tp_mode === 'per_leg' || grid.tp_mode === 'hybrid';
  const percent = perLeg ? grid.levels.reduce((total, level) => total.plus(dec(level.weight_percent).times(level.tp_percent ?? grid.tp_percent).dividedBy(100)), dec(0)) : dec(grid.tp_percent);
  return plain(dec(capital).times(percent).dividedBy(100).toDecimalPlaces(12));
}

function capitalOf(signal: Pool['waiting'][number]['signal'], grid: Settings['grid_strategy']): string | null {
  if (grid.sizing_mode === 'fixed_quote' || signal.size === null) return plain(String(grid.fixed_quote));
  if (signal.size.type === 'quote') return signal.size.amount;
  return signal.priceSignal === null ? null : plain(dec(signal.size.amount).times(signal.priceSignal));
}
