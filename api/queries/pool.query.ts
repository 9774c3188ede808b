import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Pool as PoolView, QueueAnswer, QueueEntry } from '#shared/contracts/http';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import { readOccupancy } from '#shared/adapters/store/open-groups.query';
import { dec } from '#shared/engine/num/units';
import { symbolFactsKey } from '#shared/engine/pool/pool-settings';
import { queueOutlook, type Obstacle, type Outlook } from '#shared/engine/pool/queue-outlook';
import { slotsTaken } from '#shared/engine/pool/slots';
import { readPool } from './pool-facts.query.ts';
import { readSettings } from './settings.query.ts';
import { plain, plainOrNull } from './views.ts';

/** Slots, how many are taken, and how many entries wait. */
export async function poolView(pool: pg.Pool, userId: string): Promise<PoolView> {
  const [{ active }, occupancy, waiting] = await Promise.all([
    readSettings(pool, userId),
    readOccupancy(pool, userId),
    pool.query<{ waiting: number }>(`select jsonb_array_length(state->'waiting') as waiting from pools where user_id = $1`, [userId]),
  ]);
  const settings = poolSettingsOf(active);
  return { slots: settings.groupsMax, used: slotsTaken(occupancy, settings), waiting: waiting.rows[0]?.waiting ?? 0 };
}

/** An entry with what stands in the way of a person's wish. */
export interface QueueRow {
  entry: QueueEntry;
  promoteObstacle: Obstacle | null;
  forceObstacle: Obstacle | null;
}

/** Who waits, in the order in which the pool would take them, by the very functions it decides with. */
export async function queueRows(client: pg.Pool, userId: string, now: number): Promise<QueueRow[]> {
  const { pool, facts } = await readPool(client, userId, now);
  return queueOutlook(pool, facts).map((outlook) => {
    const known = (obstacle: Obstacle | null): Obstacle | null => (obstacle?.code === 'no_balance' && outlook.entry.reason !== 'no_balance' ? null : obstacle);
    const [promoteObstacle, forceObstacle] = [known(outlook.promoteObstacle), known(outlook.forceObstacle)];
    const priceLast = facts.symbols[symbolFactsKey(outlook.entry.signal)]?.priceLast ?? null;
    return { entry: entryView(outlook, priceLast, promoteObstacle, forceObstacle), promoteObstacle, forceObstacle };
  });
}

const at = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());
const places = (value: string | null): string | null => (value === null ? null : plain(dec(value).toDecimalPlaces(12)));

function entryView({ entry, ...outlook }: Outlook, priceLast: string | null, promoteObstacle: Obstacle | null, forceObstacle: Obstacle | null): QueueEntry {
  const { signal } = entry;
  return {
    id: entry.id,
    signalId: signal.signalId,
    accountId: signal.accountId,
    exchange: signal.venue,
    symbol: signal.symbol,
    timeframe: signal.timeframe,
    side: signal.side,
    reason: outlook.reason === 'no_balance' ? entry.reason : outlook.reason,
    entryPrice: plainOrNull(signal.priceSignal),
    priceLast: plainOrNull(priceLast),
    lossPercent: places(outlook.lossPercent),
    replacementCount: entry.replacementCount,
    expectedProfit: places(outlook.expectedProfit),
    queuedAt: new Date(entry.queuedAt).toISOString(),
    replacedAt: at(entry.replacedAt),
    expiresAt: at(outlook.expiresAt),
    rank: outlook.rank,
    continuation: outlook.continuation,
    promotable: promoteObstacle === null,
    promotableReason: promoteObstacle?.detail ?? null,
    forcible: forceObstacle === null,
    forcibleReason: forceObstacle?.detail ?? null,
  };
}

/** How long a person waits for a worker's answer, and how often it is looked for. */
const waitMs = 1_500;
const lookEveryMs = 50;

interface FateRow {
  decided: boolean;
  waits: boolean;
  outcome: string | null;
  reason: string | null;
  detail: string | null;
  groupId: string | null;
}

/** What became of an entry by a stored request. `waits`: it is still in the queue. A pyramid is answered by its group, a moment after the pool. */
export async function queueFate(client: pg.Pool, userId: string, requestId: string, { id: queueId, signalId }: QueueEntry): Promise<QueueAnswer & { waits: boolean; reason: string | null }> {
  const until = performance.now() + waitMs;
  const pending = { status: 'requested', requestId, outcome: null, detail: null, groupId: null, waits: true, reason: null } as const;
  for (;;) {
    const { rows } = await client.query<FateRow>(
      `select i.decided_at is not null as decided, s.outcome, s.reason, s.detail, s.group_id as "groupId",
              coalesce((select state->'waiting' @> jsonb_build_array(jsonb_build_object('id', $3::text)) from pools where user_id = $2), false) as waits
         from inbox i left join signals s on s.id = $4::bigint and s.user_id = $2 where i.id = $1`,
      [requestId, userId, queueId, signalId],
    );
    const row = rows[0];
    const known = row?.decided === true && (row.waits || row.outcome !== 'queued');
    if (row !== undefined && known) return { status: 'done', requestId, outcome: row.outcome, detail: row.detail, groupId: row.groupId, waits: row.waits, reason: row.reason };
    if (performance.now() >= until) return pending;
    await sleep(lookEveryMs);
  }
}
