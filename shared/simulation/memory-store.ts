import { compare } from '#shared/engine/num/units';
import type { OrderStatus } from '#shared/engine/order/order';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { Risk } from '#shared/engine/risk/risk';
import type { OrderRow, Store } from '#shared/ports/store.port';
import type { Clock } from '#shared/ports/system.port';
import { memoryHalts } from './memory-halts.ts';
import { graceMs, memoryOutbox } from './memory-outbox.ts';
import { memoryReconciles } from './memory-reconciles.ts';
import { standingOf } from './memory-standing.ts';
import { copied, emptyTables, type MemoryTables } from './memory-tables.ts';
import { addInbox, glance, journalOf, transactInMemory } from './memory-transact.ts';

/** The store of a simulation: no disk, no chance, its time is the clock's. `tables` are for setting a scene and for looking. */
export interface MemoryStore extends Store {
  readonly tables: MemoryTables;
}

const atVenue: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['open', 'partially_filled', 'cancelling', 'unknown']);
const dayMs = 86_400_000;

/** A store in memory that keeps the promises of the one on PostgreSQL. `prefix` marks its client order ids. */
export function createMemoryStore({ clock, prefix = 'simul' }: { clock: Clock; prefix?: string }): MemoryStore {
  const tables = emptyTables();
  return {
    tables,
    transact: async (work, decide) => transactInMemory(tables, work, decide, clock.now()),
    ...memoryInbox(tables, clock),
    ...memoryOutbox(tables, clock),
    ...memoryOrders(tables),
    ...memoryAccounts(tables, clock),
    ...memoryMarkets(tables),
    ...memoryRisks(tables),
    ...memoryReconciles(tables, clock),
    ...memorySystem(tables, clock, prefix),
    ...memoryHalts(tables, clock),
  };
}

const memoryInbox = (tables: MemoryTables, clock: Clock): Pick<Store, 'inboxRow' | 'inboxFailed' | 'dueInbox' | 'enqueue' | 'prune'> => ({
  async inboxRow(id) {
    const row = tables.inbox.get(id);
    if (row === undefined || row.event === null || row.decidedAt !== null || row.dueAt > clock.now()) return null;
    return copied({ id, key: row.key, aggregate: row.aggregate, aggregateId: row.aggregateId, event: row.event, attempts: row.attempts });
  },
  async inboxFailed(id, error, retryAt) {
    const row = tables.inbox.get(id);
    if (row !== undefined && row.decidedAt === null) Object.assign(row, { attempts: row.attempts + 1, error, dueAt: retryAt });
  },
  async dueInbox(limit) {
    const due = [...tables.inbox.values()].filter((row) => row.decidedAt === null && row.dueAt <= clock.now() - graceMs);
    return due.sort((a, b) => a.dueAt - b.dueAt || Number(a.id) - Number(b.id)).slice(0, limit).map(({ id }) => ({ id }));
  },
  enqueue: async (row) => addInbox(tables, row),
  async prune(keepDays) {
    const before = clock.now() - keepDays * dayMs;
    for (const row of [...tables.inbox.values()]) {
      if (row.decidedAt === null || row.decidedAt >= before) continue;
      tables.inbox.delete(row.id);
      tables.inboxKeys.delete(row.key);
    }
    for (const row of [...tables.outbox.values()]) if (row.doneAt !== null && row.doneAt < before) tables.outbox.delete(row.id);
  },
});

type OrdersTable = Pick<Store, 'openOrderRows' | 'ordersByVenueId' | 'orderRow' | 'knownTrades' | 'watermark' | 'setWatermark' | 'noteAbsent'>;
function memoryOrders(tables: MemoryTables): OrdersTable {
  const all = (test: (row: OrderRow) => boolean): OrderRow[] => copied([...tables.orders.values()].filter(test));
  return {
    openOrderRows: async (accountId) => all((row) => row.accountId === accountId && (atVenue.has(row.order.status) || compare(row.order.quantityReported, row.order.quantityFilled) > 0)),
    ordersByVenueId: async (accountId, symbol, ids) => all((row) => row.accountId === accountId && row.symbol === symbol && row.order.venueOrderId !== null && ids.includes(row.order.venueOrderId)),
    async orderRow(clientOrderId) {
      const row = tables.orders.get(clientOrderId);
      return row === undefined ? null : copied(row);
    },
    async knownTrades(accountId, symbol, since) {
      const known = [...tables.fills.values()].filter((fill) => fill.accountId === accountId && fill.symbol === symbol && fill.at >= since);
      return new Set(known.map((fill) => fill.tradeId));
    },
    watermark: async (accountId, symbol) => tables.watermarks.get(`${accountId} ${symbol}`) ?? null,
    async setWatermark(accountId, symbol, at) {
      tables.watermarks.set(`${accountId} ${symbol}`, Math.max(at, tables.watermarks.get(`${accountId} ${symbol}`) ?? at));
    },
    async noteAbsent(clientOrderId, now, apartMs) {
      const row = tables.orders.get(clientOrderId);
      if (row === undefined) return 0;
      const last = tables.absentAt.get(clientOrderId);
      if (last !== undefined && last > now - apartMs) return row.absentChecks;
      tables.absentAt.set(clientOrderId, now);
      row.absentChecks += 1;
      return row.absentChecks;
    },
  };
}

