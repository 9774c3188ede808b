import type pg from 'pg';
import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { Store } from '#shared/ports/store.port';

type InstrumentsTable = Pick<Store, 'saveInstruments' | 'instruments' | 'lastPrices'>;

/** Venue metadata, fetched in bulk and kept across restarts, and last prices. */
export const instrumentsTable = (pool: pg.Pool): InstrumentsTable => ({
  async saveInstruments(venue, market, instruments, at) {
    const rows = instruments.map((rules) => ({ symbol: rules.symbol, venue_symbol: rules.venueSymbol, rules }));
    await pool.query(
      `insert into instruments (venue, market, symbol, venue_symbol, rules, fetched_at)
       select $1, $2, symbol, venue_symbol, rules, to_timestamp($4 / 1000.0) from jsonb_to_recordset($3) as r(symbol text, venue_symbol text, rules jsonb)
       on conflict (venue, market, symbol) do update set venue_symbol = excluded.venue_symbol, rules = excluded.rules, fetched_at = excluded.fetched_at`,
      [venue, market, JSON.stringify(rows), at],
    );
    // What the venue no longer lists stays readable for groups that are still open, but takes no new entries.
    await pool.query(`update instruments set rules = rules || '{"active": false, "delisted": true}' where venue = $1 and market = $2 and fetched_at < to_timestamp($3 / 1000.0)`, [venue, market, at]);
  },

  async instruments(venue, market) {
    const { rows } = await pool.query<{ rules: Instrument; fetched_at: Date }>('select rules, fetched_at from instruments where venue = $1 and market = $2', [venue, market]);
    return { instruments: rows.map((row) => row.rules), fetchedAt: rows.length === 0 ? null : Math.max(...rows.map((row) => row.fetched_at.getTime())) };
  },

  async lastPrices() {
    const { rows } = await pool.query<{ venue: string; market: Market; symbol: string; price: string; at: Date }>('select venue, market, symbol, price, at from prices');
    return rows.map((row) => ({ ...row, at: row.at.getTime() }));
  },
});
