import { isDeepStrictEqual } from 'node:util';
import { emptyPool, type OpenGroup, type Pool } from '#shared/engine/pool/pool';
import { legsOpenOf, nothingOpen } from '#shared/engine/pool/slots';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { Order } from '#shared/engine/order/order';
import { emptyRisk, type Risk } from '#shared/engine/risk/risk';
import type { Changes, JournalRow, Locked, NewInboxRow, OrderRow, Saved, SavedGroup, SavedRisk, Work } from '#shared/ports/store.port';
import { claimIn } from './memory-outbox.ts';
import { standingOf } from './memory-standing.ts';
import { copied, type FillEntry, type MemoryTables } from './memory-tables.ts';

/** A row that must not be there twice, or does not exist: what a database answers with an error, and nothing is written. */
export class RowFault extends Error {
  override readonly name = 'RowFault';
}

const groupOf = (text: string): PositionGroup => JSON.parse(text) as PositionGroup;

// Every pool decision looks at all groups; a row is replaced when it changes, so each version is read once.
const read = new WeakMap<object, PositionGroup>();
/** A group to look at, never to hand out. */
export function glance(kept: { state: string }): PositionGroup {
  const known = read.get(kept) ?? groupOf(kept.state);
  read.set(kept, known);
  return known;
}

/** Groups that occupy a slot of a user, by id. */
function openGroups(tables: MemoryTables, userId: string): OpenGroup[] {
  return [...tables.groups.values()]
    .map(glance)
    .filter((group) => group.userId === userId && group.status !== 'closed')
    .sort((a, b) => Number(a.id) - Number(b.id))
    .map((group) => {
      const { id, accountId, symbol, timeframe, side } = group;
      return { groupId: id, userId, accountId, symbol, timeframe, side, pyramids: group.pyramids.length + onTheWayTo(tables, id), legsOpen: legsOpenOf(group) };
    });
}

/** Pyramids that a group has been told of and not heard yet. */
const onTheWayTo = (tables: MemoryTables, groupId: string): number =>
  [...tables.inbox.values()].filter((row) => row.decidedAt === null && row.aggregate === 'group' && row.aggregateId === groupId && row.event?.type === 'add-pyramid').length;

function lock(tables: MemoryTables, { aggregate, aggregateId }: Work): Locked {
  if (aggregate === 'pool') {
    const kept = tables.pools.get(aggregateId);
    const pool = kept === undefined ? emptyPool(aggregateId) : (JSON.parse(kept.state) as Pool);
    return { kind: 'pool', pool: { ...pool, open: openGroups(tables, aggregateId) }, version: kept?.version ?? 0, openElsewhere: nothingOpen, stamp: standingOf(tables, aggregateId).stamp };
  }
  if (aggregate === 'risk') {
    const kept = tables.risks.get(aggregateId);
    return { kind: 'risk', risk: kept === undefined ? emptyRisk(aggregateId) : (JSON.parse(kept.state) as Risk), version: kept?.version ?? 0, lastMind: kept?.lastCycle?.mind ?? null };
  }
  const kept = tables.groups.get(aggregateId);
  if (kept === undefined) throw new RowFault(`no position group ${aggregateId}`);
  return { kind: 'group', group: groupOf(kept.state), version: kept.version };
}

/** One event, one aggregate, all or nothing: decided and written without a pause, so nobody comes between. */
export function transactInMemory(tables: MemoryTables, work: Work, decide: (locked: Locked) => Changes | null, now: number): Saved | null {
  if (work.copyOf !== undefined && !waits(tables, work, work.copyOf, now)) return null;
  const changes = decide(lock(tables, work));
  if (changes === null) return null;
  const claimed = work.key === null ? undefined : tables.inbox.get(tables.inboxKeys.get(work.key) ?? '');
  if (claimed !== undefined && claimed.decidedAt !== null) return null;
  refuseDoubles(tables, changes);
  if (work.key !== null) claim(tables, work, work.key, now);
  return write(tables, work, copied(changes), now);
}

/** Does this row wait, and say what its copy says? */
function waits(tables: MemoryTables, { key, aggregate, aggregateId, event }: Work, inboxId: string, now: number): boolean {
  const row = tables.inbox.get(inboxId);
  if (row === undefined || row.decidedAt !== null || row.dueAt > now) return false;
  return isDeepStrictEqual([row.key, row.aggregate, row.aggregateId, row.event], copied([key, aggregate, aggregateId, event]));
}

function claim(tables: MemoryTables, work: Work, key: string, now: number): void {
  if (!tables.inboxKeys.has(key)) addInbox(tables, { key, aggregate: work.aggregate, aggregateId: work.aggregateId, event: null, dueAt: now });
  const row = tables.inbox.get(tables.inboxKeys.get(key) ?? '');
  if (row !== undefined) Object.assign(row, { decidedAt: now, error: null });
}

/** Adds an inbox row and returns its id; null where its key exists. */
export function addInbox(tables: MemoryTables, row: Omit<NewInboxRow, 'event'> & { event: NewInboxRow['event'] | null }): string | null {
  if (tables.inboxKeys.has(row.key)) return null;
  const id = String((tables.last.inbox += 1));
  tables.inbox.set(id, { ...copied(row), id, decidedAt: null, attempts: 0, error: null });
  tables.inboxKeys.set(row.key, id);
  return id;
}

