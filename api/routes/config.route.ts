import Joi from 'joi';
import { defaultSettings, settingsSchema } from '#shared/contracts/settings';
import { checkDraft } from '#shared/contracts/settings-document';
import type { ApiDeps } from '../api-deps.ts';
import { jsonSchemaOf } from '../http/openapi.ts';
import { route, type Route } from '../http/route.ts';
import { count, id, input, nullable, shape, side } from '../http/schemas.ts';
import { configImpact } from '../queries/config-impact.query.ts';
import { byHand, readSettings } from '../queries/settings.query.ts';
import { answerMembers, applyNow, document, mirrorShape, mirrorView, noteSchema, saveDraft, settingsOf, versionMembers } from './config-answer.ts';
import { configDocumentRoutes } from './config-document.route.ts';
import { configHistoryRoutes } from './config-history.route.ts';

/** The configuration: a draft that is edited, an active version that decisions use, and the versions before it. */
export const configRoutes = (deps: ApiDeps): Route[] => [...draftRoutes(deps), ...applyRoutes(deps), ...configDocumentRoutes(deps), ...configHistoryRoutes(deps)];

const revision = Joi.number().integer().min(0);

function draftRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/config',
      tag: 'settings',
      summary: 'Draft and active configuration, with defaults and the schema that bounds it',
      access: 'viewer',
      response: shape({ ...versionMembers, mirror: mirrorShape, defaults: document, schema: document }),
      async handler({ user }) {
        const { origin: _, ...settings } = await readSettings(deps.pool, user.id);
        return { ...settings, mirror: mirrorView(deps.mirror.state(user.id)), defaults: defaultSettings, schema: jsonSchemaOf(settingsSchema) };
      },
    }),
    route<{ body: unknown; query: { revision?: number } }>({
      method: 'put',
      path: '/config',
      tag: 'settings',
      summary: 'Replace the whole draft; nothing takes effect before it is applied. With ?revision= only if the draft is still that one',
      access: 'trader',
      query: input({ revision }),
      body: document,
      // The form saves itself while it is edited; what counts is applied.
      audited: false,
      response: shape(answerMembers),
      handler: ({ body, query, user }) =>
        saveDraft(deps, user, {
          what: 'replaced',
          origin: byHand,
          ...(query.revision === undefined ? {} : { revision: query.revision }),
          make(before) {
            const check = checkDraft(body, before);
            return { settings: settingsOf(check), warnings: check.warnings };
          },
        }),
    }),
  ];
}

const position = { id: id(), symbol: Joi.string(), timeframe: Joi.string(), side: side(), status: Joi.string(), accountName: Joi.string() };
const movedOrder = shape({ clientOrderId: nullable(Joi.string()), pyramid: nullable(count()), leg: nullable(count()), priceBefore: nullable(Joi.string()), priceAfter: nullable(Joi.string()) });
const impactChange = shape({
  path: Joi.string(),
  before: Joi.any(),
  after: Joi.any(),
  takesEffect: Joi.string().valid('new groups', 'next decision', 'at once', 'recorded only'),
  code: Joi.string(),
  words: Joi.string(),
  replannable: Joi.boolean(),
  touches: shape({ positions: Joi.array().items(shape(position)), orders: count(), queued: count() }),
});

function applyRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/config/impact',
      tag: 'settings',
      summary: 'What applying the draft would touch: per changed setting the open positions and waiting entries it decides of, and the take-profits a re-plan would move',
      access: 'viewer',
      response: shape({
        version: count(),
        draftRevision: count(),
        openPositions: count(),
        queued: count(),
        changes: Joi.array().items(impactChange),
        replan: shape({ positions: Joi.array().items(shape({ ...position, tpModeBefore: Joi.string(), tpModeAfter: Joi.string(), orders: nullable(Joi.array().items(movedOrder)) })), orders: count() }),
      }),
      handler: ({ user }) => configImpact(deps.pool, user.id),
    }),
    route<{ body: { replan: boolean; note: string | null; revision?: number } }>({
      method: 'post',
      path: '/config/apply',
      tag: 'settings',
      summary: 'Make the draft the active version: every decision after the answer uses it. With replan open positions take its targets and slippage limits too',
      access: 'trader',
      body: input({ replan: Joi.boolean().default(false), note: noteSchema(), revision }),
      response: shape({ ...answerMembers, replanned: Joi.array().items(id()) }),
      handler: ({ body, user }) => applyNow(deps, user, body),
    }),
  ];
}
