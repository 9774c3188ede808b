import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import supertest from 'supertest';
import { audit } from '#api/http/audit';
import type { OldLogRow } from '#shared/adapters/store/old-log-rows.table';
import { standingHouse } from '#shared/adapters/system/house-settings';
import { createLog, silentLog } from '#shared/adapters/system/log';
import type { Settings } from '#shared/contracts/settings';
import { createLogRetention } from '#workers/log-retention';
import { uiSettings, type UiSettings } from '../../../frontend/data/ui-settings.ts';
import { processUnder } from './process-under.ts';
import { proofOf, type Proofs } from './proof.ts';
import type { Stage } from './stage.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-03-31T00:00:00Z');

/** Which of the log's rows are left after the daily clean-up, and which were exported first. */
async function afterPruning(settings: Settings): Promise<{ left: string[]; exported: string[] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tranche-walk-'));
  let rows: OldLogRow[] = [5, 20, 40].map((age) => ({ id: String(100 - age), at: new Date(now - age * dayMs).toISOString(), level: 'info', category: 'order', message: `${age} days old`, fields: {} }));
  const oldest = async (before: number) => rows.filter(({ at }) => Date.parse(at) < before);
  const remove = async (ids: readonly string[]) => void (rows = rows.filter(({ id }) => !ids.includes(id)));
  try {
    await createLogRetention({ rows: { oldest, remove }, house: standingHouse(settings), dataDir, clock: { now: () => now }, log: silentLog })();
    const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.gz'));
    return { left: rows.map(({ message }) => message), exported: files.map((name) => gunzipSync(readFileSync(join(dataDir, name))).toString()) };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** What is recorded of a person's deed. */
function recorded(settings: Settings): string[] {
  const rows: string[] = [];
  const log = createLog({ process: 'walk', stream: new PassThrough() });
  log.addSink(({ category, message }) => rows.push(`${category} ${message}`));
  audit({ log, house: standingHouse(settings) }, { id: '1', email: 'a@example.com', role: 'trader' }, 'Halt');
  return rows;
}

/** What the webhook answers to an alert without a secret: refused as a stranger's, or read and found senseless. */
async function answerWithoutSecret(settings: Settings, stage: Stage): Promise<number> {
  const { api, user } = await stage.userWith(settings);
  const { path } = await api.endpoint(user);
  return (await supertest(api.app).post(path).send({})).status;
}

/** How many versions of the configuration are left after three more have been applied. */
async function versionsKept(settings: Settings, stage: Stage): Promise<number> {
  const { user } = await stage.userWith(settings);
  for (const days of [31, 32, 33]) {
    await user.agent.put('/api/v1/config').send({ ...settings, logging: { ...settings.logging, keep_days: days } }).expect(200);
    await user.agent.post('/api/v1/config/apply').send({}).expect(200);
  }
  const { body } = await user.agent.get('/api/v1/config/versions').expect(200);
  return (body as { data: unknown[] }).data.length;
}

const ui = (pick: (applied: UiSettings) => unknown) => (settings: Settings) => pick(uiSettings(settings));

/** Proofs of the groups `storage`, `logging`, `security` and `UI`. */
export const houseProofs: Proofs = {
  'storage.auto_save_config': proofOf('storage.auto_save_config', [true, false], ui(({ autoSave }) => autoSave)),
  'storage.history_keep': proofOf('storage.history_keep', [100, 2], versionsKept),
  'logging.audit_log_enabled': proofOf('logging.audit_log_enabled', [true, false], recorded),
  'logging.rotate_daily': proofOf('logging.rotate_daily', [true, false], async (settings) => (await processUnder(settings)).files),
  'logging.keep_days': proofOf('logging.keep_days', [30, 10], async (settings) => (await afterPruning(settings)).left),
  'logging.auto_export': proofOf('logging.auto_export', [false, true], async (settings) => (await afterPruning(settings)).exported),
  'security.webhook_signature_validation': proofOf('security.webhook_signature_validation', [true, false], answerWithoutSecret),
  'UI.theme': proofOf('UI.theme', ['dark', 'light'], ui(({ theme }) => theme)),
  'UI.font_size': proofOf('UI.font_size', [14, 18], ui(({ textSize }) => textSize)),
  'UI.realtime_update_ms': proofOf('UI.realtime_update_ms', [500, 2000], ui(({ refreshMs }) => refreshMs)),
  'UI.column_visibility': proofOf('UI.column_visibility', [{}, { 'positions.feesPaid': false }], ui(({ columnsHidden }) => columnsHidden)),
};
