import type { ExchangePort } from '#shared/ports/exchange.port';
import type { OutboxClaim, OrderRow } from '#shared/ports/store.port';
import { hear, type ShellPorts } from './shell.ts';
import { tradesOf } from './trades-of.ts';

/** The longest a live send can take: before that another process may still be at it. */
const sendDeadlineMs = 15_000;
const askEveryMs = 3_000;
/** Lookups that must both find nothing before an order counts as absent. */
const absentChecksNeeded = 2;

/**
 * Finds out what became of a submit whose outcome is not known: by the venue's answer to a query by client order id, never by a
 * timer alone (invariant 8). Absence is proved only when the venue could no longer accept a late arrival, two lookups apart find
 * nothing, and neither open orders nor trades carry the id.
 */
export async function resolveSubmit(ports: ShellPorts, claim: Extract<OutboxClaim, { kind: 'resolve' }>): Promise<void> {
  const { row, outboxId } = claim;
  const { clientOrderId, status } = row.order;
  if (status !== 'sending' && status !== 'unknown' && status !== 'cancelling') return ports.store.finishOutbox(outboxId);
  if (row.sendingAt === null) return ports.store.finishOutbox(outboxId);
  if (status === 'sending' && ports.clock.now() - row.sendingAt < sendDeadlineMs) return ports.store.postponeOutbox(outboxId, row.sendingAt + sendDeadlineMs, 'another process is sending it');

  const exchange = await ports.exchangeFor(row.accountId);
  const answer = await exchange.query({ clientOrderId, venueOrderId: row.order.venueOrderId, symbol: row.symbol });
  await ports.atCrashPoint('resolve:after-query');
  if (answer.kind === 'found') {
    const fills = await tradesOf(exchange, row, answer.report);
    await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: null, completes: outboxId, event: { type: 'order-report', clientOrderId, report: answer.report, fills, priceExpected: row.order.priceExpected } });
    return;
  }
  if (status === 'sending') {
    const message = 'the process that was sending it ended';
    await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: `order:${clientOrderId}:unknown`, event: { type: 'order-unknown', clientOrderId, message } });
  }
  const absent = answer.kind === 'not-found' && (await isAbsent(ports, exchange, row));
  if (!absent) return ports.store.postponeOutbox(outboxId, ports.clock.now() + askEveryMs, answer.message);
  await hear(ports, {
    aggregate: 'group',
    aggregateId: row.groupId,
    key: null,
    completes: outboxId,
    event: { type: 'order-absent', clientOrderId, evidence: `not found at the venue twice after its last possible arrival: ${answer.message}` },
  });
}

async function isAbsent(ports: ShellPorts, exchange: ExchangePort, row: OrderRow): Promise<boolean> {
  const sentAt = row.sendingAt ?? 0;
  const venueNow = ports.clock.now() + (await exchange.clockOffsetMs());
  if (venueNow < sentAt + exchange.lateArrivalMs) return false;
  const open = await exchange.openOrders([row.symbol]);
  const trades = await exchange.tradesSince(row.symbol, sentAt - 5_000);
  const id = row.order.clientOrderId;
  if (open.some((report) => report.clientOrderId === id) || trades.some((trade) => trade.clientOrderId === id)) return false;
  return (await ports.store.noteAbsent(id)) >= absentChecksNeeded;
}
