import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Pool } from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import { systemClock } from '#shared/adapters/system/clock';
import { silentLog } from '#shared/adapters/system/log';
import type { PriceStep } from '#shared/ports/market-data.port';
import { candleSteps } from '#shared/simulation/candle-source';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { waitFor } from '#test/support/wait-for';
import { openCandleFile } from './candle-file.ts';
import { createCandleRecorder } from './candle-recorder.ts';
import { readCandles } from '#shared/adapters/store/candles.query';
import { createFeedPositions } from './feed-positions.table.ts';
import type { MarketFeed, PriceSink } from './market-feed.ts';
import { createReplayFeed } from './replay-feed.ts';

const venue = 'binance';
const spot = (steps: readonly PriceStep[]): string[] => steps.filter(({ market }) => market === 'spot').map(({ price }) => price);

describe('replay feed', () => {
  let database: TestDatabase;
  let pool: Pool;
  let directory: string;
  let path: string;
  before(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url);
    directory = await mkdtemp(join(tmpdir(), 'tranche-replay-'));
    path = join(directory, 'BTCUSDT_1m.csv');
  });
  after(async () => {
    await pool.end();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });
  beforeEach(() => pool.query('truncate feed_positions, candles'));

  const rows = (count: number): string => ['timestamp,open,high,low,close,volume', ...Array.from({ length: count }, (_, index) => `${1736121600 + index * 60},${100 + index},${102 + index},${99 + index},${101 + index},5`)].join('\n');
  /** What the candles of `rows` trade as, one after the other. */
  const pathOf = (count: number): string[] => Array.from({ length: count }, (_, index) => [100 + index, 99 + index, 102 + index, 101 + index].map(String)).flat();

  async function feedOf(candles: number, speed: number): Promise<MarketFeed> {
    await writeFile(path, rows(candles));
    const file = await openCandleFile(path);
    const source: { feed?: MarketFeed } = {};
    const recorder = () => createCandleRecorder(pool, venue, source.feed?.source ?? '', ['1m']);
    source.feed = createReplayFeed({
      venue,
      pair: { base: 'BTC', quote: 'USDT' },
      file,
      speed,
      steps: candleSteps,
      positions: createFeedPositions(pool),
      storeCandles: (...candles) => recorder().store(...candles),
      clock: systemClock,
      log: silentLog,
      onFault: (error) => {
        throw error;
      },
    });
    return source.feed;
  }
  const ended = (feed: MarketFeed): boolean => feed.status().detail.includes('has ended');

  it('plays every price of every candle once and in order, in both markets, and stops at the end', async () => {
    const feed = await feedOf(25, 2000);
    const seen: PriceStep[] = [];
    await feed.start(async (steps) => void seen.push(...steps));
    await waitFor('the end of the file', () => ended(feed));
    await feed.stop();
    expect(spot(seen)).to.deep.equal(pathOf(25));
    expect(seen.filter(({ market }) => market === 'usdm').map(({ symbol, price }) => `${symbol} ${price}`)).to.deep.equal(pathOf(25).map((price) => `BTC/USDT:USDT ${price}`));
    expect(feed.status()).to.include({ kind: 'replay', fallback: false, lastAt: 1736121600_000 + 24 * 60_000 + 45_000 });
    expect(feed.status().detail).to.contain('candle 25 of 25').and.to.contain('the last price 125 stays');
  });

  it('keeps its pace: a step takes a quarter of a candle', async () => {
    const feed = await feedOf(5, 10);
    const times: number[] = [];
    await feed.start(async () => void times.push(performance.now()));
    await waitFor('five steps', () => times.length >= 5);
    await feed.stop();
    expect(times[4]! - times[0]!).to.be.within(80, 300);
  });

  it('goes on where it stood after a stop: everything once, but the last price again', async () => {
    const seen: string[] = [];
    for (let run = 0; run < 200; run += 1) {
      const feed = await feedOf(12, 400);
      const before = seen.length;
      const sink: PriceSink = async (steps) => void seen.push(...spot(steps));
      await feed.start(sink);
      await waitFor('some steps, or the end', () => seen.length >= before + 6 || ended(feed));
      await feed.stop();
      if (ended(feed)) break;
    }
    const withoutRepeats = seen.filter((price, index) => index === 0 || price !== seen[index - 1]);
    expect(withoutRepeats).to.deep.equal(pathOf(12).filter((price, index, all) => index === 0 || price !== all[index - 1]));
    expect(seen.length).to.be.greaterThan(withoutRepeats.length);
  });

  it('waits while nobody takes its prices, and loses none', async () => {
    const feed = await feedOf(6, 200);
    const seen: string[] = [];
    let refusals = 0;
    await feed.start(async (steps) => {
      if (seen.length >= 5 && (refusals += 1) <= 3) throw new Error('nobody at home');
      seen.push(...spot(steps));
    });
    await waitFor('the status to say why it waits', () => feed.status().detail.includes('waits: nobody at home'));
    await waitFor('the end of the file', () => ended(feed));
    await feed.stop();
    expect(seen).to.deep.equal(pathOf(6));
  });

  it('stays at the end when it is started there again, and says the last price once more', async () => {
    for (const expected of [pathOf(3), ['103'], ['103']]) {
      const feed = await feedOf(3, 2000);
      const seen: string[] = [];
      await feed.start(async (steps) => void seen.push(...spot(steps)));
      await waitFor('the end of the file', () => ended(feed) && seen.length > 0);
      await feed.stop();
      expect(seen).to.deep.equal(expected);
    }
  });

  it('begins anew when the file holds something else', async () => {
    for (const candles of [3, 4]) {
      const feed = await feedOf(candles, 2000);
      const seen: string[] = [];
      await feed.start(async (steps) => void seen.push(...spot(steps)));
      await waitFor('the end of the file', () => ended(feed));
      await feed.stop();
      expect(seen).to.deep.equal(pathOf(candles));
    }
  });

  it('leaves the candles it has played for charts, and none of those to come', async () => {
    const feed = await feedOf(30, 200);
    const request = { venue, market: 'usdm', symbol: 'BTC/USDT:USDT', timeframe: '1m', limit: 100 };
    let sent = 0;
    await feed.start(async (steps) => {
      // What is due travels together: on a busy machine the first batch alone may be more than enough.
      if (sent >= 20) throw new Error('enough');
      sent += steps.length;
    });
    await waitFor('the replay to wait', () => feed.status().detail.includes('waits: enough'));
    await feed.stop();
    const stored = await readCandles(pool, request);
    const played = Number(/candle (\d+) of/.exec(feed.status().detail)![1]) - 1;
    expect(stored).to.have.lengthOf(played).and.to.have.length.greaterThan(0);
    expect(stored[0]).to.deep.equal({ at: 1736121600_000, open: '100', high: '102', low: '99', close: '101', volume: '5' });

    await pool.query('truncate candles');
    const again = await feedOf(30, 0.001);
    await again.start(async () => {});
    await waitFor('the candles to be put back', async () => (await readCandles(pool, request)).length === played);
    await again.stop();
    expect(await readCandles(pool, request)).to.deep.equal(stored);
  });
});
