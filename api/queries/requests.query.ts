import { randomUUID } from 'node:crypto';
import type { AggregateEvent, AggregateKind } from '#shared/ports/store.port';
import { knockSignal, type ApiDeps } from '../api-deps.ts';

/** Stores what a person asked for as an inbox row and rings for it; the row's id is the request's. `key` makes a repeated request one. */
export async function request(deps: Pick<ApiDeps, 'pool' | 'jobs' | 'log'>, aggregate: AggregateKind, aggregateId: string, event: AggregateEvent, key: string = randomUUID()): Promise<string> {
  const whole = `request:${key}`;
  const made = await deps.pool.query<{ id: string }>('insert into inbox (key, aggregate, aggregate_id, event) values ($1, $2, $3, $4) on conflict (key) do nothing returning id', [
    whole,
    aggregate,
    aggregateId,
    JSON.stringify(event),
  ]);
  // A statement of its own: the one above does not see a row that was committed while it waited for it.
  const row = made.rows[0] ?? (await deps.pool.query<{ id: string }>('select id from inbox where key = $1', [whole])).rows[0];
  if (row === undefined) throw new Error(`the request ${whole} conflicted with one that is not there`);
  knockSignal(deps, row.id);
  return row.id;
}
