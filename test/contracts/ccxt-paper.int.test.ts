import ccxt from 'ccxt';
import { expect } from 'chai';
import { startPaperRig, type PaperRig } from '#test/support/paper-rig';

/** The real ccxt against the paper exchange: what it signs, parses and maps is what it would do at Binance. */

// ccxt's own typings declare numbers where these tests read strings, and leave `info` open.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;
type Table = Record<string, Record<string, unknown>>;

// ccxt chooses its error tables by the venue's own host names; by path they are those of the live venue.
const tableFor = (url: string): string => (new URL(url).pathname.startsWith('/fapi') ? 'linear' : 'spot');
class PaperSpot extends ccxt.pro.binance {
  override getExceptionsByUrl(url: string, key: string): Loose {
    return (this.exceptions as Table)[tableFor(url)]?.[key] ?? {};
  }
}
class PaperUsdm extends ccxt.pro.binanceusdm {
  // Its twenty-minute renewal of listen keys would keep the test process alive.
  override delay(ms: number, method: (...args: unknown[]) => unknown, ...args: unknown[]): void {
    setTimeout(() => void method.apply(this, args), ms).unref();
  }
  override getExceptionsByUrl(url: string, key: string): Loose {
    return (this.exceptions as Table)[tableFor(url)]?.[key] ?? {};
  }
}

const urlsOf = (http: string) => {
  const ws = http.replace('http', 'ws');
  return {
    public: `${http}/api/v3`,
    private: `${http}/api/v3`,
    fapiPublic: `${http}/fapi/v1`,
    fapiPublicV2: `${http}/fapi/v2`,
    fapiPublicV3: `${http}/fapi/v3`,
    fapiPrivate: `${http}/fapi/v1`,
    fapiPrivateV2: `${http}/fapi/v2`,
    fapiPrivateV3: `${http}/fapi/v3`,
    ws: { spot: `${ws}/stream/ws`, future: `${ws}/fstream/ws`, 'ws-api': { spot: `${ws}/ws-api/v3`, future: `${ws}/ws-fapi/v1` } },
  };
};

async function connect(rig: PaperRig, market: 'spot' | 'usdm', balances: Record<string, string>): Promise<Loose> {
  const { apiKey, secret } = await rig.account(market, balances);
  const common = { apiKey, secret, enableRateLimit: false, timeout: 10_000, number: String };
  const options = { fetchCurrencies: false, fetchMargins: false, warnOnFetchOpenOrdersWithoutSymbol: false, recvWindow: 5000 };
  const exchange: Loose =
    market === 'spot'
      ? new PaperSpot({ ...common, options: { ...options, defaultType: 'spot', fetchMarkets: { types: ['spot'] } } })
      : new PaperUsdm({ ...common, options: { ...options, watchPositions: { fetchPositionsSnapshot: false, awaitPositionsSnapshot: false } } });
  exchange.urls.api = urlsOf(rig.exchange.url);
  await exchange.loadHttpProxyAgent();
  await exchange.loadMarkets();
  return exchange;
}

const failure = async (promise: Promise<unknown>): Promise<string> => promise.then(
  () => 'no failure',
  (error: Error) => error.constructor.name,
);

