import { expect } from 'chai';
import type { Pool } from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import { systemClock } from '#shared/adapters/system/clock';
import { silentLog } from '#shared/adapters/system/log';
import { isMultipleOf } from '#shared/engine/num/rounding';
import type { Candle, PriceStep } from '#shared/ports/market-data.port';
import { createWalk } from '#shared/simulation/random-walk';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { waitFor } from '#test/support/wait-for';
import { createFeedPositions } from './feed-positions.table.ts';
import type { MarketFeed } from './market-feed.ts';
import { createSyntheticFeed, type SyntheticOptions } from './synthetic-feed.ts';

describe('synthetic feed', () => {
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
  beforeEach(() => pool.query('truncate feed_positions'));

  const make = (changes: Partial<SyntheticOptions> = {}): { feed: MarketFeed; seen: PriceStep[]; history: Candle[] } => {
    const seen: PriceStep[] = [];
    const history: Candle[] = [];
    const feed = createSyntheticFeed({
      venue: 'binance',
      seed: 42,
      createWalk,
      tickSizeOf: async () => null,
      positions: createFeedPositions(pool),
      storeCandles: async (_market, _symbol, _timeframe, candles) => void history.push(...candles),
      clock: systemClock,
      log: silentLog,
      tickMs: 2,
      onFault: (error) => {
        throw error;
      },
      ...changes,
    });
    return { feed, seen, history };
  };
  const of = (seen: readonly PriceStep[], symbol: string): string[] => seen.filter((step) => step.symbol === symbol).map(({ price }) => price);

  async function run(count: number, changes: Partial<SyntheticOptions> = {}): Promise<string[]> {
    const { feed, seen } = make(changes);
    await feed.start(async (steps) => void seen.push(...steps));
    await feed.watch('usdm', 'BTC/USDT:USDT');
    await waitFor('prices', () => of(seen, 'BTC/USDT').length >= count);
    await feed.stop();
    expect(of(seen, 'BTC/USDT:USDT'), 'both markets move together').to.deep.equal(of(seen, 'BTC/USDT'));
    return of(seen, 'BTC/USDT');
  }

  it('gives the same prices for the same seed, and others for another', async () => {
    const first = await run(20);
    await pool.query('truncate feed_positions');
    expect((await run(20)).slice(0, 20)).to.deep.equal(first.slice(0, 20));
    expect((await run(20, { seed: 43 })).slice(0, 20)).not.to.deep.equal(first.slice(0, 20));
  });

  it('goes on after a restart where it was, as if it had never stopped', async () => {
    const parts = [...(await run(10)), ...(await run(10)), ...(await run(10))];
    await pool.query('truncate feed_positions');
    expect((await run(parts.length)).slice(0, parts.length)).to.deep.equal(parts);
  });

  it('stands still while nobody takes its prices', async () => {
    const calm = (await run(10)).slice(0, 10);
    await pool.query('truncate feed_positions');
    const { feed, seen } = make();
    let refusals = 4;
    await feed.start(async (steps) => {
      if (seen.length >= 8 && refusals-- > 0) throw new Error('nobody at home');
      seen.push(...steps);
    });
    await feed.watch('spot', 'BTC/USDT');
    await waitFor('the status to say so', () => feed.status().detail.includes('waits: nobody at home'));
    await waitFor('prices', () => of(seen, 'BTC/USDT').length >= 10);
    await feed.stop();
    expect(of(seen, 'BTC/USDT').slice(0, 10)).to.deep.equal(calm);
  });

  it('has twelve hours of candles behind a new market, ending where its prices begin', async () => {
    const { feed, seen, history } = make({ tickMs: 1000 });
    await feed.start(async (steps) => void seen.push(...steps));
    await feed.watch('spot', 'ETH/BTC');
    await waitFor('a price', () => seen.length > 0);
    await feed.stop();
    expect(history.length).to.be.within(720, 722);
    expect(Math.abs(Number(history.at(-1)!.close) / Number(seen[0]!.price) - 1)).to.be.lessThan(0.01);
    expect(history.at(-1)!.at).to.be.within(systemClock.now() - 120_000, systemClock.now());
  });

  it('keeps to the tick of the instrument, also when its rules come later, and gives any symbol a price', async () => {
    let tick: string | null = null;
    const { feed, seen } = make({ tickSizeOf: async () => tick });
    await feed.start(async (steps) => void seen.push(...steps));
    await feed.watch('spot', 'WHATEVER/USDT');
    await waitFor('a price', () => seen.length > 0);
    tick = '0.25';
    await feed.watch('spot', 'WHATEVER/USDT');
    const from = seen.length;
    await waitFor('more prices', () => seen.length >= from + 20);
    await feed.stop();
    const late = seen.slice(from + 2);
    expect(late.every(({ price }) => isMultipleOf(price, '0.25') && Number(price) > 0)).to.equal(true);
  });

  it('says that its prices are made up, and why', () => {
    expect(make().feed.status()).to.deep.include({ kind: 'synthetic', fallback: false, lastAt: null });
    const { detail, fallback } = make({ fallbackReason: 'api.binance.com does not answer (ENOTFOUND)' }).feed.status();
    expect(fallback).to.equal(true);
    expect(detail).to.contain('because api.binance.com does not answer (ENOTFOUND)').and.to.contain('no real market');
  });
});
