import { unreachable } from '../assert.ts';
import type { PoolEvent } from '../messages/events.ts';
import { hearSignal } from './hear-signal.ts';
import { adopt } from './adopt.ts';
import type { PoolFacts } from './pool-settings.ts';
import type { Pool } from './pool.ts';
import { promote } from './promote.ts';
import type { PoolDecision } from './settle-signal.ts';
import { removeQueued, takeBack } from './waiting-queue.ts';

/** What one event means to a user's pool; every change is followed by the promotion of who waits. */
export function decidePool(pool: Pool, event: PoolEvent, facts: PoolFacts): PoolDecision {
  const asItIs: PoolDecision = { state: pool, commands: [] };
  switch (event.type) {
    case 'signal':
      return promote(hearSignal(pool, event.signal, facts), facts, event);
    case 'entry-bounced':
      return promote(takeBack(pool, event.signal, { reason: event.reason, detail: `group ${event.groupId} is closing` }, facts), facts, event);
    case 'group-closed':
      return promote({ ...asItIs, state: { ...pool, open: pool.open.filter((open) => open.groupId !== event.groupId) } }, facts, event);
    case 'timer':
      return promote(asItIs, facts, event);
    case 'adopt-position':
      return promote(adopt(pool, event, facts), facts, event);
    case 'queue-promote':
    case 'queue-force':
      return promote(asItIs, facts, event, { queueId: event.queueId, forced: event.type === 'queue-force' });
    case 'queue-remove':
      return removeQueued(pool, event.queueId);
    default:
      return unreachable(event);
  }
}
