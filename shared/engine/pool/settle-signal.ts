import type { Decision } from '../decision.ts';
import type { PoolCommand, SettleSignal } from '../messages/commands.ts';
import type { Signal } from '../messages/signals.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Pool } from './pool.ts';

export type PoolDecision = Decision<Pool, PoolCommand>;

/** What became of a signal. */
export const settle = (signal: Signal, status: SettleSignal['status'], outcome: SettleSignal['outcome'], reason: SettleSignal['reason'] = null, detail: string | null = null, groupId: string | null = null): SettleSignal => ({
  type: 'settle-signal',
  signalId: signal.signalId,
  status,
  outcome,
  reason,
  detail,
  groupId,
});

/** The signal is not worked, with the reason; the pool stays as it is. */
export const refuse = (pool: Pool, signal: Signal, code: RefusalCode, detail: string): PoolDecision => ({ state: pool, commands: [settle(signal, 'refused', 'refused', code, detail)] });
