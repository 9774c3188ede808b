import type pg from 'pg';
import type { Changes, Locked, Saved, Work } from '#shared/ports/store.port';
import { createRememberedGroups } from './remembered-groups.ts';
import { createReports } from './reports-together.ts';
import { transactTogether } from './transact.ts';

/** Work that waits for its aggregate, with whom to tell. */
export interface Waiting {
  work: Work;
  decide: (locked: Locked) => Changes | null;
  resolve: (saved: Saved | null) => void;
  reject: (error: unknown) => void;
}

/** Events one transaction takes at the most: enough to make a commit cheap, few enough to hold the lock briefly. */
const togetherMax = 16;

/**
 * One event, one aggregate, one lock: and where several events of one aggregate wait in this process, one transaction for all of them,
 * as a database commits in groups. Under load a pool's signals then share the round trips and the commit; waiting costs no connection.
 * Where the transaction fails, each event is tried alone, so that one that cannot be decided holds up no other.
 */
export function createTransact(pool: pg.Pool): (work: Work, decide: Waiting['decide']) => Promise<Saved | null> {
  const queues = new Map<string, Waiting[]>();
  const remembered = createRememberedGroups();
  const reports = createReports(pool, remembered);

  const alone = async (waiting: Waiting): Promise<void> => {
    try {
      const [saved = null] = await transactTogether(pool, [waiting], remembered);
      waiting.resolve(saved);
    } catch (error) {
      waiting.reject(error);
    }
  };

  const together = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const saved = await transactTogether(pool, batch, remembered);
      batch.forEach(({ resolve }, index) => resolve(saved[index] ?? null));
    } catch {
      for (const waiting of batch) await alone(waiting);
    }
  };

  /** Events of a group that carry no key, which are those of venues. False where they are still to be done. */
  const reported = async (batch: readonly Waiting[]): Promise<boolean> => {
    if (batch.some(({ work }) => work.aggregate !== 'group' || work.key !== null || work.copyOf !== undefined)) return false;
    const saved = await reports.take(batch);
    batch.forEach(({ resolve }, index) => saved !== null && resolve(saved[index] ?? null));
    return saved !== null;
  };

  const run = async (key: string, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, togetherMax);
      if (!(await reported(batch))) await (batch.length === 1 && batch[0] !== undefined ? alone(batch[0]) : together(batch));
    }
    queues.delete(key);
  };

  return (work, decide) =>
    new Promise((resolve, reject) => {
      const key = `${work.aggregate} ${work.aggregateId}`;
      const queue = queues.get(key);
      const waiting: Waiting = { work, decide, resolve, reject };
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      const fresh = [waiting];
      queues.set(key, fresh);
      void run(key, fresh);
    });
}
