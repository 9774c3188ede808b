import type pg from 'pg';

/** An answer this quick is exact enough. */
const marginGoodMs = 25;

/** Milliseconds by which the database's clock is ahead of ours, give or take the margin: half of what the question took. */
export async function clockSkewOf(pool: Pick<pg.Pool, 'query'>): Promise<{ skewMs: number; marginMs: number }> {
  let best = { skewMs: 0, marginMs: Infinity };
  // A busy machine answers late now and then; the quickest of a few answers is the most exact.
  for (let attempt = 0; attempt < 3 && best.marginMs > marginGoodMs; attempt += 1) {
    const [asked, monotonic] = [Date.now(), performance.now()];
    const { rows } = await pool.query<{ at: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as at');
    const marginMs = (performance.now() - monotonic) / 2;
    if (marginMs < best.marginMs) best = { skewMs: (rows[0]?.at ?? asked) - (asked + marginMs), marginMs };
  }
  return best;
}
