import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { SettleSignal } from '#shared/engine/messages/commands';
import type { GroupEvent, PoolEvent, RiskEvent } from '#shared/engine/messages/events';
import type { Fill, Order } from '#shared/engine/order/order';
import type { Pool } from '#shared/engine/pool/pool';
import type { HaltKind, HaltSign } from '#shared/engine/pool/halts';
import type { AccountOff } from '#shared/engine/pool/pool-settings';
import type { Occupancy } from '#shared/engine/pool/slots';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { WakeCondition } from '#shared/engine/position/wake-conditions';
import type { CycleRecord } from '#shared/engine/risk/cycle-record';
import type { PlanRun, Risk } from '#shared/engine/risk/risk';
import type { AccountAccess } from './exchange.port.ts';
import type { ReconcileStore } from './reconcile-store.port.ts';

export type AggregateKind = 'pool' | 'group' | 'risk';

/** What an aggregate hears. */
export type AggregateEvent = GroupEvent | PoolEvent | RiskEvent;

/** One event for one aggregate. `key` makes it happen once; null where the engine itself counts it once (reports). */
export interface Work {
  aggregate: AggregateKind;
  aggregateId: string;
  key: string | null;
  event: AggregateEvent;
  /** Inbox row that this is a copy of: it is heard only where that row waits, is due and says exactly this. */
  copyOf?: string;
  /** Outbox row that this event answers: done in the same transaction. */
  completes?: string;
  /** Pyramids or legs take slots of this pool, so that they must be counted as well. */
  countsParts?: boolean;
}

/** An event that another aggregate, or the same one later, must hear. */
export interface NewInboxRow {
  key: string;
  aggregate: AggregateKind;
  aggregateId: string;
  event: AggregateEvent;
  dueAt: number;
}

export interface NewOutboxRow {
  kind: 'submit' | 'cancel';
  accountId: string;
  venue: string;
  groupId: string;
  clientOrderId: string;
  /** 1 goes before 10. */
  priority: number;
  /** A submit that the deciding process will send itself: claimed for so long right after the commit, as `claimOutbox` would. */
  claimForMs?: number;
}

export interface JournalRow {
  aggregate: AggregateKind;
  aggregateId: string;
  version: number;
  at: number;
  event: unknown;
  facts: unknown;
  commands: unknown;
}

/** A group with what its row shows beside the state. */
export interface SavedGroup {
  group: PositionGroup;
  version: number;
  wake: WakeCondition[];
  /** Orders that are new or differ from before. */
  orders: Order[];
  fills: Fill[];
}

/** A risk engine with what its cycle saw and its plans have come to. */
export interface SavedRisk {
  userId: string;
  /** Null where the state has not changed: an idle cycle leaves its record and no more. */
  next: { risk: Risk; version: number } | null;
  cycles: CycleRecord[];
  actions: PlanRun[];
}

/** Everything one decision writes, in one transaction. */
export interface Changes {
  pool: { pool: Pool; version: number } | null;
  /** Absent where the decision is none of a risk engine's. */
  risk?: SavedRisk;
  groups: SavedGroup[];
  journal: JournalRow[];
  inbox: NewInboxRow[];
  outbox: NewOutboxRow[];
  signals: SettleSignal[];
}

/**
 * The aggregate under its lock. A pool may come with only those open groups whose symbols the work concerns (the event's, and those of
 * who waits); `openElsewhere` counts the others, their parts only where `Work.countsParts` asks for it. Pyramids that are on their way to a
 * group count then, too: they were admitted under this lock. `stamp` is that of `activeSettings`, read under the lock.
 */
export type Locked = { kind: 'pool'; pool: Pool; version: number; openElsewhere: Occupancy; stamp: string } | { kind: 'group'; group: PositionGroup; version: number } | { kind: 'risk'; risk: Risk; version: number; lastMind: string | null };

/** Rows that now wait, so that somebody may knock. */
export interface Saved {
  /** `claim` is of a row whose `claimForMs` was set; absent where the claim could not be made, so that the row waits like any other. */
  outbox: { id: string; kind: 'submit' | 'cancel'; venue: string; priority: number; claim?: OutboxClaim }[];
  inbox: { id: string; dueAt: number }[];
}

