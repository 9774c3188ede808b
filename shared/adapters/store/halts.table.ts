import type pg from 'pg';
import { isGraver, lastingCauses, type HaltKind } from '#shared/engine/pool/halts';
import { deploymentKey } from '#shared/engine/reconcile/compare-orders';
import type { Halt, HaltsMeant, NewHalt, Store } from '#shared/ports/store.port';

type HaltsTable = Pick<Store, 'halts' | 'halt' | 'rearm' | 'seeStopFile' | 'unknownOrders'>;
/** A pool, or a client inside a transaction. */
type Queryable = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

/** Who watches the STOP file says so twice a second; after this long without a word it is taken for gone. */
const fileStandsMs = 3_000;
const fileStands = `(kind = 'stop_file' and seen_at > clock_timestamp() - interval '${fileStandsMs} ms')`;
const columns = `scope, scope_id, kind, code, reason, set_by, created_at, coalesce(${fileStands}, false) as file_stands`;

interface HaltRow {
  scope: Halt['scope'];
  scope_id: string;
  kind: HaltKind;
  code: string | null;
  reason: string;
  set_by: string | null;
  created_at: Date;
  file_stands: boolean;
}
const haltOf = (row: HaltRow): Halt => ({ scope: row.scope, scopeId: row.scope_id, kind: row.kind, code: row.code, reason: row.reason, by: row.set_by, at: row.created_at.getTime(), fileStands: row.file_stands });

/** Every halt that stands, oldest first. */
export async function readHalts(db: Queryable): Promise<Halt[]> {
  const { rows } = await db.query<HaltRow>(`select ${columns} from halts order by created_at, kind`);
  return rows.map(haltOf);
}

/**
 * Stops new exposure, inside the caller's transaction. The lock waits for every claim that has read the table before: those have recorded
 * *sending* when this commits, and all others see the halt. False where one of the same kind stands, unless this is a cause of safe mode that no
 * comparison disproves, and that one is not.
 */
export async function setHalt(client: Pick<pg.ClientBase, 'query'>, { scope, scopeId, kind, code, reason, by, deployment }: NewHalt): Promise<boolean> {
  await client.query('lock table halts in access exclusive mode');
  const { rowCount } = await client.query(
    `insert into halts (scope, scope_id, kind, code, reason, set_by, seen_at) select $1, $2, $3, $4, $5, $6, case when $3 = 'stop_file' then clock_timestamp() end
     where $8::text is null or (not exists (select 1 from reconcile_differences d where d.account_id::text = $2 and d.key = $9 and d.state = 'ignored')
       and ($10 or exists (select 1 from reconciles r where r.account_id::text = $2 and (r.deployments->>$8)::timestamptz > coalesce(r.rearmed_at, '-infinity'))))
     on conflict (scope, scope_id, kind) do update set code = excluded.code, reason = excluded.reason || '. Before that: ' || halts.reason
       where halts.kind = 'safe_mode' and halts.set_by is null and excluded.code = any($7) and halts.code <> all($7)`,
    [scope, scopeId, kind, code, reason, by, lastingCauses, deployment?.prefix ?? null, deploymentKey(deployment?.prefix ?? ''), deployment?.open ?? false],
  );
  return rowCount === 1;
}

/** Ends halts, except that of a STOP file which is still there, and answers which. What was heard of other deployments before safe mode ends is over with it. */
export async function liftHalts(db: Queryable, { scope, scopeId, kinds, codes, at }: HaltsMeant): Promise<Halt[]> {
  const { rows } = await db.query<HaltRow>(
    `with lifted as (
       delete from halts where scope = $1 and scope_id = $2 and kind = any($3) and ($4::text[] is null or code = any($4)) and ($5::bigint is null or floor(extract(epoch from created_at) * 1000) = $5) and not coalesce(${fileStands}, false) returning ${columns}
     ), rearmed as (
       update reconciles set rearmed_at = clock_timestamp()
       where account_id in (select account_id from reconciles where ($1 = 'global' or account_id::text = $2) and exists (select 1 from lifted where kind = 'safe_mode') order by account_id for update)
     )
     select * from lifted`,
    [scope, scopeId, kinds, codes ?? null, at ?? null],
  );
  return rows.map(haltOf);
}

/** Stops of new exposure, and what the engine stops it for. */
export const haltsTable = (pool: pg.Pool): HaltsTable => ({
  halts: () => readHalts(pool),

  async halt(halt) {
    // The common case of one that is asked for again and again must not take the lock.
    const { rows } = await pool.query<{ code: string | null; set_by: string | null }>('select code, set_by from halts where scope = $1 and scope_id = $2 and kind = $3', [halt.scope, halt.scopeId, halt.kind]);
    if (rows[0] !== undefined && (halt.kind !== 'safe_mode' || rows[0].set_by !== null || !isGraver(halt.code, rows[0].code))) return false;
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin; set local synchronous_commit = on');
      const fresh = await setHalt(client, halt);
      await client.query('commit');
      return fresh;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  },

  rearm: (meant) => liftHalts(pool, meant),

  async seeStopFile() {
    const { rowCount } = await pool.query(`update halts set seen_at = clock_timestamp() where scope = 'global' and kind = 'stop_file'`);
    return (rowCount ?? 0) > 0;
  },

  async unknownOrders() {
    const { rows } = await pool.query<{ account_id: string; ages: number[] }>(
      `select account_id, array_agg(age order by age desc) as ages
       from (select account_id, (extract(epoch from clock_timestamp() - coalesce(sending_at, updated_at)) * 1000)::float8 as age from orders where status = 'unknown') unknown
       group by account_id order by account_id`,
    );
    return rows.map((row) => ({ accountId: row.account_id, agesMs: row.ages }));
  },
});
