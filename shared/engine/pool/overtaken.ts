import type { Signal } from '../messages/signals.ts';
import type { Time } from '../time.ts';
import { sameGroup, type HeardExit, type Pool } from './pool.ts';
import { settle, type PoolDecision } from './settle-signal.ts';

/**
 * An entry may be held up for a balance, for rules, or by a failure, while the exit that came after it is decided at once. It is never held
 * up much longer than the pauses between attempts, which end at a minute; the list is written with every decision and must stay short.
 */
const rememberedMs = 120_000;

/** Ids are given in the order in which alerts were stored: the shorter is the earlier, equal lengths compare as text. */
const storedBefore = (a: string, b: string): boolean => a.length < b.length || (a.length === b.length && a < b);

/** The pool with an exit noted; `exit` names the side that it closes. */
export function withExit(pool: Pool, exit: Signal, now: Time): Pool {
  const { userId, accountId, symbol, timeframe, side, signalId, receivedAt } = exit;
  const heard: HeardExit = { userId, accountId, symbol, timeframe, side, signalId, receivedAt };
  const known = (pool.exits ?? []).filter((each) => now - each.receivedAt < rememberedMs);
  if (known.some((each) => sameGroup(each, heard) && each.receivedAt > receivedAt)) return { ...pool, exits: known };
  return { ...pool, exits: [...known.filter((each) => !sameGroup(each, heard)), heard] };
}

/** The exit that came after this entry and was decided before it; null where there is none. Both the clock and the order of storing must say so. */
export const overtakenBy = (pool: Pool, entry: Signal): HeardExit | null =>
  (pool.exits ?? []).find((exit) => sameGroup(exit, entry) && entry.receivedAt < exit.receivedAt && storedBefore(entry.signalId, exit.signalId)) ?? null;

/** What an exit has overtaken is not opened any more: nobody would close it. */
export const dropOvertaken = (pool: Pool, entry: Signal, exit: HeardExit): PoolDecision => ({
  state: pool,
  commands: [settle(entry, 'done', 'dropped_from_queue', null, `dropped by the exit of signal ${exit.signalId}, which came after it and was decided first`)],
});
