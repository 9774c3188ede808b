import { VenueUnavailable, type ExchangePort } from '#shared/ports/exchange.port';
import type { OutboxClaim } from '#shared/ports/store.port';
import { hear, type ShellPorts } from './shell.ts';
import { tradesOf } from './trades-of.ts';

/** The longest a live send can take: before that another process may still be at it. */
const sendDeadlineMs = 15_000;
const askEveryMs = 3_000;
/** Lookups that must both find nothing before an order counts as absent, and how far apart: a knock too many is no second lookup. */
const absentChecksNeeded = 2;
const apartMs = 2_500;
/** Trades are looked for from a little before the order was sent. */
const marginMs = 5_000;

type Resolve = Extract<OutboxClaim, { kind: 'resolve' }>;

/**
 * Finds out what became of a submit whose outcome is not known: by the venue's answer to a query by client order id, never by a
 * timer alone (invariant 8). Absence is proved only when the venue could no longer accept a late arrival, two lookups apart find
 * nothing, and neither open orders nor trades carry the id.
 */
export async function resolveSubmit(ports: ShellPorts, claim: Resolve): Promise<void> {
  const { row, outboxId, sentAgoMs } = claim;
  const { status } = row.order;
  if (status !== 'sending' && status !== 'unknown' && status !== 'cancelling') return ports.store.finishOutbox(outboxId);
  if (sentAgoMs === null) return ports.store.finishOutbox(outboxId);
  if (status === 'sending' && sentAgoMs < sendDeadlineMs) return ports.store.postponeOutbox(outboxId, ports.clock.now() + sendDeadlineMs - sentAgoMs, 'another process is sending it');

  const exchange = await ports.exchangeFor(row.accountId);
  try {
    await findOut(ports, exchange, claim);
  } catch (error) {
    if (!(error instanceof VenueUnavailable)) throw error;
    // The row would else lie until its lease is over: 20 s, in which what the order bought has no take-profit.
    await ports.store.postponeOutbox(outboxId, ports.clock.now() + askEveryMs, error.message);
  }
}

async function findOut(ports: ShellPorts, exchange: ExchangePort, claim: Resolve): Promise<void> {
  const { row, outboxId } = claim;
  const { clientOrderId, status } = row.order;
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
  const absent = answer.kind === 'not-found' && (await isAbsent(ports, exchange, claim));
  if (!absent) return ports.store.postponeOutbox(outboxId, ports.clock.now() + askEveryMs, answer.message);
  await hear(ports, {
    aggregate: 'group',
    aggregateId: row.groupId,
    key: null,
    completes: outboxId,
    event: { type: 'order-absent', clientOrderId, evidence: `not found at the venue twice after its last possible arrival: ${answer.message}` },
  });
}

/** `sentAgoMs` is a span, so that no clock is compared with another; it was measured before the venue was asked. */
async function isAbsent(ports: ShellPorts, exchange: ExchangePort, { row, sentAgoMs }: Resolve): Promise<boolean> {
  if ((sentAgoMs ?? 0) < exchange.lateArrivalMs) return false;
  const open = await exchange.openOrders([row.symbol], { urgent: true });
  // The database tells spans to the microsecond, venues take whole milliseconds: Binance answers a fraction with -1100.
  const since = Math.floor(ports.clock.now() + (await exchange.clockOffsetMs()) - (sentAgoMs ?? 0) - marginMs);
  const trades = await exchange.tradesSince(row.symbol, since);
  const id = row.order.clientOrderId;
  if (open.some((report) => report.clientOrderId === id) || trades.some((trade) => trade.clientOrderId === id)) return false;
  return (await ports.store.noteAbsent(id, ports.clock.now(), apartMs)) >= absentChecksNeeded;
}
