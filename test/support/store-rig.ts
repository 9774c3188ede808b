import type { Market } from '#shared/engine/instrument/instrument';
import { randomUUID } from 'node:crypto';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { createPool } from '#shared/adapters/store/connect';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import { createMemoryStore } from '#shared/simulation/memory-store';
import type { Changes, SavedGroup, Store } from '#shared/ports/store.port';
import { createTestDatabase } from './postgres.ts';

/** A store with what a test must set up and look at beside it. */
export interface StoreRig {
  store: Store;
  /** The same store as another process has it. */
  another(): Store;
  addUser(): Promise<string>;
  /** A paper account of a user, USD-M unless told; the accounts of a rig are due to be polled at once. */
  addAccount(userId: string, market?: Market): Promise<string>;
  /** A signal that was stored and not decided. */
  addSignal(userId: string, accountId: string): Promise<string>;
  signal(id: string): Promise<{ status: string; outcome: string | null; reason: string | null; groupId: string | null }>;
  /** The last traded price of a symbol, USD-M. */
  trades(symbol: string, at: string): Promise<void>;
  halt(scope: 'global' | 'account', scopeId: string): Promise<void>;
  lift(): Promise<void>;
  /** The STOP file looks as if nobody had seen it for `ms`. */
  ageStopFile(ms: number): Promise<void>;
  switchOff(accountId: string): Promise<void>;
  fillCount(groupId: string): Promise<number>;
  /** What comparisons of an account have found, oldest first. */
  differences(accountId: string): Promise<{ kind: string; state: string; action: string | null; ours: string | null; venue: string | null }[]>;
  /** A person decides the one difference that asks. */
  decideDifference(accountId: string, decision: 'adopt' | 'close' | 'ignore'): Promise<void>;
  /** Whoever compares the account has died, and the time it had is over. */
  forgetBusy(accountId: string): void | Promise<void>;
  /** Every position group of earlier tests is closed: what one account holds says something of its neighbours. */
  closeGroups(): Promise<void>;
  /** Makes finished inbox and outbox rows look `days` older. */
  age(days: number): Promise<void>;
  /** Rows of inbox and outbox, finished or not. */
  rowCount(): Promise<number>;
  close(): Promise<void>;
}

const dayMs = 86_400_000;

/** The store in memory, on the machine's clock. */
export function memoryRig(now: () => number = Date.now): StoreRig {
  const store = createMemoryStore({ clock: { now } });
  const { tables } = store;
  let ids = 0;
  const next = (): string => String((ids += 1));
  return {
    store,
    another: () => store,
    addUser: async () => next(),
    async addAccount(userId, market = 'usdm') {
      const accountId = next();
      tables.accounts.set(accountId, { accountId, userId, venue: 'binance', market, mode: 'paper', sealedSecrets: new Uint8Array(), enabled: true, liveEnabled: false, pollDueAt: 0 });
      return accountId;
    },
    async addSignal() {
      return next();
    },
    async signal(id) {
      const told = tables.signals.get(id);
      return told === undefined ? { status: 'pending', outcome: null, reason: null, groupId: null } : { status: told.status, outcome: told.outcome, reason: told.reason, groupId: told.groupId };
    },
    async trades(symbol, at) {
      tables.prices.set(`binance usdm ${symbol}`, { venue: 'binance', market: 'usdm', symbol, price: at, at: now() });
    },
    async halt(scope, scopeId) {
      tables.halts.set(`${scope} ${scopeId}`, { scope, scopeId, reason: 'test' });
    },
    async lift() {
      tables.halts.clear();
    },
    async ageStopFile(ms) {
      tables.stopFile.seenAt -= ms;
    },
    async switchOff(accountId) {
      const account = tables.accounts.get(accountId);
      if (account !== undefined) account.enabled = false;
    },
    differences: async (accountId) => [...tables.reconcileDifferences.values()].filter((each) => each.accountId === accountId).map(({ difference: { kind, ours, venue }, state, action }) => ({ kind, state, action, ours, venue })),
    async decideDifference(accountId, decision) {
      const asks = [...tables.reconcileDifferences.values()].find((each) => each.accountId === accountId && each.state === 'asks');
      if (asks === undefined) throw new Error('nothing asks');
      Object.assign(asks, decision === 'ignore' ? { state: 'ignored' } : { decision });
    },
    forgetBusy(accountId) {
      const entry = tables.reconciles.get(accountId);
      if (entry !== undefined) entry.busyUntil = 0;
    },
    async closeGroups() {
      tables.groups.clear();
    },
    fillCount: async (groupId) => [...tables.fills.values()].filter((fill) => fill.groupId === groupId).length,
    async age(days) {
      for (const row of tables.inbox.values()) if (row.decidedAt !== null) row.decidedAt -= days * dayMs;
      for (const row of tables.outbox.values()) if (row.doneAt !== null) row.doneAt -= days * dayMs;
    },
    rowCount: async () => tables.inbox.size + tables.outbox.size,
    close: async () => {},
  };
}

