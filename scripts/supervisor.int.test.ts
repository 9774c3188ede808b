import { expect } from 'chai';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openDirectory } from '#test/support/open-directory';
import { waitFor } from '#test/support/wait-for';
import { processesOf, refusedStart, startWholeTranche } from '#test/support/whole-tranche';
import type { WholeTranche } from '#test/support/whole-tranche';
import { readState } from './postgres-cluster.ts';
import { serverOf } from './postmaster-pid.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const ready = (url: string): Promise<boolean> => fetch(`${url}/readyz`).then((answer) => answer.ok, () => false);

describe('npm start', () => {
  describe('refuses, with one line per fault,', () => {
    const dataDir = openDirectory('tranche-supervisor-');
    after(() => rmSync(dataDir, { recursive: true, force: true }));

    const table: [string, Record<string, string>, RegExp][] = [
      ['wrong values', { PORT: 'abc', TRADING_MODE: 'real' }, /^PORT: found "abc".*\nTRADING_MODE: found "real", expected simulation, dry_run or live\n$/],
      ['an address that is not ours', { HOST: '203.0.113.7' }, /^HOST: found "203\.0\.113\.7", which is not an address of this machine/],
      ['a data directory that cannot be made', { DATA_DIR: '/proc/tranche' }, /^DATA_DIR: found "\/proc\/tranche", which cannot be written/],
      ['a data directory that is a file', { DATA_DIR: join(dataDir, 'file') }, /^DATA_DIR: found .*\/file", which cannot be written/],
      ['a database that does not answer', { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/none', ENCRYPTION_KEY: 'ab'.repeat(32) }, /^DATABASE_URL: found a database that cannot be used/],
    ];
    for (const [what, env, line] of table) {
      it(what, async () => {
        writeFileSync(join(dataDir, 'file'), '');
        const { code, errors } = await refusedStart({ DATA_DIR: dataDir, PORT: '0', ...env });
        expect(errors).to.match(line).and.not.contain('hunter2').and.not.contain('    at ');
        expect(code).to.equal(78);
      });
    }

    it('a port that is taken', async () => {
      const squatter = createServer().listen(0, '127.0.0.1');
      await waitFor('the squatter', () => squatter.listening);
      const { port } = squatter.address() as AddressInfo;
      const { code, errors } = await refusedStart({ DATA_DIR: dataDir, PORT: String(port) });
      squatter.close();
      expect(errors).to.match(new RegExp(`^PORT: found ${port}, which another program uses, expected a free TCP port, for example PORT=${port + 10}\n$`));
      expect(code).to.equal(78);
    });

    it('leaves no lock behind', () => expect(existsSync(join(dataDir, 'lock'))).to.equal(false));
  });

  describe('runs everything', () => {
    const dataDir = openDirectory('tranche-supervisor-');
    let tranche: WholeTranche;
    const entries = ['api/main.ts', 'shared/paper/main.ts', 'workers/main.ts', 'workers/market.ts'];
    const children = (): string[] => [...tranche.pids().keys()].filter((entry) => entry !== 'scripts/supervisor.ts').sort();
    const server = () => serverOf(readState(dataDir)?.cluster ?? '');

    before(async () => {
      tranche = await startWholeTranche(dataDir);
    }).timeout(60_000);
    after(async () => {
      tranche.supervisor.kill('SIGKILL');
      await waitFor('all processes to end', () => processesOf(dataDir).size === 0, { timeoutMs: 20_000 });
      await startEmbeddedPostgres({ dataDir }).then((left) => left.stop());
      rmSync(dataDir, { recursive: true, force: true });
    }).timeout(40_000);

    it('tells where it is and how to sign in', async () => {
      expect(tranche.output()).to.contain(tranche.url).and.match(/open this link once to create the administrator: http/);
      expect(await ready(tranche.url)).to.equal(true);
      expect(children()).to.deep.equal(entries);
    });

    it('keeps the key of stored secrets to this user', () => expect(statSync(join(dataDir, 'encryption.key')).mode & 0o777).to.equal(0o600));

    it('refuses a second start in the same directory', async () => {
      const { code, errors } = await refusedStart({ DATA_DIR: dataDir, PORT: '0' });
      expect(errors).to.match(new RegExp(`^DATA_DIR: .* which a running Tranche uses \\(process ${tranche.supervisor.pid}\\)`));
      expect(code).to.equal(78);
    });

    it('starts every process again that is killed', async () => {
      const before = tranche.pids();
      for (const entry of entries) process.kill(before.get(entry) ?? 0, 'SIGKILL');
      await waitFor('new processes', () => entries.every((entry) => tranche.pids().has(entry) && tranche.pids().get(entry) !== before.get(entry)));
      await waitFor('the api to be ready again', () => ready(tranche.url), { timeoutMs: 20_000 });
    }).timeout(40_000);

    it('starts the database again that is killed, and the processes find it', async () => {
      const killed = server();
      if (killed.kind === 'ours') process.kill(killed.pid, 'SIGKILL');
      await waitFor('a new server', () => server().kind === 'ours' && tranche.output().includes('the embedded PostgreSQL runs again'), { timeoutMs: 30_000 });
      await waitFor('the api to be ready again', () => ready(tranche.url), { timeoutMs: 20_000 });
      await waitFor('every process to work', () => entries.every((entry) => tranche.pids().has(entry)));
    }).timeout(60_000);

    it('ends everything when the supervisor itself is killed, except the database, which the next start takes over', async () => {
      await tranche.end('SIGKILL');
      await waitFor('all processes to end', () => processesOf(dataDir).size === 0, { timeoutMs: 20_000 });
      const found = server();
      expect(found.kind).to.equal('ours');
      tranche = await startWholeTranche(dataDir);
      expect(tranche.output()).to.contain('took over the embedded PostgreSQL');
      expect(server()).to.deep.equal(found);
    }).timeout(60_000);

    it('ends everything on Ctrl-C, the api first and the database last', async () => {
      expect(await tranche.end('SIGINT')).to.equal(0);
      expect(processesOf(dataDir).size).to.equal(0);
      expect(server().kind).to.equal('none');
      const stopped = [...tranche.output().matchAll(/"process":"([\w-]+)","category":"system","message":"stopp(?:ing|ed)"/g)].map((match) => match[1]);
      expect(stopped[0]).to.equal('start');
      expect(stopped[1]).to.equal('api');
      expect(stopped.at(-1)).to.equal('start');
      expect(existsSync(join(dataDir, 'lock'))).to.equal(false);
    }).timeout(40_000);
  });
});
