import type pg from 'pg';
import type { ConfigVersion } from '#shared/contracts/http';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { changedPaths, checkSettings, inOrderOf } from '#shared/contracts/settings-document';
import { inTransaction, type Queryable } from './transaction.ts';

/** Stored documents gain the keys that newer versions know; one that cannot be read at all falls back to the defaults. */
const complete = (document: unknown): Settings => inOrderOf(checkSettings(document).settings ?? defaultSettings, defaultSettings);

interface Stored {
  version: number | null;
  active: unknown;
  draft: unknown;
}

/** Draft, active document and version of a user. Without any, the defaults are active as version 0. */
export async function readSettings(client: Queryable, userId: string): Promise<ConfigVersion<Settings>> {
  const { rows } = await (client as pg.Pool).query<Stored>(
    `select c.version, c.document as active, d.document as draft
       from (select 1) one
       left join lateral (select version, document from configs where user_id = $1 order by version desc limit 1) c on true
       left join config_drafts d on d.user_id = $1`,
    [userId],
  );
  const row = rows[0];
  const active = row?.active == null ? defaultSettings : complete(row.active);
  const draft = row?.draft == null ? active : complete(row.draft);
  return { draft, active, version: row?.version ?? 0, changed: changedPaths(active, draft) };
}

/** Replaces the draft. */
export async function storeDraft(client: Queryable, userId: string, draft: Settings): Promise<void> {
  await (client as pg.Pool).query('insert into config_drafts (user_id, document) values ($1, $2) on conflict (user_id) do update set document = excluded.document, updated_at = now()', [userId, JSON.stringify(draft)]);
}

/** Makes the draft the active version; an unchanged draft makes none. Returns the version that is active then. */
export async function applyDraft(pool: pg.Pool, userId: string): Promise<{ version: number; changed: string[] }> {
  return inTransaction(pool, async (client) => {
    // Two applies at once must not give two documents one number.
    await client.query('select 1 from users where id = $1 for update', [userId]);
    const { draft, version, changed } = await readSettings(client, userId);
    if (changed.length === 0) return { version, changed };
    await client.query('insert into configs (user_id, version, document) values ($1, $2, $3)', [userId, version + 1, JSON.stringify(draft)]);
    return { version: version + 1, changed };
  });
}
