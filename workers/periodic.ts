import type { Store } from '#shared/ports/store.port';
import type { Log } from '#shared/ports/system.port';
import { callOut, neverCrash, type AtCrashPoint } from '#shared/shell/crash-points';

/** Something one of the worker processes does again and again. */
export interface Periodic {
  /** Names the lease, so that only one process does it. */
  name: string;
  everyMs: number;
  /** Every process does it, not one of them. */
  everywhere?: boolean;
  run(): Promise<void>;
}

/** Leases outlive a few rounds: a process that died is replaced after this many. */
const roundsOfLease = 4;

/** Does `task` in rounds, in one process at a time unless it says otherwise; a round that fails is logged and the next one tries again. */
export function startPeriodic({ store, log, owner, atCrashPoint = neverCrash }: { store: Pick<Store, 'lease'>; log: Log; owner: string; atCrashPoint?: AtCrashPoint }, task: Periodic): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    if (task.everywhere === true || (await callOut({ atCrashPoint }, 'round:lease', () => store.lease(task.name, owner, task.everyMs * roundsOfLease)))) await task.run();
  };
  const next = (): void => {
    running = running.then(round).catch((error: unknown) => log.warn('system', `${task.name} failed and is tried again: ${error instanceof Error ? error.message : String(error)}`));
  };
  next();
  const timer = setInterval(next, task.everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
