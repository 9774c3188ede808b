import type { OrderReport } from '#shared/engine/order/order';
import { isEnded } from '#shared/engine/order/transition';
import type { ExchangePort } from '#shared/ports/exchange.port';
import type { OrderRow, OutboxClaim } from '#shared/ports/store.port';
import { hear, type ShellPorts } from './shell.ts';
import { tradesOf } from './trades-of.ts';

const askAgainMs = 1_000;

/**
 * Cancels one order. Never sent: withdrawn without the venue. In flight: waits for its outcome first. "Not found" is never taken
 * for cancelled: the order may have filled, so the venue is asked.
 */
export async function carryOutCancel(ports: ShellPorts, claim: Extract<OutboxClaim, { kind: 'cancel' }>): Promise<void> {
  const { row, outboxId } = claim;
  const { clientOrderId } = row.order;
  const settled = isEnded(row.order.status);
  if (settled) return ports.store.finishOutbox(outboxId);
  if (row.sendingAt === null) {
    await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: null, completes: outboxId, event: { type: 'order-withdrawn', clientOrderId } });
    return;
  }
  if (claim.submitPending) return ports.store.postponeOutbox(outboxId, ports.clock.now() + askAgainMs, 'its submit has no outcome yet');

  await ports.atCrashPoint('cancel:before-venue');
  const exchange = await ports.exchangeFor(row.accountId);
  const ref = { clientOrderId, venueOrderId: row.order.venueOrderId, symbol: row.symbol };
  const outcome = await exchange.cancel(ref);
  await ports.atCrashPoint('cancel:after-venue');
  if (outcome.kind === 'accepted' && outcome.report !== null) return ended(ports, exchange, row, outboxId, outcome.report);
  if (outcome.kind === 'refused' || outcome.kind === 'not-sent') return ports.store.postponeOutbox(outboxId, ports.clock.now() + askAgainMs, outcome.message);
  const answer = await exchange.query(ref);
  if (answer.kind === 'found' && answer.report.status !== 'open' && answer.report.status !== 'partially_filled') return ended(ports, exchange, row, outboxId, answer.report);
  await ports.store.postponeOutbox(outboxId, ports.clock.now() + askAgainMs, answer.kind === 'found' ? 'the venue still shows it open' : answer.message);
}

/** The order has ended: its last trades are read with it, so that what is left can be sold at once. */
async function ended(ports: ShellPorts, exchange: ExchangePort, row: OrderRow, outboxId: string, report: OrderReport): Promise<void> {
  const fills = await tradesOf(exchange, row, report);
  await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: null, completes: outboxId, event: { type: 'order-report', clientOrderId: row.order.clientOrderId, report, fills, priceExpected: row.order.priceExpected } });
}
