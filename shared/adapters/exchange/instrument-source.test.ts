import { expect } from 'chai';
import type { ExchangePort } from '#shared/ports/exchange.port';
import { VenueUnavailable } from '#shared/ports/exchange.port';
import type { RateLedger } from '#shared/ports/rate-ledger.port';
import { accountAt, keptLog, originsAt } from '#test/support/binance-account';
import type { BinancePeer } from '#test/support/binance-peer';
import { json, startBinancePeer, text } from '#test/support/binance-peer';
import { createInstrumentSource, readInstruments } from './instrument-source.ts';
import { binanceLimits, createMemoryLedger } from './rate-budget.ts';
import { serverKey } from './venue-urls.ts';

const filters = {
  price: { filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
  lot: { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
  market: { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: '71.85424292', stepSize: '0.00000000' },
  notional: { filterType: 'NOTIONAL', minNotional: '5.00000000', applyMinToMarket: true, maxNotional: '9000000.00000000' },
  oldNotional: { filterType: 'MIN_NOTIONAL', minNotional: '10.00000000' },
  usdmNotional: { filterType: 'MIN_NOTIONAL', notional: '100' },
};
const spotRow = { symbol: 'BTCUSDT', status: 'TRADING', baseAsset: 'BTC', baseAssetPrecision: 8, quoteAsset: 'USDT', quotePrecision: 8, filters: [filters.price, filters.lot, filters.market, filters.notional] };
const usdmRow = {
  symbol: 'BTCUSDT', status: 'TRADING', contractType: 'PERPETUAL', baseAsset: 'BTC', quoteAsset: 'USDT', marginAsset: 'USDT', pricePrecision: 2, quantityPrecision: 3,
  filters: [{ ...filters.price, tickSize: '0.10' }, { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '1000', stepSize: '0.001' }, { filterType: 'MARKET_LOT_SIZE', minQty: '0.001', maxQty: '120', stepSize: '0.001' }, filters.usdmNotional],
};
const read = (market: 'spot' | 'usdm', ...symbols: object[]): ReturnType<typeof readInstruments> => readInstruments('binance', market, { symbols }, keptLog());

describe('instruments of Binance', () => {
  it('spot: every rule exact', () =>
    expect(read('spot', spotRow)).to.deep.equal([
      { venue: 'binance', market: 'spot', symbol: 'BTC/USDT', venueSymbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', active: true, tickSize: '0.01', stepSize: '0.00001', quantityMin: '0.00001', quantityMax: '9000', quantityMaxMarket: '71.85424292', notionalMin: '5', notionalMinSparesReduceOnly: false, priceBand: null, contractSize: '1' },
    ]));

  it('USD-M: every rule exact', () =>
    expect(read('usdm', usdmRow)).to.deep.equal([
      { venue: 'binance', market: 'usdm', symbol: 'BTC/USDT:USDT', venueSymbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', active: true, tickSize: '0.1', stepSize: '0.001', quantityMin: '0.001', quantityMax: '1000', quantityMaxMarket: '120', notionalMin: '100', notionalMinSparesReduceOnly: true, priceBand: null, contractSize: '1' },
    ]));

  const variants: readonly [string, 'spot' | 'usdm', object, object][] = [
    ['the older notional filter', 'spot', { ...spotRow, filters: [filters.price, filters.lot, filters.oldNotional] }, { notionalMin: '10', quantityMaxMarket: null }],
    ['no notional filter', 'spot', { ...spotRow, filters: [filters.price, filters.lot] }, { notionalMin: null }],
    ['a notional of zero', 'spot', { ...spotRow, filters: [filters.price, filters.lot, { ...filters.notional, minNotional: '0.0' }] }, { notionalMin: null }],
    ['a maximum of zero', 'spot', { ...spotRow, filters: [filters.price, { ...filters.lot, maxQty: '0.00' }] }, { quantityMax: null }],
    ['filters switched off', 'spot', { ...spotRow, filters: [{ ...filters.price, tickSize: '0.00000000' }, { ...filters.lot, stepSize: '0' }] }, { tickSize: '0.00000001', stepSize: '0.00000001' }],
    ['digits in the place of tick and step', 'usdm', { ...usdmRow, pricePrecision: 1, quantityPrecision: 0, filters: [] }, { tickSize: '0.1', stepSize: '1', quantityMin: '1', quantityMax: null, notionalMin: null }],
    ['digits in the place of the step alone', 'usdm', { ...usdmRow, filters: [{ ...filters.price, tickSize: '0.25' }, filters.usdmNotional] }, { tickSize: '0.25', stepSize: '0.001', quantityMin: '0.001', notionalMin: '100' }],
    ['a filter without its step, and no least quantity', 'usdm', { ...usdmRow, filters: [{ filterType: 'PRICE_FILTER' }, { filterType: 'LOT_SIZE', maxQty: '5' }] }, { tickSize: '0.01', stepSize: '0.001', quantityMin: '0.001', quantityMax: '5' }],
    ['a tick that is no power of ten', 'spot', { ...spotRow, filters: [{ ...filters.price, tickSize: '0.00000025' }, filters.lot] }, { tickSize: '0.00000025' }],
    ['a halted symbol', 'spot', { ...spotRow, status: 'BREAK' }, { active: false }],
    ['spot trading switched off', 'spot', { ...spotRow, isSpotTradingAllowed: false }, { active: false }],
    ['a name that begins with digits', 'usdm', { ...usdmRow, symbol: '1000PEPEUSDC', baseAsset: '1000PEPE', quoteAsset: 'USDC' }, { symbol: '1000PEPE/USDC:USDC' }],
  ];
  for (const [name, market, row, expected] of variants) it(name, () => expect(read(market, row)[0]).to.include(expected));

  const bySide = { filterType: 'PERCENT_PRICE_BY_SIDE', bidMultiplierUp: '5', bidMultiplierDown: '0.2', askMultiplierUp: '6', askMultiplierDown: '0.1', avgPriceMins: 5 };
  const bands: readonly [string, 'spot' | 'usdm', object, object | null][] = [
    ['spot: that of bids', 'spot', bySide, { up: '5', down: '0.2' }],
    ['USD-M: the one it states', 'usdm', { filterType: 'PERCENT_PRICE', multiplierUp: '1.0500', multiplierDown: '0.9500', multiplierDecimal: '4' }, { up: '1.05', down: '0.95' }],
    ['switched off', 'usdm', { filterType: 'PERCENT_PRICE', multiplierUp: '0', multiplierDown: '0' }, null],
  ];
  for (const [name, market, filter, expected] of bands) {
    const row = market === 'spot' ? { ...spotRow, filters: [...spotRow.filters, filter] } : { ...usdmRow, filters: [...usdmRow.filters, filter] };
    it(`price band of ${name}`, () => expect(read(market, row)[0]?.priceBand).to.deep.equal(expected));
  }

  it('leaves dated futures out', () => expect(read('usdm', { ...usdmRow, symbol: 'BTCUSDT_250627', contractType: 'CURRENT_QUARTER' })).to.deep.equal([]));

  it('leaves out what it cannot read, says so, and keeps the rest', () => {
    const log = keptLog();
    const broken = [{ ...spotRow, symbol: 'BTC_USDT' }, { ...spotRow, filters: [filters.lot] }, { ...spotRow, filters: [{ ...filters.price, tickSize: 'NaN' }, filters.lot] }, { symbol: 'X' }];
    expect(readInstruments('binance', 'spot', { symbols: [...broken, spotRow] }, log).map((one) => one.symbol)).to.deep.equal(['BTC/USDT']);
    expect(log.lines).to.have.length(broken.length);
  });

  it('asks the server of the mode once, and is unavailable when that is not to be had', async () => {
    const peer = await startBinancePeer();
    const source = createInstrumentSource({ mode: 'paper', urls: originsAt(peer.origin), clock: { now: Date.now }, log: keptLog() });
    peer.on('GET /fapi/v1/exchangeInfo', json({ symbols: [usdmRow] }));
    expect((await source.fetchInstruments('binance', 'usdm')).map((one) => one.symbol)).to.deep.equal(['BTC/USDT:USDT']);
    expect(peer.requests.map((one) => `${one.method} ${one.path}`)).to.deep.equal(['GET /fapi/v1/exchangeInfo']);
    for (const reply of [text('', 500), text('<html>'), json({}), json({ symbols: 'many' })]) {
      peer.on('GET /fapi/v1/exchangeInfo', reply);
      expect(await source.fetchInstruments('binance', 'usdm').catch((error: unknown) => error)).to.be.instanceOf(VenueUnavailable);
    }
    expect(String(await source.fetchInstruments('elsewhere', 'spot').catch((error: unknown) => error))).to.include('venue: found "elsewhere"');
    await peer.stop();
  });
});

describe('instruments of Binance and the accounts of the same server', () => {
  const banned = json({ code: -1003, msg: 'Way too many requests; IP banned.' }, 418, { 'retry-after': '180' });
  let peer: BinancePeer;
  let ledger: RateLedger;
  let account: ExchangePort;
  beforeEach(async () => {
    peer = await startBinancePeer();
    ledger = createMemoryLedger();
    account = accountAt(peer.origin, 'spot', { ledger });
    peer.on('GET /api/v3/exchangeInfo', json({ symbols: [spotRow] }));
    peer.on('GET /api/v3/account', json({ balances: [] }));
  });
  afterEach(async () => {
    await account.close();
    await peer.stop();
  });
  const readList = async (options: { limits?: boolean } = {}): Promise<unknown> =>
    createInstrumentSource({ mode: 'testnet', urls: originsAt(peer.origin), clock: { now: Date.now }, log: keptLog(), ledger, ...options }).fetchInstruments('binance', 'spot').catch((error: unknown) => error);
  const paths = (): string[] => peer.requests.map(({ path }) => path);
  const heldBack = (error: unknown): void => {
    expect(error).to.be.instanceOf(VenueUnavailable);
    expect((error as VenueUnavailable).retryAfterMs).to.be.within(170_000, 180_000);
  };

  it("a ban that an account's call has met holds the list back", async () => {
    peer.on('GET /api/v3/account', banned);
    await account.balances().catch(() => undefined);
    heldBack(await readList());
    expect(paths()).to.deep.equal(['/api/v3/account']);
  });

  it("a ban that the list has met holds the accounts' calls back", async () => {
    peer.on('GET /api/v3/exchangeInfo', banned);
    await readList();
    heldBack(await account.balances().catch((error: unknown) => error));
    expect(paths()).to.deep.equal(['/api/v3/exchangeInfo']);
  });

  it('the list counts towards the limit all share; where limits are lifted the shared ledger is not asked', async () => {
    const counted: [string, number, number][] = [];
    const { take } = ledger;
    ledger.take = (key, cost, ceiling, windowMs, now) => {
      counted.push([key, cost, ceiling]);
      return take(key, cost, ceiling, windowMs, now);
    };
    expect(await readList()).to.have.length(1);
    expect(counted.splice(0)).to.deep.equal([[`${serverKey('binance', 'testnet', 'spot', originsAt(peer.origin))}|weight`, 20, binanceLimits.spot.weightPerMinute * 0.8]]);
    expect(await readList({ limits: false })).to.have.length(1);
    expect(counted).to.deep.equal([]);
  });
});
