import { expect } from 'chai';
import type { AccountEvent, ExchangePort, OrderRequest } from '#shared/ports/exchange.port';
import type { Price, Qty } from '#shared/engine/num/units';
import { accountAt, keptLog } from '#test/support/binance-account';
import type { BinancePeer, PeerSocket } from '#test/support/binance-peer';
import { hang, json, startBinancePeer } from '#test/support/binance-peer';
import { waitFor } from '#test/support/wait-for';

const report = { e: 'executionReport', E: 1499405658658, s: 'BTCUSDT', c: 'mine', C: '', S: 'BUY', o: 'LIMIT', q: '1.00000000', p: '100', x: 'NEW', X: 'NEW', r: 'NONE', i: 4293153, l: '0.00000000', z: '0.00000000', L: '0.00000000', n: '0', N: null, T: 1499405658657, t: -1 };
const trade = (t: number, l: string, z: string, X = 'PARTIALLY_FILLED'): object => ({ ...report, x: 'TRADE', X, l, z, L: '100.50000000', n: '0.00100000', N: 'BNB', t });
const futures = (o: object): object => ({ e: 'ORDER_TRADE_UPDATE', E: 5, T: 4, o: { s: 'BTCUSDT', c: 'mine', S: 'SELL', ps: 'BOTH', x: 'NEW', X: 'NEW', i: 8886774, l: '0', z: '0', L: '0', T: 4, t: 0, ...o } });
const order: OrderRequest = { clientOrderId: 'mine', symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: '1' as Qty, price: '100' as Price, reduceOnly: false };
const quick = { backoffMs: 10, backoffMaxMs: 50 };

