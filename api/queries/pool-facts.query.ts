import type pg from 'pg';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import { readOpenGroups } from '#shared/adapters/store/open-groups.query';
import { systemTable } from '#shared/adapters/store/system.table';
import { effectiveRules } from '#shared/engine/instrument/effective-rules';
import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import { price } from '#shared/engine/num/units';
import { emptyPool, type Pool } from '#shared/engine/pool/pool';
import { symbolFactsKey, type PoolFacts, type PoolSettings, type SymbolFacts } from '#shared/engine/pool/pool-settings';
import { nothingOpen } from '#shared/engine/pool/slots';
import { readSettings } from './settings.query.ts';

/**
 * A user's pool and what the engine would know of it now, from what is stored: to show what would happen. Balances stand in the memory of
 * the workers only, so sizes that are a share of an account are not known here.
 */
export async function readPool(client: pg.Pool, userId: string, now: number): Promise<{ pool: Pool; facts: PoolFacts }> {
  const [{ active }, { halted, accountsOff }, open, stored] = await Promise.all([
    readSettings(client, userId),
    systemTable(client).activeSettings(userId),
    readOpenGroups(client, userId),
    client.query<{ state: Pool }>('select state from pools where user_id = $1', [userId]),
  ]);
  const pool: Pool = { ...(stored.rows[0]?.state ?? emptyPool(userId)), open };
  const settings = poolSettingsOf(active);
  const symbols = await readSymbols(client, pool.waiting, settings);
  return { pool, facts: { now, settings, openElsewhere: nothingOpen, halted, accountsOff, symbols, accounts: {}, groupIds: ['0'] } };
}

interface SymbolRow {
  venue: string;
  market: Market;
  symbol: string;
  rules: Instrument | null;
  /** Are any rules of this market stored? */
  loaded: boolean;
  last: string | null;
}

async function readSymbols(client: pg.Pool, waiting: Pool['waiting'], { precision }: PoolSettings): Promise<Record<string, SymbolFacts>> {
  if (waiting.length === 0) return {};
  const { rows } = await client.query<SymbolRow>(
    `select w.*, i.rules, p.price as last, exists (select 1 from instruments any_of where any_of.venue = w.venue and any_of.market = w.market) as loaded
       from (select distinct * from unnest($1::text[], $2::text[], $3::text[]) as r(venue, market, symbol)) w
       left join instruments i using (venue, market, symbol) left join prices p using (venue, market, symbol)`,
    [waiting.map(({ signal }) => signal.venue), waiting.map(({ signal }) => signal.market), waiting.map(({ signal }) => signal.symbol)],
  );
  const known = new Map(rows.map((row) => [`${row.venue} ${row.market} ${row.symbol}`, row]));
  return Object.fromEntries(
    waiting.map(({ signal }): [string, SymbolFacts] => {
      const row = known.get(`${signal.venue} ${signal.market} ${signal.symbol}`);
      const priceLast = row?.last == null ? null : price(row.last);
      return [symbolFactsKey(signal), { instrument: rulesOf(row, signal, precision), priceLast }];
    }),
  );
}

function rulesOf(row: SymbolRow | undefined, signal: Pool['waiting'][number]['signal'], precision: PoolSettings['precision']): SymbolFacts['instrument'] {
  const rules = row?.rules ?? null;
  if (rules !== null && !rules.active && rules.delisted !== true) return 'unlisted';
  const listed = rules === null || rules.delisted === true ? (row?.loaded === true ? 'unlisted' : 'unavailable') : rules;
  const effective = effectiveRules(signal, listed, { ...precision, mode: signal.precisionMode });
  return typeof effective === 'string' ? effective : effective.instrument;
}
