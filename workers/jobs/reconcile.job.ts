import { randomUUID } from 'node:crypto';
import { callOut } from '#shared/shell/crash-points';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import type { ShellPorts } from '#shared/shell/shell';
import { pollAccount } from '#shared/shell/take-reports';
import { rearmAfterClean } from '../rearm-after-clean.ts';
import type { JobHandler } from './job-handler.ts';

/** What the last check of an exchange account found; kept as status `account-test:<id>`. */
interface AccountCheck {
  status: 'ok' | 'failed';
  checkedAt: string;
  detail: string;
  balances: { asset: string; free: string; total: string }[];
}

/** Compares one exchange account with its venue, one process at a time; or tests its keys. */
export const reconcileJob = (ports: ShellPorts): JobHandler<'reconcile'> => ({
  role: 'reconcile',
  concurrency: 4,
  limit: null,
  async handle({ accountId, test }) {
    if (test === true) await ports.store.setStatus(`account-test:${accountId}`, await checkAccount(ports, accountId));
    else await callOut(ports, 'reconcile:rearm', () => rearmAfterClean(ports, accountId, () => reconcileAccount(ports, accountId, `reconcile:${randomUUID()}`)));
  },
});

/** Asks one exchange account for its balances and its working orders. */
async function checkAccount(ports: ShellPorts, accountId: string): Promise<AccountCheck> {
  const checkedAt = (): string => new Date(ports.clock.now()).toISOString();
  try {
    const exchange = await ports.exchangeFor(accountId);
    const balances = await exchange.balances();
    await pollAccount(ports, accountId);
    const offset = await exchange.clockOffsetMs();
    return { status: 'ok', checkedAt: checkedAt(), detail: `The venue answers; its clock differs by ${Math.abs(Math.round(offset))} ms`, balances };
  } catch (error) {
    return { status: 'failed', checkedAt: checkedAt(), detail: error instanceof Error ? error.message : String(error), balances: [] };
  }
}
