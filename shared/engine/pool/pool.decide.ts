import { unreachable } from '../assert.ts';
import type { Decision } from '../decision.ts';
import { pyramidCapital } from '../entry/sizing.ts';
import type { EntryPlan, SizingPlan } from '../entry/entry-plan.ts';
import type { ExitPlan } from '../exit/exit-plan.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { PoolCommand, SettleSignal } from '../messages/commands.ts';
import type { PoolEvent, PyramidStart } from '../messages/events.ts';
import type { Signal } from '../messages/signals.ts';
import { isPositive, type Price } from '../num/units.ts';
import { anyTradable, buildPyramid } from '../position/on-request.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Time } from '../time.ts';
import { sameGroup, type Pool, type QueuedEntry, type QueueReason } from './pool.ts';

/** What the user has configured, as far as admission goes. */
export interface PoolSettings {
  groupsMax: number;
  queueLimit: number;
  replacementAllowed: boolean;
  /** Entries that arrived longer ago are not worked any more; 0 lets them live for ever. */
  signalLifeMs: number;
  entryPlan: EntryPlan;
  exitPlan: ExitPlan;
  sizing: SizingPlan;
}

/** What is known of one symbol now. `unavailable`: the rules are not loaded, so the entry waits; `unlisted`: the venue does not list it. */
export interface SymbolFacts {
  instrument: Instrument | 'unavailable' | 'unlisted';
  priceLast: Price | null;
}

export interface PoolFacts {
  now: Time;
  settings: PoolSettings;
  /** Open groups beside those in `pool.open`: of symbols that this decision does not concern. */
  openElsewhere: number;
  /** No new exposure: who waits goes on waiting. */
  halted: boolean;
  /** By `accountId symbol`. */
  symbols: Record<string, SymbolFacts>;
  /** Ids for groups that this decision may open. */
  groupIds: string[];
}

export const symbolFactsKey = (entry: { accountId: string; symbol: string }): string => `${entry.accountId} ${entry.symbol}`;

type PoolDecision = Decision<Pool, PoolCommand>;

/** What one event means to a user's pool; every change is followed by the promotion of who waits. */
export function decidePool(pool: Pool, event: PoolEvent, facts: PoolFacts): PoolDecision {
  switch (event.type) {
    case 'signal':
      return promote(hearSignal(pool, event.signal, facts), facts);
    case 'entry-bounced':
      return promote(enqueue(pool, event.signal, event.reason, facts), facts);
    case 'group-closed':
      return promote({ state: { ...pool, open: pool.open.filter((open) => open.groupId !== event.groupId) }, commands: [] }, facts);
    case 'queue-promote':
    case 'timer':
      return promote({ state: pool, commands: [] }, facts);
    case 'queue-force':
      return promote({ state: { ...pool, waiting: pool.waiting.map((each) => (each.id === event.queueId ? { ...each, forced: true } : each)) }, commands: [] }, facts);
    case 'queue-remove':
      return removeQueued(pool, event.queueId);
    default:
      return unreachable(event);
  }
}

const settle = (signal: Signal, status: SettleSignal['status'], outcome: SettleSignal['outcome'], reason: SettleSignal['reason'] = null, detail: string | null = null, groupId: string | null = null): SettleSignal => ({
  type: 'settle-signal',
  signalId: signal.signalId,
  status,
  outcome,
  reason,
  detail,
  groupId,
});

const refuse = (pool: Pool, signal: Signal, code: RefusalCode, detail: string): PoolDecision => ({ state: pool, commands: [settle(signal, 'refused', 'refused', code, detail)] });

function hearSignal(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  switch (signal.kind) {
    case 'entry':
      return hearEntry(pool, signal, facts);
    case 'exit':
      return hearExit(pool, signal, 'exit_signal');
    case 'reduce':
      return hearReduce(pool, signal);
    case 'reverse':
      return hearReverse(pool, signal, facts);
    default:
      return unreachable(signal.kind);
  }
}

/** Existing group: a pyramid. Other side open: wait. Free slot: a new group. Otherwise: wait. One that waits is never overtaken: it is replaced. */
function hearEntry(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  if (signal.executionMode !== 'grid') return refuse(pool, signal, 'execution_mode_unavailable', `the endpoint asks for ${signal.executionMode}; grid is available`);
  if (signal.market === 'spot' && signal.side === 'short') return refuse(pool, signal, 'short_not_supported', `${signal.symbol} is on a spot account`);
  const ageMs = facts.now - (signal.alertAt ?? signal.receivedAt);
  const lifeMs = facts.settings.signalLifeMs;
  if (lifeMs > 0 && ageMs > lifeMs) return refuse(pool, signal, 'stale_signal', `the alert is ${Math.round(ageMs / 1000)} s old, an entry lives ${lifeMs / 1000} s`);
  const blocked = whyNotNow(pool, signal, facts) ?? pool.waiting.find((each) => sameGroup(each.signal, signal))?.reason ?? null;
  if (blocked !== null) return enqueue(pool, signal, blocked, facts);
  return admit(pool, signal, facts);
}

