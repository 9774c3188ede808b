import type { Market } from '#shared/engine/instrument/instrument';
import type { Store } from '#shared/ports/store.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { callOut, neverCrash, type AtCrashPoint } from '#shared/shell/crash-points';

/** Tells every pool to look again, because rules of a market have come that its entries may have waited for. */
export const wakePools =
  ({ store, clock, log, atCrashPoint = neverCrash }: { store: Pick<Store, 'pools' | 'enqueue'>; clock: Clock; log: Log; atCrashPoint?: AtCrashPoint }) =>
  (venue: string, market: Market): void => {
    const wake = async (): Promise<void> => {
      const at = clock.now();
      for (const userId of await callOut({ atCrashPoint }, 'rules:pools', () => store.pools()))
        await callOut({ atCrashPoint }, 'rules:look', () => store.enqueue({ key: `pool:${userId}:look:rules of ${venue} ${market} at ${at}`, aggregate: 'pool', aggregateId: userId, event: { type: 'timer' }, dueAt: at }));
    };
    void wake().catch((error: unknown) => log.warn('precision', `Entries that wait for rules could not be woken: ${String(error)}`));
  };