const fillKey = ({ accountId, symbol, tradeId, clientOrderId }: FillEntry): string => `${accountId} ${symbol} ${tradeId} ${clientOrderId}`;
const fillsOf = ({ group, fills }: SavedGroup): FillEntry[] => fills.map((fill) => ({ ...fill, accountId: group.accountId, symbol: group.symbol, groupId: group.id }));
const identity = ({ userId, accountId, symbol, timeframe, side }: PositionGroup): string => `${userId} ${accountId} ${symbol} ${timeframe} ${side}`;

/** What the unique keys of the database refuse. Asked before anything is written. */
function refuseDoubles(tables: MemoryTables, changes: Changes): void {
  const refuse = (what: string): never => {
    throw new RowFault(`${what} exists already`);
  };
  for (const row of changes.journal) {
    if (journalOf(tables, row.aggregate, row.aggregateId).some((each) => each.version === row.version)) refuse(`journal row ${row.aggregate} ${row.aggregateId} ${row.version}`);
  }
  for (const saved of changes.groups) {
    for (const fill of fillsOf(saved)) if (tables.fills.has(fillKey(fill))) refuse(`fill ${fillKey(fill)}`);
    if (saved.group.status === 'closed') continue;
    const others = [...tables.groups.values()].map(glance).filter((each) => each.id !== saved.group.id && each.status !== 'closed');
    if (others.some((each) => identity(each) === identity(saved.group))) refuse(`an open group ${identity(saved.group)}`);
  }
}

const journalKey = (aggregate: string, id: string): string => `${aggregate} ${id}`;
/** What one aggregate has heard, oldest first. */
export const journalOf = (tables: MemoryTables, aggregate: string, id: string): JournalRow[] => tables.journal.get(journalKey(aggregate, id)) ?? [];

function writeRisk(tables: MemoryTables, { userId, next, cycles, actions }: SavedRisk): void {
  const before = tables.risks.get(userId) ?? { version: 0, state: JSON.stringify(emptyRisk(userId)), lastCycle: null };
  tables.risks.set(userId, { ...before, ...(next === null ? {} : { version: next.version, state: JSON.stringify(next.risk) }), lastCycle: cycles.at(-1) ?? before.lastCycle });
  tables.riskCycles.push(...cycles.filter(({ kept }) => kept).map((record) => ({ userId, record })));
  for (const run of actions) tables.riskActions.set(run.id, { userId, run });
}

function write(tables: MemoryTables, work: Work, changes: Changes, now: number): Saved {
  if (changes.pool !== null) {
    const { open: _, ...state } = changes.pool.pool;
    tables.pools.set(state.userId, { version: changes.pool.version, state: JSON.stringify(state) });
  }
  if (changes.risk !== undefined) writeRisk(tables, changes.risk);
  for (const saved of changes.groups) {
    tables.groups.set(saved.group.id, { version: saved.version, state: JSON.stringify(saved.group) });
    for (const order of saved.orders) tables.orders.set(order.clientOrderId, orderRow(tables.orders.get(order.clientOrderId), saved.group, order, now));
    for (const fill of fillsOf(saved)) tables.fills.set(fillKey(fill), fill);
  }
  for (const row of changes.journal) tables.journal.set(journalKey(row.aggregate, row.aggregateId), [...journalOf(tables, row.aggregate, row.aggregateId), row]);
  for (const signal of changes.signals) {
    const before = tables.signals.get(signal.signalId);
    const plan = signal.plan ?? before?.plan;
    tables.signals.set(signal.signalId, { ...signal, groupId: signal.groupId ?? before?.groupId ?? null, ...(plan === undefined ? {} : { plan }) });
  }
  const completed = work.completes === undefined ? undefined : tables.outbox.get(work.completes);
  if (completed !== undefined) completed.doneAt ??= now;
  const inbox = changes.inbox.flatMap((row) => {
    const id = addInbox(tables, row);
    return id === null ? [] : [{ id, dueAt: row.dueAt }];
  });
  const outbox = changes.outbox.map(({ claimForMs, ...row }): Saved['outbox'][number] => {
    const id = String((tables.last.outbox += 1));
    tables.outbox.set(id, { ...row, id, dueAt: now, doneAt: null, attempts: 0, error: null });
    return { id, kind: row.kind, venue: row.venue, priority: row.priority, ...(claimForMs === undefined ? {} : { claim: claimIn(tables, id, claimForMs, now) }) };
  });
  return { inbox, outbox };
}

/** An order row knows of *sending* before the engine does, so *ready* never overwrites what stands there. */
function orderRow(before: OrderRow | undefined, group: PositionGroup, { tradeIds: _, ...order }: Order, now: number): OrderRow {
  const acceptedAt = before?.acceptedAt ?? (order.venueOrderId === null ? null : now);
  if (before === undefined) return { order, groupId: group.id, accountId: group.accountId, venue: group.venue, symbol: group.symbol, sendingAt: null, acceptedAt, absentChecks: 0, updatedAt: now };
  const status = order.status === 'ready' ? before.order.status : order.status;
  return { ...before, order: { ...order, status, venueOrderId: order.venueOrderId ?? before.order.venueOrderId, priceExpected: before.order.priceExpected }, acceptedAt, updatedAt: now };
}
