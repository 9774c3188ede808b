import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDirectory } from '#test/support/open-directory';
import { waitFor } from '#test/support/wait-for';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import type { EmbeddedPostgres } from './embedded-postgres.ts';
import { readState } from './postgres-cluster.ts';

const run = async (url: string, statement: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
};
const faultOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'no fault', (error: Error) => error.message);

describe('embedded PostgreSQL', () => {
  const dataDir = openDirectory('tranche-embedded-');
  let postgres: EmbeddedPostgres;
  const clusterFile = (name: string): string => join(readState(dataDir)?.cluster ?? '', name);
  const rows = () => run(postgres.url, 'SELECT word FROM kept');

  before(async () => {
    postgres = await startEmbeddedPostgres({ dataDir });
    await run(postgres.url, "CREATE TABLE kept AS SELECT 'tranche' AS word");
  });
  after(async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is durable, checked, in UTF-8, and listens on this machine only', async () => {
    const settings = await run(
      postgres.url,
      "SELECT name || '=' || setting AS s FROM pg_settings WHERE name IN ('fsync','synchronous_commit','full_page_writes','data_checksums','server_encoding','listen_addresses','unix_socket_directories','password_encryption') ORDER BY 1",
    );
    expect(settings.map((row) => (row as { s: string }).s)).to.deep.equal([
      'data_checksums=on',
      'fsync=on',
      'full_page_writes=on',
      'listen_addresses=127.0.0.1',
      'password_encryption=scram-sha-256',
      'server_encoding=UTF8',
      'synchronous_commit=on',
      'unix_socket_directories=',
    ]);
  });

  it('refuses a wrong password and keeps the right one to this user', async () => {
    const wrong = Object.assign(new URL(postgres.url), { password: 'guess' }).toString();
    expect(await faultOf(run(wrong, 'SELECT 1'))).to.match(/password/);
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o077).to.equal(0);
  });

  it('is adopted when its launcher was killed', async () => {
    const again = await startEmbeddedPostgres({ dataDir });
    expect(again).to.include({ adopted: true, pid: postgres.pid, url: postgres.url });
  });

  it('keeps data and port over an orderly stop', async () => {
    await postgres.stop();
    expect(existsSync(clusterFile('postmaster.pid'))).to.equal(false);
    const { url } = postgres;
    postgres = await startEmbeddedPostgres({ dataDir });
    expect(postgres).to.include({ adopted: false, url });
    expect(await rows()).to.deep.equal([{ word: 'tranche' }]);
  });

  it('recovers after kill -9 of the server', async () => {
    process.kill(postgres.pid, 'SIGKILL');
    postgres = await startEmbeddedPostgres({ dataDir });
    expect(await rows()).to.deep.equal([{ word: 'tranche' }]);
  });

  it('is not misled by a pid file whose number belongs to another program now', async () => {
    await postgres.stop();
    writeFileSync(clusterFile('postmaster.pid'), `${process.pid}\n${readState(dataDir)?.cluster}\n0\n5432\n\n127.0.0.1\n`);
    postgres = await startEmbeddedPostgres({ dataDir });
    expect(postgres.adopted).to.equal(false);
    expect(await rows()).to.deep.equal([{ word: 'tranche' }]);
  });

  it('moves to another port when its own is taken', async () => {
    const { port } = new URL(postgres.url);
    await postgres.stop();
    const squatter = createServer().listen(Number(port), '127.0.0.1');
    await waitFor('the port to be taken', () => squatter.listening);
    postgres = await startEmbeddedPostgres({ dataDir });
    squatter.close();
    expect(new URL(postgres.url).port).to.not.equal(port);
    expect(await rows()).to.deep.equal([{ word: 'tranche' }]);
  });

  it('says what to do about data of another major version', async () => {
    await postgres.stop();
    const version = readFileSync(clusterFile('PG_VERSION'), 'utf8');
    writeFileSync(clusterFile('PG_VERSION'), '14\n');
    expect(await faultOf(startEmbeddedPostgres({ dataDir }))).to.match(/was made by PostgreSQL 14, this Tranche brings PostgreSQL \d+.*pg_dump.*DATABASE_URL/);
    writeFileSync(clusterFile('PG_VERSION'), version);
  });

  it('says what is missing when the password file is gone', async () => {
    const file = join(dataDir, 'postgres.json');
    const kept = readFileSync(file);
    rmSync(file);
    expect(await faultOf(startEmbeddedPostgres({ dataDir }))).to.contain(file).and.contain('Restore');
    writeFileSync(file, kept, { mode: 0o600 });
    postgres = await startEmbeddedPostgres({ dataDir });
  });

  // Only root has the problem that the server must run as somebody else, who cannot enter root's directories.
  if (process.getuid?.() === 0) {
    it('runs for root although its data directory is closed to others', async () => {
      const closed = mkdtempSync(join(tmpdir(), 'tranche-closed-'));
      const started = await startEmbeddedPostgres({ dataDir: closed });
      const place = readState(closed)?.cluster ?? '';
      try {
        expect(place).to.match(/^\/var\/lib\/tranche\//);
        expect(await run(started.url, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
        await started.stop();
        expect(existsSync(join(closed, 'postgres'))).to.equal(false);
      } finally {
        await started.stop();
        rmSync(join(place, '..'), { recursive: true, force: true });
        rmSync(closed, { recursive: true, force: true });
      }
    });
  }
});
