import { expect } from 'chai';
import { startPaperRig, type PaperClient, type PaperRig } from '#test/support/paper-rig';

describe('USD-M wire', () => {
  let rig: PaperRig;
  let client: PaperClient;
  before(async () => {
    rig = await startPaperRig();
    await rig.sim('POST', 'instruments', { market: 'usdm', symbol: 'ABCUSDT', tick: '0.01', step: '0.001', notionalMin: '5' });
  });
  beforeEach(async () => {
    client = await rig.account('usdm', { USDT: '1000' });
    await rig.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: '100', jump: true });
  });
  after(() => rig.close());

  const order = (params: Record<string, string>) => client.signed('POST', '/fapi/v1/order', { symbol: 'ABCUSDT', side: 'BUY', newOrderRespType: 'RESULT', ...params });
  const algo = (params: Record<string, string>) => client.signed('POST', '/fapi/v1/algoOrder', { algoType: 'CONDITIONAL', symbol: 'ABCUSDT', side: 'SELL', ...params });
  const price = (value: string) => rig.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: value });

  it('shows positionSide and the average price in every order', async () => {
    const { json } = await order({ type: 'MARKET', quantity: '2', newClientOrderId: 'm1' });
    expect(json).to.include({ clientOrderId: 'm1', status: 'FILLED', avgPrice: '100.00', executedQty: '2.000', cumQuote: '200.00000', positionSide: 'BOTH', reduceOnly: false });
    const acknowledged = await client.signed('POST', '/fapi/v1/order', { symbol: 'ABCUSDT', side: 'SELL', type: 'MARKET', quantity: '1' });
    expect(acknowledged.json).to.include({ status: 'NEW', executedQty: '0.000', positionSide: 'BOTH' });
    const shown = await client.signed('GET', '/fapi/v1/order', { symbol: 'ABCUSDT', orderId: String(acknowledged.json.orderId) });
    expect(shown.json).to.include({ status: 'FILLED', positionSide: 'BOTH' });
  });

  it('keeps position, wallet and income as the trades say', async () => {
    await order({ type: 'MARKET', quantity: '2' });
    await price('110');
    await order({ side: 'SELL', type: 'MARKET', quantity: '1', reduceOnly: 'true' });
    const [risk] = (await client.signed('GET', '/fapi/v3/positionRisk')).json;
    expect(risk).to.include({ symbol: 'ABCUSDT', positionAmt: '1.000', entryPrice: '100', markPrice: '110.00000000', unRealizedProfit: '10.00000000', notional: '110.00000000', positionSide: 'BOTH' });
    const trades = (await client.signed('GET', '/fapi/v1/userTrades', { symbol: 'ABCUSDT' })).json;
    expect(trades.map((trade: Record<string, string>) => [trade.side, trade.price, trade.qty, trade.commission, trade.realizedPnl, trade.commissionAsset])).to.deep.equal([
      ['BUY', '100.00', '2.000', '0.10000000', '0.00000000', 'USDT'],
      ['SELL', '110.00', '1.000', '0.05500000', '10.00000000', 'USDT'],
    ]);
    const account = (await client.signed('GET', '/fapi/v3/account')).json;
    expect(account).to.include({ totalWalletBalance: '1009.84500000', totalUnrealizedProfit: '10.00000000', totalMarginBalance: '1019.84500000', availableBalance: '1014.34500000' });
    const income = (await client.signed('GET', '/fapi/v1/income', { symbol: 'ABCUSDT' })).json;
    expect(income.map((row: Record<string, string>) => [row.incomeType, row.income])).to.deep.equal([
      ['COMMISSION', '-0.10000000'],
      ['REALIZED_PNL', '10.00000000'],
      ['COMMISSION', '-0.05500000'],
    ]);
  });

  describe('the algo service', () => {
    it('takes conditional orders, which the order endpoint sends away with -4120', async () => {
      const sent = await order({ side: 'SELL', type: 'STOP_MARKET', stopPrice: '90', quantity: '1' });
      expect(sent.json).to.deep.equal({ code: -4120, msg: 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.' });
    });
    it('keeps them apart from orders until they trigger', async () => {
      await order({ type: 'MARKET', quantity: '1' });
      const placed = await algo({ type: 'STOP_MARKET', triggerPrice: '90', quantity: '1', reduceOnly: 'true', clientAlgoId: 's1' });
      expect(placed.json).to.include({ clientAlgoId: 's1', algoStatus: 'NEW', orderType: 'STOP_MARKET', triggerPrice: '90.00', reduceOnly: true, positionSide: 'BOTH' });
      expect((await client.signed('GET', '/fapi/v1/openOrders')).json).to.deep.equal([]);
      expect((await client.signed('GET', '/fapi/v1/openAlgoOrders')).json).to.have.length(1);
      expect((await client.signed('GET', '/fapi/v1/order', { symbol: 'ABCUSDT', origClientOrderId: 's1' })).json.code).to.equal(-2013);
      await client.signed('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'ABCUSDT' });
      expect((await client.signed('GET', '/fapi/v1/openAlgoOrders')).json).to.have.length(1);
      await price('89');
      const finished = (await client.signed('GET', '/fapi/v1/algoOrder', { clientAlgoId: 's1' })).json;
      expect(finished).to.include({ algoStatus: 'FINISHED' });
      const child = await client.signed('GET', '/fapi/v1/order', { symbol: 'ABCUSDT', orderId: finished.actualOrderId });
      expect(child.json).to.include({ status: 'FILLED', avgPrice: '90.00', clientOrderId: 's1', type: 'MARKET' });
      expect((await client.signed('GET', '/fapi/v3/positionRisk')).json).to.deep.equal([]);
    });
    it('cancels one by client id, or all of a symbol', async () => {
      await algo({ type: 'STOP_MARKET', triggerPrice: '90', quantity: '1', clientAlgoId: 'a1' });
      await algo({ type: 'TAKE_PROFIT_MARKET', triggerPrice: '110', quantity: '1', clientAlgoId: 'a2' });
      const cancelled = await client.signed('DELETE', '/fapi/v1/algoOrder', { clientAlgoId: 'a1' });
      expect(cancelled.json).to.include({ clientAlgoId: 'a1', code: '200', msg: 'success' });
      expect((await client.signed('DELETE', '/fapi/v1/algoOrder', { clientAlgoId: 'a1' })).json).to.deep.equal({ code: -2011, msg: 'Unknown order sent.' });
      await client.signed('DELETE', '/fapi/v1/algoOpenOrders', { symbol: 'ABCUSDT' });
      expect((await client.signed('GET', '/fapi/v1/openAlgoOrders')).json).to.deep.equal([]);
    });
    it('refuses a trigger that is true already and an id that is taken', async () => {
      expect((await algo({ type: 'STOP_MARKET', triggerPrice: '101', quantity: '1' })).json.code).to.equal(-2021);
      await algo({ type: 'STOP_MARKET', triggerPrice: '90', quantity: '1', clientAlgoId: 'b1' });
      expect((await algo({ type: 'STOP_MARKET', triggerPrice: '90', quantity: '1', clientAlgoId: 'b1' })).json.code).to.equal(-20132);
    });
  });

  describe('refuses', () => {
    const limit = { type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '99' };
    const rows: [string, Record<string, string>, number, string][] = [
      ['too little value', { ...limit, quantity: '0.05' }, -4164, "Order's notional must be no smaller than 5 (unless you choose reduce only)."],
      ['too precise a price', { ...limit, price: '99.001' }, -1111, 'Precision is over the maximum defined for this asset.'],
      ['too precise a quantity', { ...limit, quantity: '1.0001' }, -1111, 'Precision is over the maximum defined for this asset.'],
      ['a zero quantity', { ...limit, quantity: '0' }, -4003, 'Quantity less than or equal to zero.'],
      ['a limit far above the market', { ...limit, price: '116' }, -4016, "Limit price can't be higher than 115.00."],
      ['more than the margin', { ...limit, quantity: '250' }, -2019, 'Margin is insufficient.'],
      ['reduce-only without a position', { type: 'MARKET', quantity: '1', reduceOnly: 'true' }, -2022, 'ReduceOnly Order is rejected.'],
      ['a post-only that would take', { ...limit, price: '101', timeInForce: 'GTX' }, -5022, 'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history'],
      ['fill-or-kill that cannot fill', { ...limit, timeInForce: 'FOK' }, -5021, 'Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history'],
      ['a hedge-mode side', { ...limit, positionSide: 'LONG' }, -4061, "Order's position side does not match user's setting."],
    ];
    for (const [name, params, code, msg] of rows) {
      it(name, async () => {
        const { status, json } = await order(params);
        expect([status, json]).to.deep.equal([400, { code, msg }]);
      });
    }
    it('a client id that is open already', async () => {
      await order({ ...limit, newClientOrderId: 'x1' });
      expect((await order({ ...limit, newClientOrderId: 'x1' })).json).to.deep.equal({ code: -4116, msg: 'ClientOrderId is duplicated.' });
    });
  });

  it('spares reduce-only orders the minimum notional', async () => {
    await order({ type: 'MARKET', quantity: '1' });
    expect((await order({ side: 'SELL', type: 'MARKET', quantity: '0.01', reduceOnly: 'true' })).json).to.include({ status: 'FILLED' });
  });

  it('sets leverage and margin type', async () => {
    expect((await client.signed('POST', '/fapi/v1/leverage', { symbol: 'ABCUSDT', leverage: '5' })).json).to.include({ leverage: 5, symbol: 'ABCUSDT' });
    expect((await client.signed('POST', '/fapi/v1/leverage', { symbol: 'ABCUSDT', leverage: '126' })).json).to.deep.equal({ code: -4028, msg: 'Leverage 126 is not valid' });
    expect((await client.signed('POST', '/fapi/v1/marginType', { symbol: 'ABCUSDT', marginType: 'ISOLATED' })).json).to.deep.equal({ code: 200, msg: 'success' });
    expect((await client.signed('POST', '/fapi/v1/marginType', { symbol: 'ABCUSDT', marginType: 'ISOLATED' })).json.code).to.equal(-4046);
    expect((await client.signed('GET', '/fapi/v2/positionRisk', { symbol: 'ABCUSDT' })).json[0]).to.include({ leverage: '5', marginType: 'isolated' });
    expect((await client.signed('GET', '/fapi/v1/symbolConfig', { symbol: 'ABCUSDT' })).json).to.deep.equal([{ symbol: 'ABCUSDT', marginType: 'ISOLATED', isAutoAddMargin: false, leverage: 5, maxNotionalValue: '100000000' }]);
    expect((await client.signed('GET', '/fapi/v1/positionSide/dual')).json).to.deep.equal({ dualSidePosition: false });
  });

  it('an instrument nobody described is made from its first price', async () => {
    await rig.sim('POST', 'prices', { steps: [{ market: 'usdm', symbol: 'NEWCOINUSDT', price: '0.034512', at: 1 }] });
    const info = (await (await fetch(`${rig.exchange.url}/fapi/v1/exchangeInfo`)).json()) as { symbols: { symbol: string; filters: Record<string, string>[] }[] };
    const filters = info.symbols.find(({ symbol }) => symbol === 'NEWCOINUSDT')?.filters ?? [];
    expect(filters.map(({ tickSize, stepSize, notional }) => tickSize ?? stepSize ?? notional).filter((value) => value !== undefined)).to.deep.equal(['0.000001', '1', '1', '5']);
  });

  it('resets a portfolio: no orders, no positions, the balances given', async () => {
    await order({ type: 'MARKET', quantity: '1' });
    await order({ type: 'LIMIT', timeInForce: 'GTC', price: '95', quantity: '1' });
    await rig.sim('POST', 'reset', { apiKey: client.apiKey, balances: { USDT: '10000' } });
    expect((await client.signed('GET', '/fapi/v1/openOrders')).json).to.deep.equal([]);
    expect((await client.signed('GET', '/fapi/v3/account')).json).to.deep.include({ totalWalletBalance: '10000.00000000', totalInitialMargin: '0.00000000', positions: [] });
  });

  it('registering a known key again keeps its account and takes its new secret', async () => {
    const again = await rig.sim('POST', 'accounts', { apiKey: client.apiKey, secret: 'other', market: 'usdm', balances: { USDT: '5' } });
    expect(again.created).to.equal(false);
    expect((await client.signed('GET', '/fapi/v3/account')).json.code).to.equal(-1022);
  });

  it('market orders slip by what the fill model says', async () => {
    await rig.sim('POST', 'fill-model', { slippageBps: '10' });
    expect((await order({ type: 'MARKET', quantity: '1' })).json.avgPrice).to.equal('100.10');
    await rig.sim('POST', 'fill-model', { slippageBps: '0' });
  });

  it('_sim says what is wrong with a request', async () => {
    const faulty = await fetch(`${rig.exchange.url}/_sim/prices`, { method: 'POST', body: JSON.stringify({ steps: [{ market: 'usdm', symbol: 'ABCUSDT', price: '-1' }] }) });
    expect([faulty.status, await faulty.json()]).to.deep.equal([400, { error: 'steps[0].price: found "-1", expected a decimal number that is not negative, as text' }]);
  });
});
