import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogFile, removeOldLogFiles } from './log-file.ts';

describe('the log file', () => {
  let folder = '';
  let now = Date.parse('2026-03-01T23:59:00Z');
  const faults: string[] = [];
  const make = (limits: { maxBytes?: number; backups?: number } = {}) => createLogFile({ now: () => now, onFault: (fault) => faults.push(fault), ...limits });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-log-'));
    now = Date.parse('2026-03-01T23:59:00Z');
    faults.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('begins a file every day, or goes on with one (R-704)', async () => {
    for (const [daily, names] of [[true, ['tranche-2026-03-01.log', 'tranche-2026-03-02.log']], [false, ['tranche.log']]] as const) {
      const first = make();
      first.place({ folder, daily });
      first.stream.write('{"a":1}\n');
      await first.close();
      now += 2 * 60_000;
      const second = make();
      second.place({ folder, daily });
      second.stream.write('{"a":2}\n');
      await second.close();
      expect(readdirSync(folder).sort()).to.deep.equal(names);
      expect(names.map(read).join('')).to.equal('{"a":1}\n{"a":2}\n');
      rmSync(folder, { recursive: true });
      now -= 2 * 60_000;
    }
  });

  it('keeps what was said before it knows where to write, and follows to another place', async () => {
    const file = make();
    file.stream.write('early\n');
    file.place({ folder: join(folder, 'deep', 'logs'), daily: false });
    await file.close();
    expect(read('deep/logs/tranche.log')).to.equal('early\n');
    expect(statSync(join(folder, 'deep/logs/tranche.log')).mode & 0o077, 'for nobody else').to.equal(0);
  });

  it('makes room at its size and keeps so many old files (R-749)', async () => {
    for (let index = 1; index <= 9; index += 1) {
      const file = make({ maxBytes: 12, backups: 5 });
      file.place({ folder, daily: false });
      file.stream.write(`line ${index}xx\n`);
      await file.close();
    }
    expect(readdirSync(folder).sort()).to.deep.equal(['tranche.1.log', 'tranche.2.log', 'tranche.3.log', 'tranche.4.log', 'tranche.5.log', 'tranche.log']);
    expect(read('tranche.log')).to.equal('line 9xx\n');
    expect(read('tranche.5.log'), 'the oldest that is kept').to.equal('line 4xx\n');
  });

  it('loses no line where several writers make room at once', async () => {
    const writers = Array.from({ length: 4 }, () => make({ maxBytes: 60, backups: 50 }));
    for (const writer of writers) writer.place({ folder, daily: false });
    const words: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      for (const [index, writer] of writers.entries()) {
        words.push(`w${index}-${round}`);
        writer.stream.write(`w${index}-${round}\n`);
      }
      await Promise.all(writers.map((writer) => writer.close()));
    }
    const found = readdirSync(folder).filter((name) => name.endsWith('.log')).flatMap((name) => read(name).trim().split('\n'));
    expect(found.sort()).to.deep.equal(words.sort());
    expect(existsSync(join(folder, 'tranche.log.lock'))).to.equal(false);
  });

  it('takes away the lock of a process that was killed while it made room', async () => {
    now = Date.now();
    writeFileSync(join(folder, 'tranche.log'), 'x'.repeat(20));
    writeFileSync(join(folder, 'tranche.log.lock'), '');
    utimesSync(join(folder, 'tranche.log.lock'), now / 1000 - 60, now / 1000 - 60);
    const file = make({ maxBytes: 20 });
    file.place({ folder, daily: false });
    file.stream.write('new\n');
    await file.close();
    expect(read('tranche.log')).to.equal('new\n');
  });

  it('says once that it cannot write, and goes on', async () => {
    writeFileSync(join(folder, 'file'), '');
    const file = make();
    file.place({ folder: join(folder, 'file', 'logs'), daily: false });
    file.stream.write('a\n');
    await file.close();
    file.stream.write('b\n');
    await file.close();
    expect(faults).to.have.length(1);
  });

  it('removes files that are older than they may be, and nothing else', async () => {
    const at = Date.parse('2026-03-10T00:00:00Z');
    const names: [name: string, day: string][] = [['tranche-2026-02-01.log', '2026-02-01'], ['tranche-2026-03-09.log', '2026-03-09'], ['tranche.2.log', '2026-01-01'], ['mine.log', '2020-01-01']];
    for (const [name, day] of names) {
      writeFileSync(join(folder, name), '');
      utimesSync(join(folder, name), Date.parse(day) / 1000, Date.parse(day) / 1000);
    }
    expect(await removeOldLogFiles(folder, at - 10 * 86_400_000)).to.deep.equal(['tranche-2026-02-01.log', 'tranche.2.log']);
    expect(readdirSync(folder).sort()).to.deep.equal(['mine.log', 'tranche-2026-03-09.log']);
    expect(await removeOldLogFiles(join(folder, 'none'), at)).to.deep.equal([]);
  });
});
