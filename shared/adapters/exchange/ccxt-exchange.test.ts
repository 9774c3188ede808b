import { expect } from 'chai';
import type { Price, Qty } from '#shared/engine/num/units';
import type { ExchangePort, OrderRequest } from '#shared/ports/exchange.port';
import { BudgetSpent, VenueRefusedRead, VenueUnavailable } from '#shared/ports/exchange.port';
import { spanNow } from '#shared/ports/span-clock';
import { accountAt, keptLog, originsAt, testKey, testSecret } from '#test/support/binance-account';
import type { BinancePeer, PeerReply } from '#test/support/binance-peer';
import { hang, json, reset, stall, startBinancePeer, text, truncate } from '#test/support/binance-peer';
import { freePort } from '#scripts/free-port';
import { createMemoryLedger } from './rate-budget.ts';
import { serverKey } from './venue-urls.ts';

const id = 'xk2g0e1p0l1g0';
const spotLimit: OrderRequest = { clientOrderId: id, symbol: 'BTC/USDT', side: 'buy', type: 'limit', quantity: '0.01234' as Qty, price: '29000.10' as Price, reduceOnly: false };
const usdmLimit: OrderRequest = { ...spotLimit, symbol: 'BTC/USDT:USDT' };
const usdmClose: OrderRequest = { ...usdmLimit, type: 'market', side: 'sell', price: null, reduceOnly: true };
const usdmStop: OrderRequest = { ...usdmClose, triggerPrice: '28000.5' as Price };
const spotAnswer = { symbol: 'BTCUSDT', orderId: 28, clientOrderId: id, transactTime: 1507725176595, price: '29000.10000000', origQty: '0.01234000', executedQty: '0.00000000', status: 'NEW', side: 'BUY', fills: [] };
const usdmAnswer = { orderId: 22542179, symbol: 'BTCUSDT', status: 'NEW', clientOrderId: id, price: '29000.10', origQty: '0.01234', executedQty: '0', updateTime: 1566818724722 };
/** Long enough that a busy machine answers within; what never answers is waited for shortly. */
const times = { writeMs: 5_000, readMs: 5_000 };
const shortly = { writeMs: 400, readMs: 400 };
const timesFor = (reply: PeerReply): typeof times => (reply === hang || reply === stall ? shortly : times);

