import type { InboxCopy } from '#shared/contracts/jobs';
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

/** Decides an event by the copy that a knock has brought, which the store compares with the row: a reading less on an order's way. */
async function hearCopy(ports: ShellPorts, { id, ...event }: InboxCopy): Promise<Tried> {
  try {
    return { done: await hear(ports, { ...event, copyOf: id }), failure: null };
  } catch (error) {
    return { done: false, failure: { error } };
  }
}

/** Decides one pending inbox row. A failure is noted on the row and the row tried again; the sweeper rings for it. */
export async function hearInbox(ports: ShellPorts, inboxId: string, copy?: InboxCopy): Promise<void> {
  const { done, failure } = copy === undefined ? { done: false, failure: null } : await hearCopy(ports, copy);
  if (done) return;
  const row = await callOut(ports, 'decide:event', () => ports.store.inboxRow(inboxId));
  if (row === null) return;
  try {
    if (failure !== null) throw failure.error;
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
