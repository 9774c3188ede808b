import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import { oldLogRows } from '#shared/adapters/store/old-log-rows.table';
import { standingHouse } from '#shared/adapters/system/house-settings';
import { silentLog } from '#shared/adapters/system/log';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { createLogRetention } from './log-retention.ts';

describe('removing old log rows', () => {
  const now = Date.parse('2026-03-31T06:00:00Z');
  let database: TestDatabase;
  let pool: pg.Pool;
  let dataDir = '';

  before(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url, { max: 2 });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'tranche-retention-'));
    await pool.query('truncate log_rows cascade');
    // One row on every day of March.
    await pool.query(`insert into log_rows (at, level, category, message, fields) select d, 'info', 'order', 'row of ' || to_char(d at time zone 'utc', 'DD'), '{"n": 1}' from generate_series(timestamptz '2026-03-01T12:00:00Z', '2026-03-30T12:00:00Z', interval '1 day') d`);
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const settingsOf = (logging: Partial<Settings['logging']>): Settings => ({ ...defaultSettings, logging: { ...defaultSettings.logging, ...logging } });
  const prune = (logging: Partial<Settings['logging']>, rows = oldLogRows(pool)) => createLogRetention({ rows, house: standingHouse(settingsOf(logging)), dataDir, clock: { now: () => now }, log: silentLog, batchRows: 8 })();
  const left = async (): Promise<number> => (await pool.query<{ count: number }>('select count(*)::int from log_rows')).rows[0]?.count ?? 0;
  const exports = (): string => join(dataDir, 'engine_data', 'exports');
  const exported = (): string[] =>
    readdirSync(exports())
      .sort()
      .flatMap((name) => gunzipSync(readFileSync(join(exports(), name))).toString().trim().split('\n'))
      .map((line) => (JSON.parse(line) as { message: string }).message);

  for (const [days, kept] of [[30, 30], [10, 10], [1, 1]] as const)
    it(`keeps ${days} days (R-705)`, async () => {
      await prune({ keep_days: days });
      expect(await left()).to.equal(kept);
      expect(existsSync(exports()), 'nothing is exported unasked').to.equal(false);
    });

  it('exports what it removes, all of it and nothing else (R-684)', async () => {
    await prune({ keep_days: 10, auto_export: true });
    expect(await left()).to.equal(10);
    expect(exported()).to.deep.equal(Array.from({ length: 20 }, (_, index) => `row of ${String(index + 1).padStart(2, '0')}`));
    expect(readdirSync(exports())).to.have.length(3);
  });

  it('loses nothing when it is cut off between writing and removing', async () => {
    const rows = oldLogRows(pool);
    const failing = { ...rows, remove: async () => Promise.reject(new Error('cut off')) };
    await prune({ keep_days: 10, auto_export: true }, failing).then(() => expect.fail('went on'), (error: Error) => expect(error.message).to.equal('cut off'));
    expect(await left(), 'nothing was removed').to.equal(30);
    await prune({ keep_days: 10, auto_export: true });
    expect(exported(), 'and nothing is there twice').to.have.length(20);
  });

  it('removes log files of the same age', async () => {
    const logs = join(dataDir, 'engine_data', 'logs');
    mkdirSync(logs, { recursive: true });
    for (const day of ['2026-03-01', '2026-03-30']) {
      const file = join(logs, `tranche-${day}.log`);
      writeFileSync(file, '');
      utimesSync(file, Date.parse(day) / 1000, Date.parse(day) / 1000);
    }
    await prune({ keep_days: 10 });
    expect(readdirSync(logs)).to.deep.equal(['tranche-2026-03-30.log']);
  });
});
