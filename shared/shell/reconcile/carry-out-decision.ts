import type { Market } from '#shared/engine/instrument/instrument';
import type { Signal } from '#shared/engine/messages/signals';
import type { Difference } from '#shared/engine/reconcile/difference';
import type { KnownDifference } from '#shared/engine/reconcile/judge-differences';
import type { DifferenceEnd } from '#shared/ports/reconcile-store.port';
import { callOut } from '../crash-points.ts';
import { hear, type ShellPorts } from '../shell.ts';
import { isTakenOver } from './difference-calls.ts';

/** Whose account it is that a decision concerns. */
export interface DecidedAccount {
  userId: string;
  accountId: string;
  venue: string;
  market: Market;
}

/** An alert that never was: it says whose position is taken over, in the words the pool reads. */
const madeUpSignal = (account: DecidedAccount, symbol: string, side: 'long' | 'short', now: number): Signal => ({
  ...account,
  signalId: '',
  symbol,
  timeframe: 'adopted',
  kind: 'entry',
  side,
  priceSignal: null,
  size: null,
  reduceFraction: null,
  stopLoss: null,
  takeProfit: null,
  slippageMaxPercent: null,
  precisionMode: 'auto',
  executionMode: 'grid',
  alertAt: null,
  tradeId: null,
  alertName: null,
  alertMessage: null,
  receivedAt: now,
});

/**
 * Takes over, or closes, a position that a person, or its emergency stop, has decided on: its quantity as it is now, in a group of its own. The group's id is
 * noted before it is opened, so that a repetition after a crash opens no second one. `isMine` says whether the account is still this process's to compare: who was
 * held up for longer has read a position that may be gone, and another may be there that is none of ours.
 */
export async function carryOutDecision(ports: ShellPorts, account: DecidedAccount, known: KnownDifference & { groupId: string | null }, { symbol, remedy }: Difference, isMine: () => boolean): Promise<DifferenceEnd | null> {
  if (remedy.do !== 'ask' || known.decision === null) return null;
  const wanted = known.groupId ?? (await callOut(ports, 'reconcile:group-id', () => ports.store.nextGroupIds(1)))[0];
  if (wanted === undefined) return null;
  const groupId = await callOut(ports, 'reconcile:note-group', () => ports.store.noteGroup(known.id, wanted));
  if (groupId === null || !isMine()) return null;
  const close = known.decision === 'close';
  await hear(ports, {
    aggregate: 'pool',
    aggregateId: account.userId,
    key: `reconcile:${known.id}:${groupId}`,
    event: { type: 'adopt-position', groupId, signal: madeUpSignal(account, symbol, remedy.side, ports.clock.now()), quantity: remedy.quantity, priceEntry: remedy.priceEntry, close, ...(known.stopFired ? { stopped: true as const } : {}) },
  });
  if (!(await isTakenOver(ports, groupId))) return { state: 'asks', action: 'refused', detail: 'the rules or the price of the symbol are not known; decide again when they are' };
  return { state: close ? 'closed' : 'adopted', action: known.stopFired ? 'stopped' : close ? 'closed' : 'adopted', detail: null, groupId };
}
