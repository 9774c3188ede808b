import type { RefusalCode } from '../refusal.ts';
import type { Time } from '../time.ts';
import { inTurn } from './hindrance.ts';
import type { PoolFacts } from './pool-settings.ts';
import type { Pool, QueuedEntry, QueueReason } from './pool.ts';
import { lineUp, type Standing } from './standings.ts';
import { endOfWaiting } from './waiting-queue.ts';
import { weigh, type Verdict } from './weigh.ts';

/** Why something a person may ask for would not happen now. */
export interface Obstacle {
  code: QueueReason | RefusalCode;
  detail: string;
}

/** A waiting entry as people see it. */
export interface Outlook extends Standing {
  /** 1 goes first. */
  rank: number;
  /** Why it waits now; what was noted last where nothing hinders it any more. */
  reason: QueueReason;
  /** Null where promoting it would do something: let it go, or confirm it. */
  promoteObstacle: Obstacle | null;
  forceObstacle: Obstacle | null;
  expiresAt: Time | null;
}

/** Who waits, in the order in which they go, each with what a person can do about it. Shows; decides nothing. */
export const queueOutlook = (pool: Pool, facts: PoolFacts): Outlook[] =>
  lineUp(pool, pool.waiting, facts).map((standing, index): Outlook => {
    const { entry } = standing;
    const now = weigh(pool, inTurn(entry), facts);
    return {
      ...standing,
      rank: index + 1,
      reason: now.kind === 'waits' ? now.reason : entry.reason,
      promoteObstacle: obstacle(weigh(pool, { ...inTurn(entry), confirmed: true }, facts), entry, facts),
      forceObstacle: obstacle(weigh(pool, { ...inTurn(entry), confirmed: true, forced: true }, facts), entry, facts),
      expiresAt: endOfWaiting(entry, facts.settings),
    };
  });

/** What confirming an entry helps against: it goes by itself when these have passed. */
const passesByItself: ReadonlySet<QueueReason> = new Set(['pool_full', 'price_band', 'no_price', 'no_balance', 'insufficient_balance']);

function obstacle(verdict: Verdict, entry: QueuedEntry, { settings, halted }: PoolFacts): Obstacle | null {
  if (verdict.kind === 'refused') return { code: verdict.told.reason ?? 'precision_unavailable', detail: verdict.told.detail ?? '' };
  if (verdict.kind === 'waits') return settings.confirmEntries && entry.unconfirmed && passesByItself.has(verdict.reason) ? null : { code: verdict.reason, detail: verdict.detail };
  return halted ? { code: 'halted', detail: 'new positions are halted' } : null;
}
