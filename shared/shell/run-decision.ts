import type { GroupCommand, PoolCommand, RiskCommand, SettleSignal, Tell } from '#shared/engine/messages/commands';
import type { Fill } from '#shared/engine/order/order';
import type { GroupEvent, PoolEvent, RiskEvent } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';
import { wakeConditions } from '#shared/engine/position/wake-conditions';
import { decidePool } from '#shared/engine/pool/pool.decide';
import { tellRules } from '#shared/engine/pool/tell-rules';
import { type PoolFacts } from '#shared/engine/pool/pool-settings';
import type { Pool } from '#shared/engine/pool/pool';
import type { Occupancy } from '#shared/engine/pool/slots';
import { decideGroup, type GroupFacts } from '#shared/engine/position/position-group.decide';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { decideRisk } from '#shared/engine/risk/risk.decide';
import type { RiskFacts } from '#shared/engine/risk/risk-facts';
import type { Changes, Locked, Saved, SavedGroup, SavedRisk, Store, Work } from '#shared/ports/store.port';
import { callOut, type AtCrashPoint } from './crash-points.ts';
import { NotReady } from './not-ready.ts';
import { outboxLeaseMs } from '#shared/ports/send-times';
import { spanNow } from '#shared/ports/span-clock';
import type { Dispatch } from './shell.ts';

/** What a decision may know of the world, at hand: nothing is waited for while a row is locked. */
export interface FactsAtHand {
  /** Of a group that is open, or of one that is about to be, with the plan it is opened with and the signal that opens it. */
  forGroup(group: Pick<PositionGroup, 'venue' | 'market' | 'symbol' | 'precisionPlan'>, opening?: Signal): GroupFacts;
  /** Throws `NotReady` where what was brought to hand does not stand under this stamp any more. */
  forPool(pool: Pool, event: PoolEvent, openElsewhere: Occupancy, stamp: string): PoolFacts;
  /** Of a user's risk engine; `lastMind` is of its last cycle, as read under the lock. */
  forRisk(lastMind: string | null): RiskFacts;
  /** Do parts of groups take slots of the pool? */
  countsParts?: boolean;
}

/** Brings to hand what a piece of work will need, before its row is locked. */
export interface FactSource {
  prepare(work: Work): Promise<FactsAtHand>;
}

/** What a decision is run with. */
export interface DecisionPorts {
  store: Pick<Store, 'transact'>;
  facts: FactSource;
  atCrashPoint: AtCrashPoint;
  dispatch?: Pick<Dispatch, 'room'>;
}

/** What a decision did, for those who knock, show and tell. */
export interface Ran {
  saved: Saved;
  groups: { before: PositionGroup | null; after: SavedGroup; wakeChanged: boolean }[];
  pool: Pool | null;
  risk: SavedRisk | null;
  tells: Tell[];
  signals: Changes['signals'];
  /** When it was decided, by `spanNow()`: before anything of it was written. */
  decidedAt: number;
}

/** Due whatever the time is: our clock may be ahead of the database's, and a row that seems early would wait for the sweeper. */
const atOnce = 0;

interface Draft extends Changes {
  tells: Tell[];
  steps: Ran['groups'];
  decidedAt: number;
  /** Can this process send another order itself? */
  room: (priority: number) => boolean;
}

function newDraft(dispatch: Pick<Dispatch, 'room'> | undefined): Draft {
  let marked = 0;
  const room = (priority: number): boolean => dispatch?.room(priority, marked) === true && (marked += 1) > 0;
  return { pool: null, groups: [], journal: [], inbox: [], outbox: [], signals: [], tells: [], steps: [], decidedAt: spanNow(), room };
}

/**
 * Runs one event through the engine: lock, facts, decide, and state, journal and outbox in one transaction. Null where the event
 * was heard before or changes nothing. Throws what the store or an invariant throws; then nothing was written.
 */
export async function runDecision(ports: DecisionPorts, work: Work): Promise<Ran | null> {
  try {
    return await decideOnce(ports, work);
  } catch (error) {
    if (!(error instanceof NotReady) || error.remedy === null) throw error;
    // What was missing in memory may stand in the store, or be fetched: an exit should not have to wait for its next turn.
    const remedy = error.remedy;
    await callOut(ports, 'decide:remedy', () => remedy());
    return await decideOnce(ports, work);
  }
}

