import Joi from 'joi';
import type { ConfigDiff } from '#shared/contracts/http';
import type { Settings } from '#shared/contracts/settings';
import { checkSettings } from '#shared/contracts/settings-document';
import { changesBetween } from '#shared/contracts/settings-difference';
import type { ApiDeps } from '../api-deps.ts';
import { HttpFault } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { count, id, input, instant, listQuery, nullable, page, shape, type ListQuery } from '../http/schemas.ts';
import { listVersions, readVersion } from '../queries/config-versions.query.ts';
import { readSettings } from '../queries/settings.query.ts';
import { answerMembers, applyNow, document, noteSchema, saveDraft, settingsOf } from './config-answer.ts';

const versionNumber = () => Joi.number().integer().min(0).max(2_147_483_647);
const named = () => Joi.alternatives(versionNumber(), Joi.string().valid('draft', 'active'));

const summaryMembers = {
  version: count(),
  at: instant(),
  author: nullable(shape({ id: nullable(id()), email: Joi.string() })),
  what: Joi.string().valid('applied', 'imported', 'rolled_back', 'reset'),
  fromVersion: nullable(count()),
  note: nullable(Joi.string().allow('')),
  changed: Joi.array().items(Joi.string()),
  active: Joi.boolean(),
};
const changeShape = shape({ path: Joi.string(), before: Joi.any(), after: Joi.any() });
const diffShape = shape({ from: named(), to: named(), changes: Joi.array().items(changeShape) });

const gone = (version: number): HttpFault => new HttpFault(404, 'not_found', `There is no version ${version} of the configuration: it was never made, or storage.history_keep did not keep it.`);

async function documentOf({ pool }: ApiDeps, userId: string, which: ConfigDiff['from']): Promise<Settings> {
  if (typeof which !== 'number') return (await readSettings(pool, userId))[which];
  const found = await readVersion(pool, userId, which);
  if (found === null) throw gone(which);
  return found.document;
}

/** Versions of the configuration: which there are, what changed, and the way back. */
export function configHistoryRoutes(deps: ApiDeps): Route[] {
  const { pool } = deps;
  return [
    route<{ query: ListQuery }>({
      method: 'get',
      path: '/config/versions',
      tag: 'settings',
      summary: 'Applied versions of the configuration, newest first: when, by whom, how, and which settings changed',
      access: 'viewer',
      query: listQuery(),
      response: page(shape(summaryMembers)),
      handler: ({ query, user }) => listVersions(pool, user.id, query),
    }),
    route<{ params: { version: number } }>({
      method: 'get',
      path: '/config/versions/:version',
      tag: 'settings',
      summary: 'One version with its document; version 0 is a fresh install',
      access: 'viewer',
      params: input({ version: versionNumber().required() }),
      response: shape({ ...summaryMembers, document }),
      async handler({ params, user }) {
        const found = await readVersion(pool, user.id, params.version);
        if (found === null) throw gone(params.version);
        const { stored: _, ...shown } = found;
        return shown;
      },
    }),
    route<{ params: { a: ConfigDiff['from']; b: ConfigDiff['to'] } }>({
      method: 'get',
      path: '/config/versions/:a/diff/:b',
      tag: 'settings',
      summary: 'What changed from one version to another, setting by setting; draft and active are versions too',
      access: 'viewer',
      params: input({ a: named().required(), b: named().required() }),
      response: diffShape,
      async handler({ params: { a, b }, user }): Promise<ConfigDiff> {
        const [before, after] = await Promise.all([documentOf(deps, user.id, a), documentOf(deps, user.id, b)]);
        return { from: a, to: b, changes: changesBetween(before, after) };
      },
    }),
    rollback(deps),
  ];
}

/** Takes over an earlier version as the draft, and applies it at once where that is wanted. */
function rollback(deps: ApiDeps): Route {
  return route<{ params: { version: number }; body: { apply: boolean; replan: boolean; note: string | null } }>({
    method: 'post',
    path: '/config/rollback/:version',
    tag: 'settings',
    summary: 'Take an earlier version as the draft and answer what it changes against the active one; with apply it becomes active at once, as a new version',
    access: 'trader',
    params: input({ version: versionNumber().required() }),
    body: input({ apply: Joi.boolean().default(false), replan: Joi.boolean().default(false), note: noteSchema() }),
    response: shape({ ...answerMembers, from: count(), changes: Joi.array().items(changeShape), replanned: Joi.array().items(id()) }),
    async handler({ params: { version }, body: { apply, replan, note }, user }) {
      const found = await readVersion(deps.pool, user.id, version);
      if (found === null) throw gone(version);
      // What no longer fits today's rules must not come back as the defaults.
      const { active } = await readSettings(deps.pool, user.id);
      const check = checkSettings(found.stored);
      const settings = settingsOf(check, `Version ${version} does not fit the rules of today`);
      const origin = { what: 'rolled_back' as const, fromVersion: version };
      const answer = apply
        ? await applyNow(deps, user, { replan, note, draft: { document: settings, origin } })
        : { ...(await saveDraft(deps, user, { what: `set back to version ${version}`, origin, make: () => ({ settings, warnings: check.warnings }) })), replanned: [] };
      return { ...answer, from: version, changes: changesBetween(active, settings) };
    },
  });
}
