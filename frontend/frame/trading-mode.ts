import type { AccountMode, Status } from '#shared/contracts/http';

export type ShownMode = AccountMode | 'dry_run';

/**
 * The most serious mode in which an order could leave now: one account allowed to trade live makes the whole page LIVE.
 * Undefined while it is not known; a guess here could cost money.
 */
export function modeShown(status: Pick<Status, 'trading' | 'accounts'> | undefined): ShownMode | undefined {
  if (status === undefined) return undefined;
  if (status.trading.mode === 'dry_run') return 'dry_run';
  const tradable = status.accounts.filter((account) => account.tradable);
  if (tradable.some((account) => account.mode === 'live')) return 'live';
  if (tradable.some((account) => account.mode === 'testnet')) return 'testnet';
  return 'paper';
}
