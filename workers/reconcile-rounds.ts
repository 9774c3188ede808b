import type { JobQueue } from '#shared/ports/job-queue.port';
import type { Store } from '#shared/ports/store.port';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import type { ShellPorts } from '#shared/shell/shell';
import type { Periodic } from './periodic.ts';

/** An account that was knocked for and is still due is knocked for again after this. */
const knockAgainMs = 10_000;

/** Knocks for every account that is to be compared with its venue; what is due stands in a table, so a lost knock is repeated. */
export const reconcileRounds = ({ store, jobs }: { store: Pick<Store, 'dueReconciles'>; jobs: Pick<JobQueue, 'knock'> }): Periodic => ({
  name: 'reconcile-rounds',
  everyMs: 1_000,
  async run() {
    for (const { accountId } of await store.dueReconciles(knockAgainMs)) await jobs.knock('reconcile', { accountId }, { dedupeKey: `compare:${accountId}` });
  },
});

/** How long a start waits for the first comparison. Where the venue does not answer, exits must go on; entries wait for it all the same. */
const startWaitsMs = 3_000;

/**
 * Compares every account with its venue before this process begins to trade. Entries of an account wait from here on until it
 * has been compared once, by whatever process. Resolves after a while though it has not: then the rounds go on trying.
 */
export async function reconcileAtStart(ports: ShellPorts, owner: string): Promise<void> {
  await ports.store.holdEntries('waiting until the account has been compared with its venue after a start');
  const compared = Promise.all((await ports.store.activeAccounts()).map(({ accountId }) => reconcileAccount(ports, accountId, owner)));
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, startWaitsMs);
  });
  const failed = (error: unknown): void => ports.log.warn('system', `The comparison at the start failed and is tried again: ${error instanceof Error ? error.message : String(error)}`);
  await Promise.race([compared.then(() => {}, failed), waited]);
  clearTimeout(timer);
}
