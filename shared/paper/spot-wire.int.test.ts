import { expect } from 'chai';
import { startPaperRig, type PaperClient, type PaperRig, type Reply } from '#test/support/paper-rig';

describe('spot wire', () => {
  let rig: PaperRig;
  let client: PaperClient;
  before(async () => {
    rig = await startPaperRig();
    client = await rig.account('spot', { USDT: '100000', BTC: '2' });
    await rig.sim('POST', 'price', { market: 'spot', symbol: 'BTCUSDT', price: '50000' });
  });
  after(() => rig.close());

  const limit = (id: string, change: Record<string, string> = {}): Record<string, string> => ({ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '49000', newClientOrderId: id, ...change });
  const order = (params: Record<string, string>) => client.signed('POST', '/api/v3/order', params);

  it('answers a market order in full, with eight places', async () => {
    const { status, json, headers } = await order({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.1', newClientOrderId: 'm1' });
    expect(status).to.equal(200);
    expect(json).to.include({ symbol: 'BTCUSDT', clientOrderId: 'm1', status: 'FILLED', origQty: '0.10000000', executedQty: '0.10000000', cummulativeQuoteQty: '5000.00000000', type: 'MARKET', side: 'BUY' });
    expect(json.fills).to.have.length(1);
    expect(json.fills[0]).to.include({ price: '50000.00000000', qty: '0.10000000', commission: '0.00010000', commissionAsset: 'BTC' });
    expect(headers.get('x-mbx-used-weight-1m')).to.match(/^\d+$/);
    expect(headers.get('x-mbx-order-count-10s')).to.match(/^\d+$/);
  });

  it('gives a cancel an id of its own and shows the order by its own id', async () => {
    await order(limit('c1'));
    const cancelled = await client.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'c1' });
    expect(cancelled.json).to.include({ origClientOrderId: 'c1', status: 'CANCELED' });
    expect(cancelled.json.clientOrderId).to.not.equal('c1');
    const shown = await client.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'c1' });
    expect(shown.json).to.include({ clientOrderId: 'c1', status: 'CANCELED', price: '49000.00000000' });
    const again = await client.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'c1' });
    expect([again.status, again.json]).to.deep.equal([400, { code: -2011, msg: 'Unknown order sent.' }]);
  });

  it('takes a client id again once its order is no longer open', async () => {
    await order(limit('d1'));
    const twice = await order(limit('d1'));
    expect(twice.json).to.deep.equal({ code: -2010, msg: 'Duplicate order sent.' });
    await client.signed('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
    expect((await order(limit('d1'))).status).to.equal(200);
    await client.signed('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
  });

  describe('refuses', () => {
    const rows: [string, Record<string, string>, number, string][] = [
      ['a price off the tick', { price: '49000.001' }, -1013, 'Filter failure: PRICE_FILTER'],
      ['a quantity off the step', { quantity: '0.010001' }, -1013, 'Filter failure: LOT_SIZE'],
      ['too little value', { quantity: '0.0001' }, -1013, 'Filter failure: NOTIONAL'],
      ['too precise a price', { price: '49000.000000001' }, -1111, "Parameter 'price' has too much precision."],
      ['a price far from the market', { price: '9000' }, -1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
      ['more than there is', { quantity: '100' }, -2010, 'Account has insufficient balance for requested action.'],
      ['a maker that would take', { type: 'LIMIT_MAKER', price: '50000' }, -2010, 'Order would immediately match and take.'],
      ['an unknown pair', { symbol: 'NOPEUSDT' }, -1121, 'Invalid symbol.'],
      ['an unknown type', { type: 'WISH' }, -1116, 'Invalid orderType.'],
      ['an unknown side', { side: 'HOLD' }, -1117, 'Invalid side.'],
      ['a missing price', { price: '' }, -1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."],
      ['a client id with a blank', { newClientOrderId: 'a b' }, -1100, "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'."],
      ['a client id of 37 characters', { newClientOrderId: 'a'.repeat(37) }, -1100, "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'."],
      ['a quantity in exponents', { quantity: '1e-2' }, -1100, "Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'."],
    ];
    for (const [name, change, code, msg] of rows) {
      it(name, async () => {
        const { status, json } = await order(limit('r1', change));
        expect([status, json]).to.deep.equal([400, { code, msg }]);
      });
    }
    it('a market order without a price', async () => {
      const { json } = await order({ symbol: 'ETHUSDT', side: 'BUY', type: 'MARKET', quantity: '1' });
      expect(json).to.deep.equal({ code: -1112, msg: 'No orders on book for symbol.' });
    });
  });

  describe('authenticates', () => {
    it('-2014 without a key, -2015 with a strange one', async () => {
      const bare = await fetch(`${rig.exchange.url}/api/v3/account?timestamp=1&signature=00`);
      expect([bare.status, await bare.json()]).to.deep.equal([401, { code: -2014, msg: 'API-key format invalid.' }]);
      const strange = await fetch(`${rig.exchange.url}/api/v3/account?timestamp=1&signature=00`, { headers: { 'X-MBX-APIKEY': 'nobody' } });
      expect([strange.status, await strange.json()]).to.deep.equal([401, { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }]);
    });
    it('-1022 for a wrong signature', async () => {
      expect((await client.signed('GET', '/api/v3/account', {}, { signature: 'ab'.repeat(32) })).json).to.deep.equal({ code: -1022, msg: 'Signature for this request is not valid.' });
    });
    it('-1021 for a stale and for an early request', async () => {
      const stale = await client.signed('GET', '/api/v3/account', { recvWindow: '2000' }, { timestamp: Date.now() - 3000 });
      expect(stale.json).to.deep.equal({ code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' });
      const early = await client.signed('GET', '/api/v3/account', {}, { timestamp: Date.now() + 5000 });
      expect(early.json).to.deep.equal({ code: -1021, msg: "Timestamp for this request was 1000ms ahead of the server's time." });
    });
    it('a spot key opens nothing on USD-M', async () => {
      expect((await client.signed('GET', '/fapi/v3/account')).json.code).to.equal(-2015);
    });
  });

  it('lists trades, and the balances follow them to the last digit', async () => {
    const fresh = await rig.account('spot', { USDT: '1000' });
    await fresh.signed('POST', '/api/v3/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quoteOrderQty: '500' });
    const trades = await fresh.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' });
    expect(trades.json).to.have.length(1);
    expect(trades.json[0]).to.include({ price: '50000.00000000', qty: '0.01000000', commission: '0.00001000', commissionAsset: 'BTC', isBuyer: true, isMaker: false });
    const { json } = await fresh.signed('GET', '/api/v3/account');
    expect(json.balances).to.deep.equal([
      { asset: 'USDT', free: '500.00000000', locked: '0.00000000' },
      { asset: 'BTC', free: '0.00999000', locked: '0.00000000' },
    ]);
  });

  it('serves public data: exchangeInfo, ticker, book, klines, depth', async () => {
    await rig.sim('POST', 'prices', {
      steps: [
        { market: 'spot', symbol: 'SOLUSDT', price: '100', at: 60_000, volume: '2' },
        { market: 'spot', symbol: 'SOLUSDT', price: '103', at: 90_000, volume: '1' },
        { market: 'spot', symbol: 'SOLUSDT', price: '101', at: 125_000, volume: '1' },
      ],
    });
    const get = async (path: string): Promise<Reply['json']> => (await fetch(`${rig.exchange.url}/api/v3/${path}`)).json();
    const info = await get('exchangeInfo?symbol=SOLUSDT');
    expect(info.symbols[0].filters.find((filter: { filterType: string }) => filter.filterType === 'PRICE_FILTER').tickSize).to.equal('0.01000000');
    expect((await get('klines?symbol=SOLUSDT&interval=1m')).map((kline: string[]) => kline.slice(0, 6))).to.deep.equal([
      [60_000, '100.00000000', '103.00000000', '100.00000000', '103.00000000', '3.00000000'],
      [120_000, '101.00000000', '101.00000000', '101.00000000', '101.00000000', '1.00000000'],
    ]);
    expect((await get('klines?symbol=SOLUSDT&interval=5m'))[0].slice(0, 6)).to.deep.equal([0, '100.00000000', '103.00000000', '100.00000000', '101.00000000', '4.00000000']);
    expect(await get('ticker/price?symbol=SOLUSDT')).to.deep.equal({ symbol: 'SOLUSDT', price: '101.00000000' });
    expect(await get('ticker/24hr?symbol=SOLUSDT')).to.include({ lastPrice: '101.00000000', highPrice: '103.00000000', priceChangePercent: '1.000', volume: '4.00000000' });
    expect(await get('ticker/bookTicker?symbol=SOLUSDT')).to.include({ bidPrice: '100.99000000', askPrice: '101.01000000' });
    expect((await get('depth?symbol=SOLUSDT')).bids).to.have.length(10);
  });
});