export interface StoredInboxRow {
  id: string;
  key: string;
  aggregate: AggregateKind;
  aggregateId: string;
  event: AggregateEvent;
  /** Failed attempts so far. */
  attempts: number;
}

/** An order as its row tells, which knows of sending before the engine does. */
export interface OrderRow {
  order: Omit<Order, 'tradeIds'>;
  groupId: string;
  accountId: string;
  venue: string;
  symbol: string;
  sendingAt: number | null;
  acceptedAt: number | null;
  absentChecks: number;
  updatedAt: number;
}

/** What a claim of an outbox row found. */
export type OutboxClaim =
  /** Done already, or another process holds it. */
  | { kind: 'nothing' }
  /** `submit`: recorded as sending just now; send it within a second or put it back. */
  | { kind: 'send'; outboxId: string; row: OrderRow; attempts: number }
  /** New exposure is halted; it stays and is asked again later. */
  | { kind: 'halted'; outboxId: string; row: OrderRow; reason: string }
  /** `submit` that was begun before: its outcome must be asked for. `sentAgoMs` is measured on the one clock that wrote when: processes' own may be a minute apart. */
  | { kind: 'resolve'; outboxId: string; row: OrderRow; sentAgoMs: number | null }
  | { kind: 'cancel'; outboxId: string; row: OrderRow; submitPending: boolean };

/** A stop of new exposure, as it is set. */
export interface NewHalt extends HaltSign {
  /** Why the engine set it, such as `key_refused`; null where a person did. */
  code: string | null;
  /** E-mail of the person who set it; null where the engine or the STOP file did. */
  by: string | null;
  /** Where another deployment is the cause: nothing is set if a person has accepted it meanwhile; nor, while none of its orders is open, if none was heard since the last re-arm. */
  deployment?: { prefix: string; open: boolean };
}
/** One that stands. */
export interface Halt extends Omit<NewHalt, 'deployment'> {
  at: number;
  /** Of the STOP file: it was there a moment ago. */
  fileStands: boolean;
}
/** Which halts are meant: of one scope, of one kind or of all. */
export interface HaltsMeant extends Pick<HaltSign, 'scope' | 'scopeId'> {
  kinds: readonly HaltKind[];
  /** Only those with one of these causes. */
  codes?: readonly string[];
  /** Only what has stood since then. */
  at?: number;
}
/** Orders of an account whose outcome nobody knows. */
export interface UnknownOrders {
  accountId: string;
  /** For how long, of each, the oldest first. */
  agesMs: number[];
}

/** Where truth is kept. Every method is one transaction. */
export interface Store extends ReconcileStore {
  /**
   * Locks the aggregate, lets `decide` say what changes, and saves it together with the claim of `work.key`.
   * Returns null where the key was claimed before, or `decide` returned null: then nothing was written.
   */
  transact(work: Work, decide: (locked: Locked) => Changes | null): Promise<Saved | null>;
  inboxRow(id: string): Promise<StoredInboxRow | null>;
  /** Notes a failed attempt and when to try again. */
  inboxFailed(id: string, error: string, retryAt: number): Promise<void>;
  /** Pending inbox rows that are due, oldest first. */
  dueInbox(limit: number): Promise<{ id: string }[]>;
  /** Pending outbox rows that are due; takes each for `leaseMs`, so that the next sweep leaves them alone. */
  dueOutbox(limit: number, leaseMs: number): Promise<Saved['outbox']>;

  claimOutbox(id: string, leaseMs: number): Promise<OutboxClaim>;
  /**
   * Takes back a send that did not leave, so that it can be claimed again at `dueAt`. Nothing where somebody has claimed the row after the
   * claim with these `attempts`: they may be asking the venue what became of it, and go by its having been sent.
   */
  putBack(outboxId: string, clientOrderId: string, dueAt: number, error: string, attempts: number): Promise<void>;
  postponeOutbox(id: string, dueAt: number, error: string | null): Promise<void>;
  finishOutbox(id: string): Promise<void>;
  /** Counts a lookup that found nothing, unless another was counted less than `apartMs` before `now`; the count. */
  noteAbsent(clientOrderId: string, now: number, apartMs: number): Promise<number>;