const memoryAccounts = (tables: MemoryTables, clock: Clock): Pick<Store, 'account' | 'activeAccounts' | 'duePolls'> => ({
  async account(accountId) {
    const found = tables.accounts.get(accountId);
    if (found === undefined) return null;
    const { pollDueAt: _, ...account } = found;
    return account;
  },
  activeAccounts: async () => [...tables.accounts.values()].filter(({ enabled }) => enabled).map(({ accountId, venue, market, mode }) => ({ accountId, venue, market, mode })),
  async duePolls(everyMs) {
    const unsettled = ({ order }: OrderRow): boolean => order.status === 'sending' || atVenue.has(order.status) || compare(order.quantityReported, order.quantityFilled) > 0;
    const working = new Set([...tables.orders.values()].filter(unsettled).map((row) => row.accountId));
    const due = [...tables.accounts.values()].filter((account) => account.pollDueAt <= clock.now() && working.has(account.accountId));
    for (const account of due) account.pollDueAt = clock.now() + everyMs;
    return due.map(({ accountId, venue }) => ({ accountId, venue }));
  },
});

const memoryMarkets = (tables: MemoryTables): Pick<Store, 'saveInstruments' | 'instruments' | 'lastPrices'> => ({
  async saveInstruments(venue, market, instruments, at) {
    for (const rules of instruments) tables.instruments.set(`${venue} ${market} ${rules.symbol}`, { venue, market, rules: copied(rules), fetchedAt: at });
    for (const row of tables.instruments.values()) if (row.venue === venue && row.market === market && row.fetchedAt < at) Object.assign(row.rules, { active: false, delisted: true });
  },
  async instruments(venue, market) {
    const rows = [...tables.instruments.values()].filter((row) => row.venue === venue && row.market === market);
    return { instruments: copied(rows.map(({ rules }) => rules)), fetchedAt: rows.length === 0 ? null : Math.max(...rows.map(({ fetchedAt }) => fetchedAt)) };
  },
  lastPrices: async () => copied([...tables.prices.values()]),
});

const memoryRisks = (tables: MemoryTables): Pick<Store, 'openBook' | 'riskUsers' | 'risk'> => {
  const open = (): { state: string }[] => [...tables.groups.values()].filter((kept) => glance(kept).status !== 'closed');
  const lastCycleAt = (userId: string): number | null => tables.risks.get(userId)?.lastCycle?.at ?? null;
  return {
    openBook: async (userId) =>
      open()
        .filter((kept) => glance(kept).userId === userId)
        .map(({ state }) => JSON.parse(state) as PositionGroup)
        .sort((a, b) => Number(a.id) - Number(b.id))
        .map((group) => ({ group, accountMode: tables.accounts.get(group.accountId)?.mode ?? 'paper' })),
    riskUsers: async () => [...new Set(open().map((kept) => glance(kept).userId))].map((userId) => ({ userId, lastCycleAt: lastCycleAt(userId) })),
    async risk(userId) {
      const kept = tables.risks.get(userId);
      return kept === undefined ? null : { risk: JSON.parse(kept.state) as Risk, version: kept.version, lastCycleAt: lastCycleAt(userId) };
    },
  };
};

type SystemTable = Pick<Store, 'group' | 'pools' | 'configuredUsers' | 'journalOf' | 'activeSettings' | 'deploymentPrefix' | 'nextGroupIds' | 'lease' | 'setStatus' | 'clockSkew'>;
const memorySystem = (tables: MemoryTables, clock: Clock, prefix: string): SystemTable => ({
  async group(groupId) {
    const kept = tables.groups.get(groupId);
    return kept === undefined ? null : { group: JSON.parse(kept.state) as PositionGroup, version: kept.version };
  },
  pools: async () => [...tables.pools.keys()],
  configuredUsers: async () => [...tables.settings.keys()],
  journalOf: async (aggregate, aggregateId) => copied(journalOf(tables, aggregate, aggregateId)),
  activeSettings: async (userId) => ({ ...(tables.settings.get(userId) ?? { version: null, document: null }), ...standingOf(tables, userId) }),
  deploymentPrefix: async () => prefix,
  nextGroupIds: async (count) => Array.from({ length: count }, () => String((tables.last.group += 1))),
  async lease(name, owner, ttlMs) {
    const held = tables.leases.get(name);
    const free = held === undefined || held.owner === owner || held.expiresAt < clock.now();
    if (free) tables.leases.set(name, { owner, expiresAt: clock.now() + ttlMs });
    return free;
  },
  clockSkew: async () => ({ skewMs: 0, marginMs: 0 }),
  async setStatus(name, status) {
    tables.status.set(name, copied(status));
  },
});
