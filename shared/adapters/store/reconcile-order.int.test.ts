import { expect } from 'chai';
import type { Store } from '#shared/ports/store.port';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { postgresRigOn, type StoreRig } from '#test/support/store-rig';
import { createPool } from './connect.ts';
import { createPostgresStore } from './postgres-store.ts';
import type pg from 'pg';

/** What changes the rows of several accounts in one statement. */
const statements: Record<string, (store: Store) => Promise<unknown>> = {
  'safe mode ends everywhere': (store) => store.rearm({ scope: 'global', scopeId: '', kinds: ['safe_mode'] }),
  'entries of all accounts wait': (store) => store.holdEntries('of a test'),
  'accounts are due': (store) => store.dueReconciles(1_000),
};

describe('rows of several accounts that are changed at once', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let rig: StoreRig;
  let [first, second] = ['', ''];
  before(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url, { max: 3 });
    rig = postgresRigOn(database.url);
    const userId = await rig.addUser();
    [first, second] = [await rig.addAccount(userId), await rig.addAccount(userId)];
    // On disk the second account comes first.
    await pool.query('update accounts set name = name where id = $1', [first]);
    for (const id of [second, first]) await pool.query('insert into reconciles (account_id, due_at) values ($1, now())', [id]);
  });
  after(async () => {
    await rig.close();
    await pool.end();
    await database.drop();
  });

  const isWaiting = async (): Promise<boolean> => (await pool.query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).rowCount === 1;
  for (const [what, change] of Object.entries(statements))
    it(`${what}: who waits for the first account has not taken the second, so that two of them never wait for each other`, async () => {
      await rig.store.halt({ scope: 'global', scopeId: '', kind: 'safe_mode', code: 'key_refused', reason: 'test', by: null });
      await pool.query(`update reconciles set due_at = now() where account_id = $1`, [second]);
      await pool.query(`update reconciles set due_at = now() where account_id = $1`, [first]);
      const other = await pool.connect();
      await other.query('begin');
      await other.query('select from reconciles where account_id = $1 for update', [first]);
      const changing = change(createPostgresStore(pool));
      try {
        while (!(await isWaiting())) await new Promise((resolve) => setImmediate(resolve));
        const free = await other.query('select from reconciles where account_id = $1 for update skip locked', [second]);
        expect(free.rowCount).to.equal(1);
      } finally {
        await other.query('rollback');
        other.release();
        await changing;
        await rig.lift();
      }
    });
});
