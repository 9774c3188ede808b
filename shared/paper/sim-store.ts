import type { Pool, PoolClient } from 'pg';
import { savePosition, saveOrder, openDraft, closeDraft, ownAccount, ownBook, type Draft } from '#shared/simulation/matching-draft';
import { bookKey, emptyWorld, type SimFill, type SimInstrument, type SimMarket, type SimOrder, type World } from '#shared/simulation/matching-state';
import { balanceFigures, emptyAccountOf, fillOf, fillRow, ledgerOf, ledgerRow, orderOf, orderRow, positionOfRow, positionRow, priceOf, type Row } from './sim-rows.ts';

/** A registered key: which account it opens, and the secret that signs for it. */
export interface SimKey {
  apiKey: string;
  market: SimMarket;
  secret: string;
  accountId: string;
  createdAt: number;
}

export interface ListenKey {
  listenKey: string;
  accountId: string;
  expiresAt: number;
}

/** Everything a fresh start needs. */
export interface Stored {
  world: World;
  keys: SimKey[];
  listenKeys: ListenKey[];
}

/** What a batch writes beside the draft itself. */
export interface Extras {
  keys: SimKey[];
  listenKeys: ListenKey[];
  removedListenKeys: string[];
  /** Write prices although nothing else happened. */
  flushPrices: boolean;
}

export const noExtras = (): Extras => ({ keys: [], listenKeys: [], removedListenKeys: [], flushPrices: false });

// Any constant will do, so long as nobody else takes it: the digits of "PAPER" in ASCII.
const lockKey = 8065806982;

// One statement is one transaction, one round trip and one flush, however many requests it carries.
const commitStatement = {
  name: 'commit-sim',
  text: `
    with a as (
      insert into accounts_sim select * from json_populate_recordset(null::accounts_sim, $1)
      on conflict (id) do nothing
    ), k as (
      insert into keys_sim select * from json_populate_recordset(null::keys_sim, $2)
      on conflict (api_key, market) do update set secret = excluded.secret
    ), b as (
      insert into balances_sim select * from json_populate_recordset(null::balances_sim, $3)
      on conflict (account_id, asset) do update set free = excluded.free, locked = excluded.locked
    ), p as (
      insert into positions_sim select * from json_populate_recordset(null::positions_sim, $4)
      on conflict (account_id, symbol) do update set quantity = excluded.quantity, cost = excluded.cost, leverage = excluded.leverage,
        margin_type = excluded.margin_type, realised = excluded.realised, updated_at = excluded.updated_at
    ), o as (
      insert into orders_sim select * from json_populate_recordset(null::orders_sim, $5)
      on conflict (id) do update set extreme = excluded.extreme, filled = excluded.filled, quote_filled = excluded.quote_filled, working = excluded.working,
        locked = excluded.locked, status = excluded.status, linked_id = excluded.linked_id, reason = excluded.reason, updated_at = excluded.updated_at,
        triggered_at = excluded.triggered_at
    ), f as (
      insert into fills_sim select * from json_populate_recordset(null::fills_sim, $6)
    ), l as (
      insert into ledger_sim (account_id, at, kind, asset, delta, balance, symbol, order_id, trade_id)
      select account_id, at, kind, asset, delta, balance, symbol, order_id, trade_id from json_populate_recordset(null::ledger_sim, $7)
    ), r as (
      insert into prices_sim select * from json_populate_recordset(null::prices_sim, $8)
      on conflict (market, symbol) do update set price = excluded.price, at = excluded.at
    ), i as (
      insert into instruments_sim select * from json_populate_recordset(null::instruments_sim, $9)
      on conflict (market, symbol) do update set rules = excluded.rules
    ), lk as (
      insert into listen_keys_sim select * from json_populate_recordset(null::listen_keys_sim, $10)
      on conflict (listen_key) do update set expires_at = excluded.expires_at
    ), lx as (
      delete from listen_keys_sim where listen_key = any ($11)
    ) select 1`,
};