  /** Orders of an account that may have changed at the venue: working, or with trades we have not seen. */
  openOrderRows(accountId: string): Promise<OrderRow[]>;
  /** Orders of an account and symbol by their id at the venue. */
  ordersByVenueId(accountId: string, symbol: string, venueOrderIds: string[]): Promise<OrderRow[]>;
  orderRow(clientOrderId: string): Promise<OrderRow | null>;
  knownTrades(accountId: string, symbol: string, since: number): Promise<Set<string>>;
  watermark(accountId: string, symbol: string): Promise<number | null>;
  setWatermark(accountId: string, symbol: string, at: number): Promise<void>;
  /** Accounts whose working orders are due to be asked for; each is put off by `everyMs`. */
  duePolls(everyMs: number): Promise<{ accountId: string; venue: string }[]>;

  account(accountId: string): Promise<(Omit<AccountAccess, 'apiKey' | 'secret' | 'passphrase'> & { userId: string; sealedSecrets: Uint8Array; enabled: boolean; liveEnabled: boolean }) | null>;
  activeAccounts(): Promise<{ accountId: string; venue: string; market: Market; mode: string }[]>;
  group(groupId: string): Promise<{ group: PositionGroup; version: number } | null>;
  /** A user's open groups with the mode of their accounts, for the risk engine's book. */
  openBook(userId: string): Promise<{ group: PositionGroup; accountMode: string }[]>;
  /** Users with an open group, and when the risk engine last looked at their book; null before the first time. */
  riskUsers(): Promise<{ userId: string; lastCycleAt: number | null }[]>;
  risk(userId: string): Promise<{ risk: Risk; version: number; lastCycleAt: number | null } | null>;
  pools(): Promise<string[]>;
  /** Users who have applied a configuration. */
  configuredUsers(): Promise<string[]>;
  journalOf(aggregate: AggregateKind, aggregateId: string): Promise<JournalRow[]>;

  /** What stands for a user, under a stamp that another reading has only if nothing of it has changed: the active configuration, null version before the first, whether new exposure is halted everywhere, and which accounts of the user take no entries. */
  activeSettings(userId: string): Promise<{ version: number | null; document: unknown; halted: boolean; accountsOff: Record<string, AccountOff>; stamp: string }>;
  saveInstruments(venue: string, market: Market, instruments: Instrument[], at: number): Promise<void>;
  instruments(venue: string, market: Market): Promise<{ instruments: Instrument[]; fetchedAt: number | null }>;
  lastPrices(): Promise<{ venue: string; market: Market; symbol: string; price: string; at: number }[]>;
  deploymentPrefix(): Promise<string>;
  nextGroupIds(count: number): Promise<string[]>;
  /** Every halt that stands, oldest first. */
  halts(): Promise<Halt[]>;
  /** Stops new exposure. Resolves when no order goes out any more that was not let go before; false where one of the same kind stands already: that one stays as it is. */
  halt(halt: NewHalt): Promise<boolean>;
  /** Ends halts and tells which. One of a STOP file that is still there stays. */
  rearm(meant: HaltsMeant): Promise<Halt[]>;
  /** Notes that the STOP file is there now. False where its halt does not stand. */
  seeStopFile(): Promise<boolean>;
  /** Accounts with orders of unknown outcome. */
  unknownOrders(): Promise<UnknownOrders[]>;
  /** Milliseconds by which the clock that leases go by is ahead of this process's, give or take `marginMs`. */
  clockSkew(): Promise<{ skewMs: number; marginMs: number }>;
  /** Takes or keeps a lease on the database clock; false where another owner holds it. */
  lease(name: string, owner: string, ttlMs: number): Promise<boolean>;
  setStatus(name: string, status: unknown): Promise<void>;
  /** Removes finished inbox and outbox rows older than this. */
  prune(keepDays: number): Promise<void>;
  /** Stores an event to be heard; nothing where its key exists. */
  enqueue(row: NewInboxRow): Promise<string | null>;
}

