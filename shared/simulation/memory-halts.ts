import type { Halt, Store } from '#shared/ports/store.port';
import type { Clock } from '#shared/ports/system.port';
import { copied, type MemoryTables } from './memory-tables.ts';

type HaltsTable = Pick<Store, 'halts' | 'halt' | 'rearm' | 'seeStopFile' | 'unknownOrders'>;

/** As long as on PostgreSQL. */
const fileStandsMs = 3_000;

/** Every halt that stands, oldest first. */
export const haltsOf = (tables: MemoryTables): Halt[] =>
  [...tables.halts.values()].map((halt): Halt => ({ kind: 'paused', code: null, by: null, at: 0, fileStands: false, ...halt })).sort((a, b) => a.at - b.at || a.kind.localeCompare(b.kind));

/** Stops of new exposure, as the database keeps them. */
export function memoryHalts(tables: MemoryTables, clock: Clock): HaltsTable {
  const stands = ({ kind }: Halt): boolean => kind === 'stop_file' && clock.now() - tables.stopFile.seenAt < fileStandsMs;
  const halts = (): Halt[] => haltsOf(tables).map((halt) => ({ ...halt, fileStands: stands(halt) }));
  return {
    halts: async () => copied(halts()),
    async halt(halt) {
      const key = `${halt.scope} ${halt.scopeId} ${halt.kind}`;
      if (tables.halts.has(key)) return false;
      if (halt.kind === 'stop_file') tables.stopFile.seenAt = clock.now();
      tables.halts.set(key, { ...copied(halt), at: clock.now() });
      return true;
    },
    async rearm({ scope, scopeId, kinds }) {
      const lifted = halts().filter((halt) => halt.scope === scope && halt.scopeId === scopeId && kinds.includes(halt.kind) && !halt.fileStands);
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