/** The paper exchange's tables behind one writer. Writes go through the connection that holds the lock, so that losing the lock loses the pen. */
export interface SimStore {
  load(): Promise<Stored>;
  commit(draft: Draft, created: readonly string[], prices: Iterable<string>, extras: Extras, at: number): Promise<void>;
  orders(query: { accountId: string; kind: SimOrder['kind']; symbol?: string; id?: number; clientOrderId?: string; fromId?: number; startTime?: number; endTime?: number; limit: number }): Promise<SimOrder[]>;
  fills(query: { accountId: string; symbol?: string; orderId?: number; fromId?: number; startTime?: number; endTime?: number; limit: number }): Promise<SimFill[]>;
  ledger(query: { accountId: string; kind?: string; symbol?: string; startTime?: number; endTime?: number; limit: number }): Promise<ReturnType<typeof ledgerOf>[]>;
  readonly alive: boolean;
  close(): void;
}

/** Takes the writer's lock, waiting for another paper exchange to let go of it. `onLost` is told once if the connection breaks. */
export async function openSimStore(pool: Pool, onWait: () => void, onLost: (error: Error) => void): Promise<SimStore> {
  const client = await pool.connect();
  let alive = true;
  let closed = false;
  const lose = (error: Error): void => {
    if (!alive) return;
    alive = false;
    onLost(error);
  };
  client.on('error', lose);
  try {
    await takeLock(client, onWait);
  } catch (error) {
    client.release(true);
    throw error;
  }
  return {
    get alive() {
      return alive;
    },
    load: () => load(client),
    async commit(draft, created, prices, extras, at) {
      await client.query({ ...commitStatement, values: commitValues(draft, created, prices, extras, at) });
    },
    async orders(query) {
      const where = conditions([
        ['account_id =', query.accountId],
        ['kind =', query.kind],
        ['symbol =', query.symbol],
        ['id =', query.id],
        ['client_order_id =', query.clientOrderId],
        ['id >=', query.fromId],
        ['created_at >=', query.startTime],
        ['created_at <=', query.endTime],
      ]);
      return newestThenOldestFirst(await pool.query<Row>(`select * from orders_sim where ${where.sql} order by id ${query.fromId === undefined ? 'desc' : ''} limit ${query.limit}`, where.values), orderOf);
    },
    async fills(query) {
      const where = conditions([
        ['account_id =', query.accountId],
        ['symbol =', query.symbol],
        ['order_id =', query.orderId],
        ['id >=', query.fromId],
        ['at >=', query.startTime],
        ['at <=', query.endTime],
      ]);
      const oldestFirst = query.fromId !== undefined || query.startTime !== undefined;
      return newestThenOldestFirst(await pool.query<Row>(`select * from fills_sim where ${where.sql} order by id ${oldestFirst ? '' : 'desc'} limit ${query.limit}`, where.values), fillOf);
    },
    async ledger(query) {
      const where = conditions([
        ['account_id =', query.accountId],
        ['kind =', query.kind],
        ['symbol =', query.symbol],
        ['at >=', query.startTime],
        ['at <=', query.endTime],
      ]);
      return newestThenOldestFirst(await pool.query<Row>(`select * from ledger_sim where ${where.sql} order by id desc limit ${query.limit}`, where.values), ledgerOf);
    },
    close() {
      // Twice where the exchange closes while it waits for its books.
      if (closed) return;
      closed = true;
      alive = false;
      // Destroyed rather than returned: the session's end is what frees the lock.
      client.release(true);
    },
  };
}

async function takeLock(client: PoolClient, onWait: () => void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [lockKey]);
    if (rows[0]?.taken === true) return;
    if (tries === 0) onWait();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const conditions = (parts: [string, unknown][]): { sql: string; values: unknown[] } => {
  const given = parts.filter(([, value]) => value !== undefined);
  return { sql: given.map(([left], index) => `${left} $${index + 1}`).join(' and '), values: given.map(([, value]) => value) };
};

