import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { User } from '#shared/contracts/http';
import type { HaltKind } from '#shared/engine/pool/halts';
import type { GroupEvent, PoolEvent } from '#shared/engine/messages/events';
import { liftHalts, readHalts, setHalt } from '#shared/adapters/store/halts.table';
import type { Halt, NewHalt } from '#shared/ports/store.port';
import { knockSignal, type ApiDeps } from '../api-deps.ts';
import { sendWithinMs } from '#shared/ports/send-times';
import { HttpFault } from '../http/fault.ts';
import { request } from './requests.query.ts';
import { inTransaction } from './transaction.ts';
import { Where } from './where.ts';

/** Everything, or one account. */
export type Scope = Pick<NewHalt, 'scope' | 'scopeId'>;
type Deps = Pick<ApiDeps, 'pool' | 'jobs' | 'log'>;

/** A claimed order goes out within this or not at all; a little more. */
const mayStillLeaveMs = sendWithinMs + 100;

/** Waits until every entry that was let go before has left: after this none does. */
async function settled(pool: pg.Pool, { scope, scopeId }: Scope): Promise<void> {
  const deadline = performance.now() + mayStillLeaveMs;
  for (;;) {
    const { rows } = await pool.query(
      `select 1 from orders where role = 'entry' and status = 'sending' and sending_at > clock_timestamp() - interval '${mayStillLeaveMs} ms' and ($1 = 'global' or account_id::text = $2) limit 1`,
      [scope, scopeId],
    );
    if (rows.length === 0 || performance.now() > deadline) return;
    await pause(50);
  }
}

/** Sets a person's pause. When it resolves no entry leaves any more. */
export async function pauseEntries({ pool }: Deps, scope: Scope, reason: string, by: string): Promise<void> {
  await inTransaction(pool, (client) => setHalt(client, { ...scope, kind: 'paused', code: null, reason, by }));
  await settled(pool, scope);
}

/** What the kill switch is asked to do beside stopping. */
export interface Kill {
  scope: Scope;
  reason: string;
  closePositions: boolean;
}

/**
 * Halts, and asks in the same transaction for the end of every entry, resting or waiting, and of the positions where that is wanted. For
 * everything, an administrator means everybody's, anybody else their own.
 */
export async function killSwitch(deps: Deps, user: User, { scope, reason, closePositions }: Kill): Promise<{ positions: number; queued: number }> {
  const { pool } = deps;
  const asked = await inTransaction(pool, async (client) => {
    await setHalt(client, { ...scope, kind: 'kill_switch', code: null, reason, by: user.email });
    const mine = scope.scope === 'global' && user.role === 'administrator' ? undefined : user.id;
    const accountId = scope.scope === 'account' ? scope.scopeId : undefined;
    const where = new Where().and(`status <> 'closed'`).maybe('user_id = ?', mine).maybe('account_id = ?', accountId);
    const groups = await client.query<{ id: string }>(`select id from position_groups ${where.sql} order by id`, where.values);
    const event: GroupEvent = closePositions ? { type: 'close-requested', reason: 'close_all', signalId: null, slippageMaxPercent: null } : { type: 'entries-dropped', reason: dropped };
    const waiting = await client.query<{ user_id: string; id: string }>(
      `select p.user_id, w->>'id' as id from pools p, jsonb_array_elements(p.state->'waiting') w where ($1::bigint is null or p.user_id = $1) and ($2::text is null or w->'signal'->>'accountId' = $2)`,
      [mine ?? null, accountId ?? null],
    );
    const removals = await ask(client, 'pool', waiting.rows.map((row) => [row.user_id, { type: 'queue-remove', queueId: row.id }]));
    const ends = await ask(client, 'group', groups.rows.map(({ id }) => [id, event]), closePositions ? (id) => `request:close:${id}` : undefined);
    return { inbox: [...ends, ...removals], positions: groups.rows.length, queued: waiting.rows.length };
  });
  for (const inboxId of asked.inbox) knockSignal(deps, inboxId);
  await settled(pool, scope);
  return { positions: asked.positions, queued: asked.queued };
}

const dropped = 'kill_switch: cancelled by the kill switch';

/** Stores events; a key makes a request that was made before one with it. */
async function ask(client: pg.PoolClient, aggregate: 'group' | 'pool', events: [id: string, event: GroupEvent | PoolEvent][], keyOf: (id: string) => string = () => `request:${randomUUID()}`): Promise<string[]> {
  if (events.length === 0) return [];
  const { rows } = await client.query<{ id: string }>(
    `insert into inbox (key, aggregate, aggregate_id, event) select key, $1, id, event from unnest($2::text[], $3::bigint[], $4::jsonb[]) as r(key, id, event) on conflict (key) do nothing returning id`,
    [aggregate, events.map(([id]) => keyOf(id)), events.map(([id]) => id), events.map(([, event]) => JSON.stringify(event))],
  );
  return rows.map(({ id }) => id);
}

/** Kinds that a person must give a reason for ending: somebody, or the engine, saw a danger. */
const needReason: ReadonlySet<HaltKind> = new Set<HaltKind>(['safe_mode', 'kill_switch']);

/** Ends halts of a scope, and lets everybody who waited be looked at again. Answers what was ended; nothing where nothing stood. */
export async function rearm(deps: Deps, scope: Scope, kinds: readonly HaltKind[], reason: string | undefined): Promise<Halt[]> {
  const { pool } = deps;
  const standing = (await readHalts(pool)).filter((halt) => halt.scope === scope.scope && halt.scopeId === scope.scopeId && kinds.includes(halt.kind));
  if (standing.length === 0) return [];
  const file = standing.find(({ fileStands }) => fileStands);
  if (file !== undefined) throw new HttpFault(409, 'stop_file_present', `The STOP file is still there: ${file.reason}. Remove it, then re-arm.`);
  const grave = standing.find(({ kind }) => needReason.has(kind));
  if (grave !== undefined && (reason ?? '') === '') throw new HttpFault(400, 'invalid_request', 'Say why trading may go on.', { errors: [{ path: 'reason', message: `is needed to end ${grave.kind === 'safe_mode' ? 'safe mode' : 'the kill switch'}` }] });
  if (standing.some(({ kind }) => kind === 'kill_switch')) await refuseLeftovers(deps, scope);
  const lifted = await liftHalts(pool, { ...scope, kinds: standing.map(({ kind }) => kind) });
  const { rows } = await pool.query<{ user_id: string }>('select distinct p.user_id from pools p left join accounts a on a.user_id = p.user_id where $1 = $2 or a.id::text = $3', [scope.scope, 'global', scope.scopeId]);
  // Who waited during the halt is looked at again.
  for (const row of rows) await request(deps, 'pool', row.user_id, { type: 'timer' });
  return lifted;
}

/** A group that was being opened while the switch was hit was not among those told: its entries would go out now. They are dropped first. */
async function refuseLeftovers(deps: Deps, { scope, scopeId }: Scope): Promise<void> {
  const { rows } = await deps.pool.query<{ group_id: string }>(`select distinct group_id from orders where role = 'entry' and status = 'ready' and ($1 = 'global' or account_id::text = $2)`, [scope, scopeId]);
  if (rows.length === 0) return;
  for (const { group_id: groupId } of rows) await request(deps, 'group', groupId, { type: 'entries-dropped', reason: dropped });
  throw new HttpFault(409, 'entries_left', `Entries of ${rows.length} positions are still being cancelled; try again in a moment.`);
}
