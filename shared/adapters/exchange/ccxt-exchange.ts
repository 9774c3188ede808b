import { logCode } from '#shared/contracts/log-codes';
import type { Market } from '#shared/engine/instrument/instrument';
import { dec, isZero, price, qty, ratio, type Ratio } from '#shared/engine/num/units';
import type { Fill, OrderReport } from '#shared/engine/order/order';
import type { AccountAccess, AccountEvent, Balance, CancelOutcome, ExchangePort, OpenOrder, OrderRef, OrderRequest, QueryOutcome, SubmitOutcome, VenuePosition } from '#shared/ports/exchange.port';
import { BudgetSpent, VenueRefusedRead, VenueUnavailable } from '#shared/ports/exchange.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { endpoint, type EndpointName } from './binance-endpoints.ts';
import { cancelCall, queryCall, requestFault, submitCall, venueSymbol } from './order-request.ts';
import { cancelOutcome, describeFault, isNotFound, readRefusal, submitOutcome } from './outcome-mapping.ts';
import type { Lane } from './rate-budget.ts';
import type { Raw } from './report-mapping.ts';
import { algoReport, decimalOf, fillsOfAnswer, isRaw, orderReport, reportOfOrder, rowsOf, textOf, timeOf, tradeOf, UnfitAnswer } from './report-mapping.ts';
import type { SymbolBook } from './symbol-book.ts';
import { pageRows, readTrades } from './trade-reader.ts';
import type { UserStream } from './user-stream.ts';
import { lateArrivalMs, venueCapabilities } from './venue-capabilities.ts';
import { ownBudget, type Answer, type VenueCaller } from './venue-caller.ts';
import { describeError } from './venue-fault.ts';

/** What an exchange account needs; `createExchange` puts it together. */
export interface ExchangeParts {
  access: Omit<AccountAccess, 'secret' | 'apiKey' | 'passphrase'>;
  /** Orders and cancels: nothing else queues in its connections. */
  trading: VenueCaller;
  /** Everything that reads. */
  polling: VenueCaller;
  symbols: SymbolBook;
  /** How far the venue's clock is ahead, for the timestamps of signed requests. */
  correctClock(offsetMs: number): void;
  stream(handler: (event: AccountEvent) => void): UserStream;
  clock: Clock;
  log: Log;
}

const fillsDeadlineMs = 3_000;

/** One Binance account, spot or USD-M, over ccxt. */
export class CcxtExchange implements ExchangePort {
  readonly access: ExchangePort['access'];
  readonly lateArrivalMs = lateArrivalMs;
  readonly #parts: ExchangeParts;
  readonly #market: Market;
  readonly #streams = new Set<UserStream>();

  constructor(parts: ExchangeParts) {
    this.access = parts.access;
    this.#market = parts.access.market;
    this.#parts = parts;
  }