describe('ccxt on the paper exchange', function () {
  this.timeout(30_000);
  let rig: PaperRig;
  const open: Loose[] = [];
  const connected = async (market: 'spot' | 'usdm', balances: Record<string, string>): Promise<Loose> => {
    const exchange = await connect(rig, market, balances);
    open.push(exchange);
    return exchange;
  };
  before(async () => {
    rig = await startPaperRig();
    await rig.sim('POST', 'price', { symbol: 'BTCUSDT', price: '50000' });
  });
  after(async () => {
    await Promise.all(open.map((exchange) => exchange.close()));
    await rig.close();
  });
  const price = (market: 'spot' | 'usdm', value: string) => rig.sim('POST', 'price', { market, symbol: 'BTCUSDT', price: value });

  describe('spot', () => {
    const symbol = 'BTC/USDT';

    it('reads markets, tickers, candles, book and time', async () => {
      const exchange = await connected('spot', {});
      expect(exchange.market(symbol)).to.deep.include({ id: 'BTCUSDT', spot: true, active: true, precision: { amount: '0.00001000', price: '0.01000000', base: '0.00000001', quote: '0.00000001' } });
      expect(exchange.market(symbol).limits.cost.min).to.equal('5.00000000');
      expect((await exchange.fetchTicker(symbol)).last).to.equal('50000.00000000');
      expect(await exchange.fetchOHLCV(symbol, '1m')).to.have.length.greaterThan(0);
      expect((await exchange.fetchOrderBook(symbol)).bids).to.have.length(10);
      expect(Math.abs((await exchange.fetchTime()) - Date.now())).to.be.lessThan(2000);
      expect(Object.keys(await exchange.fetchTickers([symbol]))).to.deep.equal([symbol]);
    });

    it('creates, finds, lists and cancels orders', async () => {
      const exchange = await connected('spot', { USDT: '10000', BTC: '1' });
      const placed = await exchange.createOrder(symbol, 'limit', 'buy', '0.1', '49000', { clientOrderId: 'abc1' });
      expect(placed).to.include({ status: 'open', clientOrderId: 'abc1', price: '49000.00000000', amount: '0.10000000' });
      expect((await exchange.fetchOpenOrders(symbol)).map((order: Loose) => order.clientOrderId)).to.deep.equal(['abc1']);
      expect(await exchange.fetchOrder(undefined, symbol, { clientOrderId: 'abc1' })).to.include({ id: placed.id, status: 'open' });
      const cancelled = await exchange.cancelOrder(undefined, symbol, { clientOrderId: 'abc1' });
      expect(cancelled).to.include({ id: placed.id, status: 'canceled' });
      expect(cancelled.info.origClientOrderId).to.equal('abc1');
      expect((await exchange.fetchOrders(symbol)).map((order: Loose) => order.status)).to.deep.equal(['canceled']);
      const stop = await exchange.createOrder(symbol, 'market', 'sell', '0.1', undefined, { stopLossPrice: '45000', clientOrderId: 'abc2' });
      expect(stop).to.include({ status: 'open', triggerPrice: '45000.00000000' });
      await exchange.cancelAllOrders(symbol);
      expect(await exchange.fetchOpenOrders()).to.deep.equal([]);
    });

    it('trades at the market, with fees, trades and balances that agree', async () => {
      const exchange = await connected('spot', { USDT: '10000' });
      const bought = await exchange.createOrder(symbol, 'market', 'buy', '0.1');
      expect(bought).to.include({ status: 'closed', filled: '0.10000000', average: '50000' });
      expect(bought.fees).to.deep.equal([{ cost: '0.00010000', currency: 'BTC' }]);
      const [trade] = await exchange.fetchMyTrades(symbol);
      expect(trade).to.include({ order: bought.id, price: '50000.00000000', amount: '0.10000000', takerOrMaker: 'taker', side: 'buy' });
      const balance = await exchange.fetchBalance();
      expect([balance.BTC.free, balance.USDT.free]).to.deep.equal(['0.09990000', '5000.00000000']);
    });

    it('maps refusals to the classes of the live venue', async () => {
      const exchange = await connected('spot', { USDT: '10000' });
      expect(await failure(exchange.createOrder(symbol, 'limit', 'buy', '10', '49000'))).to.equal('InsufficientFunds');
      expect(await failure(exchange.createOrder(symbol, 'limit', 'buy', '0.1', '50000', { postOnly: true }))).to.equal('OrderImmediatelyFillable');
      expect(await failure(exchange.createOrder(symbol, 'limit', 'buy', '0.0001', '40000'))).to.equal('BadRequest');
      expect(await failure(exchange.cancelOrder('999999', symbol))).to.equal('OrderNotFound');
      expect(await failure(exchange.fetchOrder('999999', symbol))).to.equal('OrderNotFound');
      exchange.secret = 'wrong';
      expect(await failure(exchange.fetchBalance())).to.equal('AuthenticationError');
    });

    it('streams orders, fills and balances: new, then trade, before the REST answer', async () => {
      const exchange = await connected('spot', { USDT: '10000' });
      const trades = exchange.watchMyTrades();
      const orders = exchange.watchOrders();
      const balances = exchange.watchBalance();
      await settled(exchange);
      const seen: string[] = [];
      void trades.then(() => seen.push('stream'));
      await exchange.createOrder(symbol, 'market', 'buy', '0.02', undefined, { clientOrderId: 'w1' }).then(() => seen.push('rest'));
      const [trade] = await trades;
      expect(trade).to.include({ price: '50000.00000000', amount: '0.02000000', takerOrMaker: 'taker', symbol });
      expect(trade.fee).to.deep.equal({ cost: '0.00002000', currency: 'BTC' });
      expect(seen[0]).to.equal('stream');
      expect((await orders).at(-1)).to.include({ clientOrderId: 'w1', symbol });
      expect((await balances).BTC.free).to.equal('0.01998000');
    });

    it('names a cancelled order by its own client id on the stream', async () => {
      const exchange = await connected('spot', { USDT: '10000' });
      await exchange.createOrder(symbol, 'limit', 'buy', '0.02', '49000', { clientOrderId: 'w2' });
      const orders = exchange.watchOrders();
      await settled(exchange);
      await exchange.cancelOrder(undefined, symbol, { clientOrderId: 'w2' });
      expect((await orders)[0]).to.include({ clientOrderId: 'w2', status: 'canceled' });
    });

    it('streams public prices', async () => {
      const exchange = await connected('spot', {});
      await watchPublic(exchange, symbol, (value) => price('spot', value));
    });
  });

  describe('USD-M', () => {
    const symbol = 'BTC/USDT:USDT';

    it('reads markets and tickers', async () => {
      const exchange = await connected('usdm', {});
      expect(exchange.market(symbol)).to.deep.include({ id: 'BTCUSDT', swap: true, linear: true, active: true });
      expect(exchange.market(symbol).limits.cost.min).to.equal('100');
      expect((await exchange.fetchTicker(symbol)).last).to.equal('50000.0');
      expect((await exchange.fetchOrderBook(symbol)).asks[0][0]).to.equal(50000.1);
    });

    it('creates, finds, lists and cancels orders', async () => {
      const exchange = await connected('usdm', { USDT: '10000' });
      const placed = await exchange.createOrder(symbol, 'limit', 'buy', '0.1', '49000', { clientOrderId: 'abc1' });
      expect(placed).to.include({ status: 'open', clientOrderId: 'abc1', price: '49000.0', amount: '0.100', symbol });
      expect(await exchange.fetchOrder(undefined, symbol, { clientOrderId: 'abc1' })).to.include({ id: placed.id });
      expect((await exchange.fetchOpenOrders(symbol)).length).to.equal(1);
      expect(await exchange.cancelOrder(undefined, symbol, { clientOrderId: 'abc1' })).to.include({ status: 'canceled', clientOrderId: 'abc1' });
      expect(await exchange.fetchOpenOrders()).to.deep.equal([]);
    });

    it('keeps positions, balance and trades', async () => {
      const exchange = await connected('usdm', { USDT: '10000' });
      await exchange.setLeverage(10, symbol);
      const bought = await exchange.createOrder(symbol, 'market', 'buy', '0.1');
      expect(bought).to.include({ status: 'closed', filled: '0.100', average: '50000.0' });
      const [position] = await exchange.fetchPositions([symbol]);
      expect(position).to.include({ symbol, side: 'long', contracts: '0.1', entryPrice: '50000' });
      const [trade] = await exchange.fetchMyTrades(symbol);
      expect(trade).to.include({ order: bought.id, price: '50000.0', amount: '0.100' });
      expect(trade.fee).to.deep.include({ cost: '2.50000000', currency: 'USDT' });
      const balance = await exchange.fetchBalance();
      expect([balance.USDT.total, balance.USDT.used, balance.USDT.free]).to.deep.equal(['9997.50000000', '500.00000000', '9497.50000000']);
      await exchange.createOrder(symbol, 'market', 'sell', '0.1', undefined, { reduceOnly: true });
      expect(await exchange.fetchPositions([symbol])).to.deep.equal([]);
    });

    it('holds conditional orders in the algo service', async () => {
      const exchange = await connected('usdm', { USDT: '10000' });
      await price('usdm', '50000');
      await exchange.createOrder(symbol, 'market', 'buy', '0.1');
      const stop = await exchange.createOrder(symbol, 'market', 'sell', '0.1', undefined, { stopLossPrice: '48000', reduceOnly: true, clientOrderId: 'stop1' });
      expect(stop).to.include({ status: 'open', clientOrderId: 'stop1', triggerPrice: '48000.0' });
      const trailing = await exchange.createOrder(symbol, 'market', 'sell', '0.1', undefined, { trailingPercent: '5', reduceOnly: true });
      expect((await exchange.fetchOpenOrders(symbol, undefined, undefined, { trigger: true })).length).to.equal(2);
      expect(await exchange.fetchOpenOrders(symbol)).to.deep.equal([]);
      expect(await exchange.fetchOrder(undefined, symbol, { trigger: true, clientOrderId: 'stop1' })).to.include({ id: stop.id, status: 'open' });
      expect(await failure(exchange.fetchOrder(stop.id, symbol))).to.equal('OrderNotFound');
      await exchange.cancelOrder(trailing.id, symbol, { trigger: true });
      await price('usdm', '47000');
      const done = await exchange.fetchOrder(stop.id, symbol, { trigger: true });
      expect(done.status).to.equal('closed');
      expect(await exchange.fetchOrder(done.info.actualOrderId, symbol)).to.include({ status: 'closed', average: '48000.0' });
      await price('usdm', '50000');
    });

    it('maps refusals to the classes of the live venue', async () => {
      const exchange = await connected('usdm', { USDT: '1000' });
      const order = (amount: string, value: string | undefined, params: object = {}) => exchange.createOrder(symbol, value === undefined ? 'market' : 'limit', 'buy', amount, value, params);
      expect(await failure(order('10', '49000'))).to.equal('InsufficientFunds');
      expect(await failure(order('0.001', '49000'))).to.equal('InvalidOrder');
      expect(await failure(order('0.01', undefined, { reduceOnly: true }))).to.equal('InvalidOrder');
      expect(await failure(order('0.01', '50000', { postOnly: true }))).to.equal('OrderNotFillable');
      expect(await failure(exchange.createOrder(symbol, 'market', 'sell', '0.01', undefined, { stopLossPrice: '51000' }))).to.equal('OrderImmediatelyFillable');
      expect(await failure(exchange.cancelOrder('999999', symbol))).to.equal('OrderNotFound');
    });

    it('streams orders, fills, balance and positions', async () => {
      const exchange = await connected('usdm', { USDT: '10000' });
      const trades = exchange.watchMyTrades();
      const orders = exchange.watchOrders();
      const balance = exchange.watchBalance();
      const positions = exchange.watchPositions();
      await settled(exchange);
      await exchange.createOrder(symbol, 'market', 'buy', '0.1', undefined, { clientOrderId: 'w1' });
      expect((await trades)[0]).to.include({ price: '50000.0', amount: '0.100', symbol, takerOrMaker: 'taker' });
      expect((await orders).at(-1)).to.include({ clientOrderId: 'w1', symbol });
      expect((await balance).USDT.total).to.equal('9997.50000000');
      expect((await positions)[0]).to.include({ symbol, side: 'long', contracts: '0.1' });
    });

    it('streams the life of a conditional order', async () => {
      const exchange = await connected('usdm', { USDT: '10000' });
      await exchange.createOrder(symbol, 'market', 'buy', '0.1');
      const orders = exchange.watchOrders();
      await settled(exchange);
      await exchange.createOrder(symbol, 'market', 'sell', '0.1', undefined, { stopLossPrice: '48000', reduceOnly: true, clientOrderId: 'stop1' });
      expect((await orders)[0]).to.include({ clientOrderId: 'stop1', status: 'open', symbol });
    });

    it('streams public prices', async () => {
      const exchange = await connected('usdm', {});
      await watchPublic(exchange, symbol, (value) => price('usdm', value));
    });
  });
});

