import { randomUUID } from 'node:crypto';
import type { JobQueue } from '#shared/ports/job-queue.port';
import type { House } from '#shared/adapters/system/house-settings';
import type { Store } from '#shared/ports/store.port';
import type { Log } from '#shared/ports/system.port';
import type { Periodic } from './periodic.ts';

const dayMs = 86_400_000;

/** Once a day what is finished and old is removed. The day is a lease nobody renews, so a restart does not begin it anew. */
export const dailyPrune = (store: Pick<Store, 'lease'>, jobs: Pick<JobQueue, 'knock'>): Periodic => ({
  name: 'prune-watch',
  everyMs: 60_000,
  async run() {
    if (await store.lease('prune-day', randomUUID(), dayMs)) await jobs.knock('maintenance', { task: 'prune' });
  },
});

/** A person who lowers `logging.keep_days` wants the disk back today. */
export function pruneWhenShortened(house: Pick<House, 'follow' | 'settings'>, jobs: Pick<JobQueue, 'knock'>, log: Log): void {
  let known = house.settings().logging.keep_days;
  house.follow(({ logging: { keep_days: days } }) => {
    const shortened = days < known;
    known = days;
    if (shortened) jobs.knock('maintenance', { task: 'prune' }).catch((error: unknown) => log.debug('system', `pruning waits for tomorrow: ${String(error)}`));
  });
}
