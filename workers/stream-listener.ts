import type { AccountEvent } from '#shared/ports/exchange.port';
import { callOut } from '#shared/shell/crash-points';
import { AccountClosed, type ShellPorts } from '#shared/shell/shell';
import { pollAccount, takeStreamEvent } from '#shared/shell/take-reports';
import { createDeploymentEar } from './hear-deployment.ts';

const lookEveryMs = 2_000;
const leaseMs = 8_000;

/**
 * Listens to the user-data stream of every account that one of the worker processes leads. Streams only accelerate: after every
 * gap the account is polled, and with streams off everything still works.
 */
export function startStreams(ports: ShellPorts, owner: string): { stop(): Promise<void> } {
  const closers = new Map<string, () => Promise<void>>();
  const queues = new Map<string, Promise<void>>();
  /** Accounts whose poll after a gap has not begun: it will see what the next gap hid as well. */
  const asked = new Set<string>();
  const hearDeployment = createDeploymentEar(ports);

  const failed = (accountId: string, error: unknown): void =>
    ports.log.warn('venue', `A stream event of account ${accountId} could not be taken, the poll will: ${error instanceof Error ? error.message : String(error)}`, { accountId });

  // One after the other per account, so that a burst does not fight over one group's row.
  const inTurn = (accountId: string, task: () => Promise<void>): void => {
    const before = queues.get(accountId) ?? Promise.resolve();
    queues.set(
      accountId,
      before.then(task).catch((error: unknown) => failed(accountId, error)),
    );
  };

  const heard = (accountId: string, event: AccountEvent): void => {
    if (event.kind === 'order' || event.kind === 'fill') {
      inTurn(accountId, () => takeStreamEvent(ports, accountId, event));
      inTurn(accountId, () => callOut(ports, 'stream:deployment', () => hearDeployment(accountId, event)));
    } else if (event.kind === 'gap') ports.log.info('venue', `The user stream of account ${accountId} has a gap: ${event.reason}`, { accountId });
    // Polls read what is working; what else was missed shows when the account is compared whole.
    if (event.kind === 'gap') inTurn(accountId, () => callOut(ports, 'stream:gap', () => ports.store.askReconcile(accountId, 'gap')));
    if ((event.kind === 'gap' || event.kind === 'up') && !asked.has(accountId)) {
      asked.add(accountId);
      inTurn(accountId, () => (asked.delete(accountId), pollAccount(ports, accountId)));
    }
  };

  const close = async (closer: () => Promise<void>): Promise<void> => {
    await callOut(ports, 'stream:close', () => closer());
  };

  const lead = async (accountId: string): Promise<void> => {
    const mine = await callOut(ports, 'stream:lease', () => ports.store.lease(`stream:${accountId}`, owner, leaseMs));
    const closer = closers.get(accountId);
    if (!mine && closer !== undefined) {
      closers.delete(accountId);
      await close(closer);
    }
    if (!mine || closer !== undefined) return;
    try {
      const exchange = await callOut(ports, 'stream:exchange', () => ports.exchangeFor(accountId));
      closers.set(accountId, await callOut(ports, 'stream:listen', () => exchange.listen((event) => heard(accountId, event))));
    } catch (error) {
      if (!(error instanceof AccountClosed)) failed(accountId, error);
    }
  };

  let stopped = false;
  const look = async (): Promise<void> => {
    for (const { accountId } of await callOut(ports, 'stream:accounts', () => ports.store.activeAccounts())) if (!stopped) await lead(accountId);
  };
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error: unknown) => ports.log.warn('venue', `Streams could not be looked after: ${String(error)}`));
  }, lookEveryMs);

  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
      await Promise.all([...closers.values()].map((closer) => close(closer).catch(() => {})));
      await Promise.all(queues.values());
    },
  };
}
