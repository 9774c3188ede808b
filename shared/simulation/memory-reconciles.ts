import { compare, type Price } from '#shared/engine/num/units';
import type { OrderStatus } from '#shared/engine/order/order';
import { groupQuantity } from '#shared/engine/position/exposure';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { Difference } from '#shared/engine/reconcile/difference';
import { stopPauseMs, stopSeenWithinMs, type AccountBook, type DifferenceToKeep, type EndedReconcile, type ReconcileStore } from '#shared/ports/reconcile-store.port';
import type { Clock } from '#shared/ports/system.port';
import { copied, type AccountEntry, type DifferenceEntry, type MemoryTables, type ReconcileEntry } from './memory-tables.ts';
import { glance, journalOf } from './memory-transact.ts';

const dayMs = 86_400_000;
const atVenue: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['sending', 'open', 'partially_filled', 'cancelling', 'unknown']);
const isOpen = ({ state }: DifferenceEntry): boolean => state === 'seen' || state === 'acting' || state === 'asks' || state === 'ignored';

/** Comparisons of accounts with their venues, as the database keeps them. */
export function memoryReconciles(tables: MemoryTables, clock: Clock): ReconcileStore {
  const entryOf = (accountId: string): ReconcileEntry => {
    const known = tables.reconciles.get(accountId) ?? { dueAt: clock.now(), occasion: 'time', holds: null, busyBy: null, busySince: 0, busyUntil: 0, askedAt: 0, reportedAt: null, failures: 0, deployments: {}, heard: [] };
    tables.reconciles.set(accountId, known);
    return known;
  };
  const enabled = (): string[] => [...tables.accounts.values()].flatMap((account) => (account.enabled ? [account.accountId] : []));
  return {
    async holdEntries(reason) {
      for (const accountId of enabled()) Object.assign(entryOf(accountId), { dueAt: clock.now(), occasion: 'start', holds: reason, askedAt: clock.now() });
    },
    async dueReconciles(putOffMs) {
      const due = enabled().filter((accountId) => entryOf(accountId).dueAt <= clock.now());
      for (const accountId of due) entryOf(accountId).dueAt = clock.now() + putOffMs;
      return due.map((accountId) => ({ accountId }));
    },
    async askReconcile(accountId, occasion) {
      const entry = entryOf(accountId);
      Object.assign(entry, { dueAt: clock.now(), askedAt: clock.now(), occasion: entry.occasion === 'start' || entry.occasion === 'asked' || occasion === 'look' ? entry.occasion : occasion });
    },
    async beginReconcile(accountId, owner, leaseMs, startedAt) {
      const entry = entryOf(accountId);
      if (!tables.accounts.has(accountId) || (entry.busyBy !== null && entry.busyUntil >= clock.now())) return null;
      Object.assign(entry, { busyBy: owner, busySince: clock.now(), busyUntil: clock.now() + leaseMs });
      for (const run of tables.reconcileRuns.values()) if (run.accountId === accountId && run.status === 'running') Object.assign(run, { status: 'failed', endedAt: clock.now(), detail: 'the process that compared ended' });
      const runId = String((tables.last.reconcileRun += 1));
      tables.reconcileRuns.set(runId, { id: runId, accountId, occasion: entry.occasion, status: 'running', startedAt, endedAt: null, detail: null, differences: 0, mended: 0 });
      const decided = [...tables.reconcileDifferences.values()].some((each) => each.accountId === accountId && (each.state === 'asks' || each.state === 'acting') && each.decision !== null);
      const around = Object.keys(entry.deployments).filter((prefix) => clock.now() - (entry.deployments[prefix] ?? 0) < dayMs);
      return { runId, occasion: entry.occasion, reportedAt: entry.reportedAt, failures: entry.failures, heard: around.filter((prefix) => entry.heard.includes(prefix)), around, decided };
    },
    async keepReconcile(accountId, owner, leaseMs) {
      const entry = entryOf(accountId);
      if (entry.busyBy !== owner) return false;
      entry.busyUntil = clock.now() + leaseMs;
      return true;
    },
    async endReconcile(accountId, runId, owner, end, at) {
      endRun(tables, runId, end, at);
      const entry = entryOf(accountId);
      if (entry.busyBy === owner) {
        const failed = end.status === 'failed';
        const asked = entry.askedAt > entry.busySince;
        Object.assign(entry, {
          busyBy: null, failures: end.failures, holds: failed || asked ? entry.holds : null, occasion: failed || asked ? entry.occasion : 'look',
          dueAt: asked ? clock.now() : clock.now() + end.againInMs, reportedAt: end.keep && !failed ? clock.now() : entry.reportedAt,
        });
      }
      if (end.status === 'failed') return;
      for (const row of tables.outbox.values()) if (row.accountId === accountId && row.doneAt === null && row.kind === 'submit' && row.error?.startsWith('halted:') === true) row.dueAt = clock.now();
    },
    async hearDeployment(accountId, prefix) {
      const entry = entryOf(accountId);
      entry.deployments[prefix] = clock.now();
      entry.heard = [...new Set([...entry.heard, prefix])];
    },
    ...memoryDifferences(tables),
  };
}

