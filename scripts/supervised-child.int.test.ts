import { expect } from 'chai';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log, LogFields } from '#shared/ports/system.port';
import { silentLog } from '#shared/adapters/system/log';
import { waitFor } from '#test/support/wait-for';
import { execArgv, treeRoot } from './process-tree.ts';
import { superviseChild } from './supervised-child.ts';
import type { SupervisedChild } from './supervised-child.ts';

const entry = join(treeRoot, 'test/support/fixture-process.ts');

describe('a process of the tree', function () {
  // Every test starts processes, and some start several one after the other.
  this.timeout(60_000);
  const directory = mkdtempSync(join(tmpdir(), 'tranche-life-'));
  let diary = '';
  let count = 0;
  let child: SupervisedChild | null = null;
  let messages: unknown[] = [];
  let hopeless: number[] = [];
  let errors: { message: string; fields: LogFields | undefined }[] = [];

  const env = (behaviour: string): Record<string, string> => ({
    PATH: process.env.PATH ?? '',
    FIXTURE: behaviour,
    FIXTURE_DIARY: diary,
    LOG_LEVEL: 'alert',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    ENCRYPTION_KEY: 'ab'.repeat(32),
  });
  let autoRestart = true;
  const start = (behaviour: string, changes: Record<string, string> = {}): SupervisedChild => {
    const log: Log = { ...silentLog, error: (_, message, fields) => errors.push({ message, fields }) };
    return superviseChild(
      { name: 'fixture', entry, execArgv, backoffMs: 20, env: { ...env(behaviour), ...changes } },
      { log, onMessage: (_, message) => messages.push(message), onHopeless: (_, code) => hopeless.push(code), mayRestart: () => autoRestart },
    );
  };
  const lived = (): string[] => readFileSync(diary, { encoding: 'utf8', flag: 'a+' }).trim().split('\n').filter(Boolean);
  const events = (): string[] => lived().map((line) => line.split(' ')[1] ?? '');

  beforeEach(() => {
    diary = join(directory, `diary-${(count += 1)}`);
    [messages, hopeless, errors] = [[], [], []];
    autoRestart = true;
  });
  afterEach(async () => {
    child?.kill();
    child = null;
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('is ready, and closes in good order when it is stopped', async () => {
    child = start('steady');
    await child.ready;
    await child.stop();
    expect(events()).to.deep.equal(['born', 'ready', 'closing', 'closed']);
    expect(child.pid()).to.equal(undefined);
  });

  it('is started again when it is killed', async () => {
    child = start('steady');
    await child.ready;
    const first = child.pid() ?? 0;
    process.kill(first, 'SIGKILL');
    await waitFor('a second life', () => events().filter((event) => event === 'ready').length === 2);
    expect(child.pid()).to.not.equal(first);
    expect(errors[0]).to.deep.include({ message: 'a process died and is started again' });
  });

  for (const behaviour of ['reject later', 'fail later'] as const) {
    it(`closes and is started again when it must ${behaviour.replace(' later', '')}`, async () => {
      child = start(behaviour);
      await waitFor('a second life', () => events().filter((event) => event === 'born').length === 2);
      expect(events().slice(0, 4)).to.deep.equal(['born', 'ready', 'closing', 'closed']);
      expect(errors[0]?.fields).to.include({ code: 1 });
    });
  }

  it('waits longer before every new attempt, and is given up when it never got ready', async () => {
    child = start('crash at once');
    await waitFor('the end', () => hopeless.length === 1, { timeoutMs: 60_000 });
    expect(events()).to.have.length(5);
    expect(errors.map(({ fields }) => fields?.waitMs)).to.deep.equal([20, 40, 80, 160]);
  }).timeout(70_000);

  it('is given up at once when its configuration is wrong', async () => {
    child = start('steady', { PORT: 'nonsense' });
    await waitFor('the end', () => hopeless.length === 1);
    expect(hopeless).to.deep.equal([78]);
  });

  it('passes messages on', async () => {
    child = start('setup link');
    await child.ready;
    expect(messages).to.deep.equal([{ type: 'setup-link', url: 'http://127.0.0.1/setup#abc' }]);
  });

  it('starts anew on demand', async () => {
    child = start('steady');
    await child.ready;
    await child.restart();
    await waitFor('the second life', () => events().filter((event) => event === 'ready').length === 2);
    expect(errors).to.deep.equal([]);
  });

  it('stays ended where app.auto_restart is off, says so, and is started when it is switched on', async () => {
    child = start('steady');
    await child.ready;
    autoRestart = false;
    process.kill(child.pid() ?? 0, 'SIGKILL');
    await waitFor('the word', () => errors.length === 1);
    expect(errors[0]?.message).to.match(/^fixture has ended and is not started again, because app\.auto_restart is off/);
    expect(child.pid()).to.equal(undefined);
    autoRestart = true;
    child.resume();
    await waitFor('a second life', () => events().filter((event) => event === 'ready').length === 2);
    child.resume();
    await child.stop();
    expect(events().filter((event) => event === 'born'), 'one that lives is not started twice').to.have.length(2);
  });

  it('is tried again all the same while it has never worked', async () => {
    autoRestart = false;
    child = start('crash at once');
    await waitFor('a second attempt', () => events().length === 2);
  });

  it('ends when its supervisor is killed', async () => {
    const source = `
      import { superviseChild } from ${JSON.stringify(join(treeRoot, 'scripts/supervised-child.ts'))};
      import { silentLog } from ${JSON.stringify(join(treeRoot, 'shared/adapters/system/log.ts'))};
      superviseChild(${JSON.stringify({ name: 'fixture', entry, execArgv, env: env('steady') })}, { log: silentLog, onMessage() {}, onHopeless() {} });`;
    const file = join(treeRoot, 'test/support/fixture-process.ts');
    const supervisor = fork(file, { execArgv: [...execArgv, '--input-type=module', '--eval', source], stdio: 'ignore' });
    await waitFor('the child', () => events().includes('ready'));
    const pid = Number(lived().find((line) => line.includes('ready'))?.split(' ')[2]);
    supervisor.kill('SIGKILL');
    await once(supervisor, 'exit');
    await waitFor('the child to end', () => events().includes('closed'));
    await waitFor('the child to be gone', () => {
      try {
        return !process.kill(pid, 0);
      } catch {
        return true;
      }
    });
  });
});
