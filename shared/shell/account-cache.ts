import { money, type Ratio } from '#shared/engine/num/units';
import type { AccountFacts } from '#shared/engine/pool/account-facts';
import type { ExchangePort } from '#shared/ports/exchange.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { AccountClosed } from './shell.ts';

/** What a balance may be old for a decision to wait for no other. */
const freshMs = 10_000;
/** While signals come for an account, its balance is asked for this often in the background: 5 of 2400 weight a minute on USD-M, 20 of 6000 on spot. */
const everyMs = 5_000;
/** An account for which nothing came for so long is left alone. */
const inUseMs = 120_000;
/** Older than this it is no balance any more: people and other programs trade on the account as well. */
const keptMs = 60_000;
/** After a failure nobody waits for another attempt within this. */
const pauseMs = 5_000;
/** Leverage is set by hand, seldom, and one answer names hundreds of symbols. */
const leverageEveryMs = 60_000;

/** Balances in memory, as the venues told them. Nothing here is asked under a lock. */
export interface AccountCache {
  /** What is known now, or null where nothing is, or nothing recent. Marks the account as in use. */
  peek(accountId: string): AccountFacts | null;
  /** Has an attempt to ask for it ended, or lasted longer than anybody waits? */
  tried(accountId: string): boolean;
  /** Resolves when a balance no older than `maxAgeMs` is at hand, cannot be had, or `deadlineMs` after the question was sent. Never rejects. */
  seek(accountId: string, deadlineMs: number, maxAgeMs?: number): Promise<void>;
  /** Asks for what is in use and old. Called again and again. */
  refreshDue(): Promise<void>;
  /** Nobody is told any more of what cannot be read: the process is about to end. */
  close(): void;
}

interface Entry {
  facts: AccountFacts | null;
  leverageAt: number;
  usedAt: number;
  failedAt: number | null;
  /** A question that is on its way. */
  asking: { since: number; done: Promise<void> } | null;
  /** Said once per outage. */
  silent: boolean;
}

/** Longest wait for a venue that anybody is put to by `tried`. */
const patienceMs = 3_000;

/** Balances and leverage of exchange accounts, kept fresh while they are in use. */
export function createAccountCache({ exchangeFor, clock, log }: { exchangeFor(accountId: string): Promise<ExchangePort>; clock: Clock; log: Log }): AccountCache {
  const entries = new Map<string, Entry>();
  let closed = false;
  const entryOf = (accountId: string): Entry => {
    const found = entries.get(accountId) ?? { facts: null, leverageAt: Number.NEGATIVE_INFINITY, usedAt: clock.now(), failedAt: null, asking: null, silent: false };
    entries.set(accountId, found);
    return found;
  };
  const age = (entry: Entry): number => (entry.facts === null ? Number.POSITIVE_INFINITY : clock.now() - entry.facts.at);

  const ask = async (accountId: string, entry: Entry): Promise<void> => {
    const at = clock.now();
    try {
      const exchange = await exchangeFor(accountId);
      const leverageDue = exchange.access.market === 'usdm' && at - entry.leverageAt >= leverageEveryMs;
      // The leverage comes beside the balance: a venue that does not tell it leaves the balance as it is.
      const leverage = leverageDue ? exchange.leverages().catch(() => null) : Promise.resolve(null);
      const balances = await exchange.balances();
      const assets = Object.fromEntries(balances.map(({ asset, free, total }) => [asset, { free: money(free), total: money(total) }]));
      entry.facts = { at, assets, leverage: entry.facts?.leverage ?? {} };
      entry.failedAt = null;
      entry.silent = false;
      if (leverageDue) keepLeverage(entry, await leverage, at);
    } catch (error) {
      entry.failedAt = clock.now();
      if (closed || entry.silent || error instanceof AccountClosed) return;
      entry.silent = true;
      log.warn('venue', `The balance of account ${accountId} cannot be read: ${error instanceof Error ? error.message : String(error)}. Ladders are not checked against it until it can`, { accountId });
    }
  };

  /** What one answer does not tell, an earlier one may have told. */
  const keepLeverage = (entry: Entry, told: Record<string, Ratio> | null, at: number): void => {
    entry.leverageAt = at;
    if (told !== null && entry.facts !== null) entry.facts = { ...entry.facts, leverage: told };
  };

  const start = (accountId: string, entry: Entry): NonNullable<Entry['asking']> => {
    entry.asking ??= {
      since: clock.now(),
      done: ask(accountId, entry).finally(() => {
        entry.asking = null;
      }),
    };
    return entry.asking;
  };

  return {
    peek(accountId) {
      const entry = entryOf(accountId);
      entry.usedAt = clock.now();
      return age(entry) < keptMs ? entry.facts : null;
    },
    tried(accountId) {
      const entry = entryOf(accountId);
      return entry.facts !== null || entry.failedAt !== null || (entry.asking !== null && clock.now() - entry.asking.since >= patienceMs);
    },
    async seek(accountId, deadlineMs, maxAgeMs = freshMs) {
      const entry = entryOf(accountId);
      entry.usedAt = clock.now();
      if (age(entry) < maxAgeMs || (entry.failedAt !== null && clock.now() - entry.failedAt < pauseMs)) return;
      const { since, done } = start(accountId, entry);
      const left = since + deadlineMs - clock.now();
      if (left > 0) await within(done, left);
    },
    async refreshDue() {
      const now = clock.now();
      const due = [...entries].filter(([, entry]) => now - entry.usedAt < inUseMs && age(entry) >= everyMs && now - (entry.failedAt ?? Number.NEGATIVE_INFINITY) >= pauseMs);
      await Promise.all(due.map(([accountId, entry]) => start(accountId, entry).done));
    },
    close() {
      closed = true;
    },
  };
}

function within(done: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void done.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
