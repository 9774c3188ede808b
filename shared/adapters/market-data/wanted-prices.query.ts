import type { Pool } from 'pg';
import type { Market } from '#shared/engine/instrument/instrument';
import { max } from '#shared/engine/num/units';
import { marketsOf, type Pair } from './pair.ts';

/** A symbol whose prices are needed. */
export interface WantedPrice {
  market: Market;
  symbol: string;
}

/** Symbols of a venue with an open group, with a signal that waits, held though nobody here has opened it, or that somebody looked at within a day. */
export async function readWantedPrices(pool: Pick<Pool, 'query'>, venue: string): Promise<WantedPrice[]> {
  const { rows } = await pool.query<WantedPrice>(
    `select market, symbol from position_groups where venue = $1 and status <> 'closed'
     union select a.market, s.symbol from signals s join accounts a on a.id = s.account_id where a.venue = $1 and s.status in ('pending', 'waiting')
     union select a.market, d.symbol from reconcile_differences d join accounts a on a.id = d.account_id where a.venue = $1 and d.kind = 'orphan_position' and d.state in ('seen', 'asks', 'acting')
     union select market, symbol from price_requests where venue = $1 and asked_at > now() - interval '1 day'`,
    [venue],
  );
  return rows;
}

/** The coarsest tick of a pair's markets as far as their rules are known, or null. One price must fit them all. */
export async function readTickSize(pool: Pick<Pool, 'query'>, venue: string, pair: Pair): Promise<string | null> {
  const symbols = marketsOf(pair).map(({ symbol }) => symbol);
  const { rows } = await pool.query<{ tick: string | null }>(`select rules ->> 'tickSize' as tick from instruments where venue = $1 and symbol = any($2)`, [venue, symbols]);
  const ticks = rows.flatMap(({ tick }) => tick ?? []);
  return ticks.length === 0 ? null : ticks.reduce((coarsest, tick) => max(coarsest, tick).toFixed());
}

/** Is any group open, or any stop of a found position watched, on an account that is not a paper account? */
export async function hasOpenRealGroups(pool: Pick<Pool, 'query'>, venue: string): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from position_groups g join accounts a on a.id = g.account_id where g.venue = $1 and g.status <> 'closed' and a.mode <> 'paper'
     union all select 1 from reconcile_differences d join accounts a on a.id = d.account_id where a.venue = $1 and d.state = 'asks' and d.remedy->>'stop' is not null and a.mode <> 'paper' limit 1`,
    [venue],
  );
  return rows.length > 0;
}
