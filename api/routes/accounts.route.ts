import Joi from 'joi';
import { logCode } from '#shared/contracts/log-codes';
import type { Account, AccountMode, AccountTest, MarketName } from '#shared/contracts/http';
import { venues } from '#shared/contracts/jobs';
import { newAccountDefaults } from '#shared/contracts/settings/new-account';
import { insertAccount, openKeys, paperKeys, storeKeys, type AccountKeys } from '#shared/adapters/store/account-keys.table';
import { holdUntilCompared } from '#shared/adapters/store/reconciles.table';
import type { ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { HttpFault, notFound } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { decimal, id, idParams, input, instant, listQuery, market, nullable, page, shape, text, type ListQuery } from '../http/schemas.ts';
import { accountColumns, accountView, whyNotTradable, type AccountRow } from '../queries/accounts.query.ts';
import { readSettings } from '../queries/settings.query.ts';
import { inTransaction, isUniqueViolation } from '../queries/transaction.ts';
import { Where } from '../queries/where.ts';
import { testAccount } from '../queries/account-test.query.ts';

const accountMode = () => Joi.string().valid('paper', 'testnet', 'live');
/** What a venue's keys look like; keeps line breaks out of request headers. */
const key = () => Joi.string().pattern(/^[\x21-\x7e]{1,500}$/, 'printable characters without blanks');
const members = {
  id: id(),
  name: Joi.string(),
  venue: Joi.string(),
  market: market(),
  mode: accountMode(),
  apiKey: Joi.string(),
  secret: Joi.string().valid('set'),
  passphrase: nullable(Joi.string().valid('set')),
  enabled: Joi.boolean(),
  liveEnabledAt: nullable(instant()),
  tradable: Joi.boolean(),
  tradableReason: nullable(Joi.string()),
  createdAt: instant(),
};
const testShape = shape({
  status: Joi.string().valid('ok', 'failed', 'pending'),
  checkedAt: nullable(instant()),
  detail: Joi.string().allow(''),
  balances: Joi.array().items(shape({ asset: Joi.string(), free: decimal(), total: decimal() })),
});

type NewAccount = { name: string; venue?: string; market: MarketName; mode?: AccountMode } & Partial<AccountKeys>;
type AccountChange = { name?: string; enabled?: boolean } & Partial<AccountKeys>;

const nameTaken = (): HttpFault => new HttpFault(409, 'conflict', 'You have an account of this name already.', { errors: [{ path: 'name', message: 'is in use' }] });

type SealedRow = AccountRow & { secrets: Buffer };

const viewOf =
  ({ box, trading }: ApiDeps) =>
  (row: SealedRow): Account =>
    accountView(row, trading, openKeys(box, row.id, row.secrets).passphrase !== undefined);

async function find({ pool }: ApiDeps, userId: string, accountId: string): Promise<SealedRow> {
  const { rows } = await pool.query<SealedRow>(`select ${accountColumns}, secrets from accounts where id = $1 and user_id = $2 and deleted_at is null`, [accountId, userId]);
  if (rows[0] === undefined) throw notFound('account');
  return rows[0];
}

/** Exchange accounts. Keys go in and never come out. */
export const accountRoutes = (deps: ApiDeps): Route[] => [...readingAccounts(deps), ...changingAccounts(deps), ...usingAccounts(deps)];

function readingAccounts(deps: ApiDeps): Route[] {
  const view = viewOf(deps);
  return [
    route<{ query: ListQuery }>({
      method: 'get',
      path: '/accounts',
      tag: 'accounts',
      summary: 'Exchange accounts, keys masked',
      access: 'viewer',
      query: listQuery(),
      response: page(shape(members)),
      async handler({ query, user }) {
        const where = new Where().and('user_id = ? and deleted_at is null', user.id).maybe('id > ?', readCursor(query.cursor, 1)?.[0]);
        const { rows } = await deps.pool.query<SealedRow>(`select ${accountColumns}, secrets from accounts ${where.sql} order by id limit ${where.value(query.limit + 1)}`, where.values);
        return toPage(rows, query.limit, (row) => [row.id], view);
      },
    }),
    route<{ params: { id: string } }>({
      method: 'get',
      path: '/accounts/:id',
      tag: 'accounts',
      summary: 'One exchange account',
      access: 'viewer',
      params: idParams,
      response: shape(members),
      handler: async ({ params, user }) => view(await find(deps, user.id, params.id)),
    }),
  ];
}

function changingAccounts(deps: ApiDeps): Route[] {
  const { pool, box, log } = deps;
  const view = viewOf(deps);
  return [
    route<{ body: NewAccount }>({
      method: 'post',
      path: '/accounts',
      tag: 'accounts',
      summary: 'Add an exchange account; venue and mode are those of exchange.name and exchange.testnet unless named; keys are encrypted at rest and never shown again',
      access: 'trader',
      body: input({
        name: text(60).trim().min(1).required(),
        venue: Joi.string()
          .valid(...venues)
          .insensitive(),
        market: market().required(),
        mode: accountMode(),
        apiKey: Joi.when('mode', { is: 'paper', then: key(), otherwise: key().required() }),
        secret: Joi.when('mode', { is: 'paper', then: key(), otherwise: key().required() }),
        passphrase: key(),
      }).and('apiKey', 'secret'),
      status: 201,
      response: shape(members),
      async handler({ body, user }) {
        const { name, market: marketName, apiKey, secret, passphrase } = body;
        const usual = newAccountDefaults((await readSettings(pool, user.id)).active);
        const venue = (body.venue ?? usual.venue).toLowerCase();
        const mode = body.mode ?? usual.mode;
        const keys: AccountKeys = apiKey === undefined || secret === undefined ? paperKeys() : { apiKey, secret, ...(passphrase === undefined ? {} : { passphrase }) };
        try {
          const accountId = await inTransaction(pool, (client) => insertAccount(client, box, { userId: user.id, name, venue, market: marketName, mode, keys }));
          log.info('config', 'account added', { userId: user.id, accountId, venue, market: marketName, mode });
          return view(await find(deps, user.id, accountId));
        } catch (error) {
          if (isUniqueViolation(error)) throw nameTaken();
          throw error;
        }
      },
    }),
    route<{ params: { id: string }; body: AccountChange }>({
      method: 'patch',
      path: '/accounts/:id',
      tag: 'accounts',
      summary: 'Rename, switch on or off, or replace keys; new keys of a live account must be enabled again',
      access: 'trader',
      params: idParams,
      body: input({ name: text(60).trim().min(1), enabled: Joi.boolean(), apiKey: key(), secret: key(), passphrase: key() }).and('apiKey', 'secret').with('passphrase', 'apiKey').min(1),
      response: shape(members),
      async handler({ params, body, user }) {
        await find(deps, user.id, params.id);
        const { apiKey, secret, passphrase } = body;
        try {
          await inTransaction(pool, async (client) => {
            const { rows } = await client.query<{ enabled: boolean }>('select enabled from accounts where id = $1 for update', [params.id]);
            await client.query('update accounts set name = coalesce($2, name), enabled = coalesce($3, enabled) where id = $1', [params.id, body.name ?? null, body.enabled ?? null]);
            if (body.enabled === true && rows[0]?.enabled === false) await holdUntilCompared(client, params.id);
            if (apiKey === undefined || secret === undefined) return;
            await storeKeys(client, box, params.id, { apiKey, secret, ...(passphrase === undefined ? {} : { passphrase }) });
            await client.query('update accounts set live_enabled_at = null where id = $1', [params.id]);
          });
        } catch (error) {
          if (isUniqueViolation(error)) throw nameTaken();
          throw error;
        }
        log.info('config', 'account changed', { userId: user.id, accountId: params.id, keysReplaced: apiKey !== undefined, enabled: body.enabled });
        return view(await find(deps, user.id, params.id));
      },
    }),
  ];
}

function usingAccounts(deps: ApiDeps): Route[] {
  const { pool, log, trading } = deps;
  const view = viewOf(deps);
  return [
    route<{ params: { id: string } }>({
      method: 'delete',
      path: '/accounts/:id',
      tag: 'accounts',
      summary: 'Remove an account without open positions, and its webhook endpoints',
      access: 'trader',
      params: idParams,
      status: 204,
      async handler({ params, user }) {
        await find(deps, user.id, params.id);
        await inTransaction(pool, async (client) => {
          const open = await client.query(`select 1 from position_groups where account_id = $1 and status <> 'closed' limit 1`, [params.id]);
          if ((open.rowCount ?? 0) > 0) throw new HttpFault(409, 'account_in_use', 'The account has open positions; close them first.');
          await client.query(`update accounts set deleted_at = now(), enabled = false, name = name || ' (deleted ' || id || ')' where id = $1`, [params.id]);
          await client.query('update webhook_endpoints set deleted_at = now() where account_id = $1 and deleted_at is null', [params.id]);
        });
        log.info('config', 'account removed', { userId: user.id, accountId: params.id });
      },
    }),
    route<{ params: { id: string } }>({
      method: 'post',
      path: '/accounts/:id/test',
      tag: 'accounts',
      summary: 'Ask a worker to reach the venue with these keys; waits up to eight seconds for what it found',
      access: 'trader',
      params: idParams,
      response: testShape,
      async handler({ params, user }): Promise<AccountTest> {
        await find(deps, user.id, params.id);
        return testAccount(deps, params.id);
      },
    }),
    route<{ params: { id: string }; body: { confirm: string } }>({
      method: 'post',
      path: '/accounts/:id/enable-live',
      tag: 'accounts',
      summary: 'Allow a live account to trade with real money; confirm with its name',
      access: 'trader',
      params: idParams,
      body: input({ confirm: Joi.string().max(200).required() }),
      response: shape(members),
      async handler({ params, body, user }) {
        const account = await find(deps, user.id, params.id);
        if (account.mode !== 'live') throw new HttpFault(409, 'conflict', `The account is a ${account.mode} account; only live accounts need to be enabled.`);
        const blocked = whyNotTradable({ ...account, enabled: true, live_enabled_at: new Date() }, trading);
        if (blocked !== null) throw new HttpFault(403, 'live_not_permitted', `${blocked} Live trading needs TRADING_MODE=live and TRADING_APPROVED=true in the environment.`);
        if (body.confirm !== account.name) throw new HttpFault(400, 'invalid_request', 'The confirmation is not the name of the account.', { errors: [{ path: 'confirm', message: `must be the account's name` }] });
        await inTransaction(pool, async (client) => {
          await client.query('update accounts set live_enabled_at = now() where id = $1', [params.id]);
          await holdUntilCompared(client, params.id);
        });
        log.alert('security', `live trading enabled for account ${account.name}`, { userId: user.id, accountId: params.id, ...logCode('live_enabled', { account: account.name }) });
        return view(await find(deps, user.id, params.id));
      },
    }),
  ];
}