async function decideOnce(ports: DecisionPorts, work: Work): Promise<Ran | null> {
  const { store, facts, dispatch } = ports;
  let draft = newDraft(dispatch);
  const atHand = await callOut(ports, 'decide:prepare', () => facts.prepare(work));
  const decide = (locked: Locked): Changes | null => {
    draft = newDraft(dispatch);
    if (locked.kind === 'pool') decideForPool(draft, locked, work.event as PoolEvent, atHand);
    else if (locked.kind === 'risk') decideForRisk(draft, locked, work.event as RiskEvent, atHand);
    else decideForGroup(draft, { group: locked.group, version: locked.version }, work.event as GroupEvent, atHand.forGroup(locked.group), work);
    const silent = draft.journal.length === 0 && draft.risk === undefined && work.key === null && work.completes === undefined;
    return silent ? null : draft;
  };
  const saved = await callOut(ports, 'decide:save', () => store.transact(atHand.countsParts === true ? { ...work, countsParts: true } : work, decide));
  return saved === null ? null : { saved, groups: draft.steps, pool: draft.pool?.pool ?? null, risk: draft.risk ?? null, tells: draft.tells, signals: draft.signals, decidedAt: draft.decidedAt };
}

function decideForPool(draft: Draft, locked: Extract<Locked, { kind: 'pool' }>, event: PoolEvent, source: FactsAtHand): void {
  const facts = source.forPool(locked.pool, event, locked.openElsewhere, locked.stamp);
  const { state, commands: decided } = decidePool(locked.pool, event, facts);
  const commands = [...decided, ...tellRules(decided, facts)];
  if (commands.length === 0 && same(state, locked.pool)) return;
  const version = locked.version + 1;
  draft.pool = { pool: state, version };
  draft.journal.push({ aggregate: 'pool', aggregateId: state.userId, version, at: facts.now, event, facts: briefly(facts), commands: commands.map(withoutTold) });
  for (const command of commands) carryPoolCommand(draft, state, command, source);
}

/** An idle cycle leaves its record and no journal: nothing has changed. */
function decideForRisk(draft: Draft, locked: Extract<Locked, { kind: 'risk' }>, event: RiskEvent, source: FactsAtHand): void {
  const facts = source.forRisk(locked.lastMind);
  const { state, commands, cycle, actions } = decideRisk(locked.risk, event, facts);
  const changed = commands.length > 0 || !same(state, locked.risk);
  if (!changed && cycle === null) return;
  const { userId } = state;
  const version = locked.version + 1;
  draft.risk = { userId, next: changed ? { risk: state, version } : null, cycles: cycle === null ? [] : [cycle], actions };
  if (!changed) return;
  draft.journal.push({ aggregate: 'risk', aggregateId: userId, version, at: facts.now, event, facts, commands });
  for (const command of commands) carryRiskCommand(draft, userId, command);
}

function carryRiskCommand(draft: Draft, userId: string, command: RiskCommand): void {
  switch (command.type) {
    case 'tell':
      draft.tells.push(command);
      return;
    case 'wake-at':
      draft.inbox.push({ key: command.key, aggregate: 'risk', aggregateId: userId, event: { type: 'timer' }, dueAt: command.at });
      return;
    case 'tell-group':
      draft.inbox.push({ key: command.key, aggregate: 'group', aggregateId: command.groupId, event: command.event, dueAt: atOnce });
      return;
    case 'tell-risk':
      draft.inbox.push({ key: command.key, aggregate: 'risk', aggregateId: userId, event: command.event, dueAt: atOnce });
  }
}

/** What a reader of the pool's journal needs; rules and plans stand in the journal of the group that was opened by them. */
const briefly = ({ settings: { groupsMax, queueLimit }, symbols, adopted: _rules, ...facts }: PoolFacts): unknown => ({
  ...facts,
  groupsMax,
  queueLimit,
  prices: Object.fromEntries(Object.entries(symbols).map(([key, { priceLast }]) => [key, priceLast])),
});

/** A command without the event that the group's own journal begins with. */
const withoutTold = (command: PoolCommand): unknown => (command.type === 'open-group' ? { type: command.type, groupId: command.groupId } : command);

