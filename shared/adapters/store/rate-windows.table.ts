import type pg from 'pg';
import { aheadAtMostMs, type RateLedger } from '#shared/ports/rate-ledger.port';

/** Does the window that is kept go on? Who asks with the time of one that is over, by a moment or by his clock, takes of it too: going back would forget what it has given. */
const runs = (ahead: string): string => `w.window_number between excluded.window_number and excluded.window_number + ${ahead}::bigint`;
const databaseNow = 'extract(epoch from clock_timestamp()) * 1000';
const takeText = `
  insert into rate_windows as w (key, window_number, used) values ($1, $2, $3)
  on conflict (key) do update set
    window_number = case when ${runs('$5')} then w.window_number else excluded.window_number end,
    used = case when ${runs('$5')} then w.used else 0 end + excluded.used
  where w.banned_until <= ${databaseNow} and (excluded.used = 0 or case when ${runs('$5')} then w.used else 0 end + excluded.used <= $4)`;

const justNowMs = 1_000;
const aheadOf = (windowMs: number): number => Math.ceil(aheadAtMostMs / windowMs);

/** The rate ledger of all processes on one database. */
export const createRateLedger = (pool: Pick<pg.Pool, 'query'>): RateLedger => ({
  async take(key, cost, ceiling, windowMs, now) {
    const values = [key, Math.floor(now / windowMs), cost, ceiling, aheadOf(windowMs)];
    const { rowCount } = await pool.query({ name: 'rate-take', text: takeText, values });
    if (rowCount === 1) return 0;
    // A ban that has ended since is why: there may be room.
    const { rows } = await pool.query<{ banned: string }>(`select ceil(banned_until - ${databaseNow}) as banned from rate_windows where key = $1`, [key]);
    const banned = Number(rows[0]?.banned ?? 0);
    return banned > -justNowMs ? Math.max(1, banned) : windowMs - (now % windowMs);
  },
  async raise(key, used, windowMs, now) {
    await pool.query(
      `insert into rate_windows as w (key, window_number, used) values ($1, $2, $3)
       on conflict (key) do update set window_number = excluded.window_number, used = excluded.used
       where not ${runs('$4')} or (w.window_number = excluded.window_number and w.used < excluded.used)`,
      [key, Math.floor(now / windowMs), used, aheadOf(windowMs)],
    );
  },
  async ban(key, forMs) {
    await pool.query(
      `insert into rate_windows as w (key, window_number, used, banned_until) values ($1, 0, 0, ${databaseNow} + $2)
       on conflict (key) do update set banned_until = greatest(w.banned_until, excluded.banned_until)`,
      [key, Math.ceil(forMs)],
    );
  },
});
