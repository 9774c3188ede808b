import { deploymentOf } from '#shared/engine/ids';
import { deploymentKey } from '#shared/engine/reconcile/compare-orders';
import type { AccountEvent } from '#shared/ports/exchange.port';
import { callOut } from '#shared/shell/crash-points';
import { enterSafeMode } from '#shared/shell/safe-mode';
import type { ShellPorts } from '#shared/shell/shell';

/** A deployment that trades is heard with every order it sends; it is noted this often. */
const againMs = 10_000;

/**
 * Listens to what an account's stream tells of orders that another deployment of Tranche has sent. The first one stops new exposure on the
 * account, before the comparison it asks for, unless a person has accepted the other one.
 */
export function createDeploymentEar(ports: Pick<ShellPorts, 'store' | 'log' | 'bus' | 'clock' | 'atCrashPoint'>): (accountId: string, event: Extract<AccountEvent, { kind: 'order' | 'fill' }>) => Promise<void> {
  const noted = new Map<string, number>();
  let own: string | null = null;
  return async (accountId, event) => {
    const clientOrderId = event.kind === 'order' ? event.report.clientOrderId : event.fill.clientOrderId;
    const prefix = deploymentOf(clientOrderId);
    if (prefix === null) return;
    own ??= await callOut(ports, 'deployment:prefix', () => ports.store.deploymentPrefix());
    if (prefix === own) return;
    const name = `${accountId} ${prefix}`;
    const now = ports.clock.now();
    if (now - (noted.get(name) ?? -Infinity) < againMs) return;
    await callOut(ports, 'deployment:note', () => ports.store.hearDeployment(accountId, prefix));
    const accepted = (await callOut(ports, 'deployment:accepted', () => ports.store.openDifferences(accountId))).some(({ key, state }) => key === deploymentKey(prefix) && state === 'ignored');
    if (!accepted) {
      await enterSafeMode(ports, accountId, 'second_deployment', `another deployment of Tranche, ${prefix}, has sent order ${clientOrderId} on this account. Stop it, or accept it on the page Reconciliation; then re-arm`, { prefix, open: false });
      await callOut(ports, 'deployment:compare', () => ports.store.askReconcile(accountId, 'asked'));
    }
    noted.set(name, now);
  };
}
