import { defaultSettings } from '#shared/contracts/settings';
import { checkImport } from '#shared/contracts/settings-document';
import type { ApiDeps } from '../api-deps.ts';
import { HttpFault } from '../http/fault.ts';
import { answered, route, type Route } from '../http/route.ts';
import { input, shape } from '../http/schemas.ts';
import { readSettings } from '../queries/settings.query.ts';
import { answerMembers, document, saveDraft, settingsOf, type DraftChange } from './config-answer.ts';

const imported = (body: unknown, what: string, lead?: string): DraftChange => ({
  what,
  origin: { what: 'imported', fromVersion: null },
  make(before) {
    const check = checkImport(body, before);
    return { settings: settingsOf(check, lead), warnings: check.warnings };
  },
});

/** The configuration as a document: defaults, export, import, and the file in the data directory. */
export function configDocumentRoutes(deps: ApiDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/config/reset',
      tag: 'settings',
      summary: 'Set the draft to the defaults',
      access: 'trader',
      response: shape(answerMembers),
      handler: ({ user }) => saveDraft(deps, user, { what: 'reset', origin: { what: 'reset', fromVersion: null }, make: () => ({ settings: defaultSettings, warnings: [] }) }),
    }),
    route({
      method: 'get',
      path: '/config/export',
      tag: 'settings',
      summary: 'The active configuration as a file; it holds no secret',
      access: 'viewer',
      produces: 'application/json',
      async handler({ user, response }) {
        const { active } = await readSettings(deps.pool, user.id);
        response.attachment('tranche-config.json').type('application/json').send(JSON.stringify(active, null, 2));
        return answered;
      },
    }),
    route<{ body: unknown }>({
      method: 'post',
      path: '/config/import',
      tag: 'settings',
      summary: 'Take a document as the draft, whole or not at all; names of other versions are understood, secrets are dropped, and warnings tell what was not taken word for word',
      access: 'trader',
      body: document,
      response: shape(answerMembers),
      handler: ({ body, user }) => saveDraft(deps, user, imported(body, 'imported')),
    }),
    route({
      method: 'post',
      path: '/config/import-mirror',
      tag: 'settings',
      summary: 'Take the file of the configuration in the data directory as the draft, by the rules of an import',
      access: 'trader',
      body: input({}),
      response: shape(answerMembers),
      async handler({ user }) {
        return saveDraft(deps, user, imported(await mirroredDocument(deps, user.id), 'imported from its file', 'The file of the configuration is not valid'));
      },
    }),
  ];
}

async function mirroredDocument({ mirror }: ApiDeps, userId: string): Promise<unknown> {
  const unreadable = (why: string): HttpFault => new HttpFault(400, 'mirror_unreadable', `The file of the configuration cannot be read: ${why}. Mend it, or save the draft, which writes it anew.`);
  const text = await mirror.read(userId).catch((error: Error) => {
    throw unreadable(error.message);
  });
  if (text === null) throw new HttpFault(404, 'no_mirror', 'There is no file of the configuration yet; the first save writes it.');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unreadable('it is not JSON');
  }
}
