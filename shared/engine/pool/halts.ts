import type { RefusalCode } from '../refusal.ts';
import type { AccountOff } from './pool-settings.ts';

/** Who or what stopped new exposure: a person for a while, the engine itself, the file STOP, a person's kill switch. */
export const haltKinds = ['paused', 'safe_mode', 'stop_file', 'kill_switch'] as const;
export type HaltKind = (typeof haltKinds)[number];

/**
 * Causes of safe mode that no comparison with a venue disproves: it says nothing of what a key may do, or of this machine's clock. One of them
 * takes the place of any other cause, so that safe mode does not end before a person has seen it.
 */
export const lastingCauses: readonly string[] = ['key_refused', 'clock_skew'];

/** Does a cause take the place of the one that stands? */
export const isGraver = (code: string | null, standing: string | null): boolean => lastingCauses.includes(code ?? '') && standing !== null && !lastingCauses.includes(standing);

/** A standing stop of new exposure, for everything or for one account. Several may stand at once. */
export interface HaltSign {
  scope: 'global' | 'account';
  /** The account's id; empty for everything. */
  scopeId: string;
  kind: HaltKind;
  reason: string;
}

/** Pausing keeps what comes in: it is decided and held back. Whoever hits the others does not want it later. */
const refusedFor: Record<HaltKind, RefusalCode | null> = { paused: null, safe_mode: 'safe_mode', stop_file: 'trading_halted', kill_switch: 'trading_halted' };
const words: Record<HaltKind, string> = { paused: 'paused', safe_mode: 'in safe mode', stop_file: 'stopped by the STOP file', kill_switch: 'stopped by the kill switch' };

/** Which of these accounts refuse fresh entries because of a halt, and why; safe mode is named before the others. */
export function accountsHalted(halts: readonly HaltSign[], accountIds: readonly string[]): Record<string, AccountOff> {
  const gravest = [...halts.filter(({ kind }) => kind === 'safe_mode'), ...halts.filter(({ kind }) => kind !== 'safe_mode')];
  return Object.fromEntries(
    accountIds.flatMap((accountId): [string, AccountOff][] => {
      const halt = gravest.find(({ scope, scopeId, kind }) => refusedFor[kind] !== null && (scope === 'global' || scopeId === accountId));
      const refusal = halt === undefined ? null : refusedFor[halt.kind];
      if (halt === undefined || refusal === null) return [];
      return [[accountId, { why: `is ${words[halt.kind]}: ${halt.reason}`, forGood: false, refusal }]];
    }),
  );
}