function carryPoolCommand(draft: Draft, pool: Pool, command: PoolCommand, source: FactsAtHand): void {
  switch (command.type) {
    case 'settle-signal':
      return settleSignal(draft, command);
    case 'tell':
      draft.tells.push(command);
      return;
    case 'wake-at':
      draft.inbox.push({ key: command.key, aggregate: 'pool', aggregateId: pool.userId, event: { type: 'timer' }, dueAt: command.at });
      return;
    case 'tell-group':
      draft.inbox.push({ key: command.key, aggregate: 'group', aggregateId: command.groupId, event: command.event, dueAt: atOnce });
      return;
    case 'adopt-group':
    case 'open-group': {
      // A group that nobody else can know yet needs no lock: it is decided here, which saves a transaction and a queue hop per entry.
      const { signal } = command.event;
      decideForGroup(draft, { group: null, version: 0 }, command.event, source.forGroup({ ...signal, precisionPlan: command.event.precisionPlan }, signal), { aggregateId: command.groupId });
    }
  }
}

function decideForGroup(draft: Draft, before: { group: PositionGroup | null; version: number }, event: GroupEvent, facts: GroupFacts, work: Pick<Work, 'aggregateId'>): void {
  const { state, commands } = decideGroup(before.group, event, facts);
  if (commands.length === 0 && before.group !== null && same(state, before.group)) return;
  const version = before.version + 1;
  const after: SavedGroup = {
    group: state,
    version,
    wake: wakeConditions(state, facts.instrument),
    orders: changedOrders(before.group, state),
    fills: newFills(before.group, event),
  };
  draft.groups.push(after);
  const wokeAt = before.group === null ? [] : wakeConditions(before.group, facts.instrument);
  draft.steps.push({ before: before.group, after, wakeChanged: !same(wokeAt, after.wake) });
  draft.journal.push({ aggregate: 'group', aggregateId: work.aggregateId, version, at: facts.now, event, facts, commands });
  for (const command of commands) carryGroupCommand(draft, state, command);
}

function carryGroupCommand(draft: Draft, group: PositionGroup, command: GroupCommand): void {
  const ask = (kind: 'submit' | 'cancel', clientOrderId: string, priority: number): void => {
    const claim = kind === 'submit' && draft.room(priority) ? { claimForMs: outboxLeaseMs } : {};
    draft.outbox.push({ kind, accountId: group.accountId, venue: group.venue, groupId: group.id, clientOrderId, priority, ...claim });
  };
  switch (command.type) {
    case 'submit-order':
      return ask('submit', command.clientOrderId, command.protective ? 1 : 10);
    case 'cancel-order':
      return ask('cancel', command.clientOrderId, 1);
    case 'settle-signal':
      return settleSignal(draft, command);
    case 'tell':
      draft.tells.push(command);
      return;
    case 'wake-at':
      draft.inbox.push({ key: command.key, aggregate: 'group', aggregateId: group.id, event: { type: 'timer' }, dueAt: command.at });
      return;
    case 'tell-pool':
      draft.inbox.push({ key: command.key, aggregate: 'pool', aggregateId: group.userId, event: command.event, dueAt: atOnce });
      return;
    case 'tell-risk':
      draft.inbox.push({ key: command.key, aggregate: 'risk', aggregateId: group.userId, event: command.event, dueAt: atOnce });
  }
}

/** The last word counts: an entry may be queued and promoted by one decision. */
const settleSignal = (draft: Draft, told: SettleSignal): void => {
  draft.signals = [...draft.signals.filter((each) => each.signalId !== told.signalId), told];
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function changedOrders(before: PositionGroup | null, after: PositionGroup): PositionGroup['orders'] {
  const known = new Map(before?.orders.map((order) => [order.clientOrderId, order]));
  return after.orders.filter((order) => !same(known.get(order.clientOrderId), order));
}

/** Trades this event counted for the first time; the rows of `fills` are exactly what the state has counted. */
function newFills(before: PositionGroup | null, event: GroupEvent): Fill[] {
  if (event.type !== 'order-report') return [];
  const order = before?.orders.find((each) => each.clientOrderId === event.clientOrderId);
  if (order === undefined) return [];
  const counted = new Set(order.tradeIds);
  return event.fills.filter((fill) => !counted.has(fill.tradeId) && counted.add(fill.tradeId));
}