describe('ccxt exchange on the wire', () => {
  let peer: BinancePeer;
  const open: ExchangePort[] = [];
  const account = (market: 'spot' | 'usdm', options: Parameters<typeof accountAt>[2] = {}): ExchangePort => {
    const made = accountAt(peer.origin, market, { times, ...options });
    open.push(made);
    return made;
  };
  beforeEach(async () => (peer = await startBinancePeer()));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await peer.stop();
  });
  const sent = (method = 'POST'): Record<string, string> => {
    const request = peer.requests.find((one) => one.method === method);
    if (request === undefined) throw new Error(`no ${method} arrived`);
    return Object.fromEntries(request.params);
  };

  describe('what a submit is taken for', () => {
    const answers: readonly [string, PeerReply, string][] = [
      ['no answer at all', hang, 'unknown'],
      ['a connection reset', reset, 'unknown'],
      ['a stall after the headers', stall, 'unknown'],
      ['a body cut short', truncate, 'unknown'],
      ['HTTP 504', text('<html>Gateway Time-out</html>', 504), 'unknown'],
      ['HTTP 503', json({ code: -1008, msg: 'Server is currently overloaded' }, 503), 'unknown'],
      ['a redirect', text('', 302, { location: 'http://127.0.0.1:1/' }), 'unknown'],
      ['an empty 200', text('', 200), 'unknown'],
      ['an HTML 200', text('<html>ok</html>', 200), 'unknown'],
      ['a 200 of half a JSON', text('{"orderId":1,"clientOr', 200), 'unknown'],
      ['{} with 200', json({}), 'unknown'],
      ['[] with 200', json([]), 'unknown'],
      ['an answer without an order id', json({ ...spotAnswer, orderId: undefined }), 'unknown'],
      ['an answer about another client id', json({ ...spotAnswer, clientOrderId: 'someone-elses' }), 'unknown'],
      ['an answer about another symbol', json({ ...spotAnswer, symbol: 'ETHUSDT' }), 'unknown'],
      ['an answer with a state nobody knows', json({ ...spotAnswer, status: 'DREAMING' }), 'unknown'],
      ['an answer with a quantity that is no number', json({ ...spotAnswer, executedQty: 'some' }), 'unknown'],
      ['an error inside a 200', json({ code: -2010, msg: 'Account has insufficient balance for requested action.' }), 'unknown'],
      ['a duplicate', json({ code: -2010, msg: 'Duplicate order sent.' }, 400), 'exists'],
      ['a lack of balance', json({ code: -2010, msg: 'Account has insufficient balance for requested action.' }, 400), 'refused'],
      ['a plain acceptance', json(spotAnswer), 'accepted'],
    ];
    for (const [name, reply, expected] of answers)
      it(`${name} -> ${expected}`, async () => {
        peer.on('POST /api/v3/order', reply);
        expect((await account('spot', { times: timesFor(reply) }).submit(spotLimit)).kind).to.equal(expected);
        expect(peer.requests.filter((one) => one.method === 'POST'), 'an order is never sent twice').to.have.length(1);
      });

    it('nobody listening -> not-sent', async () => {
      const nobody = accountAt(`http://127.0.0.1:${await freePort()}`, 'spot', { times });
      open.push(nobody);
      expect((await nobody.submit(spotLimit)).kind).to.equal('not-sent');
    });

    it('a process that was paused on the way to the socket sends nothing', async () => {
      peer.on('POST /api/v3/order', json(spotAnswer));
      const slow = account('spot');
      expect(await slow.submit({ ...spotLimit, notAfter: spanNow() - 1 })).to.include({ kind: 'not-sent' });
      expect(peer.requests).to.have.length(0);
      expect(await slow.submit({ ...spotLimit, notAfter: spanNow() + 60_000 })).to.include({ kind: 'accepted' });
    });

    it('a ban -> refused, told by Retry-After, and not one request more until it ends', async () => {
      peer.on('POST /api/v3/order', json({ code: -1003, msg: 'Way too many requests; IP banned.' }, 418, { 'retry-after': '180' }));
      const log = keptLog();
      const banned = account('spot', { log });
      expect(await banned.submit(spotLimit)).to.deep.include({ kind: 'refused', refused: 'rate', retryAfterMs: 180_000 });
      const second = await banned.submit(spotLimit);
      expect(second).to.include({ kind: 'not-sent' });
      expect((second as { retryAfterMs: number }).retryAfterMs).to.be.within(170_000, 180_000);
      expect((await banned.cancel({ clientOrderId: id, venueOrderId: null, symbol: 'BTC/USDT' })).kind).to.equal('not-sent');
      expect(await banned.query({ clientOrderId: id, venueOrderId: null, symbol: 'BTC/USDT' })).to.include({ kind: 'failed' });
      const read = await banned.balances().catch((error: unknown) => error);
      expect(read).to.be.instanceOf(VenueUnavailable);
      expect((read as VenueUnavailable).retryAfterMs).to.be.greaterThan(100_000);
      expect(peer.requests).to.have.length(1);
      expect(log.lines.join()).to.include('banned our address');
    });
  });

  describe('what a submit puts on the wire', () => {
    const own = ['recvWindow', 'signature', 'timestamp'];
    const wire: readonly [string, 'spot' | 'usdm', OrderRequest, string, Record<string, string>][] = [
      ['a spot limit order', 'spot', spotLimit, '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.01234', price: '29000.10', timeInForce: 'GTC', newClientOrderId: id, newOrderRespType: 'FULL' }],
      ['more digits than any venue takes, untouched', 'spot', { ...spotLimit, quantity: '0.012345678901234567' as Qty, price: '29000.129999999999' as Price }, '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.012345678901234567', price: '29000.129999999999', timeInForce: 'GTC', newClientOrderId: id, newOrderRespType: 'FULL' }],
      ['a spot market order by quantity', 'spot', { ...spotLimit, type: 'market', price: null }, '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01234', newClientOrderId: id, newOrderRespType: 'FULL' }],
      ['a futures limit order', 'usdm', usdmLimit, '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.01234', price: '29000.10', timeInForce: 'GTC', newClientOrderId: id, newOrderRespType: 'RESULT' }],
      ['a futures close', 'usdm', usdmClose, '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.01234', reduceOnly: 'true', newClientOrderId: id, newOrderRespType: 'RESULT' }],
      ['a futures stop', 'usdm', usdmStop, '/fapi/v1/algoOrder', { symbol: 'BTCUSDT', side: 'SELL', algoType: 'CONDITIONAL', type: 'STOP_MARKET', quantity: '0.01234', triggerPrice: '28000.5', reduceOnly: 'true', clientAlgoId: id, newOrderRespType: 'RESULT' }],
    ];
    for (const [name, market, request, path, expected] of wire)
      it(name, async () => {
        await account(market).submit(request);
        const { timestamp, recvWindow, signature, ...params } = sent();
        expect(params).to.deep.equal(expected);
        expect(recvWindow).to.equal('5000');
        expect(Number(timestamp)).to.be.closeTo(Date.now(), 5_000);
        expect(signature).to.match(/^[0-9a-f]{64}$/);
        expect(peer.requests[0]?.path).to.equal(path);
        expect(peer.requests[0]?.headers['x-mbx-apikey']).to.equal(testKey);
        expect(Object.keys(sent()).filter((key) => own.includes(key))).to.have.length(3);
      });

    const unfit: readonly [string, 'spot' | 'usdm', OrderRequest][] = [
      ['an exponent', 'spot', { ...spotLimit, quantity: '1e-3' as Qty }],
      ['a zero', 'spot', { ...spotLimit, quantity: '0' as Qty }],
      ['a symbol of the other market', 'spot', usdmLimit],
      ['a limit without a price', 'spot', { ...spotLimit, price: null }],
      ['an id the venue does not take', 'spot', { ...spotLimit, clientOrderId: 'a b' }],
      ['a stop on spot', 'spot', { ...spotLimit, type: 'market', price: null, triggerPrice: '1' as Price }],
      ['reduce-only on spot', 'spot', { ...spotLimit, reduceOnly: true }],
    ];
    for (const [name, market, request] of unfit)
      it(`nothing for ${name}`, async () => {
        expect(await account(market).submit(request)).to.include({ kind: 'refused', code: 'UNFIT_REQUEST' });
        expect(peer.requests).to.deep.equal([]);
      });
  });

  it('takes the fills of a spot order from its answer, fees to the last digit', async () => {
    const fills = [
      { price: '29000.10000000', qty: '0.01000000', commission: '0.00001000', commissionAsset: 'BTC', tradeId: 56 },
      { price: '29000.09000000', qty: '0.00234000', commission: '0.00000000001234', commissionAsset: 'BNB', tradeId: 57 },
    ];
    peer.on('POST /api/v3/order', json({ ...spotAnswer, executedQty: '0.01234000', status: 'FILLED', fills }));
    expect(await account('spot').submit(spotLimit)).to.deep.equal({
      kind: 'accepted',
      report: { clientOrderId: id, venueOrderId: '28', status: 'filled', quantityFilled: '0.01234', reason: null, at: 1507725176595 },
      fills: [
        { clientOrderId: id, tradeId: '56', price: '29000.1', quantity: '0.01', fee: '0.00001', feeAsset: 'BTC', at: 1507725176595 },
        { clientOrderId: id, tradeId: '57', price: '29000.09', quantity: '0.00234', fee: '0.00000000001234', feeAsset: 'BNB', at: 1507725176595 },
      ],
    });
  });

  it('asks for the fills of a futures order, and accepts it without them when they cannot be had', async () => {
    peer.on('POST /fapi/v1/order', json({ ...usdmAnswer, executedQty: '0.01234', status: 'FILLED' }));
    const trade = { id: 698759, orderId: 22542179, symbol: 'BTCUSDT', price: '7819.01', qty: '0.01234', commission: '0.07819010', commissionAsset: 'USDT', time: 1569514978020 };
    peer.on('GET /fapi/v1/userTrades', json([trade, { ...trade, id: 9, orderId: 1 }]));
    const futures = account('usdm');
    const outcome = await futures.submit(usdmClose);
    expect(outcome.kind === 'accepted' && outcome.fills).to.deep.equal([{ clientOrderId: id, tradeId: '698759', price: '7819.01', quantity: '0.01234', fee: '0.0781901', feeAsset: 'USDT', at: 1569514978020 }]);
    peer.on('GET /fapi/v1/userTrades', text('', 500));
    expect(await futures.submit(usdmClose)).to.deep.include({ kind: 'accepted', fills: [] });
  });

  it('tells a person when the venue accepted other terms than were sent', async () => {
    const log = keptLog();
    peer.on('POST /api/v3/order', json({ ...spotAnswer, origQty: '0.01230000' }));
    expect((await account('spot', { log }).submit(spotLimit)).kind).to.equal('accepted');
    expect(log.lines.join()).to.include('alert order the venue accepted other terms');
  });

  it('accepts a stop as open under its own id', async () => {
    peer.on('POST /fapi/v1/algoOrder', json({ algoId: 2146760, clientAlgoId: id, algoStatus: 'NEW', symbol: 'BTCUSDT', actualOrderId: '', createTime: 1750485492076, updateTime: 1750485492076 }));
    expect(await account('usdm').submit(usdmStop)).to.deep.equal({ kind: 'accepted', report: { clientOrderId: id, venueOrderId: '2146760', status: 'open', quantityFilled: '0', reason: null, at: 1750485492076 }, fills: [] });
  });

  describe('cancelling', () => {
    const ref = { clientOrderId: id, venueOrderId: '28', symbol: 'BTC/USDT' };
    const cancelled = { symbol: 'BTCUSDT', origClientOrderId: id, orderId: 28, clientOrderId: 'cancelMyOrder1', transactTime: 1684804350068, origQty: '0.01234000', executedQty: '0.00100000', status: 'CANCELED' };

    it('goes by our id and reads past the id of the cancel request', async () => {
      peer.on('DELETE /api/v3/order', json(cancelled));
      expect(await account('spot').cancel(ref)).to.deep.equal({ kind: 'accepted', report: { clientOrderId: id, venueOrderId: '28', status: 'cancelled', quantityFilled: '0.001', reason: null, at: 1684804350068 } });
      expect(sent('DELETE')).to.include({ symbol: 'BTCUSDT', origClientOrderId: id }).and.not.have.property('orderId');
    });

    it('calls an order the venue does not know as open gone, never cancelled', async () => {
      peer.on('DELETE /api/v3/order', json({ code: -2011, msg: 'Unknown order sent.' }, 400));
      expect((await account('spot').cancel(ref)).kind).to.equal('gone');
    });

    for (const [name, reply] of [['no answer', hang], ['a stall', stall], ['{}', json({})], ['another order', json({ ...cancelled, origClientOrderId: 'someone-elses' })]] as const)
      it(`${name} -> unknown`, async () => {
        peer.on('DELETE /api/v3/order', reply);
        expect((await account('spot', { times: timesFor(reply) }).cancel(ref)).kind).to.equal('unknown');
      });

    it('reaches the order a triggered stop has placed', async () => {
      peer.on('DELETE /fapi/v1/algoOrder', json({ code: -2011, msg: 'Unknown order sent.' }, 400));
      peer.on('GET /fapi/v1/algoOrder', json({ algoId: 5, clientAlgoId: id, algoStatus: 'TRIGGERED', actualOrderId: '777', symbol: 'BTCUSDT', updateTime: 2 }));
      peer.on('DELETE /fapi/v1/order', json({ ...usdmAnswer, orderId: 777, clientOrderId: 'child', status: 'CANCELED' }));
      const outcome = await account('usdm').cancel({ clientOrderId: id, venueOrderId: '5', symbol: 'BTC/USDT:USDT', conditional: true });
      expect(outcome).to.deep.include({ kind: 'accepted' }).and.to.have.nested.property('report.venueOrderId', '777');
      expect(outcome).to.have.nested.property('report.clientOrderId', id);
    });
  });

  describe('asking for an order', () => {
    const ref = { clientOrderId: id, venueOrderId: null, symbol: 'BTC/USDT' };
    const rows: readonly [string, PeerReply, string][] = [
      ['its view', json({ ...spotAnswer, status: 'PARTIALLY_FILLED', executedQty: '0.001', updateTime: 5 }), 'found'],
      ['-2013', json({ code: -2013, msg: 'Order does not exist.' }, 400), 'not-found'],
      ['someone else’s order', json({ ...spotAnswer, clientOrderId: 'someone-elses' }), 'failed'],
      ['a 404 page', text('not here', 404), 'failed'],
      ['HTTP 500', text('', 500), 'failed'],
      ['no answer', hang, 'failed'],
      ['{}', json({}), 'failed'],
      ['a wrong key', json({ code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }, 401), 'failed'],
    ];
    for (const [name, reply, expected] of rows)
      it(`${name} -> ${expected}`, async () => {
        peer.on('GET /api/v3/order', reply);
        expect((await account('spot', { times: timesFor(reply) }).query(ref)).kind).to.equal(expected);
      });

    it('follows a triggered stop to the order it placed, under the id we know', async () => {
      peer.on('GET /fapi/v1/algoOrder', json({ algoId: 5, clientAlgoId: id, algoStatus: 'FINISHED', actualOrderId: '777', symbol: 'BTCUSDT', updateTime: 2 }));
      peer.on('GET /fapi/v1/order', json({ ...usdmAnswer, orderId: 777, clientOrderId: 'child', executedQty: '0.01234', status: 'FILLED' }));
      const stop = { clientOrderId: id, venueOrderId: '5', symbol: 'BTC/USDT:USDT', conditional: true };
      expect(await account('usdm').query(stop)).to.deep.equal({ kind: 'found', report: { clientOrderId: id, venueOrderId: '777', status: 'filled', quantityFilled: '0.01234', reason: null, at: 1566818724722 } });
      peer.on('GET /fapi/v1/order', json({ code: -2013, msg: 'Order does not exist.' }, 400));
      expect((await account('usdm').query(stop)).kind, 'a child that is not seen yet is no absence').to.equal('failed');
    });
  });

  describe('reading', () => {
    it('open orders: plain ones, and conditional ones where they are asked for', async () => {
      peer.on('GET /fapi/v1/openOrders', json([usdmAnswer, { ...usdmAnswer, clientOrderId: 'elsewhere', symbol: 'NEWUSDT' }]));
      peer.on('GET /fapi/v1/openAlgoOrders', json([{ algoId: 5, clientAlgoId: 'stop1', algoStatus: 'NEW', symbol: 'BTCUSDT', createTime: 3 }]));
      const futures = account('usdm');
      const told = async (...asked: Parameters<ExchangePort['openOrders']>): Promise<string[]> => (await futures.openOrders(...asked)).map((one) => `${one.clientOrderId} ${one.venueOrderId} ${one.status} ${one.symbol}`);
      expect(await told('all', { conditional: true })).to.deep.equal([`${id} 22542179 open BTC/USDT:USDT`, 'elsewhere 22542179 open NEWUSDT', 'stop1 5 open BTC/USDT:USDT']);
      expect(await told(['BTC/USDT:USDT'])).to.have.length(2);
    });

    for (const [market, symbols, requests] of [['usdm', 39, 39], ['usdm', 40, 1], ['spot', 13, 13], ['spot', 14, 1]] as const)
      it(`open orders of ${symbols} symbols on ${market}: ${requests} request(s), as it weighs less`, async () => {
        peer.on('GET /fapi/v1/openOrders', json([]));
        peer.on('GET /api/v3/openOrders', json([]));
        await account(market).openOrders(Array.from({ length: symbols }, (_, index) => (market === 'spot' ? `C${index}/USDT` : `C${index}/USDT:USDT`)));
        expect(peer.requests.filter(({ path }) => path.endsWith('openOrders'))).to.have.length(requests);
      });

    it('the trades of one order, by its id; the list of the symbol where one page does not hold them', async () => {
      const trade = (tradeId: number, orderId: number): object => ({ id: tradeId, orderId, symbol: 'BTCUSDT', price: '100', qty: '0.1', commission: '0', commissionAsset: 'USDT', time: tradeId });
      let all = [trade(1, 28), trade(2, 29)];
      peer.onRequest('GET /api/v3/myTrades', (request) => json(request.params.has('orderId') || request.params.has('startTime') ? all : []));
      const spot = account('spot');
      const ids = async (): Promise<string[]> => (await spot.tradesOf({ symbol: 'BTC/USDT', venueOrderId: '28' }, Date.now() - 1_000)).map(({ tradeId }) => tradeId);
      expect(await ids()).to.deep.equal(['1']);
      expect(peer.requests.map(({ params }) => params.get('orderId'))).to.deep.equal(['28']);
      all = [...Array.from({ length: 1_000 }, (_, index) => trade(index + 1, 28))];
      expect(await ids()).to.have.length(1_000);
      expect(peer.requests.length, 'by order, by time, and by trade id').to.equal(4);
    });

    it('balances of both markets', async () => {
      peer.on('GET /api/v3/account', json({ balances: [{ asset: 'BTC', free: '0.10000000', locked: '0.20000000' }] }));
      peer.on('GET /fapi/v3/account', json({ assets: [{ asset: 'USDT', walletBalance: '23.72469206', marginBalance: '24', availableBalance: '20.5', updateTime: 0 }] }));
      expect(await account('spot').balances()).to.deep.equal([{ asset: 'BTC', free: '0.1', total: '0.3' }]);
      expect(await account('usdm').balances()).to.deep.equal([{ asset: 'USDT', free: '20.5', total: '23.72469206' }]);
    });

    it('leverage by unified symbol, those of unlisted symbols left out; none on spot', async () => {
      peer.on('GET /fapi/v1/symbolConfig', json([{ symbol: 'BTCUSDT', marginType: 'CROSSED', leverage: 21 }, { symbol: 'ETHUSDT', marginType: 'ISOLATED', leverage: 5 }, { symbol: 'NEWUSDT', leverage: 20 }]));
      expect(await account('usdm').leverages()).to.deep.equal({ 'BTC/USDT:USDT': '21', 'ETH/USDT:USDT': '5' });
      expect(await account('spot').leverages()).to.deep.equal({});
      peer.on('GET /fapi/v1/symbolConfig', json([{ symbol: 'BTCUSDT' }]));
      expect(await account('usdm').leverages().catch((error: unknown) => error)).to.be.instanceOf(VenueUnavailable);
    });

    it('positions, signed, flat ones left out; none on spot', async () => {
      const row = (symbol: string, positionAmt: string, entryPrice: string): object => ({ symbol, positionSide: 'BOTH', positionAmt, entryPrice });
      peer.on('GET /fapi/v3/positionRisk', json([row('ETHUSDT', '-1.5', '1800.25'), row('BTCUSDT', '0.000', '0.0')]));
      expect(await account('usdm').positions()).to.deep.equal([{ symbol: 'ETH/USDT:USDT', quantity: '-1.5', priceEntry: '1800.25' }]);
      expect(await account('spot').positions()).to.deep.equal([]);
    });

    it('what is urgent may use the reserve of the limits: positions, open orders and trades', async () => {
      for (const path of ['v3/positionRisk', 'v1/openOrders', 'v1/userTrades']) peer.on(`GET /fapi/${path}`, json([]));
      const now = Math.floor(Date.now() / 60_000) * 60_000;
      const ledger = createMemoryLedger();
      await ledger.take(`${serverKey('binance', 'testnet', 'usdm', originsAt(peer.origin))}|weight`, 2_000, 2_400, 60_000, now);
      const exchange = account('usdm', { ledger, clock: { now: () => now } });
      const reads = [(options = {}) => exchange.positions(options), (options = {}) => exchange.openOrders(['BTC/USDT:USDT'], options), (options = {}) => exchange.tradesSince('BTC/USDT:USDT', now, options)];
      for (const read of reads) {
        expect(await read().catch((error: unknown) => error)).to.be.instanceOf(BudgetSpent);
        expect(await read({ urgent: true })).to.deep.equal([]);
      }
    });

    it('a position in a symbol that no list names is told by the venue\'s name, beside the others', async () => {
      peer.on('GET /fapi/v3/positionRisk', json([{ symbol: 'NEWUSDT', positionAmt: '1', entryPrice: '2' }, { symbol: 'ETHUSDT', positionAmt: '-1.5', entryPrice: '1800.25' }]));
      expect(await account('usdm').positions()).to.deep.equal([
        { symbol: 'NEWUSDT', quantity: '1', priceEntry: '2', listed: false },
        { symbol: 'ETH/USDT:USDT', quantity: '-1.5', priceEntry: '1800.25' },
      ]);
    });

    it('sets the clock right: later requests carry the venue’s time', async () => {
      peer.onRequest('GET /api/v3/time', () => json({ serverTime: Date.now() + 30_000 }));
      const ahead = account('spot');
      expect(await ahead.clockOffsetMs()).to.be.closeTo(30_000, 200);
      await ahead.submit(spotLimit);
      expect(Number(sent()['timestamp'])).to.be.closeTo(Date.now() + 30_000, 1_000);
    });

    it('rejects with what went wrong, and without secrets', async () => {
      peer.on('GET /api/v3/account', json({ code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }, 401));
      const refused = await account('spot').balances().catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(VenueRefusedRead).and.include({ code: '-2015', refused: 'auth' });
      peer.on('GET /api/v3/account', reset);
      const broken = await account('spot').balances().catch((error: unknown) => error);
      expect(broken).to.be.instanceOf(VenueUnavailable);
      expect(String(broken)).to.not.match(/signature=[0-9a-f]/).and.not.include(testKey).and.not.include(testSecret);
    });

    it('an unusable body is unavailability', async () => {
      for (const reply of [text('<html>', 200), json({}), json({ balances: [{ asset: 'BTC' }] })]) {
        peer.on('GET /api/v3/account', reply);
        expect(await account('spot').balances().catch((error: unknown) => error)).to.be.instanceOf(VenueUnavailable);
      }
    });
  });
});