function endRun(tables: MemoryTables, runId: string, end: EndedReconcile, at: number): void {
  const run = tables.reconcileRuns.get(runId);
  if (run === undefined) return;
  const found = [...tables.reconcileDifferences.values()].some((each) => each.runId === runId);
  if (end.keep || found) Object.assign(run, { status: end.status, endedAt: at, detail: end.detail, differences: end.differences, mended: end.mended });
  else tables.reconcileRuns.delete(runId);
}

/** What other accounts of the same venue, market and mode have open groups of. */
function openElsewhere(tables: MemoryTables, { accountId, venue, market, mode }: AccountEntry): AccountBook['others'] {
  const alike = new Set([...tables.accounts.values()].filter((each) => each.accountId !== accountId && each.venue === venue && each.market === market && each.mode === mode).map((each) => each.accountId));
  const open = [...tables.groups.values()].filter((kept) => alike.has(glance(kept).accountId) && glance(kept).status !== 'closed');
  return open.map((kept) => JSON.parse(kept.state) as PositionGroup).map(({ symbol, side }) => ({ symbol, side }));
}

type Differences = Pick<ReconcileStore, 'accountBook' | 'accountOutline' | 'openDifferences' | 'keepDifferences' | 'endDifference' | 'noteGroup' | 'emergencyStops' | 'fireStop'>;

function bookOf(tables: MemoryTables, accountId: string): AccountBook | null {
  const account = tables.accounts.get(accountId);
  if (account === undefined) return null;
  const counts = (kept: { state: string }): boolean => {
    const group = JSON.parse(kept.state) as PositionGroup;
    return compare(groupQuantity(group), '0') > 0 && (account.market === 'usdm' || 'close:-:-' in group.retries);
  };
  const groups = [...tables.groups.values()].filter((kept) => glance(kept).accountId === accountId && (glance(kept).status !== 'closed' || counts(kept)));
  const orders = [...tables.orders.values()].filter((row) => row.accountId === accountId && (atVenue.has(row.order.status) || compare(row.order.quantityReported, row.order.quantityFilled) > 0));
  return {
    userId: account.userId,
    groups: groups.map((kept) => ({ group: JSON.parse(kept.state) as PositionGroup, version: kept.version, changedAt: journalOf(tables, 'group', glance(kept).id).at(-1)?.at ?? 0 })),
    orders: copied(orders),
    others: openElsewhere(tables, account),
  };
}

