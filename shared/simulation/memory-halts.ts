import { isGraver } from '#shared/engine/pool/halts';
import { deploymentKey } from '#shared/engine/reconcile/compare-orders';
import type { Halt, NewHalt, Store } from '#shared/ports/store.port';
import type { Clock } from '#shared/ports/system.port';
import { copied, type MemoryTables } from './memory-tables.ts';

type HaltsTable = Pick<Store, 'halts' | 'halt' | 'rearm' | 'seeStopFile' | 'unknownOrders'>;

/** As long as on PostgreSQL. */
const fileStandsMs = 3_000;

/** Every halt that stands, oldest first. */
export const haltsOf = (tables: MemoryTables): Halt[] =>
  [...tables.halts.values()].map((halt): Halt => ({ kind: 'paused', code: null, by: null, at: 0, fileStands: false, ...halt })).sort((a, b) => a.at - b.at || a.kind.localeCompare(b.kind));

/** Has a person accepted another deployment, or re-armed since its orders were last heard? */
function isOver(tables: MemoryTables, accountId: string, { prefix, open }: NonNullable<NewHalt['deployment']>): boolean {
  const accepted = [...tables.reconcileDifferences.values()].some((each) => each.accountId === accountId && each.key === deploymentKey(prefix) && each.state === 'ignored');
  return accepted || (!open && tables.reconciles.get(accountId)?.heard.includes(prefix) !== true);
}

/** Stops of new exposure, as the database keeps them. */
export function memoryHalts(tables: MemoryTables, clock: Clock): HaltsTable {
  const stands = ({ kind }: Halt): boolean => kind === 'stop_file' && clock.now() - tables.stopFile.seenAt < fileStandsMs;
  const halts = (): Halt[] => haltsOf(tables).map((halt) => ({ ...halt, fileStands: stands(halt) }));
  return {
    halts: async () => copied(halts()),
    async halt({ deployment, ...halt }) {
      const key = `${halt.scope} ${halt.scopeId} ${halt.kind}`;
      const standing = tables.halts.get(key);
      if (standing !== undefined) {
        if (halt.kind !== 'safe_mode' || (standing.by ?? null) !== null || !isGraver(halt.code, standing.code ?? null)) return false;
        tables.halts.set(key, { ...standing, code: halt.code, reason: `${halt.reason}. Before that: ${standing.reason}` });
        return true;
      }
      if (deployment !== undefined && isOver(tables, halt.scopeId, deployment)) return false;
      if (halt.kind === 'stop_file') tables.stopFile.seenAt = clock.now();
      tables.halts.set(key, { ...copied(halt), at: clock.now() });
      return true;
    },
    async rearm({ scope, scopeId, kinds, codes, at }) {
      const lifted = halts().filter((halt) => halt.scope === scope && halt.scopeId === scopeId && kinds.includes(halt.kind) && (codes === undefined || codes.includes(halt.code ?? '')) && (at === undefined || halt.at === at) && !halt.fileStands);
      if (lifted.some(({ kind }) => kind === 'safe_mode')) for (const [accountId, entry] of tables.reconciles) if (scope === 'global' || accountId === scopeId) entry.heard = [];
      for (const [key, halt] of tables.halts) if (lifted.some((each) => each.scope === halt.scope && each.scopeId === halt.scopeId && each.kind === (halt.kind ?? 'paused'))) tables.halts.delete(key);
      return copied(lifted);
    },
    async seeStopFile() {
      const known = haltsOf(tables).some(({ kind }) => kind === 'stop_file');
      if (known) tables.stopFile.seenAt = clock.now();
      return known;
    },
    async unknownOrders() {
      const unknown = [...tables.orders.values()].filter(({ order }) => order.status === 'unknown');
      const ids = [...new Set(unknown.map(({ accountId }) => accountId))].sort();
      return ids.map((accountId) => ({ accountId, agesMs: unknown.filter((row) => row.accountId === accountId).map((row) => clock.now() - (row.sendingAt ?? row.updatedAt)).sort((a, b) => b - a) }));
    },
  };
}