const oppositeOpen = (pool: Pool, signal: Signal): boolean =>
  pool.open.some((open) => open.accountId === signal.accountId && open.symbol === signal.symbol && open.side !== signal.side && (signal.market === 'usdm' || open.timeframe === signal.timeframe));

/** Why an entry must wait, or null where it may go. A pyramid of an open group needs no slot. */
function whyNotNow(pool: Pool, signal: Signal, facts: PoolFacts, forced = false): QueueReason | null {
  if (facts.symbols[symbolFactsKey(signal)]?.instrument === 'unavailable') return 'missing_precision';
  if (oppositeOpen(pool, signal)) return 'opposite_side';
  if (pool.open.some((open) => sameGroup(open, signal))) return null;
  return pool.open.length + facts.openElsewhere >= facts.settings.groupsMax && !forced ? 'pool_full' : null;
}

/** Opens a group or adds a pyramid, or refuses with the reason. */
function admit(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  const known = facts.symbols[symbolFactsKey(signal)];
  if (known === undefined || typeof known.instrument === 'string') return refuse(pool, signal, 'precision_unavailable', `${signal.venue} ${signal.market} does not list ${signal.symbol}`);
  const entryPrice = signal.priceSignal ?? known.priceLast;
  if (entryPrice === null || !isPositive(entryPrice)) return refuse(pool, signal, 'no_price', `no price for ${signal.symbol} yet`);
  const capital = pyramidCapital(facts.settings.sizing, signal.size, entryPrice, known.instrument);
  if (capital === null) return refuse(pool, signal, 'no_size', 'order_size is absent or zero and grid_strategy.fixed_quote is not set');
  const start: PyramidStart = { signalId: signal.signalId, entryPrice, capital };
  const open = pool.open.find((each) => sameGroup(each, signal));
  if (open !== undefined) return { state: pool, commands: [{ type: 'tell-group', groupId: open.groupId, event: { type: 'add-pyramid', signal, start }, key: `signal:${signal.signalId}:pyramid:${open.groupId}` }] };
  const { entryPlan, exitPlan } = facts.settings;
  const ladder = buildPyramid(entryPlan, exitPlan, signal.side, 0, start, known.instrument);
  if (!anyTradable(ladder)) return refuse(pool, signal, 'every_leg_blocked', ladder.legs[0]?.blocked ?? 'the ladder is empty');
  const groupId = facts.groupIds[0];
  if (groupId === undefined) return enqueue(pool, signal, 'pool_full', facts);
  return {
    state: { ...pool, open: [...pool.open, { groupId, userId: signal.userId, accountId: signal.accountId, symbol: signal.symbol, timeframe: signal.timeframe, side: signal.side }] },
    commands: [{ type: 'open-group', groupId, event: { type: 'open', groupId, signal, start, entryPlan, exitPlan } }],
  };
}

/** Puts an entry into the queue, or replaces the one that waits for the same group and keeps its place (A-19, E-22). */
function enqueue(pool: Pool, signal: Signal, reason: QueueReason, facts: PoolFacts): PoolDecision {
  const before = pool.waiting.find((each) => sameGroup(each.signal, signal));
  if (before !== undefined) {
    if (!facts.settings.replacementAllowed) return refuse(pool, signal, 'duplicate_entry', `entry ${before.id} waits for the same group`);
    const replaced: QueuedEntry = { ...before, signal, reason, replacementCount: before.replacementCount + 1, replacedAt: facts.now };
    return {
      state: { ...pool, waiting: pool.waiting.map((each) => (each.id === before.id ? replaced : each)) },
      commands: [settle(before.signal, 'done', 'replaced_in_queue', null, `replaced by signal ${signal.signalId}`), settle(signal, 'waiting', 'queued', reason)],
    };
  }
  const limit = facts.settings.queueLimit;
  if (limit > 0 && pool.waiting.length >= limit) return refuse(pool, signal, 'queue_full', `${pool.waiting.length} entries wait, the limit is ${limit}`);
  const queuedSoFar = pool.queuedSoFar + 1;
  const entry: QueuedEntry = { id: `${pool.userId}-${queuedSoFar}`, signal, reason, queuedAt: facts.now, replacementCount: 0, replacedAt: null, forced: false };
  return { state: { ...pool, queuedSoFar, waiting: [...pool.waiting, entry] }, commands: [settle(signal, 'waiting', 'queued', reason)] };
}

