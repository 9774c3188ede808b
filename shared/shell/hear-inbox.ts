import { isDeepStrictEqual } from 'node:util';
import type { InboxCopy } from '#shared/contracts/jobs';
import type { StoredInboxRow } from '#shared/ports/store.port';
import { callOut } from './crash-points.ts';
import { NotReady } from './not-ready.ts';
import { hear, type ShellPorts } from './shell.ts';

/** Pauses before an event that could not be decided is tried again; the last one repeats. Nothing is given up. */
const pausesMs = [200, 1_000, 5_000, 15_000, 60_000];
/** Longest pause before what only waits for facts is tried again: it may be an exit. */
const notReadyMs = 2_000;

/** What became of an event that a knock had brought a copy of. */
interface Tried {
  done: boolean;
  /** Why it could not be decided; null where nothing failed. */
  failure: { error: unknown } | null;
}
const untried: Tried = { done: false, failure: null };

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
/** A queue is not ours alone: what it gives back is looked at before anything is done by it. */
const isCopy = (copy: InboxCopy | undefined): copy is InboxCopy =>
  typeof copy === 'object' && copy !== null && isText(copy.key) && isText(copy.aggregateId) && ['group', 'pool', 'risk'].includes(copy.aggregate) && typeof copy.event === 'object' && copy.event !== null;

/** Decides an event by the copy that a knock has brought, which the store compares with the row: a reading less on an order's way. */
async function hearCopy(ports: ShellPorts, { id, key, aggregate, aggregateId, event }: InboxCopy): Promise<Tried> {
  try {
    return { done: await hear(ports, { key, aggregate, aggregateId, event, copyOf: id }), failure: null };
  } catch (error) {
    return { done: false, failure: { error } };
  }
}

/** A failure of a copy is one of its row only if the two say the same. */
const isOf = (copy: InboxCopy | undefined, { key, aggregate, aggregateId, event }: StoredInboxRow): boolean =>
  isDeepStrictEqual([copy?.key, copy?.aggregate, copy?.aggregateId, copy?.event], [key, aggregate, aggregateId, event]);

/** Decides one pending inbox row. A failure is noted on the row and the row tried again; the sweeper rings for it. */
export async function hearInbox(ports: ShellPorts, inboxId: string, copy?: InboxCopy): Promise<void> {
  const { done, failure } = isCopy(copy) ? await hearCopy(ports, copy) : untried;
  if (done) return;
  const row = await callOut(ports, 'decide:event', () => ports.store.inboxRow(inboxId));
  if (row === null) {
    if (failure !== null) ports.log.error('signal', `Event ${copy?.key} was decided, and something failed after it: ${String(failure.error)}`, { inboxId });
    return;
  }
  try {
    if (failure !== null && isOf(copy, row)) throw failure.error;
    await hear(ports, { aggregate: row.aggregate, aggregateId: row.aggregateId, key: row.key, event: row.event });
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const waits = error instanceof NotReady;
    const pause = Math.min(pausesMs[Math.min(row.attempts, pausesMs.length - 1)] ?? 60_000, waits ? notReadyMs : Infinity);
    const log = waits && row.attempts > 0 ? ports.log.debug : ports.log.error;
    log.call(ports.log, 'signal', `Event ${row.key} could not be decided and is tried again in ${pause / 1000} s: ${why}`, { inboxId });
    await callOut(ports, 'decide:failed', () => ports.store.inboxFailed(inboxId, why, ports.clock.now() + pause));
  }
}
