import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type pg from 'pg';
import type { User, UserRole } from '#shared/contracts/http';
import { insertAccount, paperKeys, type Box } from '#shared/adapters/store/account-keys.table';
import { inTransaction, type Queryable } from './transaction.ts';

/** Users, their sessions, their tokens, and how the first of them comes to be. */

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const freshSecret = (): string => randomBytes(32).toString('base64url');

const sessionIdleHours = 12;
const sessionLongestDays = 7;
const setupLinkHours = 24;

interface UserRow {
  id: string;
  email: string;
  role: UserRole;
}
const toUser = ({ id, email, role }: UserRow): User => ({ id, email, role });

const cleanEmail = (email: string): string => email.trim().toLowerCase();

// Verified against when no such user exists, so that the answer takes as long as for one who does.
const nobody = hash(randomBytes(16));

/** The user whose password this is, or null. */
export async function userByPassword(pool: pg.Pool, email: string, password: string): Promise<User | null> {
  const { rows } = await pool.query<UserRow & { password_hash: string }>('select id, email, role, password_hash from users where email = $1', [cleanEmail(email)]);
  const row = rows[0];
  const right = await verify(row?.password_hash ?? (await nobody), password);
  return row !== undefined && right ? toUser(row) : null;
}

export async function setPassword(pool: pg.Pool, userId: string, password: string, keepSession: Buffer | null): Promise<void> {
  const passwordHash = await hash(password);
  await inTransaction(pool, async (client) => {
    await client.query('update users set password_hash = $2 where id = $1', [userId, passwordHash]);
    await client.query('delete from sessions where user_id = $1 and ($2::bytea is null or id_hash <> $2)', [userId, keepSession]);
  });
}

/** A new session; the id goes into the cookie and is stored as its hash only. */
export async function openSession(pool: Queryable, userId: string): Promise<{ id: string; csrfToken: string }> {
  const id = freshSecret();
  const csrfToken = freshSecret();
  await pool.query(`insert into sessions (id_hash, user_id, csrf_token, expires_at) values ($1, $2, $3, now() + make_interval(hours => $4))`, [sha256(id), userId, csrfToken, sessionIdleHours]);
  await pool.query('delete from sessions where expires_at < now()');
  return { id, csrfToken };
}

export interface SessionRow {
  user: User;
  csrfToken: string;
  idHash: Buffer;
}

/** The living session of a cookie. Use prolongs it, at most once in five minutes and never beyond a week. */
export async function sessionOf(pool: Queryable, id: string): Promise<SessionRow | null> {
  const idHash = sha256(id);
  const { rows } = await pool.query<UserRow & { csrf_token: string; old: boolean }>(
    `select u.id, u.email, u.role, s.csrf_token, s.expires_at < now() + make_interval(hours => $2, mins => -5) as old
       from sessions s join users u on u.id = s.user_id
      where s.id_hash = $1 and s.expires_at > now() and s.created_at > now() - make_interval(days => $3)`,
    [idHash, sessionIdleHours, sessionLongestDays],
  );
  const row = rows[0];
  if (row === undefined) return null;
  if (row.old) await pool.query('update sessions set expires_at = now() + make_interval(hours => $2) where id_hash = $1', [idHash, sessionIdleHours]);
  return { user: toUser(row), csrfToken: row.csrf_token, idHash };
}

export const closeSession = async (pool: pg.Pool, idHash: Buffer): Promise<void> => void (await pool.query('delete from sessions where id_hash = $1', [idHash]));

/** The user of a Bearer token, noting its use at most once a minute. */
export async function userByToken(pool: Queryable, token: string): Promise<{ user: User; tokenId: string } | null> {
  const { rows } = await pool.query<UserRow & { token_id: string; stale: boolean }>(
    `select u.id, u.email, u.role, t.id as token_id, t.last_used_at is null or t.last_used_at < now() - interval '1 minute' as stale
       from api_tokens t join users u on u.id = t.user_id where t.token_hash = $1`,
    [sha256(token)],
  );
  const row = rows[0];
  if (row === undefined) return null;
  if (row.stale) await pool.query('update api_tokens set last_used_at = now() where id = $1', [row.token_id]);
  return { user: toUser(row), tokenId: row.token_id };
}

export async function createToken(pool: pg.Pool, userId: string, name: string): Promise<{ id: string; name: string; token: string }> {
  const token = `trn_${freshSecret()}`;
  const { rows } = await pool.query<{ id: string }>('insert into api_tokens (user_id, name, token_hash) values ($1, $2, $3) returning id', [userId, name, sha256(token)]);
  return { id: rows[0]?.id ?? '', name, token };
}

export async function createUser(pool: pg.Pool, box: Box, email: string, password: string, role: UserRole): Promise<User> {
  const passwordHash = await hash(password);
  return inTransaction(pool, (client) => insertUser(client, box, email, passwordHash, role));
}

/** A user with the paper account everybody starts with. Nothing is registered at the paper exchange: a worker does that on first use. */
async function insertUser(client: pg.PoolClient, box: Box, email: string, passwordHash: string, role: UserRole): Promise<User> {
  const { rows } = await client.query<UserRow>('insert into users (email, password_hash, role) values ($1, $2, $3) returning id, email, role', [cleanEmail(email), passwordHash, role]);
  const row = rows[0];
  if (row === undefined) throw new Error('inserting a user returned no row');
  await insertAccount(client, box, { userId: row.id, name: 'paper', venue: 'binance', market: 'usdm', mode: 'paper', keys: paperKeys() });
  return toUser(row);
}

const anyUser = async (client: Queryable): Promise<boolean> => ((await client.query('select 1 from users limit 1')).rowCount ?? 0) > 0;
// Two api processes may start at once; one of them creates the administrator.
const lockFirst = `select pg_advisory_xact_lock(hashtext('tranche first administrator'))`;

/** Creates the first administrator; null when there is a user already. */
export async function createFirstAdministrator(pool: pg.Pool, box: Box, email: string, password: string): Promise<User | null> {
  const passwordHash = await hash(password);
  return inTransaction(pool, async (client) => {
    await client.query(lockFirst);
    return (await anyUser(client)) ? null : insertUser(client, box, email, passwordHash, 'administrator');
  });
}

/** A fresh one-time set-up token, replacing older ones; null when there is a user already. */
export async function createSetupLink(pool: pg.Pool): Promise<string | null> {
  const token = freshSecret();
  return inTransaction(pool, async (client) => {
    await client.query(lockFirst);
    if (await anyUser(client)) return null;
    await client.query('delete from setup_links where created_at < now() - make_interval(hours => $1)', [setupLinkHours]);
    await client.query('insert into setup_links (token_hash) values ($1)', [sha256(token)]);
    return token;
  });
}

const openLink = `select 1 from setup_links where token_hash = $1 and used_at is null and created_at > now() - make_interval(hours => ${setupLinkHours}) and not exists (select 1 from users)`;

export const setupIsOpen = async (pool: Queryable, token: string): Promise<boolean> => ((await pool.query(openLink, [sha256(token)])).rowCount ?? 0) > 0;

/** Uses a set-up link up; null when it is not open. */
export async function useSetupLink(pool: pg.Pool, box: Box, token: string, email: string, password: string): Promise<User | null> {
  const passwordHash = await hash(password);
  return inTransaction(pool, async (client) => {
    await client.query(lockFirst);
    if (!(await setupIsOpen(client, token))) return null;
    await client.query('update setup_links set used_at = now() where token_hash = $1', [sha256(token)]);
    return insertUser(client, box, email, passwordHash, 'administrator');
  });
}
