import { expect } from 'chai';
import type { Market } from '#shared/engine/instrument/instrument';
import { clientOrderId } from '#shared/engine/ids';
import { queryCall } from '../order-request.ts';
import { endpoint } from '../binance-endpoints.ts';
import type { RawAnswer } from '../outcomes/judge-answer.ts';
import { judgedVenues, outcomesOf } from '../outcomes/venue-outcomes.ts';
import type { LookupRequest } from './client-id-rules.ts';
import { lateArrivalOf, onTheWire } from './client-id-rules.ts';
import { judgePlaced, lookUpOrder, type Sighting } from './look-up-order.ts';
import { clientIdsOf } from './venue-client-ids.ts';

const markets: readonly Market[] = ['spot', 'usdm'];
const id = clientOrderId('xk2g0', { groupId: '42', role: 'entry', pyramid: 0, leg: 3, generation: 1 });
const sentAt = 1_700_000_000_000;
const symbols: Readonly<Record<string, readonly [string, string]>> = {
  binance: ['BTCUSDT', 'BTCUSDT'], bybit: ['BTCUSDT', 'BTCUSDT'], okx: ['BTC-USDT', 'BTC-USDT-SWAP'], kucoin: ['BTC-USDT', 'XBTUSDTM'],
  mexc: ['BTCUSDT', 'BTC_USDT'], gate: ['BTC_USDT', 'BTC_USDT'], bingx: ['BTC-USDT', 'BTC-USDT'],
};

