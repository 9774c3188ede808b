import { expect } from 'chai';
import { startPaperRig, type PaperRig } from '#test/support/paper-rig';
import { openStream, openUserStream, type RawStream } from '#test/support/paper-stream';

describe('paper exchange streams', () => {
  let now = Date.now();
  let rig: PaperRig;
  let origin: string;
  const streams: RawStream[] = [];
  const opened = async (stream: Promise<RawStream>): Promise<RawStream> => {
    streams.push(await stream);
    return stream;
  };
  before(async () => {
    rig = await startPaperRig({ clock: { now: () => now } });
    origin = rig.exchange.url;
    await rig.sim('POST', 'instruments', { instruments: [{ market: 'usdm', symbol: 'ABCUSDT', tick: '0.01', step: '0.001' }, { market: 'spot', symbol: 'ABCUSDT', tick: '0.01', step: '0.001' }] });
    await rig.sim('POST', 'price', { symbol: 'ABCUSDT', price: '100' });
  });
  beforeEach(() => (now = Date.now()));
  after(async () => {
    for (const stream of streams) stream.close();
    await rig.close();
  });

  it('spot: a limit order locks, fills in two, and tells each fill before its balances', async () => {
    const client = await rig.account('spot', { USDT: '1000' });
    const stream = await opened(openUserStream(origin, client));
    await rig.sim('POST', 'faults', { kind: 'partial-fills', parts: 2 });
    await client.signed('POST', '/api/v3/order', { symbol: 'ABCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: '99', quantity: '1', newClientOrderId: 'x' });
    await rig.sim('POST', 'walk', { market: 'spot', symbol: 'ABCUSDT', prices: ['99', '98.5', '100'] });
    await stream.until('the end', ({ event }) => event.X === 'FILLED');
    const told = stream.messages.map(({ event, subscriptionId }) => [subscriptionId, event.e, ...(event.e === 'executionReport' ? [event.x, event.X, event.l, event.L, event.m] : event.B.map((each: Record<string, string>) => `${each.a} ${each.f} ${each.l}`))]);
    expect(told.slice(0, 5)).to.deep.equal([
      [0, 'executionReport', 'NEW', 'NEW', '0.00000000', '0.00000000', false],
      [0, 'outboundAccountPosition', 'USDT 901.00000000 99.00000000'],
      [0, 'executionReport', 'TRADE', 'PARTIALLY_FILLED', '0.50000000', '99.00000000', true],
      [0, 'outboundAccountPosition', 'USDT 901.00000000 49.50000000', 'ABC 0.49950000 0.00000000'],
      [0, 'executionReport', 'TRADE', 'FILLED', '0.50000000', '99.00000000', true],
    ]);
  });

  it('spot: a cancel carries its own id in c and the order’s in C', async () => {
    const client = await rig.account('spot', { USDT: '1000' });
    const stream = await opened(openUserStream(origin, client));
    await client.signed('POST', '/api/v3/order', { symbol: 'ABCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: '90', quantity: '1', newClientOrderId: 'x' });
    await client.signed('DELETE', '/api/v3/order', { symbol: 'ABCUSDT', origClientOrderId: 'x', newClientOrderId: 'y' });
    const { event } = await stream.until('the cancel', (message) => message.event.x === 'CANCELED');
    expect(event).to.include({ c: 'y', C: 'x', X: 'CANCELED' });
  });

  it('USD-M: ACCOUNT_UPDATE comes before the trade it explains, NEW before both', async () => {
    const client = await rig.account('usdm', { USDT: '1000' });
    const stream = await opened(openUserStream(origin, client));
    await client.signed('POST', '/fapi/v1/order', { symbol: 'ABCUSDT', side: 'BUY', type: 'MARKET', quantity: '1', newClientOrderId: 'x' });
    await stream.until('the fill', (message) => message.o?.x === 'TRADE');
    expect(stream.messages.map((message) => message.e + (message.o ? ` ${message.o.x}` : ''))).to.deep.equal(['ORDER_TRADE_UPDATE NEW', 'ACCOUNT_UPDATE', 'ORDER_TRADE_UPDATE TRADE']);
    const [, account, trade] = stream.messages;
    expect(account.a.P[0]).to.include({ s: 'ABCUSDT', pa: '1', ep: '100.00000000', ps: 'BOTH' });
    expect(account.a.B[0]).to.include({ a: 'USDT', wb: '999.95000000' });
    expect(trade.o).to.include({ c: 'x', X: 'FILLED', l: '1.000', L: '100.00', n: '0.05000000', N: 'USDT', ps: 'BOTH', rp: '0.00000000' });
  });

  it('USD-M: a stop tells its life as ALGO_UPDATE, its order as ORDER_TRADE_UPDATE', async () => {
    const client = await rig.account('usdm', { USDT: '1000' });
    await client.signed('POST', '/fapi/v1/order', { symbol: 'ABCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' });
    const stream = await opened(openUserStream(origin, client));
    await client.signed('POST', '/fapi/v1/algoOrder', { algoType: 'CONDITIONAL', symbol: 'ABCUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '95', closePosition: 'true', clientAlgoId: 's' });
    await rig.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: '94' });
    await stream.until('the end', (message) => message.o?.X === 'FINISHED');
    expect(stream.messages.map((message) => `${message.e} ${message.o?.X ?? ''}`.trim())).to.deep.equal(['ALGO_UPDATE NEW', 'ALGO_UPDATE TRIGGERED', 'ORDER_TRADE_UPDATE NEW', 'ACCOUNT_UPDATE', 'ORDER_TRADE_UPDATE FILLED', 'ALGO_UPDATE FINISHED']);
    await rig.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: '100' });
  });

  it('USD-M: a listen key lives an hour from its last renewal', async () => {
    const client = await rig.account('usdm', { USDT: '1000' });
    const { listenKey } = (await client.signed('POST', '/fapi/v1/listenKey')).json;
    now += 59 * 60_000;
    expect((await client.signed('PUT', '/fapi/v1/listenKey')).json).to.deep.equal({ listenKey });
    now += 59 * 60_000;
    expect((await client.signed('POST', '/fapi/v1/listenKey')).json).to.deep.equal({ listenKey });
    now += 61 * 60_000;
    expect((await client.signed('PUT', '/fapi/v1/listenKey')).json).to.deep.equal({ code: -1125, msg: 'This listenKey does not exist.' });
    const late = await opened(openStream(`${origin.replace('http', 'ws')}/private/ws?listenKey=${listenKey}`));
    await late.until('the notice', (message) => message.e === 'listenKeyExpired');
  });

  it('acknowledges SUBSCRIBE and UNSUBSCRIBE, refuses unknown streams, and sends what was asked for', async () => {
    const stream = await opened(openStream(`${origin.replace('http', 'ws')}/market/ws/0`));
    stream.send({ method: 'SUBSCRIBE', params: ['abcusdt@aggTrade', 'abcusdt@markPrice@1s'], id: 7 });
    await stream.until('the answer', (message) => message.id === 7 && message.result === null);
    stream.send({ method: 'SUBSCRIBE', params: ['abcusdt@wish'], id: 8 });
    expect(await stream.until('the refusal', (message) => message.id === 8)).to.deep.equal({ error: { code: 2, msg: 'Invalid request: invalid stream' }, id: 8 });
    await rig.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: '101' });
    expect(await stream.until('the trade', (message) => message.e === 'aggTrade')).to.include({ s: 'ABCUSDT', p: '101.00', m: false });
    expect(await stream.until('the mark price', (message) => message.e === 'markPriceUpdate')).to.include({ s: 'ABCUSDT', p: '101.00000000' });
    stream.send({ method: 'UNSUBSCRIBE', params: ['abcusdt@aggTrade', 'abcusdt@markPrice@1s'], id: 9 });
    await stream.until('the end', (message) => message.id === 9);
    const before = stream.messages.length;
    await rig.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: '100' });
    stream.send({ method: 'LIST_SUBSCRIPTIONS', id: 10 });
    expect(await stream.until('the list', (message) => message.id === 10)).to.deep.equal({ result: [], id: 10 });
    expect(stream.messages.length).to.equal(before + 1);
  });

  it('wraps combined streams, and keeps the markets apart', async () => {
    const stream = await opened(openStream(`${origin.replace('http', 'ws')}/stream?streams=abcusdt@trade/abcusdt@kline_1m`));
    await rig.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: '102' });
    await rig.sim('POST', 'price', { market: 'spot', symbol: 'ABCUSDT', price: '103' });
    const candle = await stream.until('the candle', (message) => message.stream === 'abcusdt@kline_1m');
    expect(candle.data.k).to.include({ c: '103.00000000', i: '1m', s: 'ABCUSDT' });
    expect(stream.messages[0]).to.have.nested.property('data.p', '103.00000000');
  });
});
