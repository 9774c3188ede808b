import { accountsHalted } from '#shared/engine/pool/halts';
import type { AccountOff } from '#shared/engine/pool/pool-settings';
import type { Store } from '#shared/ports/store.port';
import { haltsOf } from './memory-halts.ts';
import type { MemoryTables } from './memory-tables.ts';

function accountsOff(tables: MemoryTables, userId: string): Record<string, AccountOff> {
  const mine = [...tables.accounts.values()].filter((account) => account.userId === userId);
  const off = mine
    .filter((account) => !account.enabled || (account.mode === 'live' && !account.liveEnabled))
    .map(({ accountId, enabled }): [string, AccountOff] => [accountId, { why: enabled ? 'is not enabled for live trading' : 'is switched off', forGood: false }]);
  return { ...accountsHalted(haltsOf(tables), mine.map(({ accountId }) => accountId)), ...Object.fromEntries(off) };
}

/** What stands for a user beside the document of the configuration, and the stamp of it all. */
export function standingOf(tables: MemoryTables, userId: string): Pick<Awaited<ReturnType<Store['activeSettings']>>, 'halted' | 'accountsOff' | 'stamp'> {
  const standing = { halted: [...tables.halts.values()].some((halt) => halt.scope === 'global'), accountsOff: accountsOff(tables, userId) };
  return { ...standing, stamp: JSON.stringify([tables.settings.get(userId)?.version ?? null, standing]) };
}
