import type { Venue } from '#shared/contracts/jobs';
import type { Saved } from '#shared/ports/store.port';
import type { Dispatch, ShellPorts } from './shell.ts';

/**
 * Knocks for one row within this time are one job while it waits. The sweeper rings every 5 s for what still stands; each of those
 * jobs would take a place under the venue's limit, and a backlog of 100 rows grew to 476 jobs that way. A key that outlived its job
 * would silence the row for ever, so it lasts no longer than this.
 */
const oneJobMs = 60_000;

/** Rings for what now waits. A knock that fails is no loss: the sweeper knocks again within a second. */
export function knockFor(ports: Pick<ShellPorts, 'jobs' | 'clock' | 'log'>, saved: Saved, dispatch?: Dispatch, askedAt = 0): void {
  const lost = (error: unknown): void => ports.log.debug('system', `A knock was lost, the sweeper will ring: ${String(error)}`);
  const now = ports.clock.now();
  for (const row of saved.outbox) {
    if (row.claim !== undefined) {
      dispatch?.carry(row.claim, askedAt);
      continue;
    }
    if (dispatch?.take(row.id, row.priority) === true) continue;
    void ports.jobs.knock(`order-${row.venue}` as `order-${Venue}`, { outboxId: row.id }, { dedupeKey: `outbox:${row.id}:${Math.floor(now / oneJobMs)}`, priority: row.priority }).catch(lost);
  }
  const inboxIds = saved.inbox.flatMap(({ id, dueAt }) => (dueAt <= now ? [id] : []));
  if (inboxIds.length > 0) void ports.jobs.knock('signal', { inboxIds }).catch(lost);
}
