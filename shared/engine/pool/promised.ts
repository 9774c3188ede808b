import type { Budget } from '../entry/plan-check.ts';
import type { SizingPlan } from '../entry/entry-plan.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { Signal } from '../messages/signals.ts';
import { dec, isPositive, max, money, ratio, sum, zeroMoney, type Money, type Ratio } from '../num/units.ts';
import type { Time } from '../time.ts';
import type { PoolFacts } from './pool-settings.ts';
import type { Pool } from './pool.ts';

/** Money that a ladder was granted and that the balance at hand does not show yet. */
export interface Promised {
  signalId: string;
  accountId: string;
  asset: string;
  amount: Money;
  at: Time;
}

/**
 * A balance asked for this long after a ladder was granted shows its orders; one asked for sooner may not. It is a few times what an order
 * takes to a venue: too long counts orders twice for that while and may leave a leg out, too short lets two signals spend the same money.
 */
export const ordersShowAfterMs = 2_000;
/** A promise that no balance ever answered, because the venue cannot be asked, ends by itself. */
const forgottenAfterMs = 120_000;

/** Promises that no balance at hand shows yet; one to this signal itself, which a closing group has sent back, is void. */
const openPromises = (pool: Pool, signal: Signal, facts: Pick<PoolFacts, 'now' | 'accounts'>): Promised[] =>
  (pool.promised ?? []).filter(({ signalId, accountId, at }) => signalId !== signal.signalId && facts.now - at < forgottenAfterMs && at + ordersShowAfterMs > (facts.accounts[accountId]?.at ?? 0));

/** What a signal's ladder may spend: free on its account, less what is promised. */
export function budgetOf(pool: Pool, signal: Signal, instrument: Instrument, check: SizingPlan['planCheck'], facts: Pick<PoolFacts, 'now' | 'accounts'>): Budget {
  const asset = instrument.quote;
  const account = facts.accounts[signal.accountId] ?? null;
  const leverage: Ratio | null = signal.market === 'spot' ? ratio('1') : (account?.leverage[signal.symbol] ?? null);
  if (account === null) return { check, asset, free: null, leverage };
  const promised = sum(openPromises(pool, signal, facts).flatMap((each) => (each.accountId === signal.accountId && each.asset === asset ? [each.amount] : [])));
  return { check, asset, free: money(max(dec(account.assets[asset]?.free ?? zeroMoney).minus(promised), '0')), leverage };
}

/** The equity that a share of the account is taken from, or null while the venue has not told. */
export const equityOf = (signal: Signal, instrument: Instrument, facts: Pick<PoolFacts, 'accounts'>): Money | null => {
  const account = facts.accounts[signal.accountId] ?? null;
  return account === null ? null : (account.assets[instrument.quote]?.total ?? zeroMoney);
};

/** Promises that are kept one by one; more than that come only with a flood of signals, and every one of them is written with each. */
const kept = 16;
const togetherMs = 500;

/** The older promises of a flood summed up by account, asset and half second; a sum counts as long as its newest. */
function inBrief(open: readonly Promised[]): Promised[] {
  const older = open.slice(0, Math.max(0, open.length - kept));
  const sums = new Map<string, Promised>();
  for (const each of older) {
    const key = `${each.accountId} ${each.asset} ${Math.floor(each.at / togetherMs)}`;
    const before = sums.get(key);
    sums.set(key, before === undefined ? { ...each, signalId: '' } : { ...before, amount: money(sum([before.amount, each.amount])), at: Math.max(before.at, each.at) });
  }
  return [...sums.values(), ...open.slice(older.length)];
}

/** The pool with one promise more, and without those that are over. */
export function withPromise(pool: Pool, signal: Signal, asset: string, amount: Money | null, facts: Pick<PoolFacts, 'now' | 'accounts'>): Pool {
  const open = openPromises(pool, signal, facts);
  if (amount === null || !isPositive(amount)) return open.length === (pool.promised ?? []).length ? pool : { ...pool, promised: open };
  return { ...pool, promised: [...inBrief(open), { signalId: signal.signalId, accountId: signal.accountId, asset, amount, at: facts.now }] };
}
