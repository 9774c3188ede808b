import type pg from 'pg';
import { riskPlanOf } from '#shared/contracts/settings-plans';
import type { Settings } from '#shared/contracts/settings';
import { systemTable } from '#shared/adapters/store/system.table';
import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import { price, type Price } from '#shared/engine/num/units';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { bookRow } from '#shared/engine/risk/book-row';
import type { CycleRecord } from '#shared/engine/risk/cycle-record';
import { flagged, type BookRow } from '#shared/engine/risk/risk-facts';
import type { RiskGroup } from '#shared/engine/risk/risk-group';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import { emptyRisk, type Risk } from '#shared/engine/risk/risk';
import { readSettings } from './settings.query.ts';

/** A group of the book with what the page shows beside it. */
export interface BookEntry {
  row: RiskGroup & BookRow;
  group: PositionGroup;
  accountName: string;
}

/** What a cycle would look at now. */
export interface RiskBook {
  now: number;
  plan: RiskPlan;
  settings: Settings;
  halted: boolean;
  risk: Risk;
  lastCycleAt: number | null;
  lastCycle: CycleRecord | null;
  entries: BookEntry[];
}

interface OpenRow {
  state: PositionGroup;
  accountName: string;
  mode: string;
  rules: Instrument | null;
  last: string | null;
}

/** A user's risk engine and its book from what is stored, judged as the workers judge it: to show what would happen. */
export async function readRiskBook(client: pg.Pool, userId: string, now: number): Promise<RiskBook> {
  const [{ active }, { halted }, stored, open] = await Promise.all([
    readSettings(client, userId),
    systemTable(client).activeSettings(userId),
    client.query<{ state: Risk; last_cycle_at: Date | null; last_cycle: CycleRecord | null }>('select state, last_cycle_at, last_cycle from risks where user_id = $1', [userId]),
    client.query<OpenRow>(
      `select g.state, a.name as "accountName", a.mode, i.rules, p.price as last from position_groups g join accounts a on a.id = g.account_id
         left join instruments i on i.venue = g.venue and i.market = g.market and i.symbol = g.symbol left join prices p on p.venue = g.venue and p.market = g.market and p.symbol = g.symbol
        where g.user_id = $1 and g.status <> 'closed' order by g.id`,
      [userId],
    ),
  ]);
  const plan = riskPlanOf(active);
  const quotes = await readQuotes(client, open.rows);
  const risk = stored.rows[0]?.state ?? emptyRisk(userId);
  const entries = open.rows.map(({ state: group, accountName, mode, rules, last }): BookEntry => {
    const priceLast = (venue: string, market: Market, symbol: string): Price | null => (symbol === group.symbol && market === group.market ? (last === null ? null : price(last)) : (quotes.get(`${venue} ${symbol}`) ?? null));
    const [row] = flagged(risk, [bookRow(group, { plan, accountMode: mode, rulesOf: () => rules, priceLast })], now);
    return { row: row!, group, accountName };
  });
  const before = stored.rows[0];
  return { now, plan, settings: active, halted, risk, lastCycleAt: before?.last_cycle_at?.getTime() ?? null, lastCycle: before?.last_cycle ?? null, entries };
}

/** What quote currencies are worth in USDT, by venue. */
async function readQuotes(client: pg.Pool, rows: readonly OpenRow[]): Promise<ReadonlyMap<string, Price>> {
  const symbols = [...new Set(rows.map(({ state }) => `${state.quote}/USDT`))];
  const { rows: found } = await client.query<{ venue: string; symbol: string; price: string }>(`select venue, symbol, price from prices where market = 'spot' and symbol = any($1)`, [symbols]);
  return new Map(found.map(({ venue, symbol, price: last }) => [`${venue} ${symbol}`, price(last)]));
}
