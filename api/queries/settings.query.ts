import type pg from 'pg';
import type { ConfigDeed, ConfigVersion } from '#shared/contracts/http';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { checkSettings } from '#shared/contracts/settings-document';
import { changedPaths, inOrderOf } from '#shared/contracts/settings-difference';
import type { Queryable } from './transaction.ts';
import { isoOrNull } from './where.ts';

/** Stored documents gain the keys that newer versions know; one that cannot be read at all falls back to the defaults. */
export const completeSettings = (document: unknown): Settings => inOrderOf(checkSettings(document).settings ?? defaultSettings, defaultSettings);

interface Stored {
  version: number | null;
  active: unknown;
  applied_at: Date | null;
  draft: unknown;
  revision: number | null;
  draft_at: Date | null;
  what: ConfigDeed | null;
  from_version: number | null;
}

/** Where a draft comes from: written by hand, or taken over from elsewhere. */
export interface DraftOrigin {
  what: ConfigDeed;
  fromVersion: number | null;
}
export const byHand: DraftOrigin = { what: 'applied', fromVersion: null };

/** Draft, active document and version of a user. Without any, the defaults are active as version 0. */
export async function readSettings(client: Queryable, userId: string): Promise<ConfigVersion<Settings> & { origin: DraftOrigin }> {
  const { rows } = await (client as pg.Pool).query<Stored>(
    `select c.version, c.document as active, c.created_at as applied_at, d.document as draft, d.revision, d.updated_at as draft_at, d.what, d.from_version
       from (select 1) one
       left join lateral (select version, document, created_at from configs where user_id = $1 order by version desc limit 1) c on true
       left join config_drafts d on d.user_id = $1`,
    [userId],
  );
  const row = rows[0];
  const active = row?.active == null ? defaultSettings : completeSettings(row.active);
  const draft = row?.draft == null ? active : completeSettings(row.draft);
  return {
    draft,
    active,
    version: row?.version ?? 0,
    changed: changedPaths(active, draft),
    draftRevision: row?.revision ?? 0,
    draftAt: isoOrNull(row?.draft_at ?? null),
    appliedAt: isoOrNull(row?.applied_at ?? null),
    origin: { what: row?.what ?? 'applied', fromVersion: row?.from_version ?? null },
  };
}

/** Lets one writer after another at a user's configuration: two applies at once must not give two documents one number. */
export const lockSettings = async (client: pg.PoolClient, userId: string): Promise<void> => void (await client.query('select 1 from users where id = $1 for update', [userId]));

/** Replaces the draft. A draft that says what it said before keeps its revision and where it came from. */
export async function storeDraft(client: Queryable, userId: string, draft: Settings, origin: DraftOrigin = byHand): Promise<void> {
  await (client as pg.Pool).query(
    `insert into config_drafts as d (user_id, document, what, from_version) values ($1, $2, $3, $4)
     on conflict (user_id) do update set document = excluded.document, updated_at = now(),
       revision = d.revision + (d.document is distinct from excluded.document)::int,
       what = case when d.document is distinct from excluded.document or excluded.what <> 'applied' then excluded.what else d.what end,
       from_version = case when d.document is distinct from excluded.document or excluded.what <> 'applied' then excluded.from_version else d.from_version end`,
    [userId, JSON.stringify(draft), origin.what, origin.fromVersion],
  );
}
