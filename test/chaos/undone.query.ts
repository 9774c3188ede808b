import { withRows } from './with-rows.ts';

/**
 * What is due and not done, one line each; nothing where all is at rest. An event that waits for its time is at rest, one that failed and
 * is tried again is not; neither is an order of which the venue says something else than we do.
 */
export const undoneText = `
select 'event ' || key || ' of ' || aggregate || ' ' || aggregate_id || ' is not decided' || coalesce(': ' || error, '') as what from inbox where decided_at is null and (due_at <= now() or attempts > 0)
union all
select kind || ' of ' || client_order_id || ' is not done' || coalesce(': ' || error, '') from outbox where done_at is null
union all
select 'order ' || client_order_id || ' is ' || status from orders where status in ('ready', 'sending', 'cancelling', 'unknown')
union all
select 'order ' || client_order_id || ' has ' || quantity_filled || ' filled, ' || quantity_reported || ' is reported' from orders where quantity_reported > quantity_filled
union all
select 'signal ' || id || ' has no outcome' from signals where status = 'pending'
union all
select 'plan ' || (state->'plan'->>'id') || ' of the risk engine is under way' from risks where state->'plan'->>'status' = 'running'
union all
select 'group ' || id || ' tries ' || retry.key || ' again: ' || coalesce(retry.value->>'reason', '') from position_groups, jsonb_each(state->'retries') retry
where status <> 'closed' and retry.key not like 'entry:%' and (retry.value->>'notBefore')::float8 > extract(epoch from now()) * 1000
union all
select 'order ' || o.client_order_id || ' is ' || o.status || ' with ' || o.quantity_filled || ' filled, at the venue ' || s.status || ' with ' || s.filled
from orders o join orders_sim s on s.client_order_id = o.client_order_id
where s.filled <> o.quantity_filled or (s.status in ('NEW', 'PARTIALLY_FILLED')) <> (o.status in ('open', 'partially_filled'))`;

/** What is due and not done at this moment. */
export const readUndone = (databaseUrl: string): Promise<string[]> => withRows(databaseUrl, async (rows) => (await rows<{ what: string }>(undoneText)).map(({ what }) => what));
