import { VenueUnavailable, type ExchangePort, type VenueTrade } from '#shared/ports/exchange.port';
import { spanNow } from '#shared/ports/span-clock';
import type { OutboxClaim } from '#shared/ports/store.port';
import { callOut } from './crash-points.ts';
import { hear, type ShellPorts } from './shell.ts';
import { tradesOf } from './trades-of.ts';

/** The longest a live send can take: before that another process may still be at it. */
const sendDeadlineMs = 15_000;
const askEveryMs = 3_000;
/** Lookups that must both find nothing before an order counts as absent, and how far apart: a knock too many is no second lookup. */
const absentChecksNeeded = 2;
const apartMs = 2_500;
/** How long after its last possible arrival a trade that may be of the order keeps it from being absent: queries lag by seconds. */
const tradeSpeaksMs = 20_000;
/** How much longer an order of which the venue has told a fill or an id is not believed to be absent: its queries lag, and the rest of it may be working. */
const seenSpeaksMs = 30_000;
/** Trades are looked for from a little before the order was sent. */
const marginMs = 5_000;

type Resolve = Extract<OutboxClaim, { kind: 'resolve' }>;

/**
 * Finds out what became of a submit whose outcome is not known: by the venue's answer to a query by client order id, never by a
 * timer alone (invariant 8). Absence is proved only when the venue could no longer accept a late arrival, two lookups apart find
 * nothing, no open order carries the id, and no trade may be of it; never of an order whose id the venue has called taken. `claimAskedAt` is when
 * the claim was asked for, by `spanNow()`.
 */
export async function resolveSubmit(ports: ShellPorts, claim: Resolve, claimAskedAt: number): Promise<void> {
  const { row, outboxId, sentAgoMs } = claim;
  // Before the claim was asked for: a pause between its answer and this line would else let trades be looked for from after the order's own.
  const askedAt = ports.clock.now() - (spanNow() - claimAskedAt);
  const { status } = row.order;
  const asks = status === 'sending' || status === 'unknown' || status === 'cancelling';
  if (!asks || sentAgoMs === null) return await callOut(ports, 'resolve:finish', () => ports.store.finishOutbox(outboxId));
  if (status === 'sending' && sentAgoMs < sendDeadlineMs) return await later(ports, outboxId, sendDeadlineMs - sentAgoMs, 'another process is sending it');

  const exchange = await callOut(ports, 'resolve:exchange', () => ports.exchangeFor(row.accountId));
  try {
    await findOut(ports, exchange, claim, askedAt);
  } catch (error) {
    if (!(error instanceof VenueUnavailable)) throw error;
    // The row would else lie until its lease is over: 20 s, in which what the order bought has no take-profit.
    await later(ports, outboxId, askEveryMs, error.message);
  }
}

async function later(ports: ShellPorts, outboxId: string, afterMs: number, why: string): Promise<void> {
  await callOut(ports, 'resolve:later', () => ports.store.postponeOutbox(outboxId, ports.clock.now() + afterMs, why));
}

async function findOut(ports: ShellPorts, exchange: ExchangePort, claim: Resolve, askedAt: number): Promise<void> {
  const { row, outboxId } = claim;
  const { clientOrderId, status } = row.order;
  const answer = await callOut(ports, 'resolve:query', () => exchange.query({ clientOrderId, venueOrderId: row.order.venueOrderId, symbol: row.symbol }));
  if (answer.kind === 'found') {
    const { report } = answer;
    const fills = await tradesOf(ports, 'resolve:trades', exchange, row, report);
    await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: null, completes: outboxId, event: { type: 'order-report', clientOrderId, report, fills, priceExpected: row.order.priceExpected } });
    return;
  }
  if (status === 'sending') {
    const message = 'the process that was sending it ended';
    await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: `order:${clientOrderId}:unknown`, event: { type: 'order-unknown', clientOrderId, message } });
  }
  const absent = answer.kind === 'not-found' && (await isAbsent(ports, exchange, claim, askedAt));
  if (!absent) return await later(ports, outboxId, askEveryMs, answer.message);
  await hear(ports, {
    aggregate: 'group',
    aggregateId: row.groupId,
    key: null,
    completes: outboxId,
    event: { type: 'order-absent', clientOrderId, evidence: `not found at the venue twice after its last possible arrival: ${answer.message}` },
  });
}

/** `sentAgoMs` is a span, so that no clock is compared with another; it was measured after `askedAt`, and before the venue was asked. */
async function isAbsent(ports: ShellPorts, exchange: ExchangePort, { row, sentAgoMs }: Resolve, askedAt: number): Promise<boolean> {
  const ago = sentAgoMs ?? 0;
  if (ago < exchange.lateArrivalMs) return false;
  const open = await callOut(ports, 'resolve:open-orders', () => exchange.openOrders([row.symbol], { urgent: true }));
  const offset = await callOut(ports, 'resolve:clock-offset', () => exchange.clockOffsetMs());
  // The database tells spans to the microsecond, venues take whole milliseconds: Binance answers a fraction with -1100.
  const since = Math.floor(askedAt + offset - ago - marginMs);
  const trades = await callOut(ports, 'resolve:late-trades', () => exchange.tradesSince(row.symbol, since));
  const id = row.order.clientOrderId;
  if (open.some((report) => report.clientOrderId === id) || trades.some((trade) => trade.clientOrderId === id)) return false;
  if (ago < exchange.lateArrivalMs + tradeSpeaksMs && (await mayBeOurs(ports, row, trades, since))) return false;
  if ((await callOut(ports, 'resolve:note-absent', () => ports.store.noteAbsent(id, ports.clock.now(), apartMs))) < absentChecksNeeded) return false;
  const kept = (await callOut(ports, 'resolve:group', () => ports.store.group(row.groupId)))?.group.orders.find((order) => order.clientOrderId === id);
  const seen = kept !== undefined && (kept.tradeIds.length > 0 || kept.venueOrderId !== null);
  if (seen && ago < exchange.lateArrivalMs + seenSpeaksMs) return false;
  // A venue that has refused the id as taken has seen an order of it: what it cannot find now is late or lost, and never sent again.
  return kept?.existed !== true;
}

/**
 * Is there a trade of this side that no order of ours explains? Venues seldom name the client order id in a trade, and a market order that has
 * filled is not among the open ones: while the query lags, such a trade is all that is seen of it. A person's trade looks the same, so it
 * speaks for the order for a while only; then the query by id, which finds nothing, is believed.
 */
async function mayBeOurs(ports: ShellPorts, { accountId, symbol, order }: Resolve['row'], trades: readonly VenueTrade[], since: number): Promise<boolean> {
  const ofItsSide = trades.filter(({ side }) => side === undefined || side === order.side);
  if (ofItsSide.length === 0) return false;
  const venueOrderIds = [...new Set(ofItsSide.map((trade) => trade.venueOrderId))];
  const [counted, known] = await Promise.all([
    callOut(ports, 'resolve:known-trades', () => ports.store.knownTrades(accountId, symbol, since)),
    callOut(ports, 'resolve:orders-of-trades', () => ports.store.ordersByVenueId(accountId, symbol, venueOrderIds)),
  ]);
  const ours = new Set(known.map((row) => row.order.venueOrderId));
  return ofItsSide.some(({ tradeId, venueOrderId }) => !counted.has(tradeId) && !ours.has(venueOrderId));
}