  async submit(request: OrderRequest): Promise<SubmitOutcome> {
    const can = venueCapabilities(this.access.venue, this.#market);
    const fault = requestFault(this.#market, can, request);
    if (fault !== null) return { kind: 'refused', refused: 'other', code: 'UNFIT_REQUEST', message: fault };
    const { name, params } = submitCall(this.#market, request);
    const heardBefore = [...this.#streams].map((stream) => [stream, stream.heard] as const);
    const answer = await this.#parts.trading.call(name, params, { lane: laneOf(this.#market, request), exact: true, ...(request.notAfter === undefined ? {} : { notAfter: request.notAfter }) });
    if (!answer.ok) return this.#failed(answer, submitOutcome(answer.fault));
    for (const [stream, heard] of heardBefore) stream.expectEvent(heard);
    return this.#accepted(answer.body, request, params, can.fillsInAnswer);
  }

  async #accepted(body: unknown, request: OrderRequest, params: Record<string, string>, fillsInAnswer: boolean): Promise<SubmitOutcome> {
    try {
      const raw = objectOf(body);
      if (request.triggerPrice !== undefined) return { kind: 'accepted', ...this.#acceptedAlgo(raw, request) };
      const report = reportOfOrder(raw, { clientOrderId: request.clientOrderId, venueSymbol: params['symbol'] ?? '' });
      this.#checkEcho(raw, request);
      const fills = fillsInAnswer ? fillsOfAnswer(raw, request.clientOrderId) : isZero(report.quantityFilled) ? [] : await this.#fillsOf(report, request.symbol);
      return { kind: 'accepted', report, fills };
    } catch (error) {
      return { kind: 'unknown', message: `the venue answered 200 without a usable order: ${describeError(error)}` };
    }
  }

  #acceptedAlgo(raw: Raw, request: OrderRequest): { report: OrderReport; fills: Fill[] } {
    const { report } = algoReport(raw, request.clientOrderId);
    if (report === null) throw new UnfitAnswer('a conditional order that was triggered before it was accepted');
    return { report, fills: [] };
  }

  /** A venue that took another quantity or price than ours is believed, and a person is told. */
  #checkEcho(raw: Raw, request: OrderRequest): void {
    const differs = (name: string, ours: string | null): boolean => ours !== null && typeof raw[name] === 'string' && !dec(decimalOf(raw, name)).equals(ours);
    if (!differs('origQty', request.quantity) && !differs('price', request.price)) return;
    this.#parts.log.alert('order', 'the venue accepted other terms than were sent', logCode('other_terms', { clientOrderId: request.clientOrderId, sent: `${request.quantity} @ ${request.price ?? 'market'}`, accepted: `${String(raw['origQty'])} @ ${String(raw['price'])}` }));
  }

  /** Fills the answer did not list. When they cannot be had now, the report's quantity says that some are missing. */
  async #fillsOf(report: OrderReport, symbol: string): Promise<Fill[]> {
    const params = { symbol: venueSymbol(this.#market, symbol) ?? symbol, orderId: report.venueOrderId };
    const answer = await this.#parts.polling.call('tradesOfOrder', params, { lane: 'protective', deadlineMs: fillsDeadlineMs });
    if (!answer.ok) return [];
    try {
      const trades = rowsOf(answer.body, 'trades').map((row) => tradeOf(row, report.clientOrderId));
      return trades.filter((trade) => trade.venueOrderId === report.venueOrderId).map(({ venueOrderId: _venueOrderId, ...fill }) => fill);
    } catch (error) {
      this.#parts.log.warn('fill', 'the trades of an order could not be read', { clientOrderId: report.clientOrderId, error: describeError(error) });
      return [];
    }
  }

  async cancel(ref: OrderRef): Promise<CancelOutcome> {
    const { name, params } = cancelCall(this.#market, ref);
    const answer = await this.#parts.trading.call(name, params, { lane: 'protective', exact: true });
    if (!answer.ok) {
      const outcome = this.#failed(answer, cancelOutcome(answer.fault));
      return ref.conditional && outcome.kind === 'gone' ? this.#cancelChild(ref, outcome) : outcome;
    }
    try {
      const raw = objectOf(answer.body);
      if (!ref.conditional) return { kind: 'accepted', report: reportOfOrder(raw, { clientOrderId: ref.clientOrderId, venueSymbol: params['symbol'] ?? '' }) };
      if (raw['clientAlgoId'] !== ref.clientOrderId) throw new UnfitAnswer('another conditional order was cancelled');
      return { kind: 'accepted', report: null };
    } catch (error) {
      return { kind: 'unknown', message: `the venue answered 200 without the cancelled order: ${describeError(error)}` };
    }
  }

  /** A conditional order that is gone may have been triggered: then the order it placed is the one to cancel. */
  async #cancelChild(ref: OrderRef, gone: CancelOutcome): Promise<CancelOutcome> {
    const asked = await this.#parts.polling.call('queryAlgo', { clientAlgoId: ref.clientOrderId }, { lane: 'protective' });
    try {
      const child = asked.ok ? algoReport(objectOf(asked.body), ref.clientOrderId).child : null;
      if (child === null) return gone;
      const answer = await this.#parts.trading.call('cancel', { symbol: venueSymbol(this.#market, ref.symbol) ?? ref.symbol, orderId: child }, { lane: 'protective', exact: true });
      if (!answer.ok) return cancelOutcome(answer.fault);
      const raw = objectOf(answer.body);
      if (textOf(raw, 'orderId') !== child) throw new UnfitAnswer('another order was cancelled');
      return { kind: 'accepted', report: orderReport(raw, ref.clientOrderId) };
    } catch (error) {
      return { kind: 'unknown', message: describeError(error) };
    }
  }

  async query(ref: OrderRef): Promise<QueryOutcome> {
    const { name, params } = queryCall(this.#market, ref);
    const answer = await this.#parts.polling.call(name, params, { lane: 'protective' });
    if (!answer.ok) return questionFailed(answer);
    try {
      const raw = objectOf(answer.body);
      if (!ref.conditional) return { kind: 'found', report: reportOfOrder(raw, { clientOrderId: ref.clientOrderId, venueSymbol: params['symbol'] ?? '' }) };
      const { report, child } = algoReport(raw, ref.clientOrderId);
      if (report !== null) return { kind: 'found', report };
      return await this.#queryChild(ref, child ?? '');
    } catch (error) {
      return { kind: 'failed', message: describeError(error) };
    }
  }

  /** The order a triggered conditional order placed, told under the id we know. */
  async #queryChild(ref: OrderRef, orderId: string): Promise<QueryOutcome> {
    const answer = await this.#parts.polling.call('query', { symbol: venueSymbol(this.#market, ref.symbol) ?? ref.symbol, orderId }, { lane: 'protective' });
    // The conditional order does exist: a child that cannot be seen yet is a delay, not an absence.
    if (!answer.ok) return { kind: 'failed', message: describeFault(answer.fault) };
    const raw = objectOf(answer.body);
    if (textOf(raw, 'orderId') !== orderId) throw new UnfitAnswer(`asked about order ${orderId}, the answer is about another`);
    return { kind: 'found', report: orderReport(raw, ref.clientOrderId) };
  }

  async openOrders(symbols: readonly string[] | 'all', { conditional = false, urgent = false }: { conditional?: boolean; urgent?: boolean } = {}): Promise<OpenOrder[]> {
    const both = conditional && venueCapabilities(this.access.venue, this.#market).conditionalOrders;
    // Who asks for all compares the account, which entries may wait for.
    const lane: Lane = urgent ? 'protective' : symbols === 'all' ? 'ordinary' : 'background';
    const [orders, algos] = await Promise.all([this.#listed('openOrders', 'openOrdersOfAll', symbols, lane), both ? this.#listed('openAlgoOrders', 'openAlgoOrdersOfAll', symbols, lane) : []]);
    if (symbols === 'all') await this.#parts.symbols.ready();
    const named = (raw: Raw, report: OrderReport): OpenOrder => ({ ...report, symbol: this.#parts.symbols.known(textOf(raw, 'symbol')) ?? textOf(raw, 'symbol') });
    return this.#usable('open orders', () => [
      ...orders.flatMap((raw) => (raw['clientOrderId'] ? [named(raw, orderReport(raw, textOf(raw, 'clientOrderId')))] : [])),
      ...algos.flatMap((raw) => {
        const report = raw['clientAlgoId'] ? algoReport(raw, textOf(raw, 'clientAlgoId')).report : null;
        return report === null ? [] : [named(raw, report)];
      }),
    ]);
  }

  /** The rows of a list that can be had by symbol or for all of them: whichever weighs less. */
  async #listed(ofOne: EndpointName, ofAll: EndpointName, symbols: readonly string[] | 'all', lane: Lane): Promise<Raw[]> {
    const each = endpoint(this.#market, ofOne).weight;
    if (symbols === 'all' || symbols.length * each >= endpoint(this.#market, ofAll).weight) {
      const body = await this.#read(ofAll, {}, lane);
      return this.#usable('open orders', () => rowsOf(body, 'open orders'));
    }
    const bodies = await Promise.all(symbols.map((symbol) => this.#read(ofOne, { symbol: venueSymbol(this.#market, symbol) ?? symbol }, lane)));
    return this.#usable('open orders', () => bodies.flatMap((body) => rowsOf(body, 'open orders')));
  }

  async tradesSince(symbol: string, since: number, { urgent = false }: { urgent?: boolean } = {}): Promise<(Fill & { venueOrderId: string })[]> {
    const params = { symbol: venueSymbol(this.#market, symbol) ?? symbol };
    const rows = await readTrades(this.#market, since, this.#parts.clock.now(), async (range) => rowsOf(await this.#read('trades', { ...params, ...range }, urgent ? 'protective' : 'ordinary'), 'trades'));
    return this.#usable('trades', () => rows.map((row) => tradeOf(row, '')));
  }

  async tradesOf({ symbol, venueOrderId }: { symbol: string; venueOrderId: string }, since: number): Promise<(Fill & { venueOrderId: string })[]> {
    const body = await this.#read('tradesOfOrder', { symbol: venueSymbol(this.#market, symbol) ?? symbol, orderId: venueOrderId, limit: String(pageRows) });
    const trades = this.#usable('trades', () => rowsOf(body, 'trades').map((row) => tradeOf(row, '')));
    // A full page may not be all; the list of the symbol can be turned over.
    return (trades.length < pageRows ? trades : await this.tradesSince(symbol, since)).filter((trade) => trade.venueOrderId === venueOrderId);
  }

  async balances(): Promise<Balance[]> {
    const body = await this.#read('account', {});
    return this.#usable('account', () => {
      const raw = objectOf(body);
      if (this.#market === 'spot') return rowsOf(raw['balances'], 'balances').map((row) => balance(row, decimalOf(row, 'free'), dec(decimalOf(row, 'free')).plus(decimalOf(row, 'locked')).toFixed()));
      return rowsOf(raw['assets'], 'assets').map((row) => balance(row, decimalOf(row, 'availableBalance'), decimalOf(row, row['walletBalance'] === undefined ? 'marginBalance' : 'walletBalance')));
    });
  }

  async positions({ urgent = false }: { urgent?: boolean } = {}): Promise<VenuePosition[]> {
    if (this.#market === 'spot') return [];
    const rows = await this.#read('positions', {}, urgent ? 'protective' : 'ordinary');
    const held = this.#usable('positions', () => rowsOf(rows, 'positions').filter((row) => !isZero(decimalOf(row, 'positionAmt'))));
    return Promise.all(held.map(async (row) => {
      const symbol = await this.#parts.symbols.symbolOf(textOf(row, 'symbol'));
      const entry = decimalOf(row, 'entryPrice');
      return { symbol: symbol ?? textOf(row, 'symbol'), quantity: qty(decimalOf(row, 'positionAmt')), priceEntry: isZero(entry) ? null : price(entry), ...(symbol === null ? { listed: false as const } : {}) };
    }));
  }

  async leverages(): Promise<Record<string, Ratio>> {
    if (this.#market === 'spot') return {};
    const rows = await this.#read('symbolConfig', {});
    await this.#parts.symbols.ready();
    return this.#usable('symbol configuration', () =>
      Object.fromEntries(
        rowsOf(rows, 'symbol configuration').flatMap((row) => {
          const symbol = this.#parts.symbols.known(textOf(row, 'symbol'));
          return symbol === null ? [] : [[symbol, ratio(decimalOf(row, 'leverage'))]];
        }),
      ),
    );
  }

  async clockOffsetMs(): Promise<number> {
    const before = this.#parts.clock.now();
    const body = await this.#read('time', {});
    const after = this.#parts.clock.now();
    const offsetMs = Math.round(this.#usable('time', () => timeOf(objectOf(body), 'serverTime')) - (before + after) / 2);
    this.#parts.correctClock(offsetMs);
    return offsetMs;
  }

  async listen(handler: (event: AccountEvent) => void): Promise<() => Promise<void>> {
    const stream = this.#parts.stream(handler);
    this.#streams.add(stream);
    await stream.settled;
    return async () => {
      this.#streams.delete(stream);
      await stream.close();
    };
  }

  async close(): Promise<void> {
    const streams = [...this.#streams];
    this.#streams.clear();
    await Promise.all([...streams.map((stream) => stream.close()), this.#parts.trading.close(), this.#parts.polling.close()]);
  }

  /** Sets the clock right after the venue complained about it; the outcome stays what it is. */
  #failed<T extends { kind: string; refused?: string }>(answer: Answer & { ok: false }, outcome: T): T {
    if (outcome.refused === 'clock') void this.clockOffsetMs().catch(() => undefined);
    if (outcome.kind === 'unknown') this.#parts.log.warn('venue', 'the outcome of a request is unknown', { accountId: this.access.accountId, fault: describeFault(answer.fault) });
    return outcome;
  }

  async #read(name: EndpointName, params: Record<string, string>, lane: Lane = 'ordinary'): Promise<unknown> {
    const answer = await this.#parts.polling.call(name, params, { lane });
    if (answer.ok) return answer.body;
    if (answer.fault.code === ownBudget) throw new BudgetSpent(answer.fault.message, answer.fault.retryAfterMs);
    const refused = readRefusal(answer.fault);
    if (refused !== null) throw new VenueRefusedRead(describeFault(answer.fault), answer.fault.code ?? `HTTP ${answer.fault.status}`, refused);
    throw new VenueUnavailable(describeFault(answer.fault), answer.fault.retryAfterMs);
  }

  #usable<T>(what: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw new VenueUnavailable(`${what}: the venue's answer is not usable: ${describeError(error)}`);
    }
  }
}

const balance = (row: Raw, free: string, total: string): Balance => ({ asset: textOf(row, 'asset'), free: qty(free), total: qty(total) });

/** Selling on spot can only close, as nothing there can be short. */
const laneOf = (market: Market, request: OrderRequest): Lane => (request.reduceOnly || (market === 'spot' && request.side === 'sell') ? 'protective' : 'ordinary');

function objectOf(body: unknown): Raw {
  if (!isRaw(body)) throw new UnfitAnswer(body === '' || body === undefined ? 'the body is empty' : 'the body is not an object');
  return body;
}

function questionFailed({ fault }: Answer & { ok: false }): QueryOutcome {
  if (isNotFound(fault)) return { kind: 'not-found', message: describeFault(fault) };
  return { kind: 'failed', message: describeFault(fault), ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }) };
}