describe('user stream', () => {
  let peer: BinancePeer;
  let events: AccountEvent[];
  let account: ExchangePort;
  const rejections: unknown[] = [];
  const noteRejection = (reason: unknown): void => void rejections.push(reason);
  before(() => process.prependListener('unhandledRejection', noteRejection));
  after(() => process.removeListener('unhandledRejection', noteRejection));
  beforeEach(async () => {
    peer = await startBinancePeer();
    peer.on('POST /fapi/v1/listenKey', json({ listenKey: 'pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1' }));
    events = [];
    rejections.length = 0;
  });
  afterEach(async () => {
    await account.close();
    await peer.stop();
    expect(rejections, 'no promise is left without a handler').to.deep.equal([]);
  });

  const listen = async (market: 'spot' | 'usdm', times: object = {}): Promise<() => Promise<void>> => {
    account = accountAt(peer.origin, market, { times: { ...quick, ...times } });
    return account.listen((event) => events.push(event));
  };
  const kinds = (): string[] => events.map((event) => event.kind);
  const ups = (): number => events.filter((event) => event.kind === 'up').length;
  const line = (index = 0): PeerSocket => peer.sockets[index] as PeerSocket;
  const gap = (pattern: RegExp) => (): boolean => events.some((event) => event.kind === 'gap' && pattern.test(event.reason));

  for (const market of ['spot', 'usdm'] as const) {
    describe(market, () => {
      it('opens, tells the gap that opening is, and is up', async () => {
        await listen(market);
        expect(kinds()).to.deep.equal(['gap', 'up']);
      });

      it('is opened again after a cut, with a gap on both sides of it', async () => {
        await listen(market);
        line().cut();
        await waitFor('the second connection', () => ups() === 2);
        expect(kinds()).to.deep.equal(['gap', 'up', 'gap', 'gap', 'up']);
      });

      it('is opened again when nothing is heard for long', async () => {
        await listen(market, { silentMs: 50 });
        await waitFor('a fresh connection', () => ups() >= 2);
        expect(gap(/nothing was heard/)()).to.equal(true);
      });

      it('is opened anew before the venue cuts it', async () => {
        await listen(market, { lifeMs: 50 });
        await waitFor('a fresh connection', () => ups() >= 2);
      });

      it('says nothing any more once closed, and leaves no connection', async () => {
        const close = await listen(market);
        const before = events.length;
        await close();
        await waitFor('the connection to end', () => !line().isOpen());
        expect(events).to.have.length(before);
        expect(peer.sockets).to.have.length(1);
      });

      it('outlives refused connections', async () => {
        let refusals = 3;
        peer.refuseUpgrade = () => (refusals-- > 0 ? 503 : null);
        await listen(market);
        await waitFor('up', () => ups() === 1);
        expect(kinds().filter((kind) => kind === 'gap')).to.have.length(4);
      });
    });
  }

  it('authenticates on spot with a signed request, sorted by name', async () => {
    await listen('spot');
    expect(line().path).to.equal('/ws-api/v3');
    expect(line().received[0]).to.include({ method: 'userDataStream.subscribe.signature' });
    expect(Object.keys(line().received[0]?.['params'] as object)).to.deep.equal(['apiKey', 'recvWindow', 'timestamp', 'signature']);
  });

  for (const market of ['spot', 'usdm'] as const)
    it(`can be closed while it is being opened: ${market}`, async () => {
      peer.on('POST /fapi/v1/listenKey', hang);
      peer.answerSocket = () => undefined;
      account = accountAt(peer.origin, market, { times: quick });
      const opening = account.listen((event) => events.push(event));
      await waitFor('the attempt', () => peer.requests.length + (peer.sockets[0]?.received.length ?? 0) > 0);
      await account.close();
      await opening;
      expect(events).to.deep.equal([]);
    });

  it('survives a refused key without an unhandled rejection', async () => {
    peer.answerSocket = (message) => ({ id: message['id'], status: 401, error: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' } });
    await listen('spot');
    await waitFor('the second attempt', () => peer.sockets.length >= 2);
    expect(gap(/-2015|Invalid API-key/)()).to.equal(true);
    expect(ups()).to.equal(0);
  });

  it('tells every trade of a burst, each once, in order, as objects of their own', async () => {
    await listen('spot');
    const burst = [report, trade(1, '0.2', '0.2'), trade(2, '0.3', '0.5'), trade(3, '0.5', '1', 'FILLED')];
    for (const event of burst) line().send({ subscriptionId: 0, event });
    await waitFor('the last report', () => events.some((event) => event.kind === 'order' && event.report.status === 'filled'));
    const told = events.slice(2);
    expect(told.map((event) => (event.kind === 'order' ? `${event.report.status} ${event.report.quantityFilled}` : event.kind === 'fill' ? `${event.fill.tradeId} ${event.fill.quantity}` : event.kind))).to.deep.equal(['open 0', '1 0.2', 'partially_filled 0.2', '2 0.3', 'partially_filled 0.5', '3 0.5', 'filled 1']);
    expect(told[1]).to.deep.equal({ kind: 'fill', fill: { clientOrderId: 'mine', tradeId: '1', price: '100.5', quantity: '0.2', fee: '0.001', feeAsset: 'BNB', at: 1499405658657 } });
    expect(told[2]).to.deep.equal({ kind: 'order', report: { clientOrderId: 'mine', venueOrderId: '4293153', status: 'partially_filled', quantityFilled: '0.2', reason: null, at: 1499405658657 } });
  });

  it('names the cancelled order, not the cancel request', async () => {
    await listen('spot');
    line().send({ subscriptionId: 0, event: { ...report, c: 'web_cancel_1', C: 'mine', x: 'CANCELED', X: 'CANCELED' } });
    const told = await waitFor('the report', () => events.find((event) => event.kind === 'order'));
    expect(told).to.have.nested.property('report.clientOrderId', 'mine');
  });

  it('reads the private stream of futures', async () => {
    await listen('usdm');
    expect(line().path).to.match(/^\/private\/ws\?listenKey=/);
    line().send({ e: 'ACCOUNT_UPDATE', E: 1, a: { B: [], P: [] } });
    line().send(futures({ x: 'TRADE', X: 'FILLED', l: '0.5', z: '0.5', L: '7819.01', n: '0.01', N: 'USDT', t: 77 }));
    await waitFor('the report', () => events.some((event) => event.kind === 'order'));
    expect(events.slice(2)).to.deep.equal([
      { kind: 'fill', fill: { clientOrderId: 'mine', tradeId: '77', price: '7819.01', quantity: '0.5', fee: '0.01', feeAsset: 'USDT', at: 4 } },
      { kind: 'order', report: { clientOrderId: 'mine', venueOrderId: '8886774', status: 'filled', quantityFilled: '0.5', reason: null, at: 4 } },
    ]);
  });

  it('finds a private stream that stands at /ws/<listenKey>', async () => {
    peer.refuseUpgrade = (path) => (path.startsWith('/ws/') ? null : 404);
    await listen('usdm');
    await waitFor('up', () => ups() === 1);
    expect(line().path).to.match(/^\/ws\/pqia/);
    line().cut();
    await waitFor('up again', () => ups() === 2);
    expect(line(1).path, 'what works is kept').to.match(/^\/ws\/pqia/);
  });

  it('links the order a triggered stop placed to the stop', async () => {
    await listen('usdm');
    line().send({ e: 'ALGO_UPDATE', E: 5, o: { caid: 'stop1', aid: 5, s: 'BTCUSDT', X: 'TRIGGERED', ai: '9001' } });
    line().send(futures({ c: 'child', i: 9001, x: 'TRADE', X: 'FILLED', l: '1', z: '1', L: '90', n: '0', t: 8 }));
    const told = await waitFor('the report', () => events.find((event) => event.kind === 'order'));
    expect(told).to.have.nested.property('report.clientOrderId', 'stop1');
    expect(events.find((event) => event.kind === 'fill')).to.have.nested.property('fill.clientOrderId', 'stop1');
    expect(gap(/conditional order stop1 is TRIGGERED/)()).to.equal(true);
  });

  for (const [market, message] of [['usdm', { e: 'listenKeyExpired', E: 1, listenKey: 'pqia' }], ['spot', { event: { e: 'eventStreamTerminated', E: 1 } }], ['spot', { event: { e: 'serverShutdown', E: 1 } }]] as const)
    it(`opens again after ${'e' in message ? message.e : message.event.e}`, async () => {
      await listen(market);
      line().send(message);
      await waitFor('the second connection', () => ups() === 2);
    });

  it('opens again when an order was accepted and nothing was heard of it', async () => {
    peer.on('POST /api/v3/order', json({ symbol: 'BTCUSDT', orderId: 1, clientOrderId: 'mine', transactTime: 1, executedQty: '0', status: 'NEW', fills: [] }));
    await listen('spot', { muteMs: 50 });
    await account.submit(order);
    await waitFor('the second connection', () => ups() === 2);
    expect(gap(/said nothing of it/)()).to.equal(true);
  });

  it('does not take a stream for mute that told the order before its answer', async () => {
    peer.onRequest('POST /api/v3/order', () => (response) => {
      line().send({ subscriptionId: 0, event: report });
      void waitFor('the event', () => events.some((event) => event.kind === 'order')).then(() => json({ symbol: 'BTCUSDT', orderId: 1, clientOrderId: 'mine', transactTime: 1, executedQty: '0', status: 'NEW', fills: [] })(response, response.socket as never));
    });
    await listen('spot', { muteMs: 30 });
    await account.submit(order);
    line().send({ subscriptionId: 0, event: trade(1, '1', '1', 'FILLED') });
    await waitFor('the fill', () => events.some((event) => event.kind === 'fill'));
    await account.submit(order);
    expect(peer.sockets).to.have.length(1);
  });

  it('makes a gap of events it cannot read, and stays', async () => {
    await listen('spot');
    for (const event of [{ ...report, X: 'DREAMING' }, { ...report, z: 'much' }, { ...report, s: undefined }]) line().send({ subscriptionId: 0, event });
    line().send('not even JSON');
    // Listed after we last looked: our own id says whose order it is.
    line().send({ subscriptionId: 0, event: { ...report, s: 'NEWUSDT' } });
    line().send({ subscriptionId: 0, event: report });
    // It comes over the first connection: had that one ended, nobody would read it.
    await waitFor('the readable ones', () => events.filter((event) => event.kind === 'order').length === 2);
    expect(events.filter((event) => event.kind === 'gap' && /could not be read/.test(event.reason))).to.have.length(3);
  });

  it('does not die of a handler that throws', async () => {
    const log = keptLog();
    account = accountAt(peer.origin, 'spot', { log, times: quick });
    await account.listen(() => {
      throw new Error('mine');
    });
    line().send({ subscriptionId: 0, event: report });
    await waitFor('the log', () => log.lines.filter((entry) => entry.includes('a handler of stream events failed')).length >= 3);
  });
});
