import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { AccountAccess } from '#shared/ports/exchange.port';
import { holdUntilCompared } from './reconciles.table.ts';

/** What an account signs its requests with. */
export interface AccountKeys {
  apiKey: string;
  secret: string;
  passphrase?: string;
}

/** What is stated about a new account. */
export interface NewAccount {
  userId: string;
  name: string;
  venue: string;
  market: AccountAccess['market'];
  mode: AccountAccess['mode'];
  keys: AccountKeys;
}

/** The part of a secret box that accounts need. */
export interface Box {
  seal(text: string, purpose: string): Buffer;
  open(sealed: Buffer, purpose: string): string;
}

const purposeOf = (accountId: string): string => `accounts:${accountId}`;

/** `****A4B19K***`: six characters from inside a key id, enough to tell keys apart; a short one is all stars. */
export const maskKey = (apiKey: string): string => (apiKey.length < 12 ? '************' : `****${apiKey.slice(4, 10)}***`);

/** Keys for the paper exchange, in the shape of Binance's. */
export const paperKeys = (): AccountKeys => ({ apiKey: `paper${randomBytes(24).toString('hex')}`, secret: randomBytes(32).toString('hex') });

/** Stores an account and returns its id. Run it in a transaction: the keys are sealed under the id the row was given. */
export async function insertAccount(client: pg.ClientBase, box: Box, account: NewAccount): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into accounts (user_id, name, venue, market, mode, secrets, api_key_mask) values ($1, $2, $3, $4, $5, '', $6) returning id`,
    [account.userId, account.name, account.venue, account.market, account.mode, maskKey(account.keys.apiKey)],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('inserting an account returned no row');
  await storeKeys(client, box, id, account.keys);
  return id;
}

/** Sets an account's keys. Its entries wait until it has been compared: other keys may open another account of the venue. */
export async function storeKeys(client: pg.ClientBase, box: Box, accountId: string, keys: AccountKeys): Promise<void> {
  await client.query('update accounts set secrets = $2, api_key_mask = $3 where id = $1', [accountId, box.seal(JSON.stringify(keys), purposeOf(accountId)), maskKey(keys.apiKey)]);
  await holdUntilCompared(client, accountId);
}

/** The keys of an account; throws `SecretUnreadable` under another ENCRYPTION_KEY. */
export const openKeys = (box: Box, accountId: string, sealed: Buffer): AccountKeys => JSON.parse(box.open(sealed, purposeOf(accountId))) as AccountKeys;

/** How to reach an account, or null when there is none. Deleted accounts are found too: their last orders may still have to be settled. */
export async function accountAccess(pool: Pick<pg.Pool, 'query'>, box: Box, accountId: string): Promise<AccountAccess | null> {
  const { rows } = await pool.query<{ venue: string; market: AccountAccess['market']; mode: AccountAccess['mode']; secrets: Buffer }>(
    'select venue, market, mode, secrets from accounts where id = $1',
    [accountId],
  );
  const row = rows[0];
  return row === undefined ? null : { accountId, venue: row.venue, market: row.market, mode: row.mode, ...openKeys(box, accountId, row.secrets) };
}
