import type { Store } from '#shared/ports/store.port';
import type { Log } from '#shared/ports/system.port';
import type { AccountCache } from '#shared/shell/account-cache';

const lookEveryMs = 1_000;

/**
 * Keeps the balances fresh that this process decides by. Every process asks for itself: a balance that came by way of the database would
 * be older by the way. The first question is asked before the first signal, so that nobody waits for a venue's client to load.
 */
export function startBalanceRefresh(ports: { cache: Pick<AccountCache, 'peek' | 'refreshDue' | 'close'>; store: Pick<Store, 'activeAccounts'>; log: Log }): { stop(): void } {
  const failed = (error: unknown): void => ports.log.warn('venue', `Balances are not refreshed: ${error instanceof Error ? error.message : String(error)}`);
  const begin = async (): Promise<void> => {
    for (const { accountId } of await ports.store.activeAccounts()) ports.cache.peek(accountId);
    await ports.cache.refreshDue();
  };
  void begin().catch(failed);
  const timer = setInterval(() => void ports.cache.refreshDue().catch(failed), lookEveryMs);
  return {
    stop() {
      clearInterval(timer);
      ports.cache.close();
    },
  };
}
