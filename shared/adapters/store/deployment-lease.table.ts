import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { GroundFinding } from '#shared/ports/ground.port';

const leaseName = 'deployment';
/** A deployment that has been silent for this long is taken for dead. */
const ttlMs = 20_000;
/** Its processes say this often that they live. */
const renewEveryMs = 5_000;

/** Who claims a database. `chosen`: somebody gave the id, so that it must hold; one of our own making could differ between machines of one installation. */
export interface DeploymentId {
  id: string;
  chosen: boolean;
}
type Db = Pick<pg.Pool, 'query'>;

const renew = async (db: Db, id: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `insert into leases (name, owner, expires_at) values ($1, $2, clock_timestamp() + make_interval(secs => $3 / 1000.0))
     on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at where leases.owner = excluded.owner or leases.expires_at < clock_timestamp()`,
    [leaseName, id, ttlMs],
  );
  return rowCount === 1;
};
const holder = async (db: Db): Promise<{ owner: string; expires: number } | null> =>
  (await db.query<{ owner: string; expires: number }>('select owner, (extract(epoch from expires_at) * 1000)::float8 as expires from leases where name = $1', [leaseName])).rows[0] ?? null;

/**
 * Claims the database for one deployment. Where another holds it, its next sign of life is waited for: only one that speaks while we
 * listen is alive, and one that was killed is taken over from when its time has run out.
 */
export async function deploymentFindings(db: Db, { id, chosen }: DeploymentId): Promise<GroundFinding[]> {
  const first = (await renew(db, id)) ? null : await holder(db);
  if (first === null) return [];
  for (;;) {
    await pause(250);
    if (await renew(db, id)) return [];
    const now = await holder(db);
    if (now === null || now.owner === first.owner && now.expires === first.expires) continue;
    return [
      {
        refuse: chosen ? 'always' : 'live',
        message: `DATABASE_URL: found a database that another running Tranche works on (deployment ${now.owner}, this is ${id}), expected one of its own; stop that one, or, if both are one installation on several machines, give both the same DEPLOYMENT_ID`,
      },
    ];
  }
}

/** Says again and again that this deployment lives. `lost` hears of it when another one has taken the database meanwhile. */
export function keepDeployment(db: Db, { id }: DeploymentId, lost: (other: string) => void, everyMs = renewEveryMs): { stop(): Promise<void> } {
  let turn: Promise<void> = Promise.resolve();
  let held = true;
  const round = async (): Promise<void> => {
    const holds = await renew(db, id);
    if (!holds && held) lost((await holder(db))?.owner ?? 'unknown');
    held = holds;
  };
  const timer = setInterval(() => {
    // A database that is away says nothing of who holds it.
    turn = turn.then(round).catch(() => {});
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await turn;
    },
  };
}
