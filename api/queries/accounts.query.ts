import type { Account, AccountMode, MarketName } from '#shared/contracts/http';
import type { Config } from '#shared/contracts/config';
import { iso, isoOrNull } from './where.ts';

export interface AccountRow {
  id: string;
  name: string;
  venue: string;
  market: MarketName;
  mode: AccountMode;
  api_key_mask: string;
  enabled: boolean;
  live_enabled_at: Date | null;
  created_at: Date;
  has_passphrase?: boolean;
}
export const accountColumns = 'id, name, venue, market, mode, api_key_mask, enabled, live_enabled_at, created_at';

/** Why an account may not trade now, in words; null where it may (contract, Modes). */
export function whyNotTradable(account: Pick<AccountRow, 'mode' | 'enabled' | 'live_enabled_at'>, trading: Config['trading']): string | null {
  if (!account.enabled) return 'The account is switched off.';
  if (trading.mode === 'dry_run') return 'TRADING_MODE is dry_run: Tranche only decides and sends nothing.';
  if (account.mode !== 'live') return null;
  if (trading.mode !== 'live') return 'TRADING_MODE is not live.';
  if (!trading.approved) return 'TRADING_APPROVED is not true.';
  return account.live_enabled_at === null ? 'Live trading is not enabled for this account.' : null;
}

export function accountView(row: AccountRow, trading: Config['trading'], hasPassphrase: boolean): Account {
  const reason = whyNotTradable(row, trading);
  return {
    id: row.id,
    name: row.name,
    venue: row.venue,
    market: row.market,
    mode: row.mode,
    apiKey: row.api_key_mask,
    secret: 'set',
    passphrase: hasPassphrase ? 'set' : null,
    enabled: row.enabled,
    liveEnabledAt: isoOrNull(row.live_enabled_at),
    tradable: reason === null,
    tradableReason: reason,
    createdAt: iso(row.created_at),
  };
}
