import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { ShellStory } from '#test/support/shell-story';
import { postgresRigOn } from '#test/support/store-rig';
import { firstDifference } from './replay-group.ts';
import { replay } from './replay.ts';

describe('replay of a stored group', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let groupId: string;
  const sql = async (text: string, values: unknown[] = []): Promise<void> => {
    const client = new pg.Client({ connectionString: database.url, options: '-c search_path=app' });
    await client.connect();
    await client.query(text, values);
    await client.end();
  };

  before(async () => {
    database = await createTestDatabase();
    const rig = postgresRigOn(database.url);
    const story = await ShellStory.on(rig);
    story.exchange.submitScript.push('lost-answer');
    await story.alert();
    await story.rest();
    const entry = await story.order('entry', 0);
    story.exchange.fill(entry.clientOrderId, '1.5', '99.9');
    await story.rest();
    groupId = (await story.group()).id;
    await story.alert({ kind: 'exit' });
    await story.rest();
    await rig.close();
  });
  after(() => database.drop());

  it('is identical (invariant 7)', async () => {
    const found = await replay(database.url, groupId);
    expect(found).to.deep.include({ identical: true });
    expect(found.text).to.match(/^identical \(\d+ events\)$/);
  });

  it('the command says so and ends with 0', () => {
    const run = spawnSync(process.execPath, ['scripts/run-source.mjs', 'scripts/replay.ts', groupId], { encoding: 'utf8', env: { ...process.env, DATABASE_URL: database.url, ENCRYPTION_KEY: '0'.repeat(64) } });
    expect([run.status, run.stdout.split(' ')[0], run.stderr]).to.deep.equal([0, 'identical', '']);
  });

  const faults: [string, string[], Record<string, string>, RegExp][] = [
    ['no group id', [], {}, /^groupId: found nothing, expected a number: npm run replay -- <groupId>\n$/],
    ['a group nobody knows', ['999999'], {}, /^groupId: found 999999, expected the id of a stored position group\n$/],
    ['a directory without a database', ['1'], { DATABASE_URL: '', ENCRYPTION_KEY: '' }, /holds no database yet/],
  ];
  for (const [title, args, changes, says] of faults) {
    it(`${title}: a plain message and code 78`, () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'tranche-replay-'));
      const run = spawnSync(process.execPath, ['scripts/run-source.mjs', 'scripts/replay.ts', ...args], { encoding: 'utf8', env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: database.url, ENCRYPTION_KEY: '0'.repeat(64), ...changes } });
      rmSync(dataDir, { recursive: true });
      expect(run.status).to.equal(78);
      expect(run.stderr).to.match(says);
    });
  }

  it('names the first event whose commands are others than recorded', async () => {
    await sql(`update journal set commands = '[]' where aggregate = 'group' and aggregate_id = $1 and version = 1`, [groupId]);
    const found = await replay(database.url, groupId);
    expect(found.identical).to.equal(false);
    expect(found.text).to.match(/^event 1, open, commands\[0\]: replayed \{"type":"settle-signal"/);
  });
});

describe('the first difference', () => {
  const rows: [string, unknown, unknown, string | null][] = [
    ['of equal values', { a: [1, { b: '2' }] }, { a: [1, { b: '2' }] }, null],
    ['of values whose keys stand in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, null],
    ['deep inside', { a: [{ b: '1' }, { b: '2' }] }, { a: [{ b: '1' }, { b: '3' }] }, 'x.a[1].b: replayed "2", recorded "3"'],
    ['of a missing key', { a: 1 }, { a: 1, b: 2 }, 'x.b: replayed undefined, recorded 2'],
    ['of a shorter list', [1], [1, 2], 'x[1]: replayed undefined, recorded 2'],
    ['of a list and a record', [], {}, 'x: replayed [], recorded {}'],
    ['of null and a record', null, {}, 'x: replayed null, recorded {}'],
  ];
  for (const [title, replayed, recorded, expected] of rows) it(title, () => expect(firstDifference(replayed, recorded, 'x')).to.equal(expected));
});
