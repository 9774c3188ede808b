import Joi from 'joi';
import type { ConfigAnswer, ConfigMirror, SettingsWarning, User } from '#shared/contracts/http';
import type { Settings } from '#shared/contracts/settings';
import { liveFaults } from '#shared/contracts/settings/live-faults';
import type { SettingsCheck, SettingsFault } from '#shared/contracts/settings-document';
import type { MirrorState } from '#shared/adapters/system/settings-mirror';
import { knockSignal, tellLive, type ApiDeps } from '../api-deps.ts';
import { HttpFault } from '../http/fault.ts';
import { count, instant, nullable, shape } from '../http/schemas.ts';
import { applyDraft, type Applied, type ApplyOrder } from '../queries/apply-settings.query.ts';
import { lockSettings, readSettings, storeDraft, type DraftOrigin } from '../queries/settings.query.ts';
import { inTransaction } from '../queries/transaction.ts';

export const document = Joi.object().unknown();
/** What every answer of the configuration holds. */
export const versionMembers = { draft: document, active: document, version: count(), changed: Joi.array().items(Joi.string()), draftRevision: count(), draftAt: nullable(instant()), appliedAt: nullable(instant()) };
export const mirrorShape = shape({ file: nullable(Joi.string()), writtenAt: nullable(instant()), fault: nullable(Joi.string()) });
const warningShape = shape({ path: Joi.string(), code: Joi.string(), message: Joi.string() });
export const answerMembers = { ...versionMembers, mirror: mirrorShape, warnings: Joi.array().items(warningShape) };

export const mirrorView = (state: MirrorState | null): ConfigMirror =>
  state === null ? { file: null, writtenAt: null, fault: null } : { file: state.file, writtenAt: state.writtenAt === null ? null : new Date(state.writtenAt).toISOString(), fault: state.fault };

const invalid = (faults: readonly SettingsFault[], lead = 'The configuration is not valid'): HttpFault => new HttpFault(400, 'invalid_config', `${lead}: ${faults[0]?.message ?? ''}.`, { errors: [...faults] });

/** The settings of a document that was checked, or the refusal that names every fault. */
export function settingsOf(check: SettingsCheck, lead?: string): Settings {
  if (check.settings !== null) return check.settings;
  throw invalid(check.faults, lead);
}

/** Draft and active version, with what a change of them has to tell. */
async function answerOf({ pool }: ApiDeps, user: User, mirror: MirrorState, warnings: SettingsWarning[]): Promise<ConfigAnswer<Settings>> {
  const { origin: _, ...settings } = await readSettings(pool, user.id);
  return { ...settings, mirror: mirrorView(mirror), warnings };
}

const draftChanged = (): HttpFault => new HttpFault(409, 'draft_changed', 'The draft was saved by somebody else meanwhile: read it again, then repeat the change.');

/** A new draft: what to make of the one before, and where it comes from. */
export interface DraftChange {
  what: string;
  origin: DraftOrigin;
  /** Of the draft it was made from; undefined overwrites whatever is there. */
  revision?: number;
  make(before: Settings): { settings: Settings; warnings: SettingsWarning[] };
}

/** Saves a draft: stored, then on disk, then in all browsers of its user. */
export async function saveDraft(deps: ApiDeps, user: User, change: DraftChange): Promise<ConfigAnswer<Settings>> {
  const warnings = await inTransaction(deps.pool, async (client) => {
    await lockSettings(client, user.id);
    const before = await readSettings(client, user.id);
    if (change.revision !== undefined && change.revision !== before.draftRevision) throw draftChanged();
    const made = change.make(before.draft);
    await storeDraft(client, user.id, made.settings, change.origin);
    return made.warnings;
  });
  const answer = await answerOf(deps, user, await deps.mirror.write(user.id), warnings);
  deps.log.info('config', `configuration draft ${change.what}`, { userId: user.id, changed: answer.changed.join(', ').slice(0, 500) });
  tellLive(deps, { event: 'config', userId: user.id, id: 'config', data: { version: answer.version, draftRevision: answer.draftRevision } });
  return answer;
}

/** Why a version was made, in a person's words. */
export const noteSchema = () => Joi.string().max(500).allow(null, '').default(null);

/** What a person says when applying. */
export interface ApplyWish {
  replan: boolean;
  note: string | null;
  draft?: ApplyOrder['draft'];
  revision?: number;
}

/** Applies the draft: stored with all that follows from it, then on disk, then known to every process and browser. */
export async function applyNow(deps: ApiDeps, user: User, { revision, note, ...wish }: ApplyWish): Promise<ConfigAnswer<Settings> & Pick<Applied, 'replanned'>> {
  const { pool, log, bus, trading } = deps;
  const applied = await applyDraft(pool, {
    ...wish,
    note: note === null || note.trim() === '' ? null : note.trim(),
    userId: user.id,
    author: user,
    check(draft, draftRevision) {
      if (revision !== undefined && revision !== draftRevision) throw draftChanged();
      const faults = liveFaults(draft, trading.mode);
      if (faults.length > 0) throw new HttpFault(400, 'invalid_config', `Not applied: ${faults[0]?.path ?? ''} ${faults[0]?.message ?? ''}.`, { errors: faults });
    },
  });
  for (const id of applied.requests) knockSignal(deps, id);
  const answer = await answerOf(deps, user, await deps.mirror.write(user.id), []);
  const { version, changed, replanned } = applied;
  if (changed.length > 0 || replanned.length > 0) {
    log.info('config', `configuration version ${version} applied`, { userId: user.id, changed: changed.join(', ').slice(0, 500), replanned: replanned.length });
    tellLive(deps, { event: 'config', userId: user.id, id: 'config', data: { version, draftRevision: answer.draftRevision } });
    bus.publish('config', { userId: user.id, version }).catch((error: unknown) => log.debug('config', 'new version not announced', { error: String(error) }));
  }
  return { ...answer, replanned };
}
