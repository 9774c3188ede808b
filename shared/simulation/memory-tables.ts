import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { SettleSignal } from '#shared/engine/messages/commands';
import type { Fill } from '#shared/engine/order/order';
import type { CycleRecord } from '#shared/engine/risk/cycle-record';
import type { PlanRun } from '#shared/engine/risk/risk';
import type { Difference } from '#shared/engine/reconcile/difference';
import type { DifferenceState } from '#shared/engine/reconcile/judge-differences';
import type { ReconcileOccasion } from '#shared/ports/reconcile-store.port';
import type { AggregateEvent, AggregateKind, Halt, JournalRow, NewOutboxRow, OrderRow, Store } from '#shared/ports/store.port';

export interface InboxEntry {
  id: string;
  key: string;
  aggregate: AggregateKind;
  aggregateId: string;
  event: AggregateEvent | null;
  dueAt: number;
  decidedAt: number | null;
  attempts: number;
  error: string | null;
}

export interface OutboxEntry extends NewOutboxRow {
  id: string;
  dueAt: number;
  doneAt: number | null;
  attempts: number;
  error: string | null;
}

export type AccountEntry = NonNullable<Awaited<ReturnType<Store['account']>>> & { pollDueAt: number };
export type FillEntry = Fill & { accountId: string; symbol: string; groupId: string };

export interface ReconcileEntry {
  dueAt: number;
  occasion: ReconcileOccasion;
  /** Why entries wait; null where they go. */
  holds: string | null;
  busyBy: string | null;
  busySince: number;
  busyUntil: number;
  askedAt: number;
  reportedAt: number | null;
  failures: number;
  /** Other deployments that were heard of, and when last. */
  deployments: Record<string, number>;
  /** Those of them that were heard since a safe mode was last ended. */
  heard: string[];
}
export interface ReconcileRunEntry {
  id: string;
  accountId: string;
  occasion: ReconcileOccasion;
  status: 'running' | 'clean' | 'differences' | 'failed';
  startedAt: number;
  endedAt: number | null;
  detail: string | null;
  differences: number;
  mended: number;
}
export interface DifferenceEntry {
  id: string;
  accountId: string;
  runId: string;
  key: string;
  difference: Difference;
  state: DifferenceState;
  groupId: string | null;
  action: string | null;
  detail: string | null;
  decision: 'adopt' | 'close' | null;
  /** When its emergency stop was reached, or it was asked again. */
  decidedAt: number | null;
  firstSeenAt: number;
  lastSeenAt: number;
  endedAt: number | null;
}

/** Aggregates are kept as text: whoever reads one gets a copy, as from a database. */
interface Aggregate {
  version: number;
  state: string;
}

/** Every table of the store, in memory. */
export interface MemoryTables {
  inbox: Map<string, InboxEntry>;
  /** Ids of inbox rows by key. */
  inboxKeys: Map<string, string>;
  outbox: Map<string, OutboxEntry>;
  pools: Map<string, Aggregate>;
  groups: Map<string, Aggregate>;
  risks: Map<string, Aggregate & { lastCycle: CycleRecord | null }>;
  /** Kept records of cycles, oldest first. */
  riskCycles: { userId: string; record: CycleRecord }[];
  /** By plan id. */
  riskActions: Map<string, { userId: string; run: PlanRun }>;
  /** By `kind id`. */
  journal: Map<string, JournalRow[]>;
  orders: Map<string, OrderRow>;
  /** By `accountId symbol tradeId clientOrderId`. */
  fills: Map<string, FillEntry>;
  signals: Map<string, SettleSignal>;
  accounts: Map<string, AccountEntry>;
  settings: Map<string, { version: number; document: unknown }>;
  /** By `scope scopeId kind`; one without a kind is a person's pause. */
  halts: Map<string, Pick<Halt, 'scope' | 'scopeId' | 'reason'> & Partial<Halt>>;
  /** When the STOP file was last seen. */
  stopFile: { seenAt: number };
  /** By `venue market symbol`. */
  instruments: Map<string, { venue: string; market: Market; rules: Instrument; fetchedAt: number }>;
  /** By `venue market symbol`. */
  prices: Map<string, { venue: string; market: Market; symbol: string; price: string; at: number }>;
  /** By `accountId symbol`. */
  watermarks: Map<string, number>;
  /** When a lookup last counted an order as absent. */
  absentAt: Map<string, number>;
  leases: Map<string, { owner: string; expiresAt: number }>;
  /** By account. */
  reconciles: Map<string, ReconcileEntry>;
  reconcileRuns: Map<string, ReconcileRunEntry>;
  reconcileDifferences: Map<string, DifferenceEntry>;
  status: Map<string, unknown>;
  /** The last id given of each kind. */
  last: { inbox: number; outbox: number; group: number; reconcileRun: number; reconcileDifference: number };
}

/** Tables without rows. */
export const emptyTables = (): MemoryTables => ({
  inbox: new Map(),
  inboxKeys: new Map(),
  outbox: new Map(),
  pools: new Map(),
  groups: new Map(),
  risks: new Map(),
  riskCycles: [],
  riskActions: new Map(),
  journal: new Map(),
  orders: new Map(),
  fills: new Map(),
  signals: new Map(),
  accounts: new Map(),
  settings: new Map(),
  halts: new Map(),
  stopFile: { seenAt: -Infinity },
  instruments: new Map(),
  prices: new Map(),
  watermarks: new Map(),
  absentAt: new Map(),
  leases: new Map(),
  status: new Map(),
  reconciles: new Map(),
  reconcileRuns: new Map(),
  reconcileDifferences: new Map(),
  last: { inbox: 0, outbox: 0, group: 0, reconcileRun: 0, reconcileDifference: 0 },
});

/** A deep copy by way of JSON, which is what a database would give back. */
export const copied = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
