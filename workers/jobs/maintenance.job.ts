import type { Market } from '#shared/engine/instrument/instrument';
import type { InstrumentCache } from '#shared/shell/instrument-cache';
import type { Store } from '#shared/ports/store.port';
import type { JobHandler } from './job-handler.ts';

/** What housekeeping needs. */
export interface Maintenance {
  instruments: Pick<InstrumentCache, 'refresh'>;
  store: Pick<Store, 'prune'>;
  /** Removes what the log's own settings no longer keep. */
  pruneLog(): Promise<void>;
}

/** Finished queue rows are kept this long, whatever is kept of the log: they make a repetition that comes late do nothing. */
const keepDays = 30;

/** Refreshes venue rules when asked to, and removes what nobody reads any more. */
export const maintenanceJob = ({ instruments, store, pruneLog }: Maintenance): JobHandler<'maintenance'> => ({
  role: 'maintenance',
  concurrency: 1,
  limit: null,
  async handle(task) {
    if (task.task === 'prune') {
      await store.prune(keepDays);
      await pruneLog();
      return;
    }
    await instruments.refresh(task.venue, task.market as Market);
  },
});
