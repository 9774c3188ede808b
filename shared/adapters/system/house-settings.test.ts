import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import type { Bus } from '#shared/ports/system.port';
import { waitFor } from '#test/support/wait-for';
import { watchHouse, type House, type StoredVersion } from './house-settings.ts';
import { createLog } from './log.ts';
import { obeyHouse, type HouseMessage } from './obey-house.ts';

const changed = (change: (settings: Settings) => void): Settings => {
  const settings = structuredClone(defaultSettings);
  change(settings);
  return settings;
};

describe('the settings of the house', () => {
  let stored: StoredVersion | null = null;
  let knock = (): void => {};
  let house: House | null = null;
  const stream = new PassThrough();
  const log = createLog({ process: 'test', level: 'warn', format: 'json', stream });
  const written = (): string => String(stream.read() ?? '');
  const bus: Pick<Bus, 'subscribe'> = {
    subscribe: async (_topic, handler) => {
      knock = () => handler({ userId: '1', version: stored?.version ?? 0 } as never);
      return async () => {};
    },
  };
  const watch = async (read: () => Promise<StoredVersion | null> = async () => stored, pollMs = 60_000): Promise<House> => (house = await watchHouse({ read, bus, log, pollMs }));
  const apply = (version: number, change: (settings: Settings) => void, userId = '1'): void => {
    stored = { userId, version, document: changed(change) };
    knock();
  };

  beforeEach(() => {
    stored = null;
    written();
  });
  afterEach(() => house?.close());

  it('are the defaults until somebody applies a version, and nobody is told', async () => {
    const { settings, version, follow } = await watch();
    const heard: Settings[] = [];
    follow((each) => heard.push(each));
    expect([settings(), version(), heard]).to.deep.equal([defaultSettings, null, []]);
  });

  it('follow every version that is applied, and tell at once what stands', async () => {
    const { follow, version } = await watch();
    const levels: string[] = [];
    const stop = follow(({ app }) => levels.push(app.log_level));
    apply(1, ({ app }) => (app.log_level = 'debug'));
    await waitFor('version 1', () => version() === 1);
    follow(({ app }) => levels.push(`late ${app.log_level}`));
    stop();
    apply(2, ({ app }) => (app.log_level = 'error'));
    await waitFor('version 2', () => version() === 2);
    expect(levels).to.deep.equal(['debug', 'late debug', 'late error']);
  });

  it('are found without the bus, and change hands with the first administrator', async () => {
    const { settings } = await watch(undefined, 5);
    stored = { userId: '1', version: 3, document: changed(({ logging }) => (logging.keep_days = 7)) };
    await waitFor('the poll', () => settings().logging.keep_days === 7);
    stored = { userId: '2', version: 3, document: changed(({ logging }) => (logging.keep_days = 8)) };
    await waitFor('the other administrator', () => settings().logging.keep_days === 8);
  });

  it('stay as they are while the database is away or a document is damaged, and both are told', async () => {
    let away = false;
    const { settings } = await watch(async () => {
      if (away) throw new Error('no database');
      return stored;
    });
    apply(1, ({ app }) => (app.timezone = 'Europe/Kyiv'));
    await waitFor('version 1', () => settings().app.timezone === 'Europe/Kyiv');
    away = true;
    knock();
    await waitFor('the warning', () => written().includes('no database'));
    away = false;
    stored = { userId: '1', version: 2, document: { app: { log_level: 'loud' } } };
    knock();
    await waitFor('the alert', () => written().includes('app.log_level'));
    expect(settings().app.timezone).to.equal('Europe/Kyiv');
  });

  it('make a process log as they say, to its file too, and tell its supervisor', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tranche-house-'));
    const lines = new PassThrough();
    const own = createLog({ process: 'worker', level: 'warn', format: 'json', stream: lines });
    const rows: string[] = [];
    own.addSink(({ message }) => rows.push(message));
    const told: HouseMessage[] = [];
    const now = Date.parse('2026-03-01T12:00:00Z');
    const watched = await watch();
    const disobey = obeyHouse({ house: watched, log: own, dataDir, now: () => now, tell: (message) => told.push(message) });
    own.info('system', 'below the start value');
    own.info('audit', 'what people do is not a question of the level');
    apply(1, ({ app, logging }) => {
      app.log_level = 'debug';
      app.auto_restart = false;
      app.data_dir = './elsewhere';
      logging.rotate_daily = false;
    });
    await waitFor('the message', () => told.length === 1);
    own.debug('system', 'now it counts');
    apply(2, ({ app }) => (app.log_level = 'error'));
    await waitFor('the second message', () => told.length === 2);
    own.warn('system', 'not any more');
    await disobey();
    expect(told[0]).to.deep.equal({ type: 'house', logLevel: 'debug', autoRestart: false, logPlace: { folder: join(dataDir, 'elsewhere', 'logs'), daily: false } });
    expect(told[1]?.logPlace).to.deep.equal({ folder: join(dataDir, 'engine_data', 'logs'), daily: true });
    const expected = ['what people do is not a question of the level', 'now it counts'];
    const messages = (text: string): string[] => text.trim().split('\n').map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages(String(lines.read()))).to.deep.equal(expected);
    expect(rows).to.deep.equal(expected);
    expect(messages(readFileSync(join(dataDir, 'engine_data/logs/tranche-2026-03-01.log'), 'utf8'))).to.deep.equal(expected);
    rmSync(dataDir, { recursive: true });
  });
});
