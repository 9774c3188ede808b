import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createSettingsMirror, type MirroredSettings } from './settings-mirror.ts';

describe('the configuration on disk', () => {
  let dataDir: string;
  const told: string[] = [];
  const log = { info: (_: string, message: string) => void told.push(`info ${message}`), warn: (_: string, message: string) => void told.push(`warn ${message}`) };
  const settings: MirroredSettings = { folder: './engine_data', name: 'config', draft: { a: 2 }, active: { a: 1 } };
  const mirrorOf = (load: () => Promise<MirroredSettings> = async () => settings, patienceMs = 5_000) => createSettingsMirror({ dataDir, load, log, now: () => 7, patienceMs });
  const at = (name: string): string => join(dataDir, 'engine_data', name);

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tranche-mirror-'));
    told.length = 0;
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('is the draft and the active document, readable for ourselves only, with nothing left beside them', async () => {
    const mirror = mirrorOf();
    expect(mirror.state('1')).to.equal(null);
    expect(await mirror.write('1')).to.deep.equal({ file: at('config.json'), writtenAt: 7, fault: null });
    expect(JSON.parse(await readFile(at('config.json'), 'utf8'))).to.deep.equal({ a: 2 });
    expect(JSON.parse(await readFile(at('config.active.json'), 'utf8'))).to.deep.equal({ a: 1 });
    expect((await stat(at('config.json'))).mode & 0o777).to.equal(0o600);
    expect((await readdir(join(dataDir, 'engine_data'))).sort()).to.deep.equal(['config.active.json', 'config.json']);
    expect(JSON.parse((await mirror.read('1')) ?? '')).to.deep.equal({ a: 2 });
  });

  it('ends with the newest of many saves at once', async () => {
    let saves = 0;
    const mirror = mirrorOf(async () => ({ ...settings, draft: { saves: (saves += 1) } }));
    await Promise.all(Array.from({ length: 20 }, () => mirror.write('1')));
    expect(JSON.parse(await readFile(at('config.json'), 'utf8'))).to.deep.equal({ saves: 20 });
  });

  it('that cannot be written costs one warning, and is told when it is there again', async () => {
    await writeFile(join(dataDir, 'engine_data'), 'a file in the way');
    const mirror = mirrorOf();
    expect((await mirror.write('1')).fault).to.match(/EEXIST|ENOTDIR/);
    await mirror.write('1');
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/^warn The configuration is saved, but its file .*config\.json is not: /);
    expect(await mirror.read('1')).to.equal(null);
    await rm(join(dataDir, 'engine_data'));
    expect((await mirror.write('1')).fault).to.equal(null);
    expect(told[1]).to.match(/^info The configuration is on disk again/);
  });

  it('does not keep a save waiting for a disk that hangs', async () => {
    let answer: (settings: MirroredSettings) => void = () => {};
    const mirror = mirrorOf(() => new Promise((resolve) => (answer = resolve)), 10);
    expect((await mirror.write('1')).fault).to.equal('the disk has not answered within 10 ms');
    const later = mirrorOf(async () => settings).write('1');
    answer(settings);
    await later;
  });

  it('is not read where it is too large', async () => {
    const mirror = mirrorOf();
    expect(await mirror.read('1')).to.equal(null);
    await mirror.write('1');
    await writeFile(at('config.json'), ' '.repeat(1024 * 1024 + 1));
    await chmod(at('config.json'), 0o600);
    const refused = await mirror.read('1').catch((error: Error) => error.message);
    expect(refused).to.match(/more than 1048576/);
  });
});