/** The store on PostgreSQL, in a database of its own. */
export async function postgresRig(): Promise<StoreRig> {
  const database = await createTestDatabase();
  const rig = postgresRigOn(database.url);
  return {
    ...rig,
    close: async () => {
      await rig.close();
      await database.drop();
    },
  };
}

/** The store on a PostgreSQL that somebody else drops. */
export function postgresRigOn(url: string): StoreRig {
  const pool = createPool(url, { max: 24 });
  const one = async <Row extends object>(text: string, values: unknown[]): Promise<Row> => (await pool.query<Row>(text, values)).rows[0]!;
  let names = 0;
  return {
    store: createPostgresStore(pool),
    another: () => createPostgresStore(pool),
    addUser: async () => (await one<{ id: string }>(`insert into users (email, password_hash) values ($1, '') returning id`, [`${randomUUID()}@test`])).id,
    addAccount: async (userId, market = 'usdm') =>
      (await one<{ id: string }>(`insert into accounts (user_id, name, venue, market, mode, secrets, api_key_mask) values ($1, $2, 'binance', $3, 'paper', '', '') returning id`, [userId, `account ${(names += 1)}`, market])).id,
    addSignal: async (userId, accountId) =>
      (await one<{ id: string }>(`insert into signals (user_id, account_id, endpoint_id, identity, symbol, timeframe, kind, payload) values ($1, $2, '', $3, '', '', 'entry', '{}') returning id`, [userId, accountId, `identity ${(names += 1)}`])).id,
    signal: (id) => one(`select status, outcome, reason, group_id as "groupId" from signals where id = $1`, [id]),
    trades: async (symbol, at) =>
      void (await pool.query(`insert into prices (venue, market, symbol, price, at) values ('binance', 'usdm', $1, $2, now()) on conflict (venue, market, symbol) do update set price = excluded.price`, [symbol, at])),
    halt: async (scope, scopeId) => void (await pool.query(`insert into halts (scope, scope_id, reason) values ($1, $2, 'test')`, [scope, scopeId])),
    lift: async () => void (await pool.query('delete from halts')),
    ageStopFile: async (ms) => void (await pool.query(`update halts set seen_at = seen_at - make_interval(secs => $1 / 1000.0)`, [ms])),
    switchOff: async (accountId) => void (await pool.query('update accounts set enabled = false where id = $1', [accountId])),
    differences: async (accountId) => (await pool.query<Awaited<ReturnType<StoreRig['differences']>>[number]>('select kind, state, action, ours, venue from reconcile_differences where account_id = $1 order by id', [accountId])).rows,
    decideDifference: async (accountId, decision) => {
      const { rowCount } = await pool.query(`update reconcile_differences set state = case $2 when 'ignore' then 'ignored' else state end, decision = nullif($2, 'ignore') where account_id = $1 and state = 'asks'`, [accountId, decision]);
      if (rowCount !== 1) throw new Error('nothing asks');
    },
    forgetBusy: async (accountId) => void (await pool.query('update reconciles set busy_until = now() where account_id = $1', [accountId])),
    closeGroups: async () => void (await pool.query(`update position_groups set status = 'closed' where status <> 'closed'`)),
    fillCount: async (groupId) => Number((await one<{ count: string }>('select count(*) from fills where group_id = $1', [groupId])).count),
    age: async (days) => {
      await pool.query(`update inbox set decided_at = decided_at - make_interval(days => $1)`, [days]);
      await pool.query(`update outbox set done_at = done_at - make_interval(days => $1)`, [days]);
    },
    rowCount: async () => Number((await one<{ count: string }>('select (select count(*) from inbox) + (select count(*) from outbox) as count', [])).count),
    close: () => pool.end(),
  };
}

/** Changes that write nothing, with `changes` in their place. */
export const writing = (changes: Partial<Changes>): Changes => ({ pool: null, groups: [], journal: [], inbox: [], outbox: [], signals: [], ...changes });

/** A group to save, with its orders as new ones. */
export const saving = (group: PositionGroup, version: number, changes: Partial<SavedGroup> = {}): SavedGroup => ({ group, version, wake: [], orders: group.orders, fills: [], ...changes });
