import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import { nextCycleAt } from '#shared/engine/risk/risk-schedule';
import type { JobQueue } from '#shared/ports/job-queue.port';
import type { Store } from '#shared/ports/store.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { callOut, neverCrash, type AtCrashPoint } from '#shared/shell/crash-points';
import type { Periodic } from './periodic.ts';

/** The shortest interval the settings allow. */
const everyMs = 1_000;

/** Knocks for every user with an open group whose next cycle is due. */
export const riskRounds = ({ store, jobs, clock, planOf, atCrashPoint = neverCrash }: { store: Pick<Store, 'riskUsers'>; jobs: Pick<JobQueue, 'knock'>; clock: Clock; planOf: (userId: string) => Promise<RiskPlan>; atCrashPoint?: AtCrashPoint }): Periodic => ({
  name: 'risk-rounds',
  everyMs,
  async run() {
    for (const { userId, lastCycleAt } of await callOut({ atCrashPoint }, 'offset:users', () => store.riskUsers())) {
      const now = clock.now();
      if (nextCycleAt(await callOut({ atCrashPoint }, 'offset:due-plan', () => planOf(userId)), now, lastCycleAt, 'time') > now) continue;
      await callOut({ atCrashPoint }, 'offset:knock', () => jobs.knock('risk-cycle', { userId, occasion: 'time' }, { dedupeKey: `risk-time-${userId}` }));
    }
  },
});

/** How long fills are gathered before they are looked at together: an order's trades come in a burst. */
const gatherMs = 500;

/** Knocks for a user's cycle a moment after a fill, once for all that come meanwhile. Lost with the process, the next round is near. */
export function riskAfterFills(jobs: Pick<JobQueue, 'knock'>, log: Log, atCrashPoint: AtCrashPoint = neverCrash): { filled: (userId: string) => void; stop(): void } {
  const waiting = new Map<string, NodeJS.Timeout>();
  const knock = (userId: string): void => {
    waiting.delete(userId);
    callOut({ atCrashPoint }, 'offset:knock-fill', () => jobs.knock('risk-cycle', { userId, occasion: 'fill' }, { dedupeKey: `risk-fill-${userId}` })).catch((error: unknown) => log.debug('risk', `A knock was lost, the next round is near: ${String(error)}`));
  };
  return {
    filled(userId) {
      if (!waiting.has(userId)) waiting.set(userId, setTimeout(knock, gatherMs, userId));
    },
    stop() {
      for (const timer of waiting.values()) clearTimeout(timer);
    },
  };
}
