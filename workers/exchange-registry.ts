import type { ExchangePort } from '#shared/ports/exchange.port';
import type { Store } from '#shared/ports/store.port';
import type { AccountAccess } from '#shared/ports/exchange.port';
import { AccountClosed } from '#shared/shell/shell';

/** What opening an account needs. */
export interface RegistryOptions {
  store: Pick<Store, 'account'>;
  trading: { mode: 'simulation' | 'dry_run' | 'live'; approved: boolean };
  unseal(sealed: Uint8Array, accountId: string): { apiKey: string; secret: string; passphrase?: string };
  createExchange(access: AccountAccess, userId: string): Promise<ExchangePort>;
  /** Makes a paper account known to the paper exchange; safe to repeat. */
  registerPaper(access: AccountAccess): Promise<void>;
}

type StoredAccount = NonNullable<Awaited<ReturnType<Store['account']>>>;

/** Why this account may not trade in this mode, or null (contract, *Modes*). */
export function whyClosed(account: Pick<StoredAccount, 'mode' | 'enabled' | 'liveEnabled'>, trading: RegistryOptions['trading']): string | null {
  if (!account.enabled) return 'the account is switched off';
  if (account.mode === 'testnet' && trading.mode === 'dry_run') return 'TRADING_MODE=dry_run lets paper accounts trade only';
  if (account.mode !== 'live') return null;
  if (trading.mode !== 'live') return `live trading needs TRADING_MODE=live, found ${trading.mode}`;
  if (!trading.approved) return 'live trading needs TRADING_APPROVED=true';
  return account.liveEnabled ? null : 'live trading must be confirmed for this account';
}

/** How long what is known of an account is believed: a switch in the web app works within this. */
const believeMs = 2_000;

/** One exchange per account, opened when first needed and again when its keys change. */
export function createExchangeRegistry(options: RegistryOptions): { exchangeFor(accountId: string): Promise<ExchangePort>; close(): Promise<void> } {
  interface Entry {
    seal: string;
    checkedAt: number;
    exchange: Promise<ExchangePort>;
  }
  const entries = new Map<string, Entry>();

  const open = async (account: StoredAccount): Promise<ExchangePort> => {
    const { accountId, venue, market, mode } = account;
    const access: AccountAccess = { accountId, venue, market, mode, ...options.unseal(account.sealedSecrets, accountId) };
    if (mode === 'paper') await options.registerPaper(access);
    return options.createExchange(access, account.userId);
  };

  const drop = async (accountId: string, entry: Entry): Promise<void> => {
    if (entries.get(accountId) === entry) entries.delete(accountId);
    await entry.exchange.then((exchange) => exchange.close()).catch(() => {});
  };

  return {
    async exchangeFor(accountId) {
      const known = entries.get(accountId);
      if (known !== undefined && performance.now() - known.checkedAt < believeMs) return known.exchange;
      const account = await options.store.account(accountId);
      if (account === null) throw new AccountClosed('the account does not exist');
      const closed = whyClosed(account, options.trading);
      if (closed !== null) throw new AccountClosed(closed);
      const seal = Buffer.from(account.sealedSecrets).toString('base64');
      const current = entries.get(accountId);
      if (current !== undefined && current.seal === seal) {
        current.checkedAt = performance.now();
        return current.exchange;
      }
      if (current !== undefined) void drop(accountId, current);
      const entry: Entry = { seal, checkedAt: performance.now(), exchange: open(account) };
      entries.set(accountId, entry);
      entry.exchange.catch(() => entries.delete(accountId));
      return entry.exchange;
    },
    async close() {
      await Promise.all([...entries].map(([accountId, entry]) => drop(accountId, entry)));
    },
  };
}
