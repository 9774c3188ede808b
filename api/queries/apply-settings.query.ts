import type pg from 'pg';
import type { Settings } from '#shared/contracts/settings';
import { storeReplans } from './replan-groups.query.ts';
import { lockSettings, readSettings, storeDraft, type DraftOrigin } from './settings.query.ts';
import { inTransaction } from './transaction.ts';

/** How a draft is made the active version. */
export interface ApplyOrder {
  userId: string;
  author: { id: string; email: string };
  note: string | null;
  /** Put open groups on the new targets and slippage limits too. */
  replan: boolean;
  /** First take this document as the draft. */
  draft?: { document: Settings; origin: DraftOrigin };
  /** Throws where the draft must not be applied. */
  check(draft: Settings, draftRevision: number): void;
}

/** What applying did. `requests` are inbox rows that now wait and want a knock. */
export interface Applied {
  version: number;
  changed: string[];
  replanned: string[];
  requests: string[];
}

/**
 * Makes the draft the active version; an unchanged draft makes none. Older versions than `storage.history_keep` go. In the same
 * transaction the pool is asked to look again at who waits, and open groups are put on the new plan where that is wanted.
 */
export async function applyDraft(pool: pg.Pool, order: ApplyOrder): Promise<Applied> {
  return inTransaction(pool, async (client) => {
    const { userId } = order;
    await lockSettings(client, userId);
    if (order.draft !== undefined) await storeDraft(client, userId, order.draft.document, order.draft.origin);
    const { draft, version: before, changed, origin, draftRevision } = await readSettings(client, userId);
    order.check(draft, draftRevision);
    const version = changed.length === 0 ? before : before + 1;
    const requests: string[] = [];
    if (changed.length > 0) {
      await client.query(`insert into configs (user_id, version, document, author_id, author, what, from_version, note, changed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
        ...[userId, version, JSON.stringify(draft), order.author.id, order.author.email, origin.what, origin.fromVersion, order.note, changed],
      ]);
      await client.query('delete from configs where user_id = $1 and version <= $2', [userId, version - draft.storage.history_keep]);
      await client.query(`update config_drafts set what = 'applied', from_version = null where user_id = $1`, [userId]);
      requests.push(...(await wakePool(client, userId, version)));
    }
    const replanned = order.replan ? await storeReplans(client, userId, draft, version) : [];
    return { version, changed, replanned: replanned.map(({ groupId }) => groupId), requests: [...requests, ...replanned.map(({ requestId }) => requestId)] };
  });
}

/** Who waits is looked at again by the new settings, rather than when the next alert happens to come. */
async function wakePool(client: pg.PoolClient, userId: string, version: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `insert into inbox (key, aggregate, aggregate_id, event)
     select $2, 'pool', user_id, '{"type":"timer"}' from pools where user_id = $1 and jsonb_array_length(state->'waiting') > 0
     on conflict (key) do nothing returning id`,
    [userId, `config:${userId}:${version}:pool`],
  );
  return rows.map(({ id }) => id);
}
