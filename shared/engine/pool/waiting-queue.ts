import type { Signal } from '../messages/signals.ts';
import { symbolFactsKey, type PoolFacts } from './pool-settings.ts';
import { sameGroup, type Pool, type QueuedEntry, type QueueReason } from './pool.ts';
import { refuse, settle, type PoolDecision } from './settle-signal.ts';

const oppositeOpen = (pool: Pool, signal: Signal): boolean =>
  pool.open.some((open) => open.accountId === signal.accountId && open.symbol === signal.symbol && open.side !== signal.side && (signal.market === 'usdm' || open.timeframe === signal.timeframe));

/** Why an entry must wait, or null where it may go. A pyramid of an open group needs no slot. */
export function whyNotNow(pool: Pool, signal: Signal, facts: PoolFacts, forced = false): QueueReason | null {
  if (facts.symbols[symbolFactsKey(signal)]?.instrument === 'unavailable') return 'missing_precision';
  if (oppositeOpen(pool, signal)) return 'opposite_side';
  if (pool.open.some((open) => sameGroup(open, signal))) return null;
  return pool.open.length + facts.openElsewhere >= facts.settings.groupsMax && !forced ? 'pool_full' : null;
}

/** Puts an entry into the queue, or replaces the one that waits for the same group and keeps its place (A-19, E-22). */
export function enqueue(pool: Pool, signal: Signal, reason: QueueReason, facts: PoolFacts): PoolDecision {
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

/** A person takes an entry out. */
export function removeQueued(pool: Pool, queueId: string): PoolDecision {
  const entry = pool.waiting.find((each) => each.id === queueId);
  if (entry === undefined) return { state: pool, commands: [] };
  return { state: { ...pool, waiting: pool.waiting.filter((each) => each.id !== queueId) }, commands: [settle(entry.signal, 'done', 'removed_from_queue')] };
}
