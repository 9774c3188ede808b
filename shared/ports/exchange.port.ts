import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { Price, Qty, Ratio } from '#shared/engine/num/units';
import type { Fill, OrderReport, OrderSide, OrderType } from '#shared/engine/order/order';

/** How to reach one exchange account. Secrets live in memory only while an adapter holds them. */
export interface AccountAccess {
  accountId: string;
  venue: string;
  market: Market;
  mode: 'paper' | 'testnet' | 'live';
  apiKey: string;
  secret: string;
  passphrase?: string;
}

/** An order fit to be sent: prices and quantities already on the instrument's grid, as exact text. */
export interface OrderRequest {
  clientOrderId: string;
  symbol: string;
  side: OrderSide;
  type: OrderType;
  quantity: Qty;
  price: Price | null;
  reduceOnly: boolean;
  /** Present for a conditional market order that rests at the venue. */
  triggerPrice?: Price;
  /** By `spanNow()`: later than this it must not leave any more, wherever on its way to the socket it was held up. */
  notAfter?: number;
}

/** Points at an order of ours. */
export interface OrderRef {
  clientOrderId: string;
  venueOrderId: string | null;
  symbol: string;
  /** Conditional orders live in a service of their own on some venues. */
  conditional?: boolean;
}

/** Why a venue said no. `precision` may be mended by fresh metadata, `rate` by waiting, `reduce-only` means there is nothing to reduce. */
export type RefusedKind = 'precision' | 'price-band' | 'balance' | 'reduce-only' | 'would-trigger' | 'auth' | 'rate' | 'clock' | 'market-closed' | 'symbol' | 'other';

export type Outcome<Accepted> =
  | ({ kind: 'accepted' } & Accepted)
  /** The venue answered that it did not do it. */
  | { kind: 'refused'; refused: RefusedKind; code: string; message: string; retryAfterMs?: number }
  /** Proved not to have left this machine; may be sent again under the same id. */
  | { kind: 'not-sent'; message: string; retryAfterMs?: number }
  /** Neither; only evidence from the venue may settle it (invariant 8). */
  | { kind: 'unknown'; message: string };

/** `exists`: the venue knows this client order id already; query it. */
export type SubmitOutcome = Outcome<{ report: OrderReport; fills: Fill[] }> | { kind: 'exists'; message: string };
/** `gone`: the venue does not know the order as open; it may be filled, query it. */
export type CancelOutcome = Outcome<{ report: OrderReport | null }> | { kind: 'gone'; message: string };
export type QueryOutcome = { kind: 'found'; report: OrderReport } | { kind: 'not-found'; message: string } | { kind: 'failed'; message: string; retryAfterMs?: number };

/** An order at the venue; its symbol as the venue writes it where we have no name for it. */
export type OpenOrder = OrderReport & { symbol: string };

/** A trade as a venue lists it; `side` where it states one. */
export type VenueTrade = Fill & { venueOrderId: string; side?: OrderSide };

export interface Balance {
  asset: string;
  free: Qty;
  total: Qty;
}

export interface VenuePosition {
  /** As the venue writes it where `listed` is false. */
  symbol: string;
  /** The venue's own list of symbols does not name it, such as after a delisting. */
  listed?: false;
  /** Signed: negative is short. */
  quantity: Qty;
  priceEntry: Price | null;
}

/** What the user-data stream tells. After `gap` anything may have been missed: ask. */
export type AccountEvent =
  | { kind: 'order'; report: OrderReport }
  | { kind: 'fill'; fill: Fill }
  | { kind: 'gap'; reason: string }
  | { kind: 'up' };

/** One exchange account at its venue. Reads reject with `VenueUnavailable` or `VenueRefusedRead`; writes never reject, they have an outcome. */
export interface ExchangePort {
  readonly access: Omit<AccountAccess, 'secret' | 'apiKey' | 'passphrase'>;
  submit(request: OrderRequest): Promise<SubmitOutcome>;
  cancel(ref: OrderRef): Promise<CancelOutcome>;
  /** Asks by client order id and asserts that the answer carries it. */
  query(ref: OrderRef): Promise<QueryOutcome>;
  /**
   * Orders of these symbols, or of all, that are open now and carry a client order id; in one call where that is cheaper. Conditional ones
   * too where they are asked for: they cost as much again. `urgent`: what hangs on the answer holds up an exit, so it may use the reserve of the limits.
   */
  openOrders(symbols: readonly string[] | 'all', options?: { conditional?: boolean; urgent?: boolean }): Promise<OpenOrder[]>;
  /** Trades of a symbol from `since` (epoch ms) on, oldest first; `clientOrderId` is empty where the venue does not state it, `venueOrderId` always set. */
  tradesSince(symbol: string, since: number, options?: { urgent?: boolean }): Promise<VenueTrade[]>;
  /** The trades of one order, oldest first, by the venue's id of it; `since` (epoch ms) is before its first one. */
  tradesOf(order: { symbol: string; venueOrderId: string }, since: number): Promise<(Fill & { venueOrderId: string })[]>;
  balances(): Promise<Balance[]>;
  /** Empty on spot. `urgent`: as with open orders. */
  positions(options?: { urgent?: boolean }): Promise<VenuePosition[]>;
  /** What the account's orders are leveraged with, by symbol, as far as the venue tells; empty on spot. */
  leverages(): Promise<Record<string, Ratio>>;
  /** Milliseconds by which the venue's clock is ahead of ours. */
  clockOffsetMs(): Promise<number>;
  /** Opens the user-data stream; a stream is an accelerator, fill-poll is the guarantee. Returns its closer. */
  listen(handler: (event: AccountEvent) => void): Promise<() => Promise<void>>;
  /** The longest time after sending at which the venue could still accept an order. */
  readonly lateArrivalMs: number;
  close(): Promise<void>;
}

/** Public metadata of a venue, in bulk. */
export interface InstrumentSource {
  fetchInstruments(venue: string, market: Market): Promise<Instrument[]>;
}

/** The venue could not be reached or did not answer usefully; try again later. */
export class VenueUnavailable extends Error {
  override readonly name: string = 'VenueUnavailable';
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Our own share of the venue's limits is used up for now: nothing was asked. */
export class BudgetSpent extends VenueUnavailable {
  override readonly name = 'BudgetSpent';
}

/** The venue answered a read with a refusal, such as a wrong key. */
export class VenueRefusedRead extends Error {
  override readonly name: string = 'VenueRefusedRead';
  readonly code: string;
  readonly refused: RefusedKind;
  constructor(message: string, code: string, refused: RefusedKind) {
    super(message);
    this.code = code;
    this.refused = refused;
  }
}

