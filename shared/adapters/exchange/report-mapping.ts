import { compare, isDecimalText, isPositive, money, price, qty, zeroQty } from '#shared/engine/num/units';
import type { Fill, OrderReport } from '#shared/engine/order/order';
import type { VenueTrade } from '#shared/ports/exchange.port';

/**
 * Binance's raw order views, trades and stream events as reports and fills. The raw answer is read, not ccxt's order: ccxt passes
 * some states through unmapped, calls a triggered stop closed, and swaps the client id of a cancelled spot order.
 */
export type Raw = Readonly<Record<string, unknown>>;

/** The answer was no order view of the kind expected; says what was wrong. */
export class UnfitAnswer extends Error {
  override readonly name = 'UnfitAnswer';
}

export const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rows of an answer that must be a list of objects. */
export function rowsOf(value: unknown, what: string): Raw[] {
  if (!Array.isArray(value) || !value.every(isRaw)) throw new UnfitAnswer(`${what}: the answer is not a list`);
  return value;
}

/** A member that must be there, as text. Ids come as numbers, or as text where a number would have lost digits. */
export function textOf(raw: Raw, name: string): string {
  const value = raw[name];
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') throw new UnfitAnswer(`${name} is missing`);
  return String(value);
}

/** A member that must be a decimal, as text. */
export function decimalOf(raw: Raw, name: string): string {
  const value = textOf(raw, name);
  if (!isDecimalText(value)) throw new UnfitAnswer(`${name} is not a decimal: "${value.slice(0, 40)}"`);
  return value;
}

/** A time in epoch milliseconds: the first of the names that is there. */
export function timeOf(raw: Raw, ...names: string[]): number {
  const found = names.map((name) => Number(raw[name])).find((value) => Number.isSafeInteger(value) && value > 0);
  if (found === undefined) throw new UnfitAnswer(`${names[0]} is missing`);
  return found;
}

type Status = OrderReport['status'];

const statuses: Readonly<Record<string, Status>> = {
  NEW: 'open', PENDING_NEW: 'open', PENDING_CANCEL: 'open', PARTIALLY_FILLED: 'partially_filled', FILLED: 'filled',
  CANCELED: 'cancelled', REJECTED: 'rejected', EXPIRED: 'expired', EXPIRED_IN_MATCH: 'expired',
};

const reasons: Readonly<Record<string, string>> = { EXPIRED_IN_MATCH: 'self-trade prevention', REJECTED: 'rejected by the venue', EXPIRED: 'expired at the venue' };

/** Our status of Binance's. An unlisted one is an error: to guess is to lose an order. */
export function statusOf(venueStatus: string, quantityFilled: string): Status {
  const status = statuses[venueStatus];
  if (status === undefined) throw new UnfitAnswer(`unknown order status "${venueStatus.slice(0, 40)}"`);
  return status === 'open' && isPositive(quantityFilled) ? 'partially_filled' : status;
}

/** What an order view must be about, or it is somebody else's. */
export interface Expectation {
  clientOrderId: string;
  venueSymbol: string;
}

/** The report of a REST order view. Throws when it is not about the order expected. */
export function reportOfOrder(raw: Raw, expected: Expectation): OrderReport {
  // A cancelled spot order carries the cancel request's id as its client id, and ours beside it.
  const echoed = raw['origClientOrderId'] ?? raw['clientOrderId'];
  if (echoed !== expected.clientOrderId) throw new UnfitAnswer(`asked about ${expected.clientOrderId}, the answer is about "${String(echoed).slice(0, 40)}"`);
  if (textOf(raw, 'symbol') !== expected.venueSymbol) throw new UnfitAnswer(`asked about ${expected.venueSymbol}, the answer is about "${String(raw['symbol']).slice(0, 40)}"`);
  return orderReport(raw, expected.clientOrderId);
}

/** The report of a REST order view under a client id that is known already. */
export function orderReport(raw: Raw, clientOrderId: string): OrderReport {
  const quantityFilled = decimalOf(raw, 'executedQty');
  const venueStatus = textOf(raw, 'status');
  return {
    clientOrderId,
    venueOrderId: textOf(raw, 'orderId'),
    status: statusOf(venueStatus, quantityFilled),
    quantityFilled: qty(quantityFilled),
    reason: reasons[venueStatus] ?? null,
    at: timeOf(raw, 'transactTime', 'updateTime', 'time'),
  };
}

