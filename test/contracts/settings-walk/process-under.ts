import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { watchHouse } from '#shared/adapters/system/house-settings';
import { createLog, silentLog } from '#shared/adapters/system/log';
import { obeyHouse, type HouseMessage } from '#shared/adapters/system/obey-house';
import type { Settings } from '#shared/contracts/settings';

/** What a process of an installation does under its settings. */
export interface ProcessOutcome {
  /** Levels that reached its output. */
  levels: string[];
  /** Files below the data directory after a line on two days. */
  files: string[];
  told: HouseMessage[];
}

const days = ['2026-03-01T12:00:00Z', '2026-03-02T12:00:00Z'];

/** Lives through two days as a process that follows the house's settings, and tells what was seen. */
export async function processUnder(settings: Settings): Promise<ProcessOutcome> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tranche-walk-'));
  const output = new PassThrough();
  const told: HouseMessage[] = [];
  try {
    for (const day of days) {
      const log = createLog({ process: 'walk', format: 'json', stream: output });
      const house = await watchHouse({ read: async () => ({ userId: '1', version: 1, document: settings }), bus: null, log: silentLog });
      const disobey = obeyHouse({ house, log, dataDir, now: () => Date.parse(day), tell: (message) => told.push({ ...message, logPlace: { ...message.logPlace, folder: '' } }) });
      for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]('system', level);
      await disobey();
      await house.close();
    }
    const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).sort();
    const lines = String(output.read()).trim().split('\n');
    return { levels: [...new Set(lines.map((line) => (JSON.parse(line) as { level: string }).level))], files, told };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
