import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Changes, Locked, OutboxClaim, Saved, Work } from '#shared/ports/store.port';
import { inOnePacket } from './in-one-packet.ts';
import { mergeChanges } from './merge-changes.ts';
import { claimSaved } from './outbox.table.ts';
import type { RememberedGroups } from './remembered-groups.ts';
import { saveRisk } from './risks.table.ts';
import { saveChanges } from './save-changes.ts';
import type { Waiting } from './turns.ts';

/** Nothing leaves on the strength of a decision alone: the claim of an outbox row comes first, and brings all of it to the disk (ADR 0017). */
export const begin = 'begin; set local synchronous_commit = off';

/** What a transaction has begun with. */
export interface Begun {
  locked: Locked;
  /** Those that are heard now: of one event, one. Events without a key need no claim. */
  claimed: ReadonlySet<Work>;
}
/** The aggregate as the next event of the same transaction finds it. */
function after(locked: Locked, changes: NonNullable<ReturnType<Waiting['decide']>>): Locked {
  if (locked.kind === 'pool') return changes.pool === null ? locked : { ...locked, ...changes.pool };
  if (locked.kind === 'risk') return changes.risk === undefined ? locked : { ...locked, ...changes.risk.next, lastMind: changes.risk.cycles.at(-1)?.mind ?? locked.lastMind };
  const group = changes.groups.find(({ group: { id } }) => id === locked.group.id);
  return group === undefined ? locked : { ...locked, group: group.group, version: group.version };
}

const withClaims = (saved: Saved, claims: ReadonlyMap<string, OutboxClaim>): Saved => ({
  ...saved,
  outbox: saved.outbox.map((row) => {
    const claim = claims.get(row.id);
    return claim === undefined ? row : { ...row, claim };
  }),
});

/** A decision that turned out to be none among others that were some: each must be told apart, alone. */
class NotTogether extends Error {
  override readonly name = 'NotTogether';
}

/** What each decided, null where it was heard before or changes nothing, on what the one before left. */
export function decideInTurn(waiting: readonly Waiting[], begun: Begun): (Changes | null)[] {
  let { locked } = begun;
  return waiting.map(({ work, decide }) => {
    if ((work.key !== null || work.copyOf !== undefined) && !begun.claimed.has(work)) return null;
    const changes = decide(locked);
    if (changes === null && work.key !== null && waiting.length > 1) throw new NotTogether(work.key);
    if (changes !== null) locked = after(locked, changes);
    return changes;
  });
}

/**
 * Saves what was decided and commits, in one packet with the statements that `begin` opens it with, if any. All at once: a commit after a
 * statement that failed is a rollback, and the failure is what rejects.
 */
export async function saveTogether(client: pg.PoolClient, waiting: readonly Waiting[], decided: readonly (Changes | null)[], remembered: RememberedGroups, begin: () => Promise<unknown>[] = () => []): Promise<(Saved | null)[]> {
  const merged = mergeChanges(decided.flatMap((changes) => (changes === null ? [] : [changes])));
  const token = randomUUID();
  const completes = waiting.flatMap(({ work }, index) => (decided[index] === null || work.completes === undefined ? [] : [work.completes]));
  const [written, claims] = await inOnePacket(client, async () => {
    const opened = begin();
    const saving = saveChanges(client, merged, completes, token);
    const others = [...opened, merged.risk === undefined ? null : saveRisk(client, merged.risk), client.query('commit')];
    const claiming = claimSaved(client, merged.outbox, token);
    // Whatever fails first, everything that was asked is waited for: the client goes back to its pool.
    const [first, ...rest] = await Promise.allSettled([...others, saving]);
    for (const each of first === undefined ? rest : [first, ...rest]) if (each.status === 'rejected') throw each.reason;
    return [await saving, await claiming] as const;
  });
  remembered.keep(merged.groups);
  const saved = withClaims(written, claims);
  const first = decided.findIndex((changes) => changes !== null);
  return decided.map((changes, index) => (changes === null ? null : index === first ? saved : { outbox: [], inbox: [] }));
}