const memoryDifferences = (tables: MemoryTables): Differences => ({
  accountBook: async (accountId) => bookOf(tables, accountId),
  async accountOutline(accountId) {
    const book = bookOf(tables, accountId);
    return book === null ? null : { groups: book.groups.map(({ group, version }) => ({ id: group.id, symbol: group.symbol, version, open: group.status !== 'closed' })), orders: book.orders };
  },
  async openDifferences(accountId) {
    const open = [...tables.reconcileDifferences.values()].filter((each) => each.accountId === accountId && isOpen(each));
    return open.map(({ id, key, state, firstSeenAt, decision, groupId, action, decidedAt, difference: { symbol, amount, remedy, ours } }) => ({ id, key, symbol, state: state as 'seen', amount, firstSeenAt, decision, groupId, decidedBy: null, stop: remedy.do === 'ask' ? remedy.stop : null, stopFired: action === 'stop_reached', firedAt: action === 'stop_reached' ? decidedAt : null, ours, priceEntry: remedy.do === 'ask' ? remedy.priceEntry : null }));
  },
  async keepDifferences(accountId, runId, seenAt, found) {
    return Object.fromEntries(found.map((each) => [each.difference.key, keepOne(tables, accountId, runId, seenAt, each)]));
  },
  async endDifference(id, end, at) {
    const row = tables.reconcileDifferences.get(id);
    if (row === undefined || row.endedAt !== null) return;
    const again = end?.state === 'asks';
    if (end !== null) Object.assign(row, { state: end.state, action: end.action, detail: end.detail, groupId: again ? null : (end.groupId ?? row.groupId), decision: again ? null : row.decision, decidedAt: again ? at : row.decidedAt, endedAt: again ? null : at });
    else if (row.state === 'seen') tables.reconcileDifferences.delete(id);
  },
  async noteGroup(id, groupId) {
    const row = tables.reconcileDifferences.get(id);
    if (row === undefined || row.endedAt !== null || row.decision === null) return null;
    row.groupId ??= groupId;
    row.state = 'acting';
    return row.groupId;
  },
  async emergencyStops(now) {
    return [...tables.reconcileDifferences.values()].flatMap(({ id, accountId, state, decision, action, decidedAt, lastSeenAt, difference: { symbol, remedy } }) => {
      const account = tables.accounts.get(accountId);
      if (account === undefined || state !== 'asks' || decision !== null || remedy.do !== 'ask' || remedy.stop === null) return [];
      if (!account.enabled || (account.mode === 'live' && !account.liveEnabled) || lastSeenAt < now - stopSeenWithinMs || (action === 'refused' && decidedAt !== null && decidedAt > now - stopPauseMs)) return [];
      return [{ id, accountId, userId: account.userId, venue: account.venue, market: account.market, mode: account.mode, symbol, side: remedy.side, price: remedy.stop, again: action === 'refused' }];
    });
  },
  async fireStop(id, stop, now) {
    const row = tables.reconcileDifferences.get(id);
    if (row?.state !== 'asks' || row.decision !== null || row.difference.remedy.do !== 'ask' || row.difference.remedy.stop !== stop) return false;
    Object.assign(row, { decision: 'close', decidedAt: now, action: 'stop_reached' });
    return true;
  },
});

const stopIn = ({ remedy }: Difference): Price | null => (remedy.do === 'ask' ? remedy.stop : null);

function keepOne(tables: MemoryTables, accountId: string, runId: string, seenAt: number, { id, difference, state, firstSeenAt }: DifferenceToKeep): string {
  const known = id === null ? [...tables.reconcileDifferences.values()].find((each) => each.accountId === accountId && each.key === difference.key && isOpen(each)) : tables.reconcileDifferences.get(id);
  if (known !== undefined) {
    const decided = known.state === 'ignored' || (known.state === 'asks' && state === 'seen');
    // A stop that is set anew here was reached at its old price only.
    if (known.state === 'asks' && known.action === 'stop_reached' && stopIn(known.difference) !== stopIn(difference)) Object.assign(known, { decision: null, action: null, decidedAt: null });
    if (isOpen(known)) Object.assign(known, { difference: copied(difference), runId: known.state === state ? known.runId : runId, state: decided ? known.state : state, firstSeenAt, lastSeenAt: seenAt });
    return known.id;
  }
  const fresh = String((tables.last.reconcileDifference += 1));
  tables.reconcileDifferences.set(fresh, { id: fresh, accountId, runId, key: difference.key, difference: copied(difference), state, groupId: difference.groupId, action: null, detail: null, decision: null, decidedAt: null, firstSeenAt, lastSeenAt: seenAt, endedAt: null });
  return fresh;
}