const ok = (body: unknown): RawAnswer => ({ status: 200, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** What a venue answers: rows wrapped as it does, nothing found by id, and an empty list. */
interface Manner {
  row(row: object): RawAnswer;
  rows(rows: object[]): RawAnswer;
  none: RawAnswer;
}
const listOf = (rows: object[]): RawAnswer => ok(rows);
const manners: Readonly<Record<string, Readonly<Record<Market, Manner>>>> = {
  bybit: both({ row: (row) => ok({ retCode: 0, retMsg: 'OK', result: { list: [row] } }), rows: (list) => ok({ retCode: 0, retMsg: 'OK', result: { list } }), none: ok({ retCode: 0, retMsg: 'OK', result: { list: [] } }) }),
  okx: both({ row: (row) => ok({ code: '0', msg: '', data: [row] }), rows: (data) => ok({ code: '0', msg: '', data }), none: ok({ code: '51603', msg: 'Order does not exist', data: [] }) }),
  kucoin: {
    spot: { row: (data) => ok({ code: '200000', data }), rows: (items) => ok({ code: '200000', data: { items } }), none: ok({ code: '200000', data: null }) },
    usdm: { row: (data) => ok({ code: '200000', data }), rows: (items) => ok({ code: '200000', data: { items } }), none: ok({ code: '100001', msg: 'error.getOrder.orderNotExist' }) },
  },
  mexc: {
    spot: { row: (row) => ok(row), rows: listOf, none: { status: 400, headers: {}, body: '{"code":-2013,"msg":"Order does not exist."}' } },
    usdm: { row: (data) => ok({ success: true, code: 0, data }), rows: (data) => ok({ success: true, code: 0, data }), none: ok({ success: true, code: 0, data: null }) },
  },
  gate: both({ row: (row) => ok(row), rows: listOf, none: { status: 404, headers: {}, body: '{"label":"ORDER_NOT_FOUND","message":"Order not found"}' } }),
  bingx: {
    spot: { row: (data) => ok({ code: 0, msg: '', data }), rows: (orders) => ok({ code: 0, msg: '', data: { orders } }), none: ok({ code: 100404, msg: 'Order does not exist.' }) },
    usdm: { row: (order) => ok({ code: 0, msg: '', data: { order } }), rows: (orders) => ok({ code: 0, msg: '', data: { orders } }), none: ok({ code: 109421, msg: 'The specified order does not exist' }) },
  },
  binance: both({ row: (row) => ok(row), rows: listOf, none: { status: 400, headers: {}, body: '{"code":-2013,"msg":"Order does not exist."}' } }),
};
function both(manner: Manner): Record<Market, Manner> {
  return { spot: manner, usdm: manner };
}

/** Asks a venue that answers from a script: for each look the answer, in the order of the looks. */
async function ask(venue: string, market: Market, answers: readonly (RawAnswer | 'cut')[]): Promise<{ sighting: Sighting; asked: LookupRequest[] }> {
  const asked: LookupRequest[] = [];
  const sighting = await lookUpOrder(
    outcomesOf(venue),
    clientIdsOf(venue, market),
    async (request) => {
      asked.push(request);
      const answer = answers[asked.length - 1];
      if (answer === undefined) throw new Error(`nothing was scripted for ${request.path}`);
      return answer === 'cut' ? { fault: { phase: 'no-answer', status: null, code: null, message: 'ECONNRESET' } } : answer;
    },
    { clientOrderId: id, venueSymbol: symbols[venue]![market === 'spot' ? 0 : 1], sentAt },
    () => sentAt,
  );
  return { sighting, asked };
}

const rowOf = (venue: string, market: Market, clientId: string, more: object = {}): object => ({ [clientIdsOf(venue, market).byId.echo[0]!]: clientId, ...more });
const emptySweeps = (venue: string, market: Market): RawAnswer[] => clientIdsOf(venue, market).sweeps.map((sweep) => (sweep.at.length === 1 && sweep.at[0] === 'data' && venue === 'kucoin' ? ok({ code: '200000', data: [] }) : manners[venue]![market].rows([])));

describe('asking for an order by client id', () => {
  for (const venue of judgedVenues)
    for (const market of markets) {
      const rules = clientIdsOf(venue, market);
      const manner = manners[venue]![market];
      const ours = onTheWire(rules, id);
      describe(`${venue} ${market}`, () => {
        it('takes the ids we compute', () => {
          expect(id).to.match(rules.shape);
          expect(rules.source).to.not.equal('');
          expect(rules.window.source).to.not.equal('');
        });

        it('adopts the order that carries our id', async () => {
          const { sighting } = await ask(venue, market, [manner.row(rowOf(venue, market, ours, { orderId: '1' }))]);
          expect(sighting).to.deep.include({ kind: 'found', seenIn: 'the order' });
        });

        it('never adopts an order under another id, and does not count it as absence', async () => {
          const { sighting, asked } = await ask(venue, market, [manner.row(rowOf(venue, market, 'SOMEONE-ELSES', { orderId: '1' }))]);
          expect(sighting.kind === 'failed' && sighting.message).to.include('the answer is about "SOMEONE-ELSES"');
          expect(asked).to.have.length(1);
        });

        it('an order without any client id is not ours', async () => expect((await ask(venue, market, [manner.row({ orderId: '1' })])).sighting.kind).to.equal('failed'));

        it('absent only when every place has answered and none has it', async () => {
          const { sighting, asked } = await ask(venue, market, [manner.none, ...emptySweeps(venue, market)]);
          expect(sighting.kind).to.equal('absent');
          expect(asked).to.have.length(1 + rules.sweeps.length);
          expect(JSON.stringify(asked[0])).to.include(ours);
        });

        for (const [name, answer] of [['no answer', 'cut'], ['a 502 page', { status: 502, headers: {}, body: '<html>' }], ['a wrong key', { status: 401, headers: {}, body: '' }], ['a throttle', { status: 429, headers: { 'Retry-After': '3' }, body: '' }]] as const) {
          it(`${name} proves nothing, wherever it happens`, async () => {
            const places = [manner.none, ...emptySweeps(venue, market)];
            for (let at = 0; at < places.length; at += 1) expect((await ask(venue, market, [...places.slice(0, at), answer, ...places.slice(at + 1)])).sighting.kind, `place ${at}`).to.equal('failed');
          });
        }
      });
    }

  it('asks as the venue wants to be asked', async () => {
    const path = async (venue: string, market: Market): Promise<string> => {
      const [first] = (await ask(venue, market, [manners[venue]![market].row(rowOf(venue, market, onTheWire(clientIdsOf(venue, market), id)))])).asked;
      return `${first?.path}?${new URLSearchParams(first?.params).toString()}`;
    };
    expect(await Promise.all(judgedVenues.flatMap((venue) => markets.map((market) => path(venue, market))))).to.deep.equal([
      `/api/v3/order?symbol=BTCUSDT&origClientOrderId=${id}`,
      `/fapi/v1/order?symbol=BTCUSDT&origClientOrderId=${id}`,
      `/v5/order/realtime?category=spot&symbol=BTCUSDT&orderLinkId=${id}`,
      `/v5/order/realtime?category=linear&symbol=BTCUSDT&orderLinkId=${id}`,
      `/api/v5/trade/order?instId=BTC-USDT&clOrdId=${id}`,
      `/api/v5/trade/order?instId=BTC-USDT-SWAP&clOrdId=${id}`,
      `/api/v1/hf/orders/client-order/${id}?symbol=BTC-USDT`,
      `/api/v1/orders/byClientOid?clientOid=${id}`,
      `/api/v3/order?symbol=BTCUSDT&origClientOrderId=${id}`,
      `/api/v1/private/order/external/BTC_USDT/${id}?`,
      `/api/v4/spot/orders/t-${id}?currency_pair=BTC_USDT`,
      `/api/v4/futures/usdt/orders/t-${id}?`,
      `/openApi/spot/v1/trade/query?symbol=BTC-USDT&clientOrderID=${id}`,
      `/openApi/swap/v2/trade/order?symbol=BTC-USDT&clientOrderId=${id}`,
    ]);
  });

  it('Binance is asked in one way only: as the adapter does', () => {
    for (const market of markets) {
      const { name, params } = queryCall(market, { clientOrderId: id, venueOrderId: null, symbol: market === 'spot' ? 'BTC/USDT' : 'BTC/USDT:USDT' });
      expect({ path: endpoint(market, name).wirePath, params }).to.deep.equal(clientIdsOf('binance', market).byId.request({ clientOrderId: id, wireId: id, venueSymbol: 'BTCUSDT', sentAt }));
    }
  });

  describe('Gate, where "not found" proves nothing of an order that has filled', () => {
    const none = manners['gate']!.spot.none;
    it('an ended order carries our text: found', async () => {
      const { sighting } = await ask('gate', 'spot', [none, ok([{ text: 't-foreign' }, { text: `t-${id}`, id: '7', status: 'closed' }])]);
      expect(sighting).to.deep.equal({ kind: 'found', row: { text: `t-${id}`, id: '7', status: 'closed' }, seenIn: 'ended orders' });
    });
    it('only a trade carries it: found, with the venue’s order id', async () => {
      const { sighting } = await ask('gate', 'usdm', [none, ok([]), ok([{ text: `t-${id}`, order_id: '123456789012345678' }])]);
      expect(sighting.kind === 'found' && [sighting.seenIn, sighting.row['order_id']]).to.deep.equal(['trades', '123456789012345678']);
    });
    it('our id without the prefix is not our text', async () => expect((await ask('gate', 'spot', [ok({ text: id, id: '7' })])).sighting.kind).to.equal('failed'));
    it('a full page may hide it', async () => {
      const page = ok(Array.from({ length: 100 }, (_, index) => ({ text: `t-foreign${index}` })));
      expect((await ask('gate', 'spot', [none, page])).sighting).to.deep.equal({ kind: 'failed', message: 'ended orders: the page is full, more may follow' });
    });
    it('lists are read from before the sending, in seconds', async () => {
      const { asked } = await ask('gate', 'spot', [none, ok([]), ok([])]);
      expect(asked.slice(1).map(({ params }) => params['from'])).to.deep.equal(['1699999940', '1699999940']);
    });
  });

  it('KuCoin: an index that lags behind a fill is overruled by the list of ended orders', async () => {
    const { none, rows } = manners['kucoin']!.usdm;
    expect((await ask('kucoin', 'usdm', [none, rows([]), rows([{ clientOid: id, id: '9' }])])).sighting).to.deep.include({ kind: 'found', seenIn: 'ended orders' });
  });

  it('BingX changes letters to lower case: the same order all the same', async () => {
    expect((await ask('bingx', 'usdm', [manners['bingx']!.usdm.row({ clientOrderID: id.toUpperCase(), orderId: 1 })])).sighting.kind).to.equal('found');
    expect((await ask('okx', 'usdm', [manners['okx']!.usdm.row({ clOrdId: id.toUpperCase() })])).sighting.kind, 'elsewhere it is another').to.equal('failed');
  });

  it('an order id keeps all its digits', async () => {
    const { sighting } = await ask('bingx', 'usdm', [ok(`{"code":0,"data":{"order":{"clientOrderId":"${id}","orderId":1736011869418901234,"note":"say \\"12\\", 3"}}}`)]);
    expect(sighting.kind === 'found' && [sighting.row['orderId'], sighting.row['note']]).to.deep.equal(['1736011869418901234', 'say "12", 3']);
  });

  it('waits for the last possible arrival of each venue: its window, ten seconds of its engine, a margin', () => {
    const waits = Object.fromEntries(judgedVenues.map((venue) => [venue, markets.map((market) => lateArrivalOf(clientIdsOf(venue, market)))]));
    expect(waits).to.deep.equal({ binance: [19_000, 19_000], bybit: [19_000, 19_000], okx: [44_000, 44_000], kucoin: [19_000, 19_000], mexc: [19_000, 24_000], gate: [74_000, 74_000], bingx: [19_000, 19_000] });
  });

  it('an id that Gate would take without its prefix is not fit', () => {
    expect('tabc').to.not.match(clientIdsOf('gate', 'spot').shape);
    expect('a'.repeat(29)).to.not.match(clientIdsOf('gate', 'spot').shape);
    expect('with-hyphen').to.not.match(clientIdsOf('okx', 'spot').shape);
  });
});

describe('the answer to a submit', () => {
  const placed: readonly [string, Market, unknown, string | null][] = [
    ['bybit', 'usdm', { retCode: 0, result: { orderId: 'abc', orderLinkId: id } }, 'abc'],
    ['okx', 'spot', { code: '0', data: [{ ordId: '312269865356374016', clOrdId: id, sCode: '0' }] }, '312269865356374016'],
    ['kucoin', 'spot', { code: '200000', data: { orderId: '670fd33bf9406e0007ab3945', clientOid: id } }, '670fd33bf9406e0007ab3945'],
    ['mexc', 'spot', { symbol: 'MXUSDT', orderId: '06a480e69e604477bfb48dddd5f0b750' }, '06a480e69e604477bfb48dddd5f0b750'],
    ['mexc', 'usdm', '{"success":true,"code":0,"data":102057569836905984}', '102057569836905984'],
    ['gate', 'spot', { id: '1852454420', text: `t-${id}` }, '1852454420'],
    ['bingx', 'usdm', { code: 0, data: { order: { orderId: '1', clientOrderId: id } } }, '1'],
    ['binance', 'spot', { orderId: 28, clientOrderId: id }, '28'],
    ['bybit', 'usdm', { retCode: 0, result: { orderId: 'abc', orderLinkId: 'SOMEONE-ELSES' } }, null],
    ['okx', 'spot', { code: '0', data: [] }, null],
    ['kucoin', 'spot', { code: '200000', data: { clientOid: id } }, null],
    ['mexc', 'spot', [], null],
    ['gate', 'spot', { id: '1852454420' }, null],
    ['bingx', 'usdm', { code: 0, data: {} }, null],
  ];
  for (const [venue, market, body, expected] of placed)
    it(`${venue} ${market} ${JSON.stringify(body).slice(0, 70)} -> ${expected ?? 'unknown'}`, () => {
      const verdict = judgePlaced(outcomesOf(venue), clientIdsOf(venue, market), ok(body), id, 0);
      expect(verdict).to.deep.equal(expected === null ? { kind: 'unknown' } : { kind: 'accepted', venueOrderId: expected });
    });

  it('is judged like any other where it is not an acceptance', () => {
    expect(judgePlaced(outcomesOf('bybit'), clientIdsOf('bybit', 'usdm'), ok({ retCode: 110072, retMsg: 'OrderLinkedID is duplicate' }), id, 0).kind).to.equal('exists');
    expect(judgePlaced(outcomesOf('okx'), clientIdsOf('okx', 'usdm'), ok({ code: '1', data: [{ sCode: '51008', sMsg: 'Insufficient balance' }] }), id, 0)).to.deep.equal({ kind: 'refused', refused: 'balance' });
  });
});
