import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Pool } from 'pg';
import { createJobQueue, type BullJobQueue } from '#shared/adapters/queue/create-job-queue';
import { createPool } from '#shared/adapters/store/connect';
import { createBus } from '#shared/adapters/system/create-bus';
import { silentLog } from '#shared/adapters/system/log';
import { openCandleFile } from '#shared/adapters/market-data/candle-file';
import { readCandles } from '#shared/adapters/store/candles.query';
import { candleSteps } from '#shared/simulation/candle-source';
import type { FeedStatus } from '#shared/ports/market-data.port';
import type { Bus } from '#shared/ports/system.port';
import { startPaperStandIn, type PaperStandIn } from '#test/support/paper-stand-in';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { waitFor } from '#test/support/wait-for';

const root = join(import.meta.dirname, '..');
const fixture = join(root, 'test/fixtures/BTCUSDT_1m.csv');
const source = { execArgv: ['--conditions=source', '--import', 'tsx/esm'], cwd: root };

describe('market process', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let pool: Pool;
  let bus: Bus;
  let jobs: BullJobQueue;
  let paper: PaperStandIn;
  let path: string[];
  const children = new Set<ChildProcess>();

  before(async () => {
    const file = await openCandleFile(fixture);
    path = [];
    for await (const { price } of candleSteps(file.read(), file.spanMs)) path.push(price);
  });
  beforeEach(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url);
    bus = await createBus({ redisUrl: null, databaseUrl: database.url, log: silentLog });
    jobs = await createJobQueue({ redisUrl: null, databaseUrl: database.url, log: silentLog });
    paper = await startPaperStandIn();
  });
  afterEach(async () => {
    for (const child of children) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    children.clear();
    await paper.down();
    await jobs.close();
    await bus.close();
    await pool.end();
    await database.drop();
  });

  function start(env: Record<string, string>): ChildProcess {
    const common = { ...process.env, DATABASE_URL: database.url, ENCRYPTION_KEY: 'ab'.repeat(32), PAPER_URL: paper.url, LOG_LEVEL: 'error', REDIS_URL: '' };
    const child = fork(join(root, 'workers/market.ts'), [], { ...source, env: { ...common, ...env }, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    children.add(child);
    return child;
  }
  const replay = (speed: number): ChildProcess => start({ MARKET_DATA: 'replay', MARKET_REPLAY_FILE: fixture, MARKET_REPLAY_SPEED: String(speed) });
  const pushed = (market = 'usdm'): string[] => paper.steps.filter((step) => step.market === market).map(({ price }) => price);
  const status = async (): Promise<FeedStatus | undefined> => (await pool.query<{ status: FeedStatus }>(`select status from process_status where name = 'market'`)).rows[0]?.status;
  const end = async (child: ChildProcess): Promise<number | null> => {
    child.kill('SIGTERM');
    return ((await once(child, 'exit')) as [number | null])[0];
  };

  /** The path as it was pushed, with what a restart repeated taken out; fails where anything is missing or out of order. */
  function withoutRepeats(prices: readonly string[]): { place: number; repeated: number } {
    let place = 0;
    let repeated = 0;
    for (const price of prices) {
      if (price === path[place]) place += 1;
      else {
        const back = path.slice(Math.max(0, place - 400), place).lastIndexOf(price);
        expect(back, `${price} after ${place} steps is no step of the path`).to.be.at.least(0);
        place = Math.max(0, place - 400) + back + 1;
        repeated += 1;
      }
    }
    return { place, repeated };
  }

  it('replays a file through to paper exchange, prices, bus, candles and status, and goes on after kill -9', async () => {
    const published: string[] = [];
    await bus.subscribe('price', ({ market, prices }) => {
      if (market === 'usdm') published.push(...prices.map(({ price }) => price));
    });
    for (const until of [120, 300]) {
      const child = replay(40);
      await waitFor(`step ${until}`, () => pushed().length >= until, { timeoutMs: 20_000 });
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const last = replay(400);
    await waitFor('the end of the file', async () => (await status())?.detail.includes('has ended'), { timeoutMs: 20_000 });
    const { place, repeated } = withoutRepeats(pushed());
    expect(place).to.equal(path.length);
    expect(repeated, 'the last price, and at most the batch nobody confirmed, per restart').to.be.at.most(6);
    expect(pushed('spot')).to.deep.equal(pushed());

    const { rows } = await pool.query('select market, symbol, price::text as price from prices order by market');
    expect(rows).to.deep.equal([
      { market: 'spot', symbol: 'BTC/USDT', price: path.at(-1) },
      { market: 'usdm', symbol: 'BTC/USDT:USDT', price: path.at(-1) },
    ]);
    expect(published.length).to.be.greaterThan(20);
    const charted = await waitFor('all candles', async () => {
      const candles = await readCandles(pool, { venue: 'binance', market: 'usdm', symbol: 'BTC/USDT:USDT', timeframe: '1m', limit: 500 });
      return candles.length === 200 && candles;
    });
    const file = await openCandleFile(fixture);
    const expected = [];
    for await (const candle of file.read()) expected.push(candle);
    expect(charted).to.deep.equal(expected);
    expect(await status()).to.include({ kind: 'replay', fallback: false });
    expect(await end(last)).to.equal(0);
  });

  it('wakes a group at its price, once the paper exchange has it, and waits for a paper exchange that is down', async () => {
    const woken: { groupId: string; pushedPrices: string[] }[] = [];
    await jobs.work('tp-check', { concurrency: 1 }, async ({ groupId }) => {
      woken.push({ groupId, pushedPrices: pushed() });
      await pool.query(`update position_groups set wake = '[]' where id = $1`, [groupId]);
      await bus.publish('wake', { groupId });
    });
    await paper.down();
    const child = replay(100);
    await waitFor('the status to say that it waits', async () => (await status())?.detail.includes('waits: the paper exchange'), { timeoutMs: 20_000 });
    await insertGroup('11', [{ symbol: 'BTC/USDT:USDT', direction: 'at-or-below', price: '99000' }]);
    await bus.publish('wake', { groupId: '11' });
    await paper.up();
    await waitFor('the group to be woken', () => woken.length > 0, { timeoutMs: 20_000 });
    expect(woken[0]!.groupId).to.equal('11');
    const prices = woken[0]!.pushedPrices.map(Number);
    expect(prices.some((price) => price <= 99000), 'the paper exchange has seen the price').to.equal(true);
    await insertGroup('12', [{ symbol: 'BTC/USDT:USDT', direction: 'at-or-above', price: '101400' }]);
    await waitFor('the second group, found without a message', () => woken.some(({ groupId }) => groupId === '12'), { timeoutMs: 20_000 });
    expect(withoutRepeats(pushed()).repeated, 'nothing was lost or repeated by the wait').to.equal(0);
    expect(await end(child)).to.equal(0);
  });

  it('a stop beyond which the price went while nobody watched, neither the market nor a worker: it is reached by the first price of the next process', async () => {
    await insertGroup('13', [{ symbol: 'BTC/USDT:USDT', direction: 'at-or-below', price: '990000' }]);
    const child = replay(40);
    await waitFor('the prices to flow', () => pushed().length > 8, { timeoutMs: 20_000 });
    const heard: { groupId: string; touched?: string[] }[] = [];
    await jobs.work('tp-check', { concurrency: 1 }, async (payload) => void heard.push(payload));
    await waitFor('the worker to hear of it', () => heard.length > 0, { timeoutMs: 20_000 });
    expect(heard[0]).to.deep.equal({ groupId: '13', touched: [path[0]] });
    expect(await end(child)).to.equal(0);
  });

  it('stands by while another leads, and takes over from one that was killed', async () => {
    const first = replay(10);
    await waitFor('the first to play', () => pushed().length > 8, { timeoutMs: 20_000 });
    const second = replay(10);
    await once(second, 'message');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const before = pushed().length;
    await waitFor('the second to play on', () => pushed().length > before + 8, { timeoutMs: 20_000 });
    expect(withoutRepeats(pushed()).repeated).to.be.at.most(2);
    expect(await end(second)).to.equal(0);
  });

  it('falls back to synthetic prices where the venue cannot be reached, and says so', async () => {
    const nowhere = 'http://127.0.0.1:9';
    const child = start({ MARKET_DATA: 'auto', MARKET_SEED: '5', BINANCE_SPOT_URL: nowhere, BINANCE_USDM_URL: nowhere });
    await waitFor('prices', () => pushed().length > 0, { timeoutMs: 20_000 });
    const said = await waitFor('the status', async () => {
      const found = await status();
      return found?.lastAt == null ? null : found;
    });
    expect(said).to.include({ kind: 'synthetic', fallback: true });
    expect(said.detail).to.contain('because 127.0.0.1:9 does not answer');
    expect(await end(child)).to.equal(0);
  });

  it('does not make prices up where money is real', async () => {
    const nowhere = 'http://127.0.0.1:9';
    const child = start({ MARKET_DATA: 'auto', TRADING_MODE: 'live', BINANCE_SPOT_URL: nowhere, BINANCE_USDM_URL: nowhere, BINANCE_SPOT_WS_URL: 'ws://127.0.0.1:9', BINANCE_USDM_WS_URL: 'ws://127.0.0.1:9', LOG_LEVEL: 'alert' });
    const said = await waitFor('the status', status, { timeoutMs: 20_000 });
    expect(said).to.include({ kind: 'live', fallback: false, lastAt: null });
    expect(paper.steps).to.deep.equal([]);
    expect(await end(child)).to.equal(0);
  });

  it('does not start with a file that cannot be played, and says where it is wrong', async () => {
    const child = start({ MARKET_DATA: 'replay', MARKET_REPLAY_FILE: join(root, 'package.json') });
    let stderr = '';
    child.stderr!.on('data', (chunk) => (stderr += String(chunk)));
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).to.equal(78);
    expect(stderr).to.match(/^MARKET_REPLAY_FILE: package\.json line 1: no header found; the first line must name the columns/m);
  });

  async function insertGroup(id: string, wake: object[]): Promise<void> {
    await pool.query(`insert into users (email, password_hash) values ('a@example.org', 'x') on conflict do nothing`);
    await pool.query(`insert into accounts (user_id, name, venue, market, mode, secrets, api_key_mask) select id, 'paper', 'binance', 'usdm', 'paper', '', '' from users on conflict do nothing`);
    await pool.query(
      `insert into position_groups (id, user_id, account_id, venue, market, symbol, timeframe, side, status, version, state, tp_mode, pyramid_count, max_pyramids, quantity, cost_held, pnl_realised, fees_paid, legs_filled, legs_total, opened_at, wake)
       select $1::bigint, a.user_id, a.id, 'binance', 'usdm', 'BTC/USDT:USDT', $1::text || 'm', 'long', 'active', 1, '{}', 'aggregate', 1, 5, 1, 100, 0, 0, 1, 1, now(), $2::jsonb from accounts a limit 1`,
      [id, JSON.stringify(wake)],
    );
  }
});
