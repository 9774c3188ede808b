import type { SizingPlan } from '#shared/engine/entry/entry-plan';
import type { Signal } from '#shared/engine/messages/signals';
import type { AccountFacts } from '#shared/engine/pool/account-facts';
import type { SymbolFacts } from '#shared/engine/pool/pool-settings';
import type { Work } from '#shared/ports/store.port';
import type { AccountCache } from './account-cache.ts';

/** How long a decision is held up for a balance: a check may go without, a size that is a share of the account may not. */
const checkWaitsMs = 500;
const sizingWaitsMs = 3_000;

/** Which balance a configuration needs: for the size of every entry, for checking ladders, or none. */
function needOf({ mode, planCheck }: SizingPlan): 'sizing' | 'check' | 'none' {
  if (mode === 'equity_percent' || mode === 'risk_percent') return 'sizing';
  return planCheck === 'off' ? 'none' : 'check';
}

/** Balances for pool decisions. */
export interface AccountSource {
  /** Brings to hand the balance of the account a signal trades on, or of those on which entries of the user were last seen waiting. */
  prepare(work: Work, sizing: SizingPlan): Promise<void>;
  /**
   * What is at hand of the accounts of these signals, cut down to what a decision can use. Null where a size needs a balance that nobody
   * has asked for yet: then the decision must be prepared once more.
   */
  atHand(userId: string, signals: readonly Signal[], sizing: SizingPlan, symbolOf: (signal: Signal) => SymbolFacts | undefined): Record<string, AccountFacts | null> | null;
}

/** Balances from a cache, brought to hand before a pool is locked. */
export function gatherAccounts(cache: Pick<AccountCache, 'peek' | 'tried' | 'seek'>): AccountSource {
  /** Accounts on which entries wait, by user: who is promoted is known only under the lock, where nothing is asked. */
  const waitingOn = new Map<string, ReadonlySet<string>>();

  return {
    async prepare({ aggregateId: userId, event }, sizing) {
      const need = needOf(sizing);
      if (need === 'none') return;
      const accounts = new Set(waitingOn.get(userId));
      if ('signal' in event) {
        // Who waits was brought to hand when it was heard, and is kept fresh in the background: a new signal is not held up for it.
        accounts.clear();
        if (event.signal.kind === 'entry' || event.signal.kind === 'reverse') accounts.add(event.signal.accountId);
      }
      // A group that has closed has given back what it bound: who takes its slot would be cut down, or kept waiting, by a balance from before.
      const maxAge = event.type === 'group-closed' ? [0] : [];
      await Promise.all([...accounts].map((accountId) => cache.seek(accountId, need === 'sizing' ? sizingWaitsMs : checkWaitsMs, ...maxAge)));
    },

    atHand(userId, signals, sizing, symbolOf) {
      waitingOn.set(userId, new Set(signals.map(({ accountId }) => accountId)));
      const found: Record<string, AccountFacts | null> = {};
      for (const signal of signals) {
        if (needOf(sizing) === 'sizing' && !cache.tried(signal.accountId)) return null;
        const known = cache.peek(signal.accountId);
        found[signal.accountId] = known === null ? null : withOnly(known, found[signal.accountId] ?? null, signal, symbolOf(signal));
      }
      return found;
    },
  };
}

/** Of hundreds of assets and symbols those that this signal concerns, added to those of the signals before: facts stand in the journal. */
function withOnly({ at, assets, leverage }: AccountFacts, before: AccountFacts | null, signal: Signal, symbol: SymbolFacts | undefined): AccountFacts {
  const only: AccountFacts = before ?? { at, assets: {}, leverage: {} };
  const quote = symbol === undefined || typeof symbol.instrument === 'string' ? null : symbol.instrument.quote;
  const held = quote === null ? undefined : assets[quote];
  const times = leverage[signal.symbol];
  return {
    at,
    assets: quote === null || held === undefined ? only.assets : { ...only.assets, [quote]: held },
    leverage: times === undefined ? only.leverage : { ...only.leverage, [signal.symbol]: times },
  };
}
