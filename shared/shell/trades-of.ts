import { isZero } from '#shared/engine/num/units';
import type { Fill, OrderReport } from '#shared/engine/order/order';
import type { ExchangePort } from '#shared/ports/exchange.port';
import type { OrderRow } from '#shared/ports/store.port';
import { callOut, type AtCrashPoint, type CrashPoint } from './crash-points.ts';

/** Venue clocks differ from ours; trades are looked for from a little before the order was sent. */
const marginMs = 60_000;

/** The trades of one order as the venue lists them, or none where its report speaks of none. `point` names the call for whoever makes it. */
export async function tradesOf(ports: { atCrashPoint: AtCrashPoint }, point: CrashPoint, exchange: ExchangePort, row: OrderRow, report: OrderReport): Promise<Fill[]> {
  if (isZero(report.quantityFilled)) return [];
  const trades = await callOut(ports, point, () => exchange.tradesOf({ symbol: row.symbol, venueOrderId: report.venueOrderId }, (row.sendingAt ?? row.order.createdAt) - marginMs));
  return trades.map((trade): Fill => ({ ...trade, clientOrderId: row.order.clientOrderId }));
}
