import { randomUUID } from 'node:crypto';
import type { GroupEvent, PoolEvent } from '#shared/engine/messages/events';
import { knockSignal, type ApiDeps } from '../api-deps.ts';

/** Stores what a person asked for as an inbox row and rings for it; the row's id is the request's. `key` makes a repeated request one. */
export async function request(deps: Pick<ApiDeps, 'pool' | 'jobs' | 'log'>, aggregate: 'pool' | 'group', aggregateId: string, event: PoolEvent | GroupEvent, key: string = randomUUID()): Promise<string> {
  const { rows } = await deps.pool.query<{ id: string; fresh: boolean }>(
    `with made as (insert into inbox (key, aggregate, aggregate_id, event) values ($1, $2, $3, $4) on conflict (key) do nothing returning id)
     select id, true as fresh from made union all select id, false from inbox where key = $1 limit 1`,
    [`request:${key}`, aggregate, aggregateId, JSON.stringify(event)],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('a request was stored by somebody else just now');
  knockSignal(deps, row.id);
  return row.id;
}
