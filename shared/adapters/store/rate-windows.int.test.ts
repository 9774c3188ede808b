import type pg from 'pg';
import { rateLedgerContract } from '#test/contracts/rate-ledger.contract';
import { createTestDatabase } from '#test/support/postgres';
import type { TestDatabase } from '#test/support/postgres';
import { createPool } from './connect.ts';
import { createRateLedger } from './rate-windows.table.ts';

describe('rate windows', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  before(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url);
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });
  rateLedgerContract('postgres', async () => {
    await pool.query('delete from rate_windows');
    return createRateLedger(pool);
  });
});
