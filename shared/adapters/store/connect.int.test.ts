import { expect } from 'chai';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { createPool } from './connect.ts';

describe('pool of connections', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());

  const settingsOf = async (options: { byIndex?: boolean }): Promise<unknown> => {
    const pool = createPool(database.url, { max: 1, ...options });
    const { rows } = await pool.query(`select current_setting('search_path') as path, current_setting('enable_seqscan') as whole`).finally(() => pool.end());
    return rows[0];
  };

  it('is on our schema, and reads by index where it is told to', async () => {
    expect(await settingsOf({})).to.deep.equal({ path: 'app', whole: 'on' });
    expect(await settingsOf({ byIndex: true })).to.deep.equal({ path: 'app', whole: 'off' });
  });

  it('keeps to the index with a plan that was made on an empty table', async () => {
    const pool = createPool(database.url, { max: 1, byIndex: true });
    try {
      await pool.query('prepare one (bigint) as select * from signals where id = $1; set plan_cache_mode = force_generic_plan');
      const { rows } = await pool.query<{ 'QUERY PLAN': string }>('explain execute one (1)');
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).to.contain('Index Scan using signals_pkey');
    } finally {
      await pool.end();
    }
  });
});
