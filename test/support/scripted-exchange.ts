import { compare, dec, money, price, qty, ratio, sum, type Ratio } from '#shared/engine/num/units';
import type { Fill, OrderReport } from '#shared/engine/order/order';
import { BudgetSpent, VenueUnavailable, type Balance, type CancelOutcome, type ExchangePort, type VenuePosition, type VenueTrade, type OpenOrder, type OrderRef, type OrderRequest, type QueryOutcome, type RefusedKind, type SubmitOutcome } from '#shared/ports/exchange.port';

/** How the next submit goes. `lost-answer` arrives, `lost` never does, `late` arrives when the story lets it; of `exists-unseen` the venue says that it is there, and shows it when the story lets it. */
export type SubmitScript = 'accept' | 'refuse' | 'not-sent' | 'rate' | 'lost-answer' | 'lost' | 'late' | 'exists' | 'exists-unseen';
/** How the next cancel goes. */
export type CancelScript = 'cancel' | 'lost-answer' | 'refuse' | 'filled-first';

interface Resting {
  request: OrderRequest;
  status: OrderReport['status'];
  trades: (Fill & { venueOrderId: string })[];
  /** When it last changed. */
  at: number;
}

/** An exchange account that does what a story scripts, and keeps count of what it was asked. Market orders fill at once at `priceMarket`. */
export class ScriptedExchange implements ExchangePort {
  readonly access = { accountId: '1', venue: 'binance', market: 'usdm', mode: 'paper' } as const;
  readonly lateArrivalMs = 10_000;
  readonly orders = new Map<string, Resting>();
  /** Client order ids of every submit that was tried, arrived or not. */
  readonly submits: string[] = [];
  queries = 0;
  tradeReads = 0;
  priceMarket = '100';
  /** Of symbols whose market is another. */
  readonly pricesMarket: Record<string, string> = {};
  readonly submitScript: SubmitScript[] = [];
  readonly cancelScript: CancelScript[] = [];
  refusal: { refused: RefusedKind; code: string; message: string } = { refused: 'balance', code: '-2019', message: 'Margin is insufficient' };
  private readonly onTheWay: OrderRequest[] = [];
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  async submit(request: OrderRequest): Promise<SubmitOutcome> {
    this.submits.push(request.clientOrderId);
    const script = this.submitScript.shift() ?? 'accept';
    switch (script) {
      case 'not-sent':
        return { kind: 'not-sent', message: 'connection refused' };
      case 'rate':
        return { kind: 'refused', refused: 'rate', code: '-1015', message: 'Too many orders', retryAfterMs: 1_000 };
      case 'refuse':
        return { kind: 'refused', ...this.refusal };
      case 'lost':
        return { kind: 'unknown', message: 'no answer' };
      case 'late':
        this.onTheWay.push(request);
        return { kind: 'unknown', message: 'no answer' };
      case 'lost-answer':
        this.accept(request);
        return { kind: 'unknown', message: 'no answer' };
      case 'exists':
        this.accept(request);
        return { kind: 'exists', message: 'duplicate order sent' };
      case 'exists-unseen':
        this.onTheWay.push(request);
        return { kind: 'exists', message: 'duplicate order sent' };
      case 'accept':
        if (this.orders.has(request.clientOrderId)) return { kind: 'exists', message: 'duplicate order sent' };
        this.accept(request);
        return { kind: 'accepted', report: this.report(request.clientOrderId), fills: [] };
    }
  }

  private accept(request: OrderRequest): void {
    if (this.orders.has(request.clientOrderId)) throw new Error(`${request.clientOrderId} is at the venue twice`);
    this.orders.set(request.clientOrderId, { request, status: 'open', trades: [], at: this.now() });
    if (request.type === 'market') this.fill(request.clientOrderId, request.quantity, this.pricesMarket[request.symbol] ?? this.priceMarket);
  }

  /** What was on its way arrives. */
  arrive(): void {
    for (const request of this.onTheWay.splice(0)) this.accept(request);
  }

  /** The market trades with one of our orders. */
  fill(clientOrderId: string, quantity: string, at: string): void {
    const found = this.known(clientOrderId);
    found.trades.push({ clientOrderId, venueOrderId: `v${clientOrderId}`, tradeId: `${clientOrderId}-${found.trades.length + 1}`, price: price(at), quantity: qty(quantity), fee: money('0'), feeAsset: 'USDT', at: this.now() });
    found.status = compare(this.filled(found), found.request.quantity) >= 0 ? 'filled' : 'partially_filled';
    found.at = this.now();
  }

  async cancel({ clientOrderId }: OrderRef): Promise<CancelOutcome> {
    const script = this.cancelScript.shift() ?? 'cancel';
    const found = this.orders.get(clientOrderId);
    if (script === 'refuse') return { kind: 'refused', refused: 'other', code: '-1', message: 'try again' };
    if (found === undefined || found.status === 'filled' || found.status === 'cancelled') return { kind: 'gone', message: 'unknown order sent' };
    if (script === 'filled-first') {
      this.fill(clientOrderId, dec(found.request.quantity).minus(this.filled(found)).toFixed(), found.request.price ?? '100');
      return { kind: 'gone', message: 'unknown order sent' };
    }
    Object.assign(found, { status: 'cancelled', at: this.now() });
    return script === 'lost-answer' ? { kind: 'unknown', message: 'no answer' } : { kind: 'accepted', report: this.report(clientOrderId) };
  }

  async query({ clientOrderId }: OrderRef): Promise<QueryOutcome> {
    this.queries += 1;
    return this.orders.has(clientOrderId) ? { kind: 'found', report: this.report(clientOrderId) } : { kind: 'not-found', message: 'order does not exist' };
  }