/** A conditional order's own view: before its trigger, or ended without one. `child` names the order its trigger placed. */
export function algoReport(raw: Raw, clientOrderId: string): { report: OrderReport | null; child: string | null } {
  if (raw['clientAlgoId'] !== clientOrderId) throw new UnfitAnswer(`asked about ${clientOrderId}, the answer is about "${String(raw['clientAlgoId']).slice(0, 40)}"`);
  const venueStatus = textOf(raw, 'algoStatus');
  const report = { clientOrderId, venueOrderId: textOf(raw, 'algoId'), quantityFilled: zeroQty, at: timeOf(raw, 'updateTime', 'createTime') };
  const child = orderIdOf(raw['actualOrderId']);
  if (child !== null) return { report: null, child };
  if (venueStatus === 'TRIGGERING' || venueStatus === 'TRIGGERED') return { report: { ...report, status: 'open', reason: null }, child: null };
  return { report: { ...report, status: statusOf(venueStatus, '0'), reason: reasons[venueStatus] ?? null }, child: null };
}

/** The id of an order that may not exist yet: the venue then says 0, nothing or an empty text. */
export const orderIdOf = (value: unknown): string | null => ((typeof value === 'string' || typeof value === 'number') && value !== '' && String(value) !== '0' ? String(value) : null);

/** Fills of a spot order's FULL answer. */
export function fillsOfAnswer(raw: Raw, clientOrderId: string): Fill[] {
  const at = timeOf(raw, 'transactTime', 'updateTime');
  return rowsOf(raw['fills'] ?? [], 'fills').map((fill) => fillOf(fill, 'tradeId', clientOrderId, at));
}

/** One trade of a trade list; its order is named by the venue's id. */
export const tradeOf = (raw: Raw, clientOrderId: string): VenueTrade => ({ ...fillOf(raw, 'id', clientOrderId, timeOf(raw, 'time')), venueOrderId: textOf(raw, 'orderId'), ...sideOf(raw) });

/** USD-M names the side, spot says whether we bought. */
function sideOf({ side, isBuyer }: Raw): Pick<VenueTrade, 'side'> {
  const buys = side === 'BUY' || isBuyer === true;
  return buys || side === 'SELL' || isBuyer === false ? { side: buys ? 'buy' : 'sell' } : {};
}

const fillOf = (raw: Raw, id: string, clientOrderId: string, at: number): Fill => ({
  clientOrderId,
  tradeId: textOf(raw, id),
  price: price(decimalOf(raw, 'price')),
  quantity: qty(decimalOf(raw, 'qty')),
  fee: money(decimalOf(raw, 'commission')),
  feeAsset: textOf(raw, 'commissionAsset'),
  at,
  ...marketTimeOf(raw),
});

/** What the paper exchange adds of a trade: its time by the clock of the prices. Binance says nothing of the kind, its clock is the market's. */
const marketTimeOf = (raw: Raw): Pick<Fill, 'marketAt'> => (Number.isSafeInteger(raw['marketTime']) ? { marketAt: Number(raw['marketTime']) } : {});

/** What the user-data stream told: a report and, when a trade was behind it, its fill. */
export interface StreamNews {
  venueSymbol: string;
  report: OrderReport;
  fill: Fill | null;
}

/** Reads an `executionReport` (spot) or the `o` of an `ORDER_TRADE_UPDATE` (USD-M): their short names are the same. */
export function newsOfExecution(raw: Raw, eventTime: number): StreamNews {
  // `C` is the id of the order that was cancelled, `c` then that of the cancel request.
  const original = raw['C'];
  const clientOrderId = typeof original === 'string' && original !== '' ? original : textOf(raw, 'c');
  const quantityFilled = decimalOf(raw, 'z');
  const venueStatus = textOf(raw, 'X');
  const refusal = typeof raw['r'] === 'string' && raw['r'] !== 'NONE' && raw['r'] !== '' ? raw['r'] : null;
  const at = Number.isSafeInteger(raw['T']) ? Number(raw['T']) : eventTime;
  const report: OrderReport = {
    clientOrderId,
    venueOrderId: textOf(raw, 'i'),
    status: statusOf(venueStatus, quantityFilled),
    quantityFilled: qty(quantityFilled),
    reason: refusal ?? reasons[venueStatus] ?? null,
    at,
  };
  return { venueSymbol: textOf(raw, 's'), report, fill: raw['x'] === 'TRADE' ? streamFill(raw, clientOrderId, at) : null };
}

function streamFill(raw: Raw, clientOrderId: string, at: number): Fill {
  const fee = raw['n'] === undefined || raw['n'] === null ? '0' : decimalOf(raw, 'n');
  const feeAsset = raw['N'];
  if (compare(fee, '0') !== 0 && typeof feeAsset !== 'string') throw new UnfitAnswer('a fee without its asset');
  return {
    clientOrderId,
    tradeId: textOf(raw, 't'),
    price: price(decimalOf(raw, 'L')),
    quantity: qty(decimalOf(raw, 'l')),
    fee: money(fee),
    feeAsset: typeof feeAsset === 'string' ? feeAsset : '',
    at,
    ...marketTimeOf(raw),
  };
}