/** Binance lists oldest first, also when the limit cut the oldest away. */
const newestThenOldestFirst = <Item extends { id: number }>(result: { rows: Row[] }, read: (row: Row) => Item): Item[] => result.rows.map(read).sort((a, b) => a.id - b.id);

async function load(client: PoolClient): Promise<Stored> {
  const all = async (sql: string): Promise<Row[]> => (await client.query<Row>(sql)).rows;
  const draft = openDraft(emptyWorld);
  for (const row of await all('select * from instruments_sim')) draft.instruments.set(bookKey(row.market as SimMarket, String(row.symbol)), row.rules as SimInstrument);
  for (const row of await all('select * from accounts_sim')) draft.accounts.set(String(row.id), emptyAccountOf(row));
  for (const row of await all('select * from balances_sim')) ownAccount(draft, String(row.account_id)).balances.set(String(row.asset), balanceFigures(row));
  for (const row of await all('select * from positions_sim')) savePosition(draft, String(row.account_id), positionOfRow(row), 'usdm');
  for (const row of await all(`select * from orders_sim where status in ('NEW', 'PARTIALLY_FILLED', 'TRIGGERED') order by id`)) saveOrder(draft, orderOf(row));
  for (const row of await all('select * from prices_sim')) {
    const { market, symbol, price, at } = priceOf(row);
    Object.assign(ownBook(draft, market, symbol), { last: price, at });
  }
  const [next] = await all('select coalesce((select max(id) from orders_sim), 0) + 1 as orders, coalesce((select max(id) from fills_sim), 0) + 1 as fills');
  const keys = (await all('select * from keys_sim')).map((row) => ({ apiKey: String(row.api_key), market: row.market as SimMarket, secret: String(row.secret), accountId: String(row.account_id), createdAt: Number(row.created_at) }));
  const listenKeys = (await all('select * from listen_keys_sim')).map((row) => ({ listenKey: String(row.listen_key), accountId: String(row.account_id), expiresAt: Number(row.expires_at) }));
  return { world: { ...closeDraft(draft), nextOrderId: Number(next?.orders), nextTradeId: Number(next?.fills) }, keys, listenKeys };
}

function commitValues(draft: Draft, created: readonly string[], prices: Iterable<string>, extras: Extras, at: number): unknown[] {
  const accounts = created.map((id) => {
    const account = draft.accounts.get(id);
    return { id, market: account?.market, maker_rate: account?.makerRate, taker_rate: account?.takerRate, created_at: at };
  });
  const keys = extras.keys.map((key) => ({ api_key: key.apiKey, market: key.market, secret: key.secret, account_id: key.accountId, created_at: key.createdAt }));
  const balances = [...draft.touched.balances.values()].map(({ accountId, asset }) => ({ account_id: accountId, asset, ...draft.accounts.get(accountId)?.balances.get(asset) }));
  const positions = [...draft.touched.positions.values()].flatMap(({ accountId, symbol }) => {
    const position = draft.accounts.get(accountId)?.positions.get(symbol);
    return position === undefined ? [] : [positionRow(accountId, position)];
  });
  const priceRows = [...prices].flatMap((key) => {
    const book = draft.books.get(key);
    return book?.last == null ? [] : [{ market: book.market, symbol: book.symbol, price: book.last, at: book.at }];
  });
  const instruments = [...draft.touched.instruments].flatMap((key) => {
    const rules = draft.instruments.get(key);
    return rules === undefined ? [] : [{ market: rules.market, symbol: rules.symbol, rules }];
  });
  const listenKeys = extras.listenKeys.map((key) => ({ listen_key: key.listenKey, account_id: key.accountId, expires_at: key.expiresAt }));
  const lists = [accounts, keys, balances, positions, [...draft.touched.orders.values()].map(orderRow), draft.fills.map(fillRow), draft.ledger.map(ledgerRow), priceRows, instruments, listenKeys];
  return [...lists.map((rows) => JSON.stringify(rows)), extras.removedListenKeys];
}
