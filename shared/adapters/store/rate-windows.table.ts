import type pg from 'pg';
import type { RateLedger } from '#shared/ports/rate-ledger.port';

/** Who asks with the time of a window that is over, by a moment or by his clock, takes of the one that runs: going back would forget what it has given. */
const takeText = `
  insert into rate_windows as w (key, window_number, used) values ($1, $2, $3)
  on conflict (key) do update set
    window_number = greatest(w.window_number, excluded.window_number),
    used = case when w.window_number >= excluded.window_number then w.used else 0 end + excluded.used
  where w.banned_until <= $5 and (excluded.used = 0 or case when w.window_number >= excluded.window_number then w.used else 0 end + excluded.used <= $4)`;

/** The rate ledger of all processes on one database. */
export const createRateLedger = (pool: Pick<pg.Pool, 'query'>): RateLedger => ({
  async take(key, cost, ceiling, windowMs, now) {
    const values = [key, Math.floor(now / windowMs), cost, ceiling, now];
    const { rowCount } = await pool.query({ name: 'rate-take', text: takeText, values });
    if (rowCount === 1) return 0;
    const { rows } = await pool.query<{ banned_until: string }>('select banned_until from rate_windows where key = $1', [key]);
    const bannedUntil = Number(rows[0]?.banned_until ?? 0);
    return bannedUntil > now ? bannedUntil - now : windowMs - (now % windowMs);
  },
  async raise(key, used, windowMs, now) {
    await pool.query(
      `insert into rate_windows as w (key, window_number, used) values ($1, $2, $3)
       on conflict (key) do update set window_number = excluded.window_number, used = excluded.used
       where w.window_number < excluded.window_number or (w.window_number = excluded.window_number and w.used < excluded.used)`,
      [key, Math.floor(now / windowMs), used],
    );
  },
  async ban(key, until) {
    await pool.query(
      `insert into rate_windows as w (key, window_number, used, banned_until) values ($1, 0, 0, $2)
       on conflict (key) do update set banned_until = greatest(w.banned_until, excluded.banned_until)`,
      [key, until],
    );
  },
});
