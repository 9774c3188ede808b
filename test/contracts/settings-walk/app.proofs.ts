import { join } from 'node:path';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { execArgv, treeRoot } from '#scripts/process-tree';
import { superviseChild } from '#scripts/supervised-child';
import { silentLog } from '#shared/adapters/system/log';
import { houseMessage } from '#shared/adapters/system/obey-house';
import type { Settings } from '#shared/contracts/settings';
import { uiSettings } from '../../../frontend/data/ui-settings.ts';
import { offsetIn, timeAhead } from '../../../frontend/data/zoned-time.ts';
import { waitFor } from '#test/support/wait-for';
import { processUnder } from './process-under.ts';
import { proofOf, type Proofs } from './proof.ts';

/** A process that has worked is killed: is it started again? */
async function afterDeath(settings: Settings): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'tranche-walk-'));
  const diary = join(directory, 'diary');
  const { autoRestart } = houseMessage(directory, settings);
  const told: string[] = [];
  const env = { PATH: process.env.PATH ?? '', FIXTURE: 'steady', FIXTURE_DIARY: diary, LOG_LEVEL: 'alert', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', ENCRYPTION_KEY: 'ab'.repeat(32) };
  const child = superviseChild(
    { name: 'walk', entry: join(treeRoot, 'test/support/fixture-process.ts'), execArgv, backoffMs: 20, env },
    { log: { ...silentLog, error: (_, message) => void told.push(message) }, onMessage: () => {}, onHopeless: () => {}, mayRestart: () => autoRestart },
  );
  try {
    await child.ready;
    process.kill(child.pid() ?? 0, 'SIGKILL');
    await waitFor('what becomes of it', () => told.length > 0);
    if (told[0]?.includes('not started again') === true) return 'stays ended';
    await waitFor('its second life', () => readFileSync(diary, 'utf8').split('ready').length === 3);
    return 'lives again';
  } finally {
    child.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A moment as the web app writes it. */
function timeShown(settings: Settings): string {
  const moment = new Date('2026-03-01T12:00:00Z');
  return timeAhead(moment, offsetIn(uiSettings(settings).timezone, moment));
}

/** Proofs of the group `app`. */
export const appProofs: Proofs = {
  'app.data_dir': proofOf('app.data_dir', ['./engine_data', './elsewhere'], async (settings) => (await processUnder(settings)).files),
  'app.log_level': proofOf('app.log_level', ['info', 'error'], async (settings) => (await processUnder(settings)).levels),
  'app.auto_restart': proofOf('app.auto_restart', [true, false], afterDeath),
  'app.timezone': proofOf('app.timezone', ['UTC', 'Europe/Kyiv'], timeShown),
};
