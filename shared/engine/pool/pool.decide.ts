import { unreachable } from '../assert.ts';
import type { PoolEvent } from '../messages/events.ts';
import { hearSignal } from './hear-signal.ts';
import type { PoolFacts } from './pool-settings.ts';
import type { Pool } from './pool.ts';
import { promote } from './promote.ts';
import type { PoolDecision } from './settle-signal.ts';
import { enqueue, removeQueued } from './waiting-queue.ts';

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
