import { expect } from 'chai';
import type { Pool } from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import type { PriceStep } from '#shared/ports/market-data.port';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { waitFor } from '#test/support/wait-for';
import { createCandleRecorder } from './candle-recorder.ts';
import { askForPrices, readCandles } from '#shared/adapters/store/candles.query';
import { dropOtherSources, pruneCandles, storeCandles, type StoredCandle } from './candle-store.ts';
import { createFeedPositions } from './feed-positions.table.ts';
import { storeLastPrices } from './last-prices.table.ts';
import { createLease } from './venue-lease.ts';
import { readWantedPrices } from './wanted-prices.query.ts';

const venue = 'binance';
const start = Date.UTC(2025, 0, 6);
const btc = { market: 'spot' as const, symbol: 'BTC/USDT' };
const minute = (index: number, open: string, high: string, low: string, close: string, volume = '1'): StoredCandle => ({ ...btc, timeframe: '1m', at: start + index * 60_000, open, high, low, close, volume });
const request = (timeframe: string, limit = 100) => ({ venue, ...btc, timeframe, limit });
const step = (price: string, at: number): PriceStep => ({ venue, ...btc, price, at });

describe('market tables', () => {
  let database: TestDatabase;
  let pool: Pool;
  before(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url);
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(() => pool.query('truncate candles, prices, leases, price_requests, feed_positions'));

  it('puts wider candles together from narrower ones, exactly (R-394)', async () => {
    await storeCandles(pool, venue, 's', [
      minute(0, '100.1', '101', '99.00000000000000000001', '100.5', '0.1'),
      minute(1, '100.5', '103.00000000000000000007', '100', '102', '0.2'),
      minute(4, '102', '102', '98', '98.5', '0.3'),
      minute(5, '98.5', '99', '98', '98.7'),
    ]);
    expect(await readCandles(pool, request('5m'))).to.deep.equal([
      { at: start, open: '100.1', high: '103.00000000000000000007', low: '98', close: '98.5', volume: '0.6' },
      { at: start + 300_000, open: '98.5', high: '99', low: '98', close: '98.7', volume: '1' },
    ]);
  });

  it('gives the newest candles up to the limit, each of them whole', async () => {
    await storeCandles(pool, venue, 's', Array.from({ length: 20 }, (_, index) => minute(index, `${100 + index}`, `${200 + index}`, '1', `${101 + index}`)));
    const candles = await readCandles(pool, request('5m', 2));
    expect(candles.map(({ at, open, close, volume }) => [at - start, open, close, volume])).to.deep.equal([
      [600_000, '110', '115', '5'],
      [900_000, '115', '120', '5'],
    ]);
  });

  it('uses the widest stored timeframe that fits, and a coarser one rather than none', async () => {
    await storeCandles(pool, venue, 's', [minute(0, '1', '1', '1', '1'), { ...minute(0, '5', '5', '5', '5'), timeframe: '5m' }, { ...minute(0, '60', '60', '60', '60'), timeframe: '1h' }]);
    const open = async (timeframe: string) => (await readCandles(pool, request(timeframe)))[0]?.open;
    expect([await open('1m'), await open('3m'), await open('15m'), await open('1h'), await open('1d')]).to.deep.equal(['1', '1', '5', '60', '60']);
    expect(await open('30s'), 'coarser').to.equal('1');
    expect(await readCandles(pool, request('soon'))).to.deep.equal([]);
    expect(await readCandles(pool, { ...request('1m'), symbol: 'ETH/USDT' })).to.deep.equal([]);
  });

  it('builds minute candles from prices, across a restart (R-393)', async () => {
    const first = createCandleRecorder(pool, venue, 's', ['1m', '5m']);
    first.take([step('100', start + 1), step('105', start + 20_000), step('103', start + 59_999)]);
    await first.flush();
    first.take([step('99', start + 60_000)]);
    await first.flush();
    const second = createCandleRecorder(pool, venue, 's', ['1m', '5m']);
    second.take([step('98', start + 70_000), step('101', start + 80_000)]);
    await second.flush();
    expect(await readCandles(pool, request('1m'))).to.deep.equal([
      { at: start, open: '100', high: '105', low: '100', close: '103', volume: '0' },
      { at: start + 60_000, open: '99', high: '101', low: '98', close: '101', volume: '0' },
    ]);
    expect(await readCandles(pool, request('5m'))).to.deep.equal([{ at: start, open: '100', high: '105', low: '98', close: '101', volume: '0' }]);
  });

  it('lets whole candles stand above those built from prices', async () => {
    const recorder = createCandleRecorder(pool, venue, 's', ['1m']);
    recorder.take([step('100', start), step('120', start + 30_000)]);
    await recorder.store('spot', 'BTC/USDT', '1m', [minute(0, '99', '110', '98', '100', '7')]);
    await recorder.flush();
    expect(await readCandles(pool, request('1m'))).to.deep.equal([{ at: start, open: '99', high: '110', low: '98', close: '100', volume: '7' }]);
  });

  it('keeps no candle of another source and no more than so many', async () => {
    await storeCandles(pool, venue, 'live', [minute(0, '1', '1', '1', '1')]);
    await dropOtherSources(pool, venue, 'replay');
    expect(await readCandles(pool, request('1m'))).to.deep.equal([]);
    await storeCandles(pool, venue, 'replay', Array.from({ length: 30 }, (_, index) => minute(index, '1', '1', '1', '1')));
    await pruneCandles(pool, venue, 12);
    expect((await readCandles(pool, request('1m'))).map(({ at }) => (at - start) / 60_000)).to.deep.equal(Array.from({ length: 12 }, (_, index) => index + 18));
  });

  it('stores the last of several prices of a symbol, digits and all', async () => {
    await storeLastPrices(pool, [step('1', start), step('0.12345678901234567890', start + 1), { ...step('7', start), market: 'usdm', symbol: 'BTC/USDT:USDT' }]);
    const { rows } = await pool.query('select market, price::text as price, at from prices order by market');
    expect(rows).to.deep.equal([
      { market: 'spot', price: '0.12345678901234567890', at: new Date(start + 1) },
      { market: 'usdm', price: '7', at: new Date(start) },
    ]);
  });

  it('remembers positions and requests for prices', async () => {
    const positions = createFeedPositions(pool);
    expect(await positions.load('a')).to.equal(null);
    await positions.save('a', { candle: 1 });
    await positions.save('a', { candle: 2 });
    expect(await positions.load('a')).to.deep.equal({ candle: 2 });
    await askForPrices(pool, venue, 'spot', 'XRP/USDT');
    await askForPrices(pool, venue, 'spot', 'XRP/USDT');
    expect(await readWantedPrices(pool, venue)).to.deep.equal([{ market: 'spot', symbol: 'XRP/USDT' }]);
  });

  it('gives a lease to one owner at a time, and to the next when it has run out or was given back', async () => {
    const one = createLease(pool, 'market-binance', 'one', 300);
    const two = createLease(pool, 'market-binance', 'two', 300);
    expect([await one.take(), await two.take(), await one.take()]).to.deep.equal([true, false, true]);
    expect([one.held(), two.held()]).to.deep.equal([true, false]);
    await waitFor('the first to know by itself that its time is over', () => !one.held());
    await waitFor('the second to get it', () => two.take());
    expect(await one.take()).to.equal(false);
    await two.release();
    expect(await one.take()).to.equal(true);
  });
});
