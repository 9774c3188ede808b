import { callOut } from '#shared/shell/crash-points';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import type { ShellPorts } from '#shared/shell/shell';
import type { Periodic } from './periodic.ts';

/** An account that was knocked for and is still due is knocked for again after this. */
const knockAgainMs = 10_000;

/** Knocks for every account that is to be compared with its venue; what is due stands in a table, so a lost knock is repeated. */
export const reconcileRounds = (ports: Pick<ShellPorts, 'store' | 'jobs' | 'atCrashPoint'>): Periodic => ({
  name: 'reconcile-rounds',
  everyMs: 1_000,
  async run() {
    for (const { accountId } of await callOut(ports, 'reconcile:due', () => ports.store.dueReconciles(knockAgainMs))) await callOut(ports, 'reconcile:knock', () => ports.jobs.knock('reconcile', { accountId }, { dedupeKey: `compare:${accountId}` }));
  },
});

/** How long a start waits for the first comparison. Where the venue does not answer, exits must go on; entries wait for it all the same. */
const startWaitsMs = 3_000;

/**
 * Compares every account with its venue before this process begins to trade. Entries of an account wait from here on until it
 * has been compared once, by whatever process. Resolves after a while though it has not: then the rounds go on trying.
 */
export async function reconcileAtStart(ports: ShellPorts, owner: string): Promise<void> {
  await callOut(ports, 'reconcile:hold-entries', () => ports.store.holdEntries('waiting until the account has been compared with its venue after a start'));
  const accounts = await callOut(ports, 'reconcile:accounts', () => ports.store.activeAccounts());
  const compared = Promise.all(accounts.map(({ accountId }) => reconcileAccount(ports, accountId, owner)));
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, startWaitsMs);
  });
  const failed = (error: unknown): void => ports.log.warn('system', `The comparison at the start failed and is tried again: ${error instanceof Error ? error.message : String(error)}`);
  await Promise.race([compared.then(() => {}, failed), waited]);
  clearTimeout(timer);
}
