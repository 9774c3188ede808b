import { logCode } from '#shared/contracts/log-codes';
import { compare, sum } from '#shared/engine/num/units';
import type { OrderReport } from '#shared/engine/order/order';
import { isEnded } from '#shared/engine/order/transition';
import { VenueUnavailable, type ExchangePort } from '#shared/ports/exchange.port';
import type { OrderRow, OutboxClaim } from '#shared/ports/store.port';
import { callOut } from './crash-points.ts';
import { hear, type ShellPorts } from './shell.ts';
import { tradesOf } from './trades-of.ts';

const askAgainMs = 1_000;
const goneLooks = 10;
type Cancel = Extract<OutboxClaim, { kind: 'cancel' }>;
const goneLooksApartMs = 5_000;

/**
 * Cancels one order. Never sent: withdrawn without the venue. In flight: waits for its outcome first. "Not found" is never taken
 * for cancelled: the order may have filled, so the venue is asked.
 */
export async function carryOutCancel(ports: ShellPorts, claim: Cancel): Promise<void> {
  const { row, outboxId } = claim;
  const { clientOrderId } = row.order;
  const settled = isEnded(row.order.status);
  if (settled) return await callOut(ports, 'cancel:finish', () => ports.store.finishOutbox(outboxId));
  if (row.sendingAt === null) {
    await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: null, completes: outboxId, event: { type: 'order-withdrawn', clientOrderId } });
    return;
  }
  if (claim.submitPending) return await later(ports, outboxId, 'its submit has no outcome yet');

  const exchange = await callOut(ports, 'cancel:exchange', () => ports.exchangeFor(row.accountId));
  try {
    await cancelAt(ports, exchange, claim);
  } catch (error) {
    if (!(error instanceof VenueUnavailable)) throw error;
    // The row would else lie until its lease is over, and a group that winds down with it.
    await later(ports, outboxId, error.message);
  }
}

async function later(ports: ShellPorts, outboxId: string, why: string): Promise<void> {
  await callOut(ports, 'cancel:later', () => ports.store.postponeOutbox(outboxId, ports.clock.now() + askAgainMs, why));
}

async function cancelAt(ports: ShellPorts, exchange: ExchangePort, { row, outboxId }: Cancel): Promise<void> {
  const { clientOrderId } = row.order;
  const ref = { clientOrderId, venueOrderId: row.order.venueOrderId, symbol: row.symbol };
  const outcome = await callOut(ports, 'cancel:venue', () => exchange.cancel(ref));
  if (outcome.kind === 'accepted' && outcome.report !== null) return await ended(ports, exchange, row, outboxId, outcome.report);
  if (outcome.kind === 'refused' || outcome.kind === 'not-sent') return await later(ports, outboxId, outcome.message);
  const answer = await callOut(ports, 'cancel:query', () => exchange.query(ref));
  if (answer.kind === 'found' && answer.report.status !== 'open' && answer.report.status !== 'partially_filled') return await ended(ports, exchange, row, outboxId, answer.report);
  if (answer.kind === 'not-found' && (await isGone(ports, exchange, row))) {
    ports.log.alert('order', `The venue does not know order ${clientOrderId} any more, which it had accepted; it is taken for cancelled with what is known of its trades`, { ...logCode('order_gone', { clientOrderId }), groupId: row.groupId });
    return await ended(ports, exchange, row, outboxId, { clientOrderId, venueOrderId: row.order.venueOrderId ?? '', status: 'cancelled', quantityFilled: row.order.quantityFilled, reason: 'gone', at: ports.clock.now() });
  }
  await later(ports, outboxId, answer.kind === 'found' ? 'the venue still shows it open' : answer.message);
}

/**
 * Is an order that was accepted gone for good? Only where neither a question by its id nor the list of open orders knows it, its trades are
 * those we have, and all that held again and again for most of a minute: what a venue cannot find at once may only be late.
 */
async function isGone(ports: ShellPorts, exchange: ExchangePort, { order, symbol, sendingAt }: OrderRow): Promise<boolean> {
  const { clientOrderId, venueOrderId, quantityFilled } = order;
  if (venueOrderId === null) return false;
  const open = await callOut(ports, 'cancel:open-orders', () => exchange.openOrders([symbol], { urgent: true }));
  const trades = await callOut(ports, 'cancel:gone-trades', () => exchange.tradesOf({ symbol, venueOrderId }, sendingAt ?? order.createdAt));
  if (open.some((report) => report.clientOrderId === clientOrderId) || compare(sum(trades.map(({ quantity }) => quantity)), quantityFilled) !== 0) return false;
  return (await callOut(ports, 'cancel:note-absent', () => ports.store.noteAbsent(clientOrderId, ports.clock.now(), goneLooksApartMs))) >= goneLooks;
}

/** The order has ended: its last trades are read with it, so that what is left can be sold at once. */
async function ended(ports: ShellPorts, exchange: ExchangePort, row: OrderRow, outboxId: string, report: OrderReport): Promise<void> {
  const fills = await tradesOf(ports, 'cancel:trades', exchange, row, report);
  await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: null, completes: outboxId, event: { type: 'order-report', clientOrderId: row.order.clientOrderId, report, fills, priceExpected: row.order.priceExpected } });
}