/** Closes the group and drops the entry that waits for it. */
function hearExit(pool: Pool, signal: Signal, reason: 'exit_signal' | 'reverse'): PoolDecision {
  const open = pool.open.find((each) => sameGroup(each, signal));
  const queued = pool.waiting.filter((each) => sameGroup(each.signal, signal));
  const commands: PoolCommand[] = queued.map((each) => settle(each.signal, 'done', 'dropped_from_queue', null, `dropped by the exit of signal ${signal.signalId}`));
  if (open !== undefined) commands.push({ type: 'tell-group', groupId: open.groupId, event: { type: 'close-requested', reason, signalId: signal.signalId }, key: `signal:${signal.signalId}:close:${open.groupId}` });
  else if (queued.length > 0) commands.push(settle(signal, 'accepted', 'dropped_from_queue'));
  else commands.push(settle(signal, 'done', 'refused', 'nothing_to_close', `no open group and no queued entry for ${signal.symbol} ${signal.timeframe} ${signal.side}`));
  return { state: { ...pool, waiting: pool.waiting.filter((each) => !queued.includes(each)) }, commands };
}

function hearReduce(pool: Pool, signal: Signal): PoolDecision {
  const open = pool.open.find((each) => sameGroup(each, signal));
  if (open === undefined || signal.reduceFraction === null) return { state: pool, commands: [settle(signal, 'done', 'refused', 'nothing_to_close', `no open group for ${signal.symbol} ${signal.timeframe} ${signal.side}`)] };
  return {
    state: pool,
    commands: [{ type: 'tell-group', groupId: open.groupId, event: { type: 'reduce-requested', signalId: signal.signalId, fraction: signal.reduceFraction }, key: `signal:${signal.signalId}:reduce:${open.groupId}` }],
  };
}

/** Closes the present side now; the other side waits in the queue and goes when it is closed. */
function hearReverse(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  const entry: Signal = { ...signal, kind: 'entry' };
  const present: Signal = { ...signal, side: signal.side === 'long' ? 'short' : 'long' };
  const open = pool.open.find((each) => sameGroup(each, present));
  if (open === undefined) return hearEntry(pool, entry, facts);
  const queued = hearEntry(pool, entry, facts);
  const close: PoolCommand = { type: 'tell-group', groupId: open.groupId, event: { type: 'close-requested', reason: 'reverse', signalId: null }, key: `signal:${signal.signalId}:close:${open.groupId}` };
  return { state: queued.state, commands: [...queued.commands, close] };
}

function removeQueued(pool: Pool, queueId: string): PoolDecision {
  const entry = pool.waiting.find((each) => each.id === queueId);
  if (entry === undefined) return { state: pool, commands: [] };
  return { state: { ...pool, waiting: pool.waiting.filter((each) => each.id !== queueId) }, commands: [settle(entry.signal, 'done', 'removed_from_queue')] };
}

/** Admits who waits, oldest first, as long as one may go (invariant 5). Each gets a group id of its own. */
function promote(decided: PoolDecision, facts: PoolFacts): PoolDecision {
  if (facts.halted) return decided;
  let { state } = decided;
  const commands = [...decided.commands];
  let groupIds = withoutUsed(facts.groupIds, commands);
  for (const entry of decided.state.waiting) {
    if (groupIds.length === 0) break;
    const reason = whyNotNow(state, entry.signal, facts, entry.forced);
    if (entry.reason === 'group_closing' && state.open.some((open) => sameGroup(open, entry.signal))) continue;
    if (reason !== null || facts.symbols[symbolFactsKey(entry.signal)] === undefined) continue;
    const without = { ...state, waiting: state.waiting.filter((each) => each.id !== entry.id) };
    const admitted = admit(without, entry.signal, { ...facts, groupIds });
    state = admitted.state;
    commands.push(...admitted.commands);
    groupIds = withoutUsed(groupIds, admitted.commands);
  }
  return { state, commands };
}

const withoutUsed = (ids: string[], commands: PoolCommand[]): string[] => {
  const used = new Set(commands.flatMap((command) => (command.type === 'open-group' ? [command.groupId] : [])));
  return ids.filter((id) => !used.has(id));
};
