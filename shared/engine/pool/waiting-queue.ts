import type { Signal } from '../messages/signals.ts';
import type { Time } from '../time.ts';
import { bornAt, type Hindrance } from './hindrance.ts';
import type { PoolFacts, PoolSettings } from './pool-settings.ts';
import { dropOvertaken, overtakenBy } from './overtaken.ts';
import { sameGroup, type Pool, type QueuedEntry } from './pool.ts';
import { refuse, settle, type PoolDecision } from './settle-signal.ts';

/** Puts an entry into the queue, or replaces the one that waits for the same group and keeps its place (A-19, E-22). */
export function enqueue(pool: Pool, signal: Signal, { reason, detail }: Hindrance, facts: PoolFacts): PoolDecision {
  const before = pool.waiting.find((each) => sameGroup(each.signal, signal));
  const unconfirmed = facts.settings.confirmEntries;
  if (before !== undefined) {
    if (!facts.settings.replacementAllowed) return refuse(pool, signal, 'duplicate_entry', `entry ${before.id} waits for the same group`);
    const replaced: QueuedEntry = { ...before, signal, reason, unconfirmed, replacementCount: before.replacementCount + 1, replacedAt: facts.now };
    return {
      state: { ...pool, waiting: pool.waiting.map((each) => (each.id === before.id ? replaced : each)) },
      commands: [settle(before.signal, 'done', 'replaced_in_queue', null, `replaced by signal ${signal.signalId}`), settle(signal, 'waiting', 'queued', reason, detail)],
    };
  }
  const limit = facts.settings.queueLimit;
  if (limit > 0 && pool.waiting.length >= limit) return refuse(pool, signal, 'queue_full', `${pool.waiting.length} entries wait, the limit is ${limit}`);
  const queuedSoFar = pool.queuedSoFar + 1;
  const entry: QueuedEntry = { id: `${pool.userId}-${queuedSoFar}`, signal, reason, queuedAt: facts.now, replacementCount: 0, replacedAt: null, unconfirmed };
  return { state: { ...pool, queuedSoFar, waiting: [...pool.waiting, entry] }, commands: [settle(signal, 'waiting', 'queued', reason, detail)] };
}

/**
 * An entry comes back from a group that is closing, and waits until it has closed. Whoever let it go once has confirmed it. A newer
 * entry that waits for the same group stands in its place. One that came before the exit which closes the group ends with it.
 */
export function takeBack(pool: Pool, signal: Signal, hindrance: Hindrance, facts: PoolFacts): PoolDecision {
  const overtaken = overtakenBy(pool, signal);
  if (overtaken !== null) return dropOvertaken(pool, signal, overtaken);
  const waiting = pool.waiting.find((each) => sameGroup(each.signal, signal));
  if (waiting !== undefined && facts.settings.replacementAllowed) {
    const kept: QueuedEntry = { ...waiting, reason: hindrance.reason, replacementCount: waiting.replacementCount + 1 };
    return {
      state: { ...pool, waiting: pool.waiting.map((each) => (each.id === waiting.id ? kept : each)) },
      commands: [settle(signal, 'done', 'replaced_in_queue', null, `replaced by signal ${waiting.signal.signalId}`)],
    };
  }
  return enqueue(pool, signal, hindrance, { ...facts, settings: { ...facts.settings, confirmEntries: false } });
}

/** A person takes an entry out. */
export function removeQueued(pool: Pool, queueId: string): PoolDecision {
  const entry = pool.waiting.find((each) => each.id === queueId);
  if (entry === undefined) return { state: pool, commands: [] };
  return { state: { ...pool, waiting: pool.waiting.filter((each) => each.id !== queueId) }, commands: [settle(entry.signal, 'done', 'removed_from_queue')] };
}

/** The end of an entry's patience, and why it ends then. */
interface End {
  at: Time;
  why: string;
}

const minutes = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`);

/** Since when the present signal of an entry has waited: a replacement keeps its place in the line, but it is news. */
const waitsSince = ({ queuedAt, replacedAt }: QueuedEntry): Time => replacedAt ?? queuedAt;

/** When a waiting entry expires, whichever comes first; null where it waits for ever. */
export function expiryOf(entry: QueuedEntry, { queueLifeMs, confirmEntries, confirmationLifeMs }: PoolSettings): End | null {
  const since = waitsSince(entry);
  const ends: End[] = [];
  if (queueLifeMs > 0) ends.push({ at: since + queueLifeMs, why: `it waited ${minutes(queueLifeMs)}, the limit of waiting_rule.expires_after_minutes` });
  if (confirmEntries && entry.unconfirmed) ends.push({ at: since + confirmationLifeMs, why: `nobody confirmed it within ${minutes(confirmationLifeMs)}` });
  return ends.reduce<End | null>((first, end) => (first === null || end.at < first.at ? end : first), null);
}

/** When a waiting entry leaves the queue unworked: it expires, or its alert has become too old; null where it waits for ever. */
export function endOfWaiting(entry: QueuedEntry, settings: PoolSettings): Time | null {
  const ends = [expiryOf(entry, settings)?.at, settings.signalLifeMs > 0 ? bornAt(entry.signal) + settings.signalLifeMs + 1 : undefined].filter((at) => at !== undefined);
  return ends.length === 0 ? null : Math.min(...ends);
}
