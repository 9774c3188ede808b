import type { Pool } from 'pg';

/** The right to be the one that works, for a while. */
export interface Lease {
  /** Takes or renews it; answers whether it is ours. */
  take(): Promise<boolean>;
  /** True while the last answer is younger than the lease, by a clock that cannot be set. */
  held(): boolean;
  release(): Promise<void>;
}

const monotonicMs = (): number => performance.now();

/** The lease `name` for `owner`, on the database's clock, so that machines need not agree on the time. */
export function createLease(pool: Pick<Pool, 'query'>, name: string, owner: string, lengthMs: number): Lease {
  let heldUntil = -Infinity;
  return {
    take: async () => {
      // Counted from before the question: the database counts from later, so we never believe longer than it does.
      const asked = monotonicMs();
      const { rows } = await pool.query(
        `insert into leases (name, owner, expires_at) values ($1, $2, now() + make_interval(secs => $3))
         on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at
         where leases.owner = excluded.owner or leases.expires_at < now()
         returning owner`,
        [name, owner, lengthMs / 1000],
      );
      heldUntil = rows.length > 0 ? asked + lengthMs : -Infinity;
      return rows.length > 0;
    },
    held: () => monotonicMs() < heldUntil,
    release: async () => {
      heldUntil = -Infinity;
      await pool.query('delete from leases where name = $1 and owner = $2', [name, owner]);
    },
  };
}
