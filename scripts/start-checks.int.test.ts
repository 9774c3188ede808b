import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import { clockFindings, durabilityFindings, migrationsKnown, schemaFindings } from '#shared/adapters/store/database-ground';
import { deploymentFindings, keepDeployment } from '#shared/adapters/store/deployment-lease.table';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import { forgetKey, keyFindings } from '#shared/adapters/store/key-canary.table';
import { insertAccount, paperKeys } from '#shared/adapters/store/account-keys.table';
import { createSecretBox } from '#shared/adapters/system/secret-box';
import { keptDeploymentId } from '#shared/adapters/system/deployment-id';
import type { GroundFinding } from '#shared/ports/ground.port';
import { openDirectory } from '#test/support/open-directory';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { migrate } from './migrate.ts';

const brief = (findings: readonly GroundFinding[]): string[] => findings.map(({ refuse, message }) => `${refuse}: ${message}`);
const [key, otherKey] = ['ab'.repeat(32), 'cd'.repeat(32)];

describe('start-up checks of a database', () => {
  describe('that is one for tests, and may lose what it has confirmed', () => {
    let database: TestDatabase;
    let pool: pg.Pool;
    before(async () => {
      database = await createTestDatabase();
      pool = createPool(database.url, { max: 4 });
    });
    after(async () => {
      await pool.end();
      await database.drop();
    });

    it('is refused with a line for each setting and its fix, unless that is switched off', async () => {
      const found = brief(await durabilityFindings(pool, { durable: true }));
      expect(found.map((line) => /^always: DATABASE_URL: found a PostgreSQL with (\w+) = off.* expected \1 = on \(.+\); for a test database set DATABASE_DURABILITY=off$/.exec(line)?.[1])).to.deep.equal(['fsync', 'full_page_writes', 'synchronous_commit']);
      expect(await durabilityFindings(pool, { durable: false })).to.deep.equal([]);
    });

    describe('its schema', () => {
      const known = migrationsKnown();
      const later = '9999_of_a_later_one';
      const table: [what: string, known: readonly string[], migrating: boolean, expected: RegExp[]][] = [
        ['is the one this version knows', known, false, []],
        ['lacks a migration', [...known, '9998_not_run'], false, [/^always: DATABASE_URL: found a database without the migrations 9998_not_run, expected all of them; run node dist\/scripts\/migrate\.js/]],
        ['lacks one that is about to be run', [...known, '9998_not_run'], true, []],
        ['is of a later Tranche', known.slice(0, -1), false, [new RegExp(`^always: DATABASE_URL: found a database that a later Tranche has migrated \\(${known.at(-1)}\\), expected none this version does not know; start that version`)]],
        ['is of a later Tranche, before migrating', known.filter((name) => name !== known[3]), true, [/a later Tranche has migrated/]],
      ];
      for (const [what, names, migrating, expected] of table) {
        it(what, async () => {
          const found = brief(await schemaFindings(pool, names, { migrating }));
          expect(found.length, found.join()).to.equal(expected.length);
          expected.forEach((pattern, index) => expect(found[index]).to.match(pattern));
        });
      }
      it('knows the migrations by their files', () => expect(known).to.include('0001_create_core').and.not.include(later));
    });

    describe('its clock', () => {
      const table: [skewMs: number, marginMs: number, expected: RegExp | null][] = [
        [0, 2, null],
        [1_000, 2, null],
        [1_003, 2, /^live: Clock: found this machine's clock 1\.0 s behind the database's, expected at most 1 s; let both follow a time server/],
        [-45_000, 2, /^live: .* 45\.0 s ahead of the database's/],
        [1_500, 600, null],
      ];
      for (const [skewMs, marginMs, expected] of table) {
        it(`${skewMs} ms off, known to ${marginMs} ms`, () => {
          const found = brief(clockFindings({ skewMs, marginMs }));
          if (expected === null) expect(found).to.deep.equal([]);
          else expect(found[0]).to.match(expected);
        });
      }
      it('is the right one here', async () => expect(clockFindings(await createPostgresStore(pool).clockSkew())).to.deep.equal([]));
    });

    describe('its key', () => {
      const box = createSecretBox(key);
      const other = createSecretBox(otherKey);
      before(() => createPostgresStore(pool).deploymentPrefix());

      it('a database that holds secrets from before there was a canary is judged by them', async () => {
        const { rows } = await pool.query<{ id: string }>(`insert into users (email, password_hash) values ('a@example.com', '') returning id`);
        const client = await pool.connect();
        await insertAccount(client, box, { userId: rows[0]?.id ?? '', name: 'a', venue: 'binance', market: 'usdm', mode: 'testnet', keys: paperKeys() });
        client.release();
        expect((await keyFindings(pool, other))[0]?.message).to.match(/^ENCRYPTION_KEY: found another key than the one the secrets in this database were stored under, expected that one; restore it from a backup/);
        const { rows: kept } = await pool.query<{ key_canary: Buffer | null }>('select key_canary from deployment');
        expect(kept[0]?.key_canary, 'a wrong key must not become the right one').to.equal(null);
        expect(await keyFindings(pool, box)).to.deep.equal([]);
      });
      it('lost for good: what it sealed is given up, accounts are off until their keys come again, and the present key is the right one', async () => {
        const client = await pool.connect();
        await client.query('begin');
        const lost = await forgetKey(client, other);
        const { rows } = await client.query<{ enabled: boolean }>('select enabled from accounts');
        await client.query('rollback');
        client.release();
        expect([lost, rows]).to.deep.equal([{ accounts: ['a'], endpoints: [] }, [{ enabled: false }]]);
        const again = await pool.connect();
        expect(await forgetKey(again, box), 'nothing is lost under the key it was sealed with').to.deep.equal({ accounts: [], endpoints: [] });
        again.release();
      });
      it('the right one opens the canary, another does not', async () => {
        expect(await keyFindings(pool, box)).to.deep.equal([]);
        expect((await keyFindings(pool, other)).map(({ refuse }) => refuse)).to.deep.equal(['always']);
      });
    });

    describe('another deployment on it', () => {
      afterEach(() => pool.query(`delete from leases where name = 'deployment'`));
      const elapse = (): Promise<unknown> => pool.query(`update leases set expires_at = now() - interval '1 second' where name = 'deployment'`);

      it('processes of one deployment share it', async () => {
        for (const _ of [1, 2, 3]) expect(await deploymentFindings(pool, { id: 'one', chosen: true })).to.deep.equal([]);
      });
      for (const chosen of [true, false]) {
        it(`that lives: ${chosen ? 'refused' : 'refused in live mode, where nobody has named this one'}`, async () => {
          expect(await deploymentFindings(pool, { id: 'one', chosen: true })).to.deep.equal([]);
          const kept = keepDeployment(pool, { id: 'one', chosen: true }, () => {}, 50);
          const found = await deploymentFindings(pool, { id: 'two', chosen });
          await kept.stop();
          expect(brief(found)).to.deep.equal([`${chosen ? 'always' : 'live'}: DATABASE_URL: found a database that another running Tranche works on (deployment one, this is two), expected one of its own; stop that one, or, if both are one installation on several machines, give both the same DEPLOYMENT_ID`]);
        });
      }
      it('that was killed is taken over from when its time has run out', async () => {
        await deploymentFindings(pool, { id: 'one', chosen: true });
        const waiting = deploymentFindings(pool, { id: 'two', chosen: true });
        await elapse();
        expect(await waiting).to.deep.equal([]);
      });
      it('the first one hears that it has lost the database', async () => {
        await deploymentFindings(pool, { id: 'one', chosen: true });
        await elapse();
        await deploymentFindings(pool, { id: 'two', chosen: true });
        const other = await new Promise<string>((resolve) => {
          const kept = keepDeployment(pool, { id: 'one', chosen: true }, (owner) => void kept.stop().then(() => resolve(owner)), 20);
        });
        expect(other).to.equal('two');
      });
      it('a data directory keeps one id, also when several processes begin at once', () => {
        const directory = openDirectory('tranche-id-');
        const ids = Array.from({ length: 5 }, () => keptDeploymentId(directory));
        rmSync(directory, { recursive: true, force: true });
        expect([new Set(ids).size, /^[0-9a-f]{12}$/.test(ids[0] ?? ''), keptDeploymentId('/proc/nowhere')]).to.deep.equal([1, true, null]);
      });
    });
  });

  describe('that is a real one, by the command that migrates', function () {
    this.timeout(60_000);
    const dataDir = openDirectory('tranche-ground-');
    let server: EmbeddedPostgres;
    let url = '';
    const onServer = async (text: string): Promise<void> => {
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query(text);
      await client.end();
    };
    /** Runs the command as `npm start` does. */
    const run = (env: Record<string, string> = {}, file = 'migrate.ts', ...args: string[]): Promise<{ code: number | null; errors: string; output: string }> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx/esm', join(import.meta.dirname, file), ...args], {
          cwd: join(import.meta.dirname, '..'),
          env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_FORMAT: 'json', DATABASE_URL: url, ENCRYPTION_KEY: key, DATA_DIR: dataDir, ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let [errors, output] = ['', ''];
        child.stderr.on('data', (chunk) => (errors += String(chunk)));
        child.stdout.on('data', (chunk) => (output += String(chunk)));
        child.once('exit', (code) => resolve({ code, errors, output }));
      });
    before(async () => {
      server = await startEmbeddedPostgres({ dataDir });
      ({ url } = server);
      await migrate(url);
    });
    after(async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });

    it('a sound one is taken, and from then on knows its key', async () => {
      const { code, errors, output } = await run();
      expect([code, errors], output).to.deep.equal([0, '']);
      expect(output).to.contain('the database is up to date');
      const wrong = await run({ ENCRYPTION_KEY: otherKey });
      expect(wrong.code).to.equal(78);
      expect(wrong.errors).to.match(/^ENCRYPTION_KEY: found another key .*\n$/).and.not.contain(otherKey);
    });

    it('whose key is lost goes on with another one, once somebody has said so', async () => {
      const unsure = await run({ ENCRYPTION_KEY: otherKey }, 'forget-key.ts');
      expect([unsure.code, unsure.errors]).to.deep.equal([78, 'Every exchange key and webhook secret that the present ENCRYPTION_KEY cannot open is given up for good. Stop Tranche, then run this again with --give-up-secrets.\n']);
      const sure = await run({ ENCRYPTION_KEY: otherKey }, 'forget-key.ts', '--give-up-secrets');
      expect([sure.code, sure.output], sure.errors).to.deep.equal([0, 'Enter the keys of these exchange accounts again and switch them on: none\nMake the secrets of these webhook endpoints anew: none\n']);
      expect((await run({ ENCRYPTION_KEY: otherKey })).code).to.equal(0);
      expect((await run()).code, 'the lost one').to.equal(78);
      expect((await run({}, 'forget-key.ts', '--give-up-secrets')).code).to.equal(0);
    });

    it('one whose role waits for no disk is refused', async () => {
      await onServer('alter role tranche set synchronous_commit = off');
      const refused = await run();
      const switched = await run({ DATABASE_DURABILITY: 'off' });
      const live = await run({ DATABASE_DURABILITY: 'off', TRADING_MODE: 'live' });
      await onServer('alter role tranche reset synchronous_commit');
      expect([refused.code, switched.code, live.code]).to.deep.equal([78, 0, 78]);
      expect(refused.errors).to.match(/^DATABASE_URL: found a PostgreSQL with synchronous_commit = off, .* \(ALTER ROLE .*\n$/);
      expect(live.errors).to.match(/^DATABASE_DURABILITY: found "off", expected on with TRADING_MODE=live\n$/);
    });

    it('one that takes no writes is refused', async () => {
      await onServer('alter role tranche set default_transaction_read_only = on');
      const refused = await run();
      await onServer('begin; set transaction read write; alter role tranche reset default_transaction_read_only; commit');
      expect([refused.code, refused.errors.split('(')[0]]).to.deep.equal([78, 'DATABASE_URL: found a PostgreSQL that takes no writes ']);
    });

    it('one that a later Tranche has migrated is refused before anything is written', async () => {
      await onServer(`insert into app.knex_migrations (name, batch, migration_time) values ('9999_of_a_later_one', 99, now())`);
      const refused = await run();
      await onServer(`delete from app.knex_migrations where name = '9999_of_a_later_one'`);
      expect([refused.code, refused.errors]).to.deep.equal([78, 'DATABASE_URL: found a database that a later Tranche has migrated (9999_of_a_later_one), expected none this version does not know; start that version, or restore a backup from before\n']);
    });

    it('one that another deployment works on is refused', async () => {
      await onServer(`insert into app.leases values ('deployment', 'the other', clock_timestamp() + interval '1 minute') on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at`);
      const pool = createPool(url, { max: 1 });
      const kept = keepDeployment(pool, { id: 'the other', chosen: true }, () => {}, 200);
      const refused = await run({ DEPLOYMENT_ID: 'this-one' });
      await kept.stop();
      await pool.end();
      expect(refused.code).to.equal(78);
      expect(refused.errors).to.match(/^DATABASE_URL: found a database that another running Tranche works on \(deployment the other, this is this-one\)/);
    });
  });
});
