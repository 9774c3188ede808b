import type pg from 'pg';
import type { GroundFinding } from '#shared/ports/ground.port';
import { paperKeys, storeKeys, type Box } from './account-keys.table.ts';

const purpose = 'deployment:canary';
const song = 'this key is the right one';

const wrongKey: GroundFinding = {
  refuse: 'always',
  message: 'ENCRYPTION_KEY: found another key than the one the secrets in this database were stored under, expected that one; restore it from a backup. Where it is lost for good, run node dist/scripts/forget-key.js --give-up-secrets: exchange keys must then be entered again and webhook secrets made anew',
};

const opens = (box: Box, sealed: Buffer, what: string): boolean => {
  try {
    box.open(sealed, what);
    return true;
  } catch {
    return false;
  }
};

/**
 * Is this the key of the database's secrets? A sealed text tells; a database from before there was one is judged by the keys of its
 * accounts, and gets one.
 */
export async function keyFindings(pool: Pick<pg.Pool, 'query'>, box: Box): Promise<GroundFinding[]> {
  const { rows } = await pool.query<{ key_canary: Buffer | null }>('select key_canary from deployment');
  const canary = rows[0]?.key_canary ?? null;
  if (canary !== null) return opens(box, canary, purpose) ? [] : [wrongKey];
  const accounts = await pool.query<{ id: string; secrets: Buffer }>(`select id, secrets from accounts where deleted_at is null and secrets <> '' order by id desc limit 50`);
  if (accounts.rows.length > 0 && !accounts.rows.some(({ id, secrets }) => opens(box, secrets, `accounts:${id}`))) return [wrongKey];
  // The row is made with the deployment's prefix; before that nothing has been sealed.
  await pool.query('update deployment set key_canary = $1 where key_canary is null', [box.seal(song, purpose)]);
  return [];
}

/** What had to be given up with a lost key. */
export interface Forgotten {
  accounts: string[];
  endpoints: string[];
}

/**
 * Takes this key for the right one from now on. Secrets that it cannot open are given up: exchange accounts are switched off until their
 * keys are entered again, paper accounts begin with new keys, webhook endpoints get a secret nobody knows until it is made anew.
 */
export async function forgetKey(client: pg.ClientBase, box: Box): Promise<Forgotten> {
  const accounts = await client.query<{ id: string; name: string; mode: string; secrets: Buffer }>('select id, name, mode, secrets from accounts where deleted_at is null order by id for update');
  const endpoints = await client.query<{ id: string; name: string; secret: Buffer }>('select id, name, secret from webhook_endpoints where deleted_at is null order by id for update');
  const lost = { accounts: accounts.rows.filter(({ id, secrets }) => !opens(box, secrets, `accounts:${id}`)), endpoints: endpoints.rows.filter(({ id, secret }) => !opens(box, secret, `webhook_endpoints:${id}`)) };
  for (const { id, mode } of lost.accounts) {
    await storeKeys(client, box, id, paperKeys());
    if (mode !== 'paper') await client.query('update accounts set enabled = false, live_enabled_at = null where id = $1', [id]);
  }
  for (const { id } of lost.endpoints) await client.query('update webhook_endpoints set secret = $2 where id = $1', [id, box.seal(paperKeys().secret, `webhook_endpoints:${id}`)]);
  await client.query('update deployment set key_canary = $1', [box.seal(song, purpose)]);
  return { accounts: lost.accounts.map(({ name }) => name), endpoints: lost.endpoints.map(({ name }) => name) };
}
