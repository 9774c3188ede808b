import type { Market } from '#shared/engine/instrument/instrument';
import type { InstrumentCache } from '#shared/shell/instrument-cache';
import type { Store } from '#shared/ports/store.port';
import type { JobHandler } from './job-handler.ts';

/** What housekeeping needs. */
export interface Maintenance {
  instruments: InstrumentCache;
  store: Pick<Store, 'prune'>;
  /** Tells every pool to look again: rules came that its entries may have waited for. */
  wakePools(reason: string): Promise<void>;
}

/** Finished queue rows and read deliveries are kept this long. */
const keepDays = 30;

/** Refreshes venue rules when asked to, and removes what nobody reads any more. */
export const maintenanceJob = ({ instruments, store, wakePools }: Maintenance): JobHandler<'maintenance'> => ({
  role: 'maintenance',
  concurrency: 1,
  limit: null,
  async handle(task) {
    if (task.task === 'prune') {
      await store.prune(keepDays);
      return;
    }
    await instruments.refresh(task.venue, task.market as Market);
    await wakePools(`rules of ${task.venue} ${task.market} at ${Date.now()}`);
  },
});
