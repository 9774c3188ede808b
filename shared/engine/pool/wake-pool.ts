import type { PoolEvent } from '../messages/events.ts';
import type { Time } from '../time.ts';
import type { PoolFacts } from './pool-settings.ts';
import type { Pool, QueuedEntry, QueueReason } from './pool.ts';
import type { PoolDecision } from './settle-signal.ts';
import { countsParts } from './slots.ts';
import { endOfWaiting } from './waiting-queue.ts';

/**
 * Entries that wait for a price, a balance or an account are looked at again this often. A price watch of the pool's own would be
 * faster and would have to be kept in step with every entry; half a minute is little to somebody who waits for the price to come back.
 * Of rules that have come the pool is told; that word is not written with them, so it may be lost, and nothing else might come for days.
 */
const lookAgainMs = 30_000;
/** The clock that makes a wake due may be ahead of ours: one that comes this much early is the one that was asked for. */
const skewMs = 5_000;

const seenOnlyByLooking: ReadonlySet<QueueReason> = new Set(['missing_precision', 'price_band', 'account_disabled', 'halted', 'no_price', 'no_balance', 'insufficient_balance']);

/** A fill or a refused pyramid frees a slot where parts of groups count, and nobody tells the pool. */
const mustLook = (entry: QueuedEntry, { settings }: PoolFacts): boolean => seenOnlyByLooking.has(entry.reason) || (entry.reason === 'pool_full' && countsParts(settings));

/** When the pool must look again though nobody speaks to it; null where only events can change anything. */
function nextLook(pool: Pool, facts: PoolFacts): Time | null {
  const times = pool.waiting.flatMap((entry) => {
    const end = endOfWaiting(entry, facts.settings);
    return [...(end === null ? [] : [end]), ...(mustLook(entry, facts) ? [facts.now + lookAgainMs] : [])];
  });
  return times.length === 0 ? null : Math.min(...times);
}

/** Asks to be woken for what no event will tell. A wake that is on its way already is not asked for twice: that would write a row with every signal. */
export function askToBeWoken({ state, commands }: PoolDecision, facts: PoolFacts, event: PoolEvent, { moreNow }: { moreNow: boolean }): PoolDecision {
  const next = moreNow ? facts.now : nextLook(state, facts);
  const asked = state.wakeAt ?? null;
  const came = asked !== null && (asked <= facts.now || (event.type === 'timer' && asked <= facts.now + skewMs));
  const known = came ? null : asked;
  if (next === null || (known !== null && known <= next)) return known === asked ? { state, commands } : { state: { ...state, wakeAt: known }, commands };
  return { state: { ...state, wakeAt: next }, commands: [...commands, { type: 'wake-at', at: next, key: `pool:${state.userId}:wake:${next}:from:${facts.now}` }] };
}
