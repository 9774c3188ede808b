import { dec, money, price, type Money, type Price, type Qty } from '#shared/engine/num/units';
import { averagePrice } from '#shared/engine/position/exposure';
import type { Difference } from '#shared/engine/reconcile/difference';
import type { ExchangePort } from '#shared/ports/exchange.port';
import type { DifferenceEnd } from '#shared/ports/reconcile-store.port';
import { callOut } from '../crash-points.ts';
import { hear, type ShellPorts } from '../shell.ts';
import { tradesOf } from '../trades-of.ts';
import type { Explanation } from './explain-by-trades.ts';

/** What mending one difference needs to know beside it. */
export interface MendFacts {
  /** Of its row: what is done about it is done once under this name. */
  id: string;
  explanation: Explanation | undefined;
  priceLast(groupId: string): Price | null;
}

/** Carries a remedy out; null where it could not be done yet and must be tried again. Nothing here adds exposure. */
export async function mendDifference(ports: ShellPorts, exchange: ExchangePort, difference: Difference, facts: MendFacts): Promise<DifferenceEnd | null> {
  const { remedy } = difference;
  switch (remedy.do) {
    case 'take-report':
    case 'end-order':
      return await takeReport(ports, exchange, difference, remedy);
    case 'cancel':
    case 'ask-cancel': // a person has said so
      return await cancelStray(ports, exchange, difference, remedy.venueOrderId);
    case 'reduce':
      return await reduce(ports, difference, remedy.parts, facts);
    case 'look-again':
      await hear(ports, { aggregate: 'group', aggregateId: difference.groupId ?? '', key: `reconcile:${facts.id}`, event: { type: 'timer' } });
      return { state: 'done', action: 'restored', detail: null };
    case 'ask':
    case 'ask-deployment':
      return null;
  }
}

/** The venue's word of an order of ours, with its trades, goes the way of every other report. */
async function takeReport(ports: ShellPorts, exchange: ExchangePort, { kind, clientOrderId }: Difference, remedy: Extract<Difference['remedy'], { report: unknown }>): Promise<DifferenceEnd | null> {
  const row = await callOut(ports, 'reconcile:order', () => ports.store.orderRow(clientOrderId ?? ''));
  if (row === null) return null;
  const fills = remedy.do === 'take-report' ? await tradesOf(ports, 'reconcile:order-trades', exchange, row, remedy.report) : [];
  await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: null, event: { type: 'order-report', clientOrderId: row.order.clientOrderId, report: remedy.report, fills, priceExpected: row.order.priceExpected } });
  const detail = remedy.report.reason;
  if (kind === 'fills_missed') return { state: 'done', action: 'fills_taken', detail };
  if (kind === 'order_found') return { state: 'done', action: 'found', detail };
  if (kind === 'orphan_order') return { state: 'done', action: 'taken_back', detail };
  // Somebody wanted an entry gone; an exit is placed again by its group.
  return { state: 'done', action: row.order.role === 'entry' ? 'left' : 'restored', detail };
}

/** Cancels an order of our scheme that no group wants; a conditional one lives in a service of its own on some venues. */
async function cancelStray(ports: ShellPorts, exchange: ExchangePort, { clientOrderId, symbol }: Difference, venueOrderId: string): Promise<DifferenceEnd | null> {
  const ref = { clientOrderId: clientOrderId ?? '', venueOrderId, symbol };
  const plain = await callOut(ports, 'reconcile:cancel', () => exchange.cancel(ref));
  const outcome = plain.kind === 'gone' && exchange.access.market === 'usdm' ? await callOut(ports, 'reconcile:cancel-conditional', () => exchange.cancel({ ...ref, conditional: true })) : plain;
  if (outcome.kind === 'accepted') return { state: 'done', action: 'cancelled', detail: null };
  return outcome.kind === 'gone' ? { state: 'done', action: 'ended_before', detail: outcome.message } : null;
}

/** An average of several trades need not end; what is booked at it must add up to the last digit (invariant 6). */
const bookable = (average: Price): Price => price(dec(average).toDecimalPlaces(18));

async function reduce(ports: ShellPorts, difference: Difference, parts: Extract<Difference['remedy'], { do: 'reduce' }>['parts'], { id, explanation, priceLast }: MendFacts): Promise<DifferenceEnd> {
  for (const { groupId, held, quantity } of parts) {
    const last = priceLast(groupId);
    const group = (await callOut(ports, 'reconcile:group', () => ports.store.group(groupId)))?.group;
    const average = group === undefined ? null : averagePrice(group);
    const at = explanation?.price ?? last ?? average;
    if (at === null) continue;
    await hear(ports, {
      aggregate: 'group',
      aggregateId: groupId,
      key: `reconcile:${id}:${groupId}`,
      event: { type: 'position-reduced', held, quantity, price: bookable(at), fee: feeOf(explanation, quantity, difference), priceFrom: explanation !== undefined ? 'trades' : last !== null ? 'last_price' : 'entry_price' },
    });
  }
  return { state: 'done', action: 'booked', detail: parts.map(({ groupId, quantity }) => `${quantity} of group ${groupId}`).join(', ') };
}

/** A part's share of what the trades cost. */
const feeOf = (explanation: Explanation | undefined, quantity: Qty, { amount }: Difference): Money =>
  explanation === undefined || amount === null ? money('0') : money(dec(explanation.fee).times(quantity).dividedBy(amount).toDecimalPlaces(18));
