import type pg from 'pg';
import type { EndpointMode } from '#shared/contracts/http';
import type { InboxCopy } from '#shared/contracts/jobs';
import type { UnderstoodAlert } from '#shared/contracts/webhook';
import type { Market } from '#shared/engine/instrument/instrument';
import type { Signal } from '#shared/engine/messages/signals';
import { callOut } from '#shared/shell/crash-points';
import type { ApiDeps } from '../api-deps.ts';

/** The database as the intake reaches it. */
export type AlertDatabase = Pick<ApiDeps, 'pool' | 'atCrashPoint'>;

/** The endpoint an alert was sent to, with what is needed to judge it. */
export interface AlertEndpoint {
  id: string;
  userId: string;
  accountId: string;
  sealedSecret: Buffer;
  executionMode: EndpointMode;
  venue: string;
  market: Market;
  accountMode: 'paper' | 'testnet' | 'live';
  /** Of the user's active configuration; null without one. */
  secretRequired: boolean | null;
  windowMinutes: number | null;
  /** Moves with every change of endpoints, accounts and configurations. */
  stamp: string;
}

export async function findEndpoint(database: AlertDatabase, id: string): Promise<AlertEndpoint | null> {
  const query: pg.QueryConfig = {
    name: 'alert-endpoint',
    text: `select e.id, e.user_id as "userId", e.account_id as "accountId", e.secret as "sealedSecret", e.execution_mode as "executionMode", a.venue, a.market, a.mode as "accountMode",
                  (c.document->'security'->>'webhook_signature_validation')::boolean as "secretRequired",
                  (c.document->'intake'->>'duplicate_window_minutes')::float8 as "windowMinutes", (select stamp::text from standing) as stamp
             from webhook_endpoints e
             join accounts a on a.id = e.account_id
             left join lateral (select document from configs where user_id = e.user_id order by version desc limit 1) c on true
            where e.id = $1 and e.deleted_at is null`,
    values: [id],
  };
  const { rows } = await callOut(database, 'ingest:endpoint', () => database.pool.query<AlertEndpoint>(query));
  return rows[0] ?? null;
}

/** One request to the webhook, as it is kept. */
export interface DeliveryRecord {
  endpointId: string;
  userId: string | null;
  receivedAt: number;
  contentType: string | null;
  /** Secrets hidden. */
  body: Buffer;
}

const noteText = `insert into alerts (endpoint_id, user_id, received_at, content_type, body, answer, code, detail, signal_id)
                  values ($1, $2, to_timestamp($3 / 1000.0), $4, $5, $6, $7, $8, $9)`;

/** Keeps a delivery that made no new signal, with its answer and reason. */
export async function noteDelivery(database: AlertDatabase, record: DeliveryRecord, answer: number, code: string, detail: string | null, signalId: string | null = null): Promise<void> {
  const values = [record.endpointId, record.userId, record.receivedAt, record.contentType, record.body, answer, code, detail, signalId];
  await callOut(database, 'ingest:note-delivery', () => database.pool.query({ name: 'note-delivery', text: noteText, values }));
}

// One statement is one round trip and one transaction. synchronous_commit is set inside it, so that the answer is never ahead of the disk
// whatever the server's default is; a transaction's own value holds until its commit is done.
const storeText = `
  with stored as (
    insert into signals (user_id, account_id, endpoint_id, identity, symbol, timeframe, kind, side, payload, received_at)
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10 / 1000.0) where (select stamp from standing) = $14::bigint
    on conflict (user_id, identity) do nothing returning id
  ), queued as (
    insert into inbox (key, aggregate, aggregate_id, event)
    select 'signal:' || id, 'pool', $1::bigint, jsonb_set($11::jsonb, '{signal,signalId}', to_jsonb(id::text)) from stored returning id
  ), noted as (
    insert into alerts (endpoint_id, user_id, received_at, content_type, body, answer, code, signal_id)
    select $3, $1, to_timestamp($10 / 1000.0), $12, $13, 202, 'accepted', id from stored
  )
  select stored.id as "signalId", queued.id as "inboxId", set_config('synchronous_commit', 'on', true) from stored, queued`;

/** The endpoint, its account or the configuration has changed since it was read: the alert must be judged anew. Nothing was stored. */
export class EndpointMoved extends Error {
  override readonly name = 'EndpointMoved';
}

export type StoredAlert = { signalId: string; inbox: InboxCopy; duplicate: false } | { signalId: string; duplicate: true };

/** Stores signal, inbox row and delivery together, or finds the signal that this alert repeats. Rejects with `EndpointMoved`. */
export async function storeAlert(database: AlertDatabase, endpoint: AlertEndpoint, alert: UnderstoodAlert, record: DeliveryRecord, identity: string): Promise<StoredAlert> {
  const { signal } = alert;
  const whole: Signal = { ...signal, signalId: '', userId: endpoint.userId, accountId: endpoint.accountId, receivedAt: record.receivedAt };
  const query: pg.QueryConfig = {
    name: 'store-alert',
    text: storeText,
    values: [
      endpoint.userId,
      endpoint.accountId,
      endpoint.id,
      identity,
      signal.symbol,
      signal.timeframe,
      signal.kind,
      signal.side,
      JSON.stringify({ received: alert.payload, understood: signal }),
      record.receivedAt,
      JSON.stringify({ type: 'signal', signal: whole }),
      record.contentType,
      record.body,
      endpoint.stamp,
    ],
  };
  const { rows } = await callOut(database, 'ingest:store', () => database.pool.query<{ signalId: string; inboxId: string }>(query));
  if (rows[0] !== undefined) return { signalId: rows[0].signalId, inbox: copyOf(rows[0], whole), duplicate: false };
  const repeated = { name: 'signal-by-identity', text: 'select (select id from signals where user_id = $1 and identity = $2) as id, stamp::text from standing', values: [endpoint.userId, identity] };
  const before = await callOut(database, 'ingest:find-repeated', () => database.pool.query<{ id: string | null; stamp: string }>(repeated));
  const { id: signalId, stamp } = before.rows[0] ?? { id: null, stamp: null };
  // Nobody is told of a signal by a secret that does not hold any more.
  if (signalId === null || stamp !== endpoint.stamp) throw new EndpointMoved();
  await noteDelivery(database, record, 200, 'duplicate', null, signalId);
  return { signalId, duplicate: true };
}

/** The inbox row that `storeText` has written. */
const copyOf = ({ signalId, inboxId }: { signalId: string; inboxId: string }, signal: Signal): InboxCopy => ({
  id: inboxId,
  key: `signal:${signalId}`,
  aggregate: 'pool',
  aggregateId: signal.userId,
  event: { type: 'signal', signal: { ...signal, signalId } },
});

/** Frees an identity whose window has passed, so that the next alert of the same content is a new signal. */
export async function endWindow(database: AlertDatabase, userId: string, identity: string, endedBefore: number): Promise<void> {
  const text = `update signals set identity = identity || ' #' || id where user_id = $1 and identity = $2 and received_at <= to_timestamp($3 / 1000.0)`;
  await callOut(database, 'ingest:end-window', () => database.pool.query({ name: 'end-window', text, values: [userId, identity, endedBefore] }));
}