/** Waits until the streams asked for are open and subscribed. */
async function settled(exchange: Loose): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    // ccxt keeps its own bookkeeping among the connections.
    const clients: Loose[] = Object.values(exchange.clients as Record<string, { url: string }>).filter(({ url }) => url.startsWith('ws'));
    const ready = clients.length > 0 && clients.every((client) => client.isConnected && Object.keys(client.futures).every((hash) => !hash.startsWith('authenticate') && !/^\d+$/.test(hash)));
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the streams did not open');
}

async function watchPublic(exchange: Loose, symbol: string, move: (value: string) => Promise<unknown>): Promise<void> {
  const watched: Promise<Loose>[] = [exchange.watchTrades(symbol), exchange.watchTicker(symbol), exchange.watchBidsAsks([symbol]), exchange.watchOHLCV(symbol, '1m'), exchange.watchOrderBook(symbol)];
  let arrived = 0;
  for (const each of watched) void each.then(() => (arrived += 1));
  for (let tries = 0; tries < 200 && arrived < watched.length; tries += 1) {
    await move(tries % 2 === 0 ? '50001' : '50000');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await move('50000');
  const [trades, ticker, quotes, candles, book] = await Promise.all(watched);
  expect(['50000', '50001']).to.include(String(Number(trades[0].price)));
  expect(Number(ticker.last)).to.be.within(50000, 50001);
  expect(Number(quotes[symbol].bid)).to.be.within(49999, 50001);
  expect(Number(candles.at(-1)[4])).to.be.within(50000, 50001);
  expect(book.bids.length).to.equal(10);
}
