import { expect } from 'chai';
import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import { keepDeployment } from '#shared/adapters/store/deployment-lease.table';
import { keyFindings } from '#shared/adapters/store/key-canary.table';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import { createSecretBox } from '#shared/adapters/system/secret-box';
import { openDirectory } from '#test/support/open-directory';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';

const root = join(import.meta.dirname, '..');
const [key, otherKey] = ['ab'.repeat(32), 'cd'.repeat(32)];
/** Databases of tests may lose what they have confirmed; only the row about that looks. */
const lossy = { DATABASE_DURABILITY: 'off' };

/** What a process came to: its exit code, or `ready` where it went to work on that ground. */
interface Ended {
  code: number | 'ready' | null;
  errors: string;
}

/** The checks are worth what the processes make of them: each is started as its own, on a database nobody may work on. */
describe('start-up checks of the processes', function () {
  this.timeout(90_000);
  const dataDir = openDirectory('tranche-processes-');
  let database: TestDatabase;
  let pool: pg.Pool;
  before(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url, { max: 4 });
    await createPostgresStore(pool).deploymentPrefix();
    await keyFindings(pool, createSecretBox(key));
  });
  after(async () => {
    await pool.end();
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const run = (entry: string, env: Record<string, string>): Promise<Ended> =>
    new Promise((resolve) => {
      const base = { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'error', DATABASE_URL: database.url, ENCRYPTION_KEY: key, DATA_DIR: dataDir, PORT: '0', PAPER_URL: 'http://127.0.0.1:9' };
      const child = fork(join(root, entry), [], { cwd: root, execArgv: ['--conditions=source', '--import', 'tsx/esm'], env: { ...base, ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      let errors = '';
      let ready = false;
      child.stderr?.on('data', (chunk) => (errors += String(chunk)));
      child.on('message', (message) => {
        if (message !== 'ready') return;
        ready = true;
        child.kill('SIGKILL');
      });
      child.once('close', (code) => resolve({ code: ready ? 'ready' : code, errors }));
    });

  /** Makes the database unsafe, and answers how it is made safe again. */
  type Spoil = () => Promise<() => Promise<unknown>>;
  const asItIs: Spoil = async () => async () => {};
  const lacksOne: Spoil = async () => {
    const { rows } = await pool.query<{ name: string; batch: number; migration_time: Date }>('delete from knex_migrations where name = (select max(name) from knex_migrations) returning name, batch, migration_time');
    const [{ name, batch, migration_time: at }] = rows as [(typeof rows)[number]];
    return () => pool.query('insert into knex_migrations (name, batch, migration_time) values ($1, $2, $3)', [name, batch, at]);
  };
  const ofALaterOne: Spoil = async () => {
    await pool.query(`insert into knex_migrations (name, batch, migration_time) values ('9999_of_a_later_one', 99, now())`);
    return () => pool.query(`delete from knex_migrations where name = '9999_of_a_later_one'`);
  };
  const ofAnotherOne: Spoil = async () => {
    await pool.query(`insert into leases (name, owner, expires_at) values ('deployment', 'the other', clock_timestamp() + interval '1 minute') on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at`);
    const kept = keepDeployment(pool, { id: 'the other', chosen: true }, () => {}, 200);
    return async () => {
      await kept.stop();
      await pool.query(`delete from leases where name = 'deployment'`);
    };
  };

  const table: [what: string, spoil: Spoil, env: Record<string, string>, says: RegExp][] = [
    ['a database that loses what it has confirmed', asItIs, {}, /^DATABASE_URL: found a PostgreSQL with synchronous_commit = off, .* expected synchronous_commit = on \(ALTER ROLE or ALTER DATABASE .*\); for a test database set DATABASE_DURABILITY=off$/m],
    ['a migration that is pending', lacksOne, lossy, /^DATABASE_URL: found a database without the migrations \d{4}_\w+, expected all of them; run node dist\/scripts\/migrate\.js/],
    ['a database of a later Tranche', ofALaterOne, lossy, /^DATABASE_URL: found a database that a later Tranche has migrated \(9999_of_a_later_one\), expected none this version does not know; start that version, or restore a backup/],
    ['another key than the one its secrets are sealed with', asItIs, { ...lossy, ENCRYPTION_KEY: otherKey }, /^ENCRYPTION_KEY: found another key than the one the secrets in this database were stored under, expected that one; restore it from a backup/],
    ['a database that another deployment works on', ofAnotherOne, { ...lossy, DEPLOYMENT_ID: 'this-one' }, /^DATABASE_URL: found a database that another running Tranche works on \(deployment the other, this is this-one\), expected one of its own; stop that one/],
  ];
  for (const entry of ['api/main.ts', 'workers/main.ts'])
    for (const [what, spoil, env, says] of table)
      it(`${entry}, ${what}: it ends with code 78, and says what to change`, async () => {
        const mend = await spoil();
        const { code, errors } = await run(entry, env);
        await mend();
        expect(code, errors).to.equal(78);
        expect(errors).to.match(says).and.not.contain(otherKey);
      });
});
