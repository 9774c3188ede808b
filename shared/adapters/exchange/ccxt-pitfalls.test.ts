import { expect } from 'chai';
import type { Price, Qty } from '#shared/engine/num/units';
import type { AccountEvent, ExchangePort, OrderRequest } from '#shared/ports/exchange.port';
import { spanNow } from '#shared/ports/span-clock';
import { accountAt, originsAt, testKey, testSecret } from '#test/support/binance-account';
import type { BinancePeer } from '#test/support/binance-peer';
import { hang, json, startBinancePeer, stall, text } from '#test/support/binance-peer';
import { waitFor } from '#test/support/wait-for';
import { createBinance } from './ccxt-binance.ts';
import { ccxtPackageVersion } from './ccxt-module.ts';
import type { Binance } from './ccxt-streams.ts';
import { isStreamRejection } from './rejections.ts';
import { venueCapabilities } from './venue-capabilities.ts';
import { redact, VenueFault } from './venue-fault.ts';

/** What ccxt 4.5.84 does by itself that an execution engine must not: one group per trap. */
describe('pitfalls of ccxt', () => {
  let peer: BinancePeer;
  const accounts: ExchangePort[] = [];
  const venues: Binance[] = [];
  beforeEach(async () => (peer = await startBinancePeer()));
  afterEach(async () => {
    await Promise.all([...accounts.splice(0).map((one) => one.close()), ...venues.splice(0).map((one) => one.dispose())]);
    await peer.stop();
  });
  const account = (market: 'spot' | 'usdm', options: Parameters<typeof accountAt>[2] = {}): ExchangePort => {
    const made = accountAt(peer.origin, market, options);
    accounts.push(made);
    return made;
  };
  const venue = async (market: 'spot' | 'usdm', more: Partial<Parameters<typeof createBinance>[0]> = {}): Promise<Binance> => {
    const made = await createBinance({ mode: 'testnet', market, urls: originsAt(peer.origin), apiKey: testKey, secret: testSecret, timeoutMs: 500, now: Date.now, venueNow: Date.now, ...more });
    venues.push(made);
    return made;
  };
  const order: OrderRequest = { clientOrderId: 'mine', symbol: 'BTC/USDT', side: 'buy', type: 'market', quantity: '0.01' as Qty, price: null, reduceOnly: false };
  const faultOf = async (work: Promise<unknown>): Promise<VenueFault['fault']> => {
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    if (!(error instanceof VenueFault)) throw new Error(`expected a fault, found ${String(error)}`);
    return error.fault;
  };

  it('the package is the version all of this was found in', async () => expect(await ccxtPackageVersion()).to.equal('4.5.84'));

  describe('1 subclass', () => {
    it('finds the error tables of production at any address', async () => {
      const [spot, usdm] = [await venue('spot'), await venue('usdm')];
      expect(Object.keys(spot.getExceptionsByUrl(`${peer.origin}/api/v3/order`, 'exact'))).to.deep.equal(Object.keys(spot.getExceptionsByUrl('https://api.binance.com/api/v3/order', 'exact'))).and.to.include('-2026');
      expect(Object.keys(usdm.getExceptionsByUrl(`${peer.origin}/fapi/v1/order`, 'exact'))).to.include.members(['-4116', '-2019', '-2022']);
      expect(spot.getExceptionsByUrl('wss://ws-api.binance.com/ws-api/v3', 'exact')).to.deep.equal({});
    });

    it('ends a stalled body at the deadline', async () => {
      peer.on('GET /api/v3/time', stall);
      const startedAt = Date.now();
      expect(await faultOf((await venue('spot')).request('time', 'public', 'GET', {}))).to.include({ phase: 'no-answer', status: 200 });
      expect(Date.now() - startedAt).to.be.lessThan(2_000);
    });

    it('hands numbers through as text, however long', async () => {
      peer.on('GET /api/v3/order', text('{"orderId":123456789012345678901,"symbol":"BTCUSDT","clientOrderId":"mine","status":"NEW","executedQty":"0.123456789012345678","time":1499827319559}'));
      expect(await account('spot').query({ clientOrderId: 'mine', venueOrderId: null, symbol: 'BTC/USDT' })).to.deep.equal({ kind: 'found', report: { clientOrderId: 'mine', venueOrderId: '123456789012345678901', status: 'partially_filled', quantityFilled: '0.123456789012345678', reason: null, at: 1499827319559 } });
    });

    it('reaches no production address: neither by a section that is missing nor by a url', async () => {
      for (const market of ['spot', 'usdm'] as const) {
        for (const mode of ['paper', 'testnet'] as const) {
          const made = await venue(market, { mode });
          expect(JSON.stringify(made.urls.api)).to.not.include('binance');
          expect((await faultOf(made.fetch('https://api.binance.com/api/v3/time'))).message).to.include('is not an address of this');
          expect(() => made.client('wss://fstream.binance.com/ws')).to.throw('is not an address of this');
          await made.request('capital/config/getall', 'sapi', 'GET', {}).then(() => expect.fail('sapi was reachable'), (error: unknown) => expect(String(error)).to.include('does not have a testnet'));
        }
      }
    });

    it('keeps a listen key alive, and stops when the stream is closed', async () => {
      peer.on('POST /fapi/v1/listenKey', json({ listenKey: 'k'.repeat(64) }));
      peer.on('PUT /fapi/v1/listenKey', json({ listenKey: 'k'.repeat(64) }));
      const futures = await venue('usdm');
      futures.options['listenKeyRefreshRate'] = 20;
      futures.watchOrders().catch(() => undefined);
      const puts = (key: string): number => peer.requests.filter((one) => one.method === 'PUT' && one.headers['x-mbx-apikey'] === key).length;
      await waitFor('two keep-alives', () => puts(testKey) >= 2);
      await futures.dispose();
      const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
      const running = timers();
      futures.delay(1_200_000, () => undefined);
      expect(timers(), 'a key that arrives late starts nothing').to.equal(running);
      const atClose = puts(testKey);
      const later = await venue('usdm', { apiKey: 'another-key' });
      later.options['listenKeyRefreshRate'] = 20;
      later.watchOrders().catch(() => undefined);
      await waitFor('three keep-alives of a later stream', () => puts('another-key') >= 3);
      expect(puts(testKey) - atClose, 'one may have been under way').to.be.at.most(1);
    });
  });

  it('2 unhandled rejections: told apart from our own', async () => {
    peer.refuseUpgrade = () => 401;
    const error: unknown = await (await venue('spot')).watchOrders().catch((thrown: unknown) => thrown);
    expect(isStreamRejection(error)).to.equal(true);
    for (const other of [new Error('ours'), new TypeError('ours'), 'text', null, undefined]) expect(isStreamRejection(other), String(other)).to.equal(false);
  });

  describe('3 deadlines and retries', () => {
    it('an order that timed out is sent once and stays unknown', async () => {
      peer.on('POST /api/v3/order', hang);
      expect((await account('spot', { times: { writeMs: 100 } }).submit(order)).kind).to.equal('unknown');
      peer.on('POST /api/v3/order', text('', 504));
      expect((await account('spot').submit(order)).kind).to.equal('unknown');
      expect(peer.requests).to.have.length(2);
    });

    it('of orders that are on their way at once each is judged by what became of itself', async () => {
      const spot = account('spot', { times: { writeMs: 300 } });
      peer.onRequest('POST /api/v3/order', ({ params }) => {
        const id = params.get('newClientOrderId') ?? '';
        return id === 'stalls' ? hang : json({ orderId: 1, symbol: 'BTCUSDT', clientOrderId: id, status: 'NEW', executedQty: '0', transactTime: 1 });
      });
      const [late, stalled, taken] = await Promise.all([
        spot.submit({ ...order, clientOrderId: 'late', notAfter: spanNow() - 1 }),
        spot.submit({ ...order, clientOrderId: 'stalls' }),
        spot.submit({ ...order, clientOrderId: 'taken' }),
      ]);
      expect([late.kind, stalled.kind, taken.kind]).to.deep.equal(['not-sent', 'unknown', 'accepted']);
      expect(peer.requests.map(({ params }) => params.get('newClientOrderId')).sort()).to.deep.equal(['stalls', 'taken']);
    });

    it('a key that worked once and is revoked is a matter of authority, not of throttling', async () => {
      const spot = account('spot');
      peer.on('GET /api/v3/account', json({ balances: [] }));
      await spot.balances();
      peer.on('POST /api/v3/order', json({ code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }, 401));
      expect(await spot.submit(order)).to.include({ kind: 'refused', refused: 'auth' });
    });
  });

  it('4 client ids: ours on every order, never a broker’s, and the answer must carry it', async () => {
    peer.onRequest('POST /fapi/v1/order', (request) => json({ orderId: 1, symbol: 'BTCUSDT', clientOrderId: request.params.get('newClientOrderId'), status: 'NEW', executedQty: '0', updateTime: 1 }));
    peer.onRequest('POST /fapi/v1/algoOrder', (request) => json({ algoId: 2, symbol: 'BTCUSDT', clientAlgoId: request.params.get('clientAlgoId'), algoStatus: 'NEW', updateTime: 1 }));
    const futures = account('usdm');
    const base: OrderRequest = { ...order, symbol: 'BTC/USDT:USDT', side: 'sell', reduceOnly: true };
    for (const request of [base, { ...base, triggerPrice: '90' as Price }]) expect((await futures.submit(request)).kind).to.equal('accepted');
    expect(peer.requests.map((one) => one.params.get('newClientOrderId') ?? one.params.get('clientAlgoId'))).to.deep.equal(['mine', 'mine']);
  });

  it('5 rounding: none, and a request that is not what was asked for does not leave', async () => {
    const { withEvidence } = await import('./transport-evidence.ts');
    const spot = await venue('spot');
    const expected = { method: 'POST', path: '/api/v3/order', params: { symbol: 'BTCUSDT', quantity: '0.01' } };
    const send = (params: Record<string, string>): Promise<VenueFault['fault']> => withEvidence({ expected, deadlineAt: Date.now() + 500, notAfter: Number.POSITIVE_INFINITY }, () => faultOf(spot.request('order', 'private', 'POST', params)));
    expect(await send({ symbol: 'BTCUSDT', quantity: '0.010' })).to.include({ phase: 'not-sent' }).and.to.have.property('message').that.includes('quantity is "0.010"');
    // ccxt itself adds a broker's client id to an order without one.
    expect((await send({ symbol: 'BTCUSDT', quantity: '0.01' })).message).to.include('unexpected newClientOrderId');
    expect(peer.requests).to.deep.equal([]);
  });

  it('5 an order that begins in another way than ours does not leave', async () => {
    const spot = await venue('spot');
    const fault = await faultOf(spot.request('order', 'private', 'POST', { symbol: 'BTCUSDT', quantity: '0.01' }));
    expect(fault).to.include({ phase: 'not-sent' }).and.to.have.property('message').that.includes('nobody has asked for POST /api/v3/order');
    expect(peer.requests).to.deep.equal([]);
  });

  it('6 stream objects: each event is its own, untouched by later ones', async () => {
    const events: AccountEvent[] = [];
    const spot = account('spot');
    await spot.listen((event) => events.push(event));
    const event = (X: string, z: string): object => ({ event: { e: 'executionReport', E: 1, s: 'BTCUSDT', c: 'mine', C: '', x: X, X, r: 'NONE', i: 1, l: '0', z, L: '0', n: '0', N: null, T: 1, t: -1 } });
    peer.sockets[0]?.send(event('FILLED', '1'));
    peer.sockets[0]?.send(event('NEW', '0'));
    await waitFor('both', () => events.filter((one) => one.kind === 'order').length === 2);
    // A stale report stays what it is: the order's own state decides that it comes too late.
    expect(events.flatMap((one) => (one.kind === 'order' ? one.report.status : []))).to.deep.equal(['filled', 'open']);
  });

  it('7 conditional orders are part of what is open', async () => {
    peer.on('GET /fapi/v1/openOrders', json([]));
    peer.on('GET /fapi/v1/openAlgoOrders', json([{ algoId: 5, clientAlgoId: 'stop1', algoStatus: 'NEW', symbol: 'BTCUSDT', createTime: 3 }]));
    expect((await account('usdm').openOrders(['BTC/USDT:USDT'], { conditional: true })).map((one) => one.clientOrderId)).to.deep.equal(['stop1']);
  });

  it('8 an order does not queue behind polls', async () => {
    peer.on('GET /api/v3/account', hang);
    peer.on('POST /api/v3/order', json({ symbol: 'BTCUSDT', orderId: 1, clientOrderId: 'mine', transactTime: 1, executedQty: '0', status: 'NEW', fills: [] }));
    const spot = account('spot', { times: { readMs: 3_000 } });
    const polls = Array.from({ length: 50 }, () => spot.balances().catch(() => undefined));
    await waitFor('the polls', () => peer.requests.length === 50);
    const startedAt = Date.now();
    expect((await spot.submit(order)).kind).to.equal('accepted');
    expect(Date.now() - startedAt).to.be.lessThan(1_500);
    await spot.close();
    await Promise.all(polls);
  });

  it('9 capabilities claim nothing that ccxt’s own table denies', async () => {
    const [spot, usdm] = [await venue('spot'), await venue('usdm')];
    const tables = { spot: spot.features.spot?.createOrder, usdm: usdm.features.swap?.linear?.createOrder };
    for (const market of ['spot', 'usdm'] as const) {
      expect(tables[market], market).to.be.an('object');
      if (venueCapabilities('binance', market).conditionalOrders) expect(tables[market]?.['stopLossPrice'], market).to.equal(true);
    }
    expect(() => venueCapabilities('nowhere', 'spot')).to.throw('venue: found "nowhere"');
  });

  it('10 messages carry neither signatures nor keys', async () => {
    const spot = await venue('spot');
    peer.on('GET /api/v3/account', (_response, socket) => socket.resetAndDestroy());
    const fault = await faultOf(spot.request('account', 'private', 'GET', {}));
    expect(fault.message).to.include('/api/v3/account').and.not.match(/signature=[0-9a-f]/).and.not.include(testKey);
    const texts = ['https://x.test/a?timestamp=1&signature=abc123 failed', '"listenKey":"abcdef"', 'X-MBX-APIKEY: abcdef', 'wss://x.test/ws/pqia91ma19a5s61cv6a81va65sdf19v8a65a1', 'apiKey=abcdef&secret=abcdef'];
    for (const dirty of texts) expect(redact(dirty)).to.include('[redacted]').and.not.match(/abcdef|abc123|pqia91ma/);
  });
});
