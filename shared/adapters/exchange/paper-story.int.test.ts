import { expect } from 'chai';
import type { Price, Qty } from '#shared/engine/num/units';
import { sum } from '#shared/engine/num/units';
import type { AccountEvent, ExchangePort, OrderRef, OrderRequest } from '#shared/ports/exchange.port';
import { keptLog, originsAt } from '#test/support/binance-account';
import { startPaperRig, type PaperClient, type PaperRig } from '#test/support/paper-rig';
import { waitFor } from '#test/support/wait-for';
import { createExchange } from './create-exchange.ts';
import { createInstrumentSource } from './instrument-source.ts';
import { createMemoryLedger } from './rate-budget.ts';

/** The whole path in earnest: our port, ccxt, HTTP and WebSocket, and a server that keeps books. */
for (const market of ['spot', 'usdm'] as const)
  describe(`ccxt exchange on the paper exchange: ${market}`, () => {
    const symbol = market === 'spot' ? 'ABC/USDT' : 'ABC/USDT:USDT';
    let rig: PaperRig;
    let client: PaperClient;
    let exchange: ExchangePort;
    let events: AccountEvent[];
    let startedAt: number;
    before(async () => {
      rig = await startPaperRig();
      await rig.sim('POST', 'instruments', { market, symbol: 'ABCUSDT', tick: '0.01', step: '0.001', notionalMin: '5' });
    });
    after(() => rig.close());
    beforeEach(async () => {
      startedAt = Date.now() - 1_000;
      await rig.sim('DELETE', 'faults');
      await price('100', true);
      client = await rig.account(market, market === 'spot' ? { USDT: '1000', ABC: '10' } : { USDT: '1000' });
      const access = { accountId: client.apiKey, venue: 'binance', market, mode: 'paper' as const, apiKey: client.apiKey, secret: client.secret };
      exchange = createExchange(access, { urls: originsAt(rig.exchange.url), log: keptLog(), clock: { now: Date.now }, ledger: createMemoryLedger(), times: { writeMs: 1_000, readMs: 1_000, backoffMs: 20, muteMs: 200 } });
      events = [];
    });
    afterEach(() => exchange.close());

    const price = (value: string, jump = false): Promise<unknown> => rig.sim('POST', 'price', { market, symbol: 'ABCUSDT', price: value, jump });
    const fault = (kind: string, more: object = {}): Promise<unknown> => rig.sim('POST', 'faults', { kind, match: { apiKey: client.apiKey }, ...more });
    const limit = (clientOrderId: string, more: Partial<OrderRequest> = {}): OrderRequest => ({ clientOrderId, symbol, side: 'buy', type: 'limit', quantity: '2' as Qty, price: '95' as Price, reduceOnly: false, ...more });
    const buyNow = (clientOrderId: string, quantity = '2'): OrderRequest => limit(clientOrderId, { type: 'market', price: null, quantity: quantity as Qty });
    const ref = (clientOrderId: string, conditional = false): OrderRef => ({ clientOrderId, venueOrderId: null, symbol, conditional });
    const listen = (): Promise<() => Promise<void>> => exchange.listen((event) => events.push(event));
    const orders = (id: string): string[] => events.flatMap((event) => (event.kind === 'order' && event.report.clientOrderId === id ? [`${event.report.status} ${event.report.quantityFilled}`] : []));
    const fills = (id: string): string[] => events.flatMap((event) => (event.kind === 'fill' && event.fill.clientOrderId === id ? [event.fill.quantity] : []));

    it('submit, query, open orders, cancel, gone', async () => {
      await listen();
      const accepted = await exchange.submit(limit('x1'));
      expect(accepted).to.deep.include({ kind: 'accepted', fills: [] }).and.to.have.nested.property('report.status', 'open');
      expect(await exchange.query(ref('x1'))).to.have.nested.property('report.status', 'open');
      expect((await exchange.openOrders([symbol], { conditional: true })).map((one) => one.clientOrderId)).to.deep.equal(['x1']);
      expect(await exchange.cancel(ref('x1'))).to.have.nested.property('report.status', 'cancelled');
      expect((await exchange.cancel(ref('x1'))).kind).to.equal('gone');
      expect(await exchange.openOrders([symbol], { conditional: true })).to.deep.equal([]);
      expect(await exchange.query(ref('x1'))).to.have.nested.property('report.status', 'cancelled');
      expect((await exchange.query(ref('never'))).kind).to.equal('not-found');
      await waitFor('the stream to tell it', () => orders('x1').includes('cancelled 0'));
      expect(orders('x1')).to.deep.equal(['open 0', 'cancelled 0']);
    });

    it('a market order in several fills: answer, stream, trades, balances and positions say the same', async () => {
      await listen();
      await fault('partial-fills', { parts: 3 });
      const outcome = await exchange.submit(buyNow('x2'));
      if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
      await waitFor('the fills', () => sum(fills('x2')).equals('2'));
      const known = await exchange.query(ref('x2'));
      expect(known).to.have.nested.property('report.quantityFilled', '2');
      const trades = await exchange.tradesSince(symbol, startedAt);
      expect(trades).to.have.length(3);
      expect(sum(trades.map((trade) => trade.quantity)).toFixed()).to.equal('2');
      expect(new Set(trades.map((trade) => trade.venueOrderId))).to.deep.equal(new Set([outcome.report.venueOrderId]));
      const told = events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
      const plain = (all: readonly { tradeId: string; price: string; quantity: string; fee: string; feeAsset: string }[]): string[] => all.map((one) => [one.tradeId, one.price, one.quantity, one.fee, one.feeAsset].join(' '));
      expect(plain(told), 'stream and REST tell the same trades, to the last digit').to.deep.equal(plain(trades));
      expect(outcome.fills.every((fill) => plain(trades).includes(plain([fill])[0] ?? ''))).to.equal(true);
      const held = await exchange.balances();
      if (market === 'spot') {
        expect(held.find((one) => one.asset === 'ABC')?.total).to.equal(sum(['12', ...trades.filter((trade) => trade.feeAsset === 'ABC').map((trade) => `-${trade.fee}`)]).toFixed());
        expect(await exchange.positions()).to.deep.equal([]);
      } else {
        expect(held.find((one) => one.asset === 'USDT')?.total).to.equal(sum(['1000', ...trades.map((trade) => `-${trade.fee}`)]).toFixed());
        expect(await exchange.positions()).to.deep.equal([{ symbol, quantity: '2', priceEntry: '100' }]);
      }
    });

    it('a resting order is filled by the price, and the stream tells it', async () => {
      await listen();
      await exchange.submit(limit('x3'));
      await price('94');
      await waitFor('the fill', () => orders('x3').includes('filled 2'));
      expect(fills('x3')).to.deep.equal(['2']);
      expect((await exchange.cancel(ref('x3'))).kind).to.equal('gone');
      expect(await exchange.query(ref('x3'))).to.have.nested.property('report.status', 'filled');
    });

    it('a replayed price fills at its own time, which stream and trade list tell beside that of the exchange', async () => {
      await listen();
      await exchange.submit(limit('x4'));
      const at = Date.parse('2024-03-05T10:15:30Z');
      await rig.sim('POST', 'release', { symbol: 'ABCUSDT' });
      await rig.sim('POST', 'prices', { steps: [{ market, symbol: 'ABCUSDT', price: '99', at: at - 60_000 }, { market, symbol: 'ABCUSDT', price: '94', at }, { market, symbol: 'ABCUSDT', price: '98', at: at + 60_000 }] });
      await waitFor('the fill', () => orders('x4').includes('filled 2'));
      const told = events.flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
      const listed = (await exchange.tradesSince(symbol, startedAt)).filter(({ venueOrderId }) => venueOrderId !== '');
      expect([told.at(-1)?.marketAt, listed.at(-1)?.marketAt]).to.deep.equal([at, at]);
      expect(listed.at(-1)?.at, 'trades are asked for by the exchange’s clock').to.be.at.least(startedAt);
      const bought = await exchange.submit(buyNow('x5'));
      await waitFor('the second fill', () => orders('x5').includes('filled 2'));
      const second = events.flatMap((event) => (event.kind === 'fill' && event.fill.clientOrderId === 'x5' ? [event.fill] : []));
      expect(bought.kind).to.equal('accepted');
      expect(second.at(-1)?.marketAt).to.be.within(at + 60_000, at + 120_000);
    });

    it('what the venue refuses, and what exists already', async () => {
      const rows: [string, OrderRequest, object][] = [
        ['off the tick', limit('r1', { price: '95.001' as Price }), { kind: 'refused', refused: 'precision' }],
        ['off the step', limit('r2', { quantity: '1.0001' as Qty }), { kind: 'refused', refused: 'precision' }],
        ['below the minimum notional', limit('r3', { quantity: '0.01' as Qty }), { kind: 'refused', refused: 'precision' }],
        ['beyond the balance', limit('r4', { quantity: '900' as Qty }), { kind: 'refused', refused: 'balance' }],
        ['an unknown symbol', limit('r5', { symbol: symbol.replace('ABC', 'NONE') }), { kind: 'refused', refused: 'symbol' }],
      ];
      for (const [name, request, expected] of rows) expect(await exchange.submit(request), name).to.include(expected);
      await exchange.submit(limit('r6'));
      expect((await exchange.submit(limit('r6'))).kind).to.equal('exists');
      const stranger = createExchange({ accountId: '0', venue: 'binance', market, mode: 'paper', apiKey: 'nobody', secret: 'nothing' }, { urls: originsAt(rig.exchange.url), log: keptLog(), clock: { now: Date.now } });
      expect(await stranger.submit(limit('r7'))).to.include({ kind: 'refused', refused: 'auth' });
      await stranger.close();
    });

    for (const kind of ['accept-then-drop', 'accept-then-504', 'truncated-body', 'stalled-body'])
      it(`${kind}: unknown, and found when asked`, async () => {
        await fault(kind);
        expect((await exchange.submit(limit('x4'))).kind).to.equal('unknown');
        expect(await exchange.query(ref('x4'))).to.have.nested.property('report.status', 'open');
        expect((await exchange.openOrders([symbol], { conditional: true })).length).to.equal(1);
      });

    it('throttled: refused with the time to wait, and nothing leaves until then', async () => {
      await fault('429', { retryAfterSeconds: 30 });
      expect(await exchange.submit(limit('x5'))).to.include({ kind: 'refused', refused: 'rate', retryAfterMs: 30_000 });
      expect((await exchange.submit(limit('x5'))).kind).to.equal('not-sent');
    });

    it('a dropped stream comes back; a mute one is noticed by the next order', async () => {
      await listen();
      const ups = (): number => events.filter((event) => event.kind === 'up').length;
      await fault('drop-stream', { match: { apiKey: client.apiKey, stream: 'user' } });
      await exchange.submit(limit('x6'));
      await waitFor('the stream to come back', () => ups() === 2);
      await fault('mute-stream', { times: 1, match: { apiKey: client.apiKey, stream: 'user' } });
      await exchange.submit(limit('x7'));
      await waitFor('the mute stream to be replaced', () => ups() >= 3);
    });

    it('the clock’s offset is measured', async () => expect(Math.abs(await exchange.clockOffsetMs())).to.be.lessThan(500));

    it('instruments carry the rules of the server', async () => {
      const source = createInstrumentSource({ mode: 'paper', urls: originsAt(rig.exchange.url), clock: { now: Date.now }, log: keptLog() });
      const found = (await source.fetchInstruments('binance', market)).find((one) => one.venueSymbol === 'ABCUSDT');
      expect(found).to.include({ symbol, active: true, tickSize: '0.01', stepSize: '0.001', notionalMin: '5', notionalMinSparesReduceOnly: market === 'usdm' });
    });

    if (market === 'usdm')
      it('a stop rests apart, is cancelled, triggers, and is found under our id to the end', async () => {
        await listen();
        await exchange.submit(buyNow('e1'));
        const stop = (id: string): OrderRequest => limit(id, { side: 'sell', type: 'market', price: null, reduceOnly: true, triggerPrice: '90' as Price });
        expect(await exchange.submit(stop('s1'))).to.have.nested.property('report.status', 'open');
        expect((await exchange.openOrders([symbol], { conditional: true })).map((one) => one.clientOrderId)).to.deep.equal(['s1']);
        expect((await exchange.cancel(ref('s1', true))).kind).to.equal('accepted');
        expect(await exchange.query(ref('s1', true))).to.have.nested.property('report.status', 'cancelled');
        expect((await exchange.cancel(ref('s1', true))).kind).to.equal('gone');
        expect(await exchange.submit(stop('s2'))).to.have.nested.property('report.status', 'open');
        await price('89');
        await waitFor('the stop to fill', () => fills('s2').length > 0);
        const ended = await exchange.query(ref('s2', true));
        expect(ended).to.have.nested.property('report.status', 'filled');
        expect(ended).to.have.nested.property('report.clientOrderId', 's2');
        const child = ended.kind === 'found' ? ended.report.venueOrderId : '';
        expect((await exchange.tradesSince(symbol, startedAt)).filter((trade) => trade.venueOrderId === child)).to.have.length(1);
        expect(await exchange.positions()).to.deep.equal([]);
        expect(await exchange.submit(limit('c1', { side: 'sell', type: 'market', price: null, reduceOnly: true }))).to.include({ kind: 'refused', refused: 'reduce-only' });
      });
  });