  /** How many of the next looks at the open orders get no answer. */
  looksUnanswered = 0;
  /** What the venue's limits leave: with `reserve` only what is urgent gets an answer, with `none` no read does. */
  budget: 'plenty' | 'reserve' | 'none' = 'plenty';
  private spend(urgent: boolean): void {
    if (this.budget === 'none' || (this.budget === 'reserve' && !urgent)) throw new BudgetSpent('our own rate budget is used up', 45_000);
  }
  async openOrders(_symbols: readonly string[] | 'all' = 'all', { urgent = false }: { urgent?: boolean } = {}): Promise<OpenOrder[]> {
    this.spend(urgent);
    if (this.looksUnanswered > 0) {
      this.looksUnanswered -= 1;
      throw new VenueUnavailable('no answer');
    }
    return [...this.orders.values()].filter(({ status }) => status === 'open' || status === 'partially_filled').map(({ request }) => ({ ...this.report(request.clientOrderId), symbol: request.symbol }));
  }

  async tradesOf({ symbol, venueOrderId }: { symbol: string; venueOrderId: string }): Promise<(Fill & { venueOrderId: string })[]> {
    return (await this.tradesSince(symbol, 0)).filter((trade) => trade.venueOrderId === venueOrderId);
  }

  async tradesSince(symbol: string, since: number, { urgent = false }: { urgent?: boolean } = {}): Promise<VenueTrade[]> {
    this.spend(urgent);
    this.tradeReads += 1;
    // Binance's answer to a time that is no whole number.
    if (!Number.isInteger(since)) throw new VenueUnavailable("-1100: Illegal characters found in parameter 'startTime'; legal range is '^[0-9]{1,20}$'.");
    const own = [...this.orders.values()].filter(({ request }) => request.symbol === symbol).flatMap(({ trades, request: { side } }) => trades.map((trade): VenueTrade => ({ ...trade, side })));
    return [...own, ...this.foreign.filter((trade) => trade.symbol === symbol)].filter(({ at }) => at >= since);
  }

  /** What the account holds of USDT; null where the venue does not answer. */
  wallet: { free: string; total: string } | null = { free: '1000000', total: '1000000' };
  leverage = '1';
  balanceReads = 0;
  async balances(): Promise<Balance[]> {
    this.balanceReads += 1;
    if (this.wallet === null) throw new VenueUnavailable('no answer');
    return [{ asset: 'USDT', free: qty(this.wallet.free), total: qty(this.wallet.total) }];
  }
  async leverages(): Promise<Record<string, Ratio>> {
    return { 'BTC/USDT:USDT': ratio(this.leverage) };
  }
  /** Trades of somebody else on the same account, as a person at the venue's own page makes them. */
  private readonly foreign: (VenueTrade & { symbol: string })[] = [];
  /** Somebody else trades on the account. Without `listed` the venue shows no trade of it. */
  trade(side: 'buy' | 'sell', quantity: string, at: string, { symbol = 'BTC/USDT:USDT', listed = true } = {}): void {
    const tradeId = `foreign-${this.foreign.length + 1}`;
    this.foreign.push({ symbol: listed ? symbol : `${symbol} unlisted`, clientOrderId: '', venueOrderId: tradeId, tradeId, side, price: price(at), quantity: qty(quantity), fee: money('0'), feeAsset: 'USDT', at: this.now() });
  }
  /** An order that nobody here has sent is at the venue. */
  place(request: OrderRequest): void {
    this.orders.set(request.clientOrderId, { request, status: 'open', trades: [], at: this.now() });
  }
  /** Somebody else cancels an order of ours. */
  cancelByHand(clientOrderId: string): void {
    Object.assign(this.known(clientOrderId), { status: 'cancelled', at: this.now() });
  }
  /** The venue does not answer reads. */
  silent = false;
  /** What the venue says positions were entered at. */
  priceEntry = '100';
  async positions({ urgent = false }: { urgent?: boolean } = {}): Promise<VenuePosition[]> {
    this.spend(urgent);
    if (this.silent) throw new VenueUnavailable('no answer');
    const symbols = new Set([...[...this.orders.values()].map(({ request }) => request.symbol), ...this.foreign.map(({ symbol }) => symbol.replace(' unlisted', ''))]);
    return [...symbols].map((symbol) => ({ symbol, quantity: qty(this.position(symbol)), priceEntry: price(this.priceEntry) })).filter(({ quantity }) => quantity !== '0');
  }
  clockOffsetMs = async (): Promise<number> => 0;
  listen = async (): Promise<() => Promise<void>> => async () => {};
  close = async (): Promise<void> => {};

  /** What the account holds: bought less sold. */
  position(symbol: string | null = null): string {
    const own = [...this.orders.values()].filter(({ request }) => symbol === null || request.symbol === symbol).map((order) => this.filled(order).times(order.request.side === 'buy' ? 1 : -1));
    const others = this.foreign.filter((trade) => symbol === null || trade.symbol.replace(' unlisted', '') === symbol).map((trade) => dec(trade.quantity).times(trade.side === 'buy' ? 1 : -1));
    return sum([...own, ...others]).toFixed();
  }

  /** Trades of all orders. */
  tradeCount(): number {
    return [...this.orders.values()].reduce((count, { trades }) => count + trades.length, 0);
  }

  private filled = ({ trades }: Resting) => sum(trades.map(({ quantity }) => quantity));

  private report(clientOrderId: string): OrderReport {
    const found = this.known(clientOrderId);
    return { clientOrderId, venueOrderId: `v${clientOrderId}`, status: found.status, quantityFilled: qty(this.filled(found)), reason: null, at: found.at };
  }

  private known(clientOrderId: string): Resting {
    const found = this.orders.get(clientOrderId);
    if (found === undefined) throw new Error(`the venue does not know ${clientOrderId}`);
    return found;
  }
}
