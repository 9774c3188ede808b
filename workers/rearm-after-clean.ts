import { logCode } from '#shared/contracts/log-codes';
import type { EndedReconcile } from '#shared/ports/reconcile-store.port';
import type { Halt } from '#shared/ports/store.port';
import { callOut } from '#shared/shell/crash-points';
import type { SafeModeCode } from '#shared/shell/safe-mode';
import type { ShellPorts } from '#shared/shell/shell';

/** Causes that a comparison without differences disproves. It says nothing of what a key may do, or of this machine's clock. */
const disproved: ReadonlySet<string> = new Set<SafeModeCode>(['unknown_orders', 'reconcile_failed', 'state_unreadable', 'second_deployment']);

const lookAgainMs = 5_000;

type Ports = Pick<ShellPorts, 'store' | 'log' | 'clock' | 'reconcilePlan' | 'atCrashPoint'>;

/** The safe mode of an account that a comparison could end: only what the engine has set itself. */
const standing = async (ports: Ports, accountId: string): Promise<Halt | undefined> =>
  (await callOut(ports, 'rearm:halts', () => ports.store.halts())).find(({ scope, scopeId, kind, by, code }) => scope === 'account' && scopeId === accountId && kind === 'safe_mode' && by === null && disproved.has(code ?? ''));

/**
 * Compares an account, and where that finds nothing among all of its orders ends its safe mode, if its user has configured that: one that stood before the
 * comparison began, and only while no order is unknown and nothing asks a person.
 */
export async function rearmAfterClean(ports: Ports, accountId: string, compare: () => Promise<EndedReconcile | null>): Promise<void> {
  const { store, log, clock } = ports;
  const before = await standing(ports, accountId);
  const end = await compare();
  if (before === undefined || end?.status !== 'clean' || !end.whole || (await standing(ports, accountId))?.at !== before.at) return;
  const userId = (await callOut(ports, 'rearm:account', () => store.account(accountId)))?.userId;
  if (userId === undefined) return;
  const plan = await callOut(ports, 'rearm:plan', () => ports.reconcilePlan?.(userId) ?? Promise.resolve(null));
  if (plan?.rearmAfterClean !== true) return;
  const open = (await callOut(ports, 'rearm:differences', () => store.openDifferences(accountId))).some(({ state }) => state !== 'ignored');
  const unknown = (await callOut(ports, 'rearm:unknown', () => store.unknownOrders())).some((each) => each.accountId === accountId);
  if (open || unknown) return;
  // Who waited during the halt is looked at again: at once, and a little later too, in case that this process ends right after re-arming.
  const look = async (when: string, dueAt: number): Promise<void> => {
    await callOut(ports, 'rearm:look', () => store.enqueue({ key: `pool:${userId}:look ${when}:account ${accountId} in safe mode since ${before.at}`, aggregate: 'pool', aggregateId: userId, event: { type: 'timer' }, dueAt }));
  };
  await look('later', clock.now() + lookAgainMs);
  // Only the one of the beginning: while this process hangs others may end it, and it may come anew.
  const lifted = await callOut(ports, 'rearm:lift', () => store.rearm({ scope: 'account', scopeId: accountId, kinds: ['safe_mode'], codes: [...disproved], at: before.at }));
  if (lifted.length === 0) return;
  log.alert('system', `SAFE MODE for account ${accountId} has ended by itself, as configured: its books and the venue's agree. It stood because ${before.reason}`, { accountId, userId, ...logCode('safe_mode_ended', { account: accountId, reason: before.reason }) });
  await look('at once', clock.now());
}
