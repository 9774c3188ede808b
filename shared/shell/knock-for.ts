import type { Venue } from '#shared/contracts/jobs';
import type { Saved } from '#shared/ports/store.port';
import type { ShellPorts } from './shell.ts';

/** Rings for what now waits. A knock that fails is no loss: the sweeper knocks again within a second. */
export function knockFor(ports: Pick<ShellPorts, 'jobs' | 'clock' | 'log'>, saved: Saved, dispatch: (outboxId: string) => boolean = () => false): void {
  const lost = (error: unknown): void => ports.log.debug('system', `A knock was lost, the sweeper will ring: ${String(error)}`);
  for (const row of saved.outbox) {
    if (dispatch(row.id)) continue;
    void ports.jobs.knock(`order-${row.venue}` as `order-${Venue}`, { outboxId: row.id }, { priority: row.priority }).catch(lost);
  }
  const now = ports.clock.now();
  const inboxIds = saved.inbox.flatMap(({ id, dueAt }) => (dueAt <= now ? [id] : []));
  if (inboxIds.length > 0) void ports.jobs.knock('signal', { inboxIds }).catch(lost);
}
