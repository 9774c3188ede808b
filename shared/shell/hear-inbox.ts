import { callOut } from './crash-points.ts';
import { NotReady } from './not-ready.ts';
import { hear, type ShellPorts } from './shell.ts';

/** Pauses before an event that could not be decided is tried again; the last one repeats. Nothing is given up. */
const pausesMs = [200, 1_000, 5_000, 15_000, 60_000];
/** Longest pause before what only waits for facts is tried again: it may be an exit. */
const notReadyMs = 2_000;

/** Decides one pending inbox row. A failure is noted on the row and the row tried again; the sweeper rings for it. */
export async function hearInbox(ports: ShellPorts, inboxId: string): Promise<void> {
  const row = await callOut(ports, 'decide:event', () => ports.store.inboxRow(inboxId));
  if (row === null) return;
  try {
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
