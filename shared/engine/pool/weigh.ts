import type { SettleSignal } from '../messages/commands.ts';
import type { Signal } from '../messages/signals.ts';
import type { RefusalCode } from '../refusal.ts';
import { admit } from './admit.ts';
import { hindrance, neverGoes, type Asking, type Hindrance } from './hindrance.ts';
import type { PoolFacts } from './pool-settings.ts';
import type { Pool, QueueReason } from './pool.ts';
import { priceHindrance } from './price-band.ts';
import { settle, type PoolDecision } from './settle-signal.ts';
import { enqueue } from './waiting-queue.ts';

/** Whether an entry may go now: what that does, what it waits for, or why it never can. */
export type Verdict = { kind: 'goes'; decision: PoolDecision } | ({ kind: 'waits' } & Hindrance) | { kind: 'refused'; told: SettleSignal };

/** Refusals that pass: one that waits goes on waiting, for a price, a balance, or money that is free again. */
const passing: ReadonlySet<string> = new Set(['no_price', 'no_balance', 'insufficient_balance'] satisfies (RefusalCode & QueueReason)[]);

/** Judges one entry by the present facts: everything that a fresh signal is asked, and what waiting adds. */
export function weigh(pool: Pool, asking: Asking, facts: PoolFacts): Verdict {
  const never = neverGoes(asking.signal, facts);
  if (never !== null) return { kind: 'refused', told: settle(asking.signal, 'refused', 'refused', never.code, never.detail) };
  const hindered = hindrance(pool, asking, facts) ?? (asking.entry === null ? null : priceHindrance(asking.signal, facts));
  if (hindered !== null) return { kind: 'waits', ...hindered };
  const decision = admit(pool, asking.signal, facts);
  const told = refusalIn(decision);
  if (told === null) return { kind: 'goes', decision };
  if (asking.entry !== null && passes(told)) return { kind: 'waits', reason: told.reason as QueueReason, detail: told.detail ?? '' };
  return { kind: 'refused', told };
}

/**
 * Lets a fresh entry go, refuses it, or lets it wait where its size needs a balance that the venue does not tell: a short outage must not
 * cost a signal. Everything else that may pass is told to a fresh signal at once.
 */
export function admitOrWait(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  const decision = admit(pool, signal, facts);
  const told = refusalIn(decision);
  return told?.reason === 'no_balance' && (facts.accounts[signal.accountId] ?? null) === null ? enqueue(pool, signal, { reason: 'no_balance', detail: told.detail ?? '' }, facts) : decision;
}

/** Why an entry that must wait would be refused in its turn; null where it may wait. */
export function refusedAlready(pool: Pool, asking: Asking, facts: PoolFacts): SettleSignal | null {
  const told = refusalIn(admit(pool, asking.signal, facts));
  return told === null || passes(told) ? null : told;
}

const passes = ({ reason }: SettleSignal): boolean => reason !== null && passing.has(reason);

/** The refusal that a decision to admit came to. */
const refusalIn = ({ commands }: PoolDecision): SettleSignal | null => commands.find((command): command is SettleSignal => command.type === 'settle-signal' && command.outcome === 'refused') ?? null;
