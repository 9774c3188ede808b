import { expect } from 'chai';
import type { Price, Qty } from '#shared/engine/num/units';
import type { ExchangePort, OrderRequest } from '#shared/ports/exchange.port';
import { configurationOf } from '#shared/adapters/exchange/binance-setup';
import { accountAt, originsAt } from '../support/binance-account.ts';
import type { BinancePeer, PeerReply } from '../support/binance-peer.ts';
import { hang, json, reset, stall, startBinancePeer, text, truncate } from '../support/binance-peer.ts';

/** What other engines lost money by on the wire: our real adapter and ccxt against a server that misbehaves. Each title names the incident. */
describe('incidents on the wire', () => {
  let peer: BinancePeer;
  const open: ExchangePort[] = [];
  beforeEach(async () => (peer = await startBinancePeer()));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await peer.stop();
  });
  const account = (market: 'spot' | 'usdm', shortly = false): ExchangePort => {
    const made = accountAt(peer.origin, market, { times: shortly ? { writeMs: 400, readMs: 400 } : { writeMs: 5_000, readMs: 5_000 } });
    open.push(made);
    return made;
  };
  const id = 'xk2g00000016e03001';
  const order: OrderRequest = { clientOrderId: id, symbol: 'BTC/USDT:USDT', side: 'buy', type: 'limit', quantity: '0.01' as Qty, price: '29000.1' as Price, reduceOnly: false };
  const ref = { clientOrderId: id, venueOrderId: null, symbol: order.symbol };
  const view = { orderId: 22542179, symbol: 'BTCUSDT', status: 'NEW', clientOrderId: id, price: '29000.10', origQty: '0.01', executedQty: '0', updateTime: 1_566_818_724_722 };
  const writes = (): number => peer.requests.filter(({ method }) => method !== 'GET').length;

  describe('catalyst #317: nothing that fails on the way is sent a second time, by ccxt least of all', () => {
    const failures: readonly [string, PeerReply][] = [
      ['no answer', hang], ['a reset', reset], ['a stall after the headers', stall], ['a body cut short', truncate], ['HTTP 504', text('<html>Gateway Time-out</html>', 504)], ['HTTP 503', text('', 503)],
      ['-1007', json({ code: -1007, msg: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.' }, 408)],
      ['-1001', json({ code: -1001, msg: 'Internal error; unable to process your request. Please try again.' }, 400)],
    ];
    for (const [name, reply] of failures)
      it(name, async () => {
        peer.on('POST /fapi/v1/order', reply);
        peer.on('DELETE /fapi/v1/order', reply);
        const futures = account('usdm', reply === hang || reply === stall);
        expect((await futures.submit(order)).kind).to.equal('unknown');
        expect(writes()).to.equal(1);
        expect((await futures.cancel(ref)).kind).to.equal('unknown');
        expect(writes()).to.equal(2);
      });

    it('ccxt is configured to retry nothing', () => {
      const { options } = configurationOf({ mode: 'paper', market: 'usdm', urls: originsAt(peer.origin), timeoutMs: 1, now: Date.now, venueNow: Date.now }) as { options: Record<string, unknown> };
      expect(options['maxRetriesOnFailure']).to.equal(0);
    });
  });

  it('nautilus #4215: a time-out is asked about, not sent again; a duplicate is the order itself', async () => {
    peer.on('POST /fapi/v1/order', json({ code: -1007, msg: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.' }, 408));
    peer.on('GET /fapi/v1/order', json(view));
    const futures = account('usdm');
    expect((await futures.submit(order)).kind).to.equal('unknown');
    const found = await futures.query(ref);
    expect(found.kind === 'found' && [found.report.venueOrderId, found.report.status]).to.deep.equal(['22542179', 'open']);
    peer.on('POST /fapi/v1/order', json({ code: -4116, msg: 'ClientOrderId is duplicated.' }, 400));
    expect((await futures.submit(order)).kind, 'never a refusal').to.equal('exists');
  });

  it('ccxt bybit.fetchOrder adopting somebody else’s order: an answer under another id is no answer, to a question, a submit or a cancel', async () => {
    const foreign = json({ ...view, clientOrderId: 'SOMEONE-ELSES' });
    for (const method of ['POST', 'GET', 'DELETE']) peer.on(`${method} /fapi/v1/order`, foreign);
    const futures = account('usdm');
    expect([(await futures.submit(order)).kind, (await futures.query(ref)).kind, (await futures.cancel(ref)).kind]).to.deep.equal(['unknown', 'failed', 'unknown']);
  });

  it('freqtrade #8913: an answer without an order id is never an acceptance', async () => {
    for (const orderId of [undefined, null, '']) {
      peer.on('POST /fapi/v1/order', json({ ...view, orderId }));
      expect((await account('usdm').submit(order)).kind, String(orderId)).to.equal('unknown');
    }
  });

  it('nautilus #3287: a conditional order goes to the service that takes it, and -4120 is a refusal, not a riddle', async () => {
    peer.on('POST /fapi/v1/order', json({ code: -4120, msg: 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.' }, 400));
    peer.onRequest('POST /fapi/v1/algoOrder', (request) => json({ algoId: 2, symbol: 'BTCUSDT', clientAlgoId: request.params.get('clientAlgoId'), algoStatus: 'NEW', updateTime: 1 }));
    const futures = account('usdm');
    expect((await futures.submit({ ...order, side: 'sell', type: 'market', price: null, reduceOnly: true, triggerPrice: '28000.5' as Price })).kind).to.equal('accepted');
    expect(await futures.submit(order)).to.deep.include({ kind: 'refused', code: '-4120' });
  });
});
