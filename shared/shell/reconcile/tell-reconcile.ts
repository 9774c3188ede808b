import { logCode } from '#shared/contracts/log-codes';
import type { Difference, DifferenceKind } from '#shared/engine/reconcile/difference';
import type { DifferenceEnd, EndedReconcile, ReconcileOccasion } from '#shared/ports/reconcile-store.port';
import type { ShellPorts } from '../shell.ts';

/** Differences that a person must hear of at once; what is merely put right stands in the report. */
const severe: ReadonlySet<DifferenceKind> = new Set<DifferenceKind>(['orphan_position', 'order_missing', 'missing_exit', 'orphan_order', 'other_deployment']);

const words: Record<DifferenceKind, (difference: Difference) => string> = {
  fills_missed: ({ clientOrderId, ours, venue }) => `order ${clientOrderId ?? ''} has filled ${venue ?? ''} at the venue, ${ours ?? ''} was known`,
  order_ended: ({ clientOrderId, venue }) => `order ${clientOrderId ?? ''} is ${venue ?? ''} at the venue`,
  order_found: ({ clientOrderId, venue }) => `order ${clientOrderId ?? ''}, whose outcome was unknown, is ${venue ?? ''} at the venue`,
  order_missing: ({ clientOrderId }) => `the venue does not know order ${clientOrderId ?? ''} any more`,
  orphan_order: ({ clientOrderId, symbol, remedy }) => `order ${clientOrderId ?? ''} of ${symbol} is at the venue, and no open group wants it${remedy.do === 'ask-cancel' ? '. Cancel it or ignore it on the page Reconciliation' : ''}`,
  position_reduced: ({ symbol, ours, venue, amount, remedy }) =>
    remedy.do === 'reduce' && remedy.netted === true ? `our groups hold ${amount ?? ''} ${symbol} on both sides, which is one position at the venue: it holds that of neither` : `the venue holds ${venue ?? ''} ${symbol}, our groups ${ours ?? ''}`,
  orphan_position: ({ symbol, ours, venue }) => `the venue holds ${venue ?? ''} ${symbol}, our groups ${ours ?? ''}: nobody here has opened the rest. Take it over, close it or ignore it on the page Reconciliation`,
  missing_exit: ({ symbol, groupId }) => `an exit of group ${groupId ?? ''} ${symbol} that should be working was not`,
  other_deployment: ({ ours, venue, clientOrderId }) =>
    `${venue?.startsWith('account ') === true ? `${venue} of this deployment has keys of the same exchange account and works on it` : `another deployment of Tranche, ${venue ?? ''}, works on the exchange account of this one, ${ours ?? ''}`}${clientOrderId === null ? '' : `: order ${clientOrderId} is open`}. Stop the other one and end its orders, or accept it on the page Reconciliation; then re-arm`,
};

/** What differs, in words. */
export const wordsOf = (difference: Difference): string => words[difference.kind](difference);

/** Says once where the emergency stop of a position is that nobody here has opened (R-515, E-48). */
export function tellStop(ports: Pick<ShellPorts, 'log'>, { accountId, userId }: { accountId: string; userId: string }, symbol: string, { side, quantity, stop }: Extract<Difference['remedy'], { do: 'ask' }>): void {
  ports.log.alert('venue', `Emergency stop: ${side} ${quantity} ${symbol}, which nobody here has opened, is closed at market, reduce-only, when the last price reaches ${stop ?? ''}. It is watched here and does not rest at the venue. Take the position over or ignore it on the page Reconciliation to end that`, { accountId, userId, ...logCode('emergency_stop', { side, quantity, symbol, stop: stop ?? '' }) });
}

/** Tells a person what differs, or what was done about it. */
export function tellDifference(ports: Pick<ShellPorts, 'log'>, { accountId, userId }: { accountId: string; userId: string }, difference: Difference, end: DifferenceEnd | null): void {
  const message = `Reconciliation: ${words[difference.kind](difference)}${end === null ? '' : ` (${end.action.replaceAll('_', ' ')})`}`;
  // What was refused, the pool has told of.
  const level = severe.has(difference.kind) && end?.state !== 'adopted' && end?.state !== 'closed' && end?.action !== 'refused' ? 'alert' : 'warn';
  ports.log[level]('venue', message, { accountId, userId, groupId: difference.groupId, clientOrderId: difference.clientOrderId, ...logCode('difference', { kind: difference.kind, symbol: difference.symbol }) });
}

/** A failure is told once as it begins and once when it lasts: meanwhile entries of a starting account wait. */
export function tellFailure(ports: Pick<ShellPorts, 'log'>, { accountId, userId }: { accountId: string; userId: string | null }, { detail, failures }: EndedReconcile): void {
  if (failures !== 1 && failures !== 3) return;
  ports.log[failures === 3 ? 'alert' : 'warn']('venue', `Account ${accountId} could not be compared with its venue${failures === 3 ? ' three times' : ''} and is tried again: ${detail ?? ''}`, { accountId, userId, ...logCode('compare_failed', { account: accountId, detail: detail ?? '' }) });
}

/** The summary of a comparison that is kept (R-521 to R-523), and a hint for the web app. */
export function tellEnd(ports: Pick<ShellPorts, 'log' | 'bus'>, { accountId, userId, occasion, runId }: { accountId: string; userId: string | null; occasion: ReconcileOccasion; runId: string }, end: EndedReconcile): void {
  if (!end.keep) return;
  const { status, ordersCompared, positionsCompared, differences, mended } = end;
  if (status !== 'failed') {
    const message = `Account ${accountId} compared with its venue (${occasion}): ${ordersCompared} orders, ${positionsCompared} positions, ${differences} differences, ${mended} mended`;
    ports.log.info('venue', message, { accountId, userId, occasion, ordersCompared, positionsCompared, differences, mended });
  }
  if (userId === null) return;
  void ports.bus.publish('live', { event: 'reconcile', userId, id: accountId, data: { runId, status, differences } }).catch((error: unknown) => ports.log.debug('system', `A live update was lost: ${String(error)}`));
}
