import Joi from 'joi';
import type { Settings } from '#shared/contracts/settings';
import { defaultSettings, settingsSchema } from '#shared/contracts/settings';
import { checkSettings, withFollowingTimer } from '#shared/contracts/settings-document';
import type { ApiDeps } from '../api-deps.ts';
import { HttpFault } from '../http/fault.ts';
import { jsonSchemaOf } from '../http/openapi.ts';
import { answered, route, type Route } from '../http/route.ts';
import { count, shape } from '../http/schemas.ts';
import { applyDraft, readSettings, storeDraft } from '../queries/settings.query.ts';

const document = Joi.object().unknown();
const versionShape = shape({ draft: document, active: document, version: count(), changed: Joi.array().items(Joi.string()) });

function draftOf(body: unknown, before: Settings): Settings {
  const { settings, faults } = checkSettings(withFollowingTimer(body, before));
  if (settings !== null) return settings;
  throw new HttpFault(400, 'invalid_config', `The configuration is not valid: ${faults[0]?.message ?? ''}.`, { errors: faults });
}

async function replaceDraft({ pool, log }: ApiDeps, userId: string, body: unknown, what: string): Promise<unknown> {
  const { draft: before } = await readSettings(pool, userId);
  await storeDraft(pool, userId, draftOf(body, before));
  const after = await readSettings(pool, userId);
  log.info('config', `configuration draft ${what}`, { userId, changed: after.changed.join(', ').slice(0, 500) });
  return after;
}

/** The configuration: a draft that is edited, and an active version that decisions use. */
export const configRoutes = (deps: ApiDeps): Route[] => [...draftRoutes(deps), ...documentRoutes(deps)];

function draftRoutes(deps: ApiDeps): Route[] {
  const { pool, log, bus } = deps;
  return [
    route({
      method: 'get',
      path: '/config',
      tag: 'settings',
      summary: 'Draft and active configuration, with defaults and the schema that bounds it',
      access: 'viewer',
      response: versionShape.keys({ defaults: document, schema: document }),
      handler: async ({ user }) => ({ ...(await readSettings(pool, user.id)), defaults: defaultSettings, schema: jsonSchemaOf(settingsSchema) }),
    }),
    route<{ body: unknown }>({
      method: 'put',
      path: '/config',
      tag: 'settings',
      summary: 'Replace the whole draft; nothing takes effect before it is applied',
      access: 'trader',
      body: document,
      response: versionShape,
      handler: ({ body, user }) => replaceDraft(deps, user.id, body, 'replaced'),
    }),
    route({
      method: 'post',
      path: '/config/apply',
      tag: 'settings',
      summary: 'Make the draft the active version: every decision after the answer uses it',
      access: 'trader',
      response: versionShape,
      async handler({ user }) {
        const { version, changed } = await applyDraft(pool, user.id);
        if (changed.length > 0) {
          log.info('config', `configuration version ${version} applied`, { userId: user.id, changed: changed.join(', ').slice(0, 500) });
          bus.publish('config', { userId: user.id, version }).catch((error: unknown) => log.debug('config', 'new version not announced', { error: String(error) }));
        }
        return readSettings(pool, user.id);
      },
    }),
  ];
}

function documentRoutes(deps: ApiDeps): Route[] {
  const { pool, log } = deps;
  return [
    route({
      method: 'post',
      path: '/config/reset',
      tag: 'settings',
      summary: 'Set the draft to the defaults',
      access: 'trader',
      response: versionShape,
      async handler({ user }) {
        await storeDraft(pool, user.id, defaultSettings);
        log.info('config', 'configuration draft reset', { userId: user.id });
        return readSettings(pool, user.id);
      },
    }),
    route({
      method: 'get',
      path: '/config/export',
      tag: 'settings',
      summary: 'The active configuration as a file; it holds no secret',
      access: 'viewer',
      produces: 'application/json',
      async handler({ user, response }) {
        const { active } = await readSettings(pool, user.id);
        response.attachment('tranche-config.json').type('application/json').send(JSON.stringify(active, null, 2));
        return answered;
      },
    }),
    route<{ body: unknown }>({
      method: 'post',
      path: '/config/import',
      tag: 'settings',
      summary: 'Take a document as the draft; keys that other versions named differently are understood',
      access: 'trader',
      body: document,
      response: versionShape,
      handler: ({ body, user }) => replaceDraft(deps, user.id, body, 'imported'),
    }),
  ];
}
