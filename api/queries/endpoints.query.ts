import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { EndpointMode, MarketName } from '#shared/contracts/http';
import type { Box } from '#shared/adapters/store/account-keys.table';

/** A webhook endpoint with the account it trades on. */
export interface EndpointRow {
  id: string;
  name: string;
  account_id: string;
  account_name: string;
  venue: string;
  market: MarketName;
  execution_mode: EndpointMode;
  created_at: Date;
  last_delivery_at: Date | null;
}

export const endpointColumns = `e.id, e.name, e.account_id, a.name as account_name, a.venue, a.market, e.execution_mode, e.created_at,
  (select max(received_at) from alerts where endpoint_id = e.id and user_id = e.user_id) as last_delivery_at`;

const freshSecret = (): string => randomBytes(32).toString('base64url');
export const endpointPurpose = (id: string): string => `webhook_endpoints:${id}`;

/** Creates an endpoint; null when the user has no such account. */
export async function insertEndpoint(pool: pg.Pool, box: Box, userId: string, wish: { name: string; accountId: string; executionMode: EndpointMode }): Promise<{ id: string; secret: string } | null> {
  const id = randomBytes(12).toString('hex');
  const secret = freshSecret();
  const { rowCount } = await pool.query(
    `insert into webhook_endpoints (id, user_id, account_id, name, execution_mode, secret)
     select $1, user_id, id, $4, $5, $6 from accounts where id = $3 and user_id = $2 and deleted_at is null`,
    [id, userId, wish.accountId, wish.name, wish.executionMode, box.seal(secret, endpointPurpose(id))],
  );
  return rowCount === 0 ? null : { id, secret };
}

/** Gives an endpoint a new secret; the old one stops at once. Null when there is no such endpoint. */
export async function rotateSecret(pool: pg.Pool, box: Box, userId: string, id: string): Promise<string | null> {
  const secret = freshSecret();
  const { rowCount } = await pool.query('update webhook_endpoints set secret = $3 where id = $1 and user_id = $2 and deleted_at is null', [id, userId, box.seal(secret, endpointPurpose(id))]);
  return rowCount === 0 ? null : secret;
}

export async function endpointOf(pool: pg.Pool, userId: string, id: string): Promise<EndpointRow | null> {
  const { rows } = await pool.query<EndpointRow>(`select ${endpointColumns} from webhook_endpoints e join accounts a on a.id = e.account_id where e.id = $1 and e.user_id = $2 and e.deleted_at is null`, [id, userId]);
  return rows[0] ?? null;
}
