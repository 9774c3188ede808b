import { price, type Price } from '#shared/engine/num/units';
import type { OrderRow, OutboxClaim, Store } from '#shared/ports/store.port';
import type { Clock } from '#shared/ports/system.port';
import { copied, type MemoryTables, type OutboxEntry } from './memory-tables.ts';

type OutboxTable = Pick<Store, 'dueOutbox' | 'claimOutbox' | 'putBack' | 'postponeOutbox' | 'finishOutbox'>;

/** A row is due a little late: whoever wrote it has knocked already. */
export const graceMs = 300;

const pendingIn = (tables: MemoryTables, id: string): OutboxEntry | undefined => {
  const row = tables.outbox.get(id);
  return row === undefined || row.doneAt !== null ? undefined : row;
};

/** Takes a row for a while, and lets its order go if it may. */
export function claimIn(tables: MemoryTables, id: string, leaseMs: number, now: number): OutboxClaim {
  const haltOf = (accountId: string): string | null => [...tables.halts.values()].find(({ scope, scopeId }) => scope === 'global' || scopeId === accountId)?.reason ?? tables.reconciles.get(accountId)?.holds ?? null;
  /** An order of the same account and symbol that may or may not be at the venue: until that is known, nothing is added to it. */
  const unsureOf = (row: OrderRow): string | null => {
    const found = [...tables.orders.values()].find(
      ({ accountId, symbol, sendingAt, acceptedAt, order }) =>
        accountId === row.accountId && symbol === row.symbol && order.clientOrderId !== row.order.clientOrderId && sendingAt !== null && acceptedAt === null &&
        (order.status === 'unknown' || ((order.status === 'sending' || order.status === 'cancelling') && sendingAt < now - 15_000)),
    );
    return found === undefined ? null : `nobody knows yet what became of order ${found.order.clientOrderId} of this symbol`;
  };
  /** The market as it is when an order is sent. */
  const lastPrice = ({ accountId, venue, symbol }: OrderRow): Price | null => {
    const last = tables.prices.get(`${venue} ${tables.accounts.get(accountId)?.market ?? ''} ${symbol}`);
    return last === undefined ? null : price(last.price);
  };

  const entry = pendingIn(tables, id);
  const row = entry === undefined ? undefined : tables.orders.get(entry.clientOrderId);
  if (entry === undefined || row === undefined) return { kind: 'nothing' };
  Object.assign(entry, { dueAt: now + leaseMs, attempts: entry.attempts + 1 });
  if (entry.kind === 'cancel') {
    const submitPending = [...tables.outbox.values()].some((other) => other.kind === 'submit' && other.clientOrderId === entry.clientOrderId && other.doneAt === null);
    return { kind: 'cancel', outboxId: id, row: copied(row), submitPending };
  }
  if (row.order.status !== 'ready') return { kind: 'resolve', outboxId: id, row: copied(row), sentAgoMs: row.sendingAt === null ? null : now - row.sendingAt };
  const halted = row.order.role === 'entry' ? (haltOf(row.accountId) ?? unsureOf(row)) : null;
  if (halted !== null) return { kind: 'halted', outboxId: id, row: copied(row), reason: halted };
  Object.assign(row, { sendingAt: now, updatedAt: now });
  row.order.status = 'sending';
  if (row.order.type === 'market') row.order.priceExpected = lastPrice(row) ?? row.order.priceExpected;
  return { kind: 'send', outboxId: id, row: copied(row), attempts: entry.attempts };
}

/** Work for venues, as the database keeps it. */
export function memoryOutbox(tables: MemoryTables, clock: Clock): OutboxTable {
  const pending = (id: string): OutboxEntry | undefined => pendingIn(tables, id);

  return {
    async dueOutbox(limit, leaseMs) {
      const now = clock.now();
      const due = [...tables.outbox.values()].filter((row) => row.doneAt === null && row.dueAt <= now - graceMs);
      const taken = due.sort((a, b) => a.priority - b.priority || a.dueAt - b.dueAt || Number(a.id) - Number(b.id)).slice(0, limit);
      for (const row of taken) row.dueAt = now + leaseMs;
      return taken.sort((a, b) => a.priority - b.priority || Number(a.id) - Number(b.id)).map(({ id, kind, venue, priority }) => ({ id, kind, venue, priority }));
    },

    claimOutbox: async (id, leaseMs) => claimIn(tables, id, leaseMs, clock.now()),

    async putBack(outboxId, clientOrderId, dueAt, error, attempts) {
      const entry = pending(outboxId);
      if (entry?.attempts !== attempts) return;
      const row = tables.orders.get(clientOrderId);
      if (row !== undefined && (row.order.status === 'sending' || row.order.status === 'cancelling')) {
        if (row.order.status === 'sending') row.order.status = 'ready';
        row.sendingAt = null;
      }
      Object.assign(entry, { dueAt, error });
    },

    async postponeOutbox(id, dueAt, error) {
      const entry = pending(id);
      if (entry !== undefined) Object.assign(entry, { dueAt, error });
    },

    async finishOutbox(id) {
      const entry = pending(id);
      if (entry !== undefined) entry.doneAt = clock.now();
    },
  };
}
