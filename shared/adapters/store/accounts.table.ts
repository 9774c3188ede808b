import type pg from 'pg';
import type { Market } from '#shared/engine/instrument/instrument';
import type { Store } from '#shared/ports/store.port';

type AccountsTable = Pick<Store, 'account' | 'activeAccounts' | 'duePolls'>;

interface AccountRow {
  user_id: string;
  venue: string;
  market: Market;
  mode: 'paper' | 'testnet' | 'live';
  secrets: Buffer;
  enabled: boolean;
  live_enabled_at: Date | null;
  deleted_at: Date | null;
}

/** Exchange accounts, their keys sealed. A deleted one is still found: its last orders may have to be settled. */
export const accountsTable = (pool: pg.Pool): AccountsTable => ({
  async account(accountId) {
    const { rows } = await pool.query<AccountRow>({
      name: 'account',
      text: 'select user_id, venue, market, mode, secrets, enabled, live_enabled_at, deleted_at from accounts where id = $1',
      values: [accountId],
    });
    const row = rows[0];
    if (row === undefined) return null;
    return {
      accountId,
      userId: row.user_id,
      venue: row.venue,
      market: row.market,
      mode: row.mode,
      sealedSecrets: row.secrets,
      enabled: row.enabled && row.deleted_at === null,
      liveEnabled: row.live_enabled_at !== null,
    };
  },

  async activeAccounts() {
    const { rows } = await pool.query<{ id: string; venue: string; market: Market; mode: string }>('select id, venue, market, mode from accounts where enabled and deleted_at is null order by id');
    return rows.map(({ id, ...row }) => ({ accountId: id, ...row }));
  },

  async duePolls(everyMs) {
    const { rows } = await pool.query<{ id: string; venue: string }>(
      `update accounts set poll_due_at = now() + make_interval(secs => $1 / 1000.0)
        where poll_due_at <= now()
          and exists (select 1 from orders where account_id = accounts.id and (status in ('sending', 'open', 'partially_filled', 'cancelling', 'unknown') or quantity_reported > quantity_filled))
        returning id, venue`,
      [everyMs],
    );
    return rows.map((row) => ({ accountId: row.id, venue: row.venue }));
  },
});
