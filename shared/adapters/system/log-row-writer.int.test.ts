import { expect } from 'chai';
import type pg from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import { createTestDatabase } from '#test/support/postgres';
import type { TestDatabase } from '#test/support/postgres';
import { waitFor } from '#test/support/wait-for';
import type { LogRow } from './log.ts';
import { createLogRowWriter } from './log-row-writer.ts';

const row = (message: string): LogRow => ({ at: Date.UTC(2026, 0, 2, 3, 4, 5, 678), level: 'info', category: 'order', message, fields: { price: '1.50', text: 'nul\0char' } });

describe('log row writer', () => {
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
  const stored = async (): Promise<{ at: Date; message: string; fields: object }[]> => (await pool.query('SELECT * FROM log_rows ORDER BY id')).rows;

  it('stores rows shortly after they were logged, in order', async () => {
    const writer = createLogRowWriter(pool);
    for (let i = 0; i < 1200; i += 1) writer.write(row(`row ${i}`));
    await waitFor('all rows', async () => (await stored()).length === 1200);
    const rows = await stored();
    expect(rows[0]).to.deep.include({ message: 'row 0', level: 'info', category: 'order', fields: { price: '1.50', text: 'nulchar' } });
    expect(rows[0]?.at.toISOString()).to.equal('2026-01-02T03:04:05.678Z');
    expect(rows.at(-1)?.message).to.equal('row 1199');
    await writer.close();
  });

  it('writes what is left when it is closed', async () => {
    const writer = createLogRowWriter(pool);
    writer.write(row('last words'));
    await writer.close();
    expect((await stored()).at(-1)?.message).to.equal('last words');
  });

  it('keeps rows while the database is away, and says how many did not fit', async () => {
    let away = true;
    let lost = 0;
    const writer = createLogRowWriter({ query: (text, values) => (away ? Promise.reject(new Error('away')) : pool.query(text, values)) }, (count) => (lost += count));
    await pool.query('DELETE FROM log_rows');
    for (let i = 0; i < 10_005; i += 1) writer.write(row(`row ${i}`));
    away = false;
    await writer.close();
    expect((await stored()).length).to.equal(10_000);
    expect(lost).to.equal(5);
  });
});
