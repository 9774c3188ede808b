import type { Signal } from '../messages/signals.ts';
import type { Refusal } from '../refusal.ts';
import { symbolFactsKey, type PoolFacts } from './pool-settings.ts';
import { sameGroup, type OpenGroup, type Pool, type QueuedEntry, type QueueReason } from './pool.ts';
import { occupancyOf, slotsTaken } from './slots.ts';

/** What stands in the way of an entry for the time being, in words with numbers. */
export interface Hindrance {
  reason: QueueReason;
  detail: string;
}

/** An entry that asks to go: one just heard, or one that waits, maybe because a person asked. */
export interface Asking {
  signal: Signal;
  entry: QueuedEntry | null;
  /** It waits, or takes the place of one that waits, for a group that has sent an entry back. */
  waitsBehind: boolean;
  /** A person lets it go although no slot is free. */
  forced: boolean;
  /** A person has seen it. */
  confirmed: boolean;
}

export const heard = (signal: Signal): Asking => ({ signal, entry: null, waitsBehind: false, forced: false, confirmed: false });
export const inTurn = (entry: QueuedEntry): Asking & { entry: QueuedEntry } => ({ signal: entry.signal, entry, waitsBehind: entry.reason === 'group_closing', forced: false, confirmed: false });

/** The group that an entry would add a pyramid to. */
export const groupOf = (pool: Pool, signal: Signal): OpenGroup | undefined => pool.open.find((open) => sameGroup(open, signal));

/** Venues net both sides of a symbol on USD-M, so there every timeframe counts. */
const oppositeOf = (pool: Pool, signal: Signal): OpenGroup | undefined =>
  pool.open.find((open) => open.accountId === signal.accountId && open.symbol === signal.symbol && open.side !== signal.side && (signal.market === 'usdm' || open.timeframe === signal.timeframe));

/** Why an entry can never go, whatever becomes of the pool; null where it may. */
export function neverGoes(signal: Signal, facts: PoolFacts): Refusal | null {
  if (signal.executionMode !== 'grid') return { code: 'execution_mode_unavailable', detail: `the endpoint asks for ${signal.executionMode}; grid is available` };
  if (signal.market === 'spot' && signal.side === 'short') return { code: 'short_not_supported', detail: `${signal.symbol} is on a spot account` };
  const ageMs = facts.now - bornAt(signal);
  const lifeMs = facts.settings.signalLifeMs;
  if (lifeMs > 0 && ageMs > lifeMs) return { code: 'stale_signal', detail: `the alert is ${Math.round(ageMs / 1000)} s old, an entry lives ${lifeMs / 1000} s` };
  const off = facts.accountsOff[signal.accountId];
  if (off?.forGood === true) return { code: 'account_disabled', detail: `the account ${off.why}` };
  if (facts.symbols[symbolFactsKey(signal)]?.instrument === 'unlisted') return { code: 'precision_unavailable', detail: `${signal.venue} ${signal.market} does not list ${signal.symbol}, or has suspended it` };
  return null;
}

/** When an alert fired, or at least when it came. */
export const bornAt = (signal: Signal): number => signal.alertAt ?? signal.receivedAt;

/**
 * Why an entry must wait, by what the pool knows; null where nothing does. What it needs of prices and capital is asked when its turn has
 * come: that costs arithmetic, and every signal asks this of everybody who waits. A group that is closing is known by the entry it sent
 * back alone, so that reason is asked first and stays until the group has closed: told twice, the entry would be lost.
 */
export function hindrance(pool: Pool, asking: Asking, facts: PoolFacts): Hindrance | null {
  const { signal, entry } = asking;
  const group = groupOf(pool, signal);
  if (group !== undefined && asking.waitsBehind) return { reason: 'group_closing', detail: `group ${group.groupId} of ${signal.symbol} ${signal.timeframe} ${signal.side} is closing` };
  const known = facts.symbols[symbolFactsKey(signal)];
  if (known === undefined || known.instrument === 'unavailable') return { reason: 'missing_precision', detail: `the rules of ${signal.symbol} on ${signal.venue} ${signal.market} are not loaded` };
  const opposite = oppositeOf(pool, signal);
  if (opposite !== undefined) return { reason: 'opposite_side', detail: `the ${opposite.side} of ${signal.symbol} ${opposite.timeframe} is open (group ${opposite.groupId})` };
  const off = facts.accountsOff[signal.accountId];
  if (off !== undefined) return { reason: off.refusal === undefined ? 'account_disabled' : 'halted', detail: `the account ${off.why}` };
  if (facts.settings.confirmEntries && !asking.confirmed && (entry?.unconfirmed ?? true)) return { reason: 'awaiting_confirmation', detail: 'intake.confirm_entries is on: a person must promote it' };
  return asking.forced ? null : fullPool(pool, group, facts);
}

/** A pyramid of an open group needs a slot only where it does not bypass the limit. */
function fullPool(pool: Pool, group: OpenGroup | undefined, { settings, openElsewhere }: PoolFacts): Hindrance | null {
  if (group !== undefined && settings.pyramidsBypass) return null;
  const taken = slotsTaken(occupancyOf(pool.open, openElsewhere), settings);
  return taken >= settings.groupsMax ? { reason: 'pool_full', detail: `no free slot: ${taken} of ${settings.groupsMax} are taken` } : null;
}
