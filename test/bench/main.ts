import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '#scripts/embedded-postgres';
import { freePort } from '#scripts/free-port';
import { migrate } from '#scripts/migrate';
import { alert } from '#test/support/alert';
import { openDirectory } from '#test/support/open-directory';
import { startTestRedis } from '#test/support/redis';
import { startStack, type RunningStack } from '#test/support/running-stack';
import { waitFor } from '#test/support/wait-for';
import { bareSchema } from './bare-chain.ts';
import { bareOrderPrice, restingPrices, widenMarket } from './bench-market.ts';
import { benchGridWatch } from './grid-watch-bench.ts';
import { benchPriceWatch } from './price-watch-bench.ts';
import { analyse, heading, line, runChain, type ChainRun, type ChainView } from './chain-run.ts';

/**
 * `npm run bench`: Tranche's chain from alert to accepted order beside the bare chain, in one run, on both queue backends. Only
 * ratios travel from machine to machine. `-- --quick` runs a few seconds of each.
 */
const quick = process.argv.includes('--quick');
const seconds = quick ? 3 : 10;
/** Both chains run warm: code is compiled, connections and plans are made, by tables that are not empty any more, and the market's history of every symbol is there. */
const warmUp = { alerts: 400, perSecond: 50 };

const orderView: ChainView = {
  settled: async (client) => Number((await client.query<{ n: string }>(`select count(distinct group_id) as n from orders where accepted_at is not null`)).rows[0]?.n),
  latencies: async (client) => {
    const { rows } = await client.query<{ ms: string }>(
      `select extract(epoch from min(o.accepted_at) - s.received_at) * 1000 as ms from orders o join signals s on s.group_id = o.group_id
       where o.accepted_at is not null group by s.id order by s.id`,
    );
    return rows.map((row) => Number(row.ms));
  },
};
/** With a ladder an alert is settled when its last leg is accepted. */
const ladderView = (legs: number): ChainView => ({
  settled: async (client) => Number((await client.query<{ n: string }>(`select count(*) / ${legs} as n from orders where accepted_at is not null`)).rows[0]?.n),
  latencies: async (client) => {
    const { rows } = await client.query<{ ms: string }>(
      `select extract(epoch from max(o.accepted_at) - s.received_at) * 1000 as ms from orders o join signals s on s.group_id = o.group_id group by s.id order by s.id`,
    );
    return rows.map((row) => Number(row.ms));
  },
});
const bareView: ChainView = {
  settled: async (client) => Number((await client.query<{ n: string }>('select count(*) as n from bare.orders where accepted_at is not null')).rows[0]?.n),
  latencies: async (client) => {
    const { rows } = await client.query<{ ms: string }>(
      `select extract(epoch from o.accepted_at - a.received_at) * 1000 as ms from bare.orders o join bare.inbox i on i.id = o.inbox_id join bare.alerts a on a.id = i.signal_id
       where o.accepted_at is not null order by a.id`,
    );
    return rows.map((row) => Number(row.ms));
  },
};

let used = 0;
/** Alerts that each open a group of their own: symbol and timeframe tell them apart. */
function distinctAlerts(path: string, secret: string, symbols: readonly { symbol: string; price: string }[], count: number): { path: string; body: string }[] {
  return Array.from({ length: count }, () => {
    const { symbol, price } = symbols[used % symbols.length] ?? { symbol: 'BTCUSDT', price: '100000' };
    const timeframe = String(1 + Math.floor(used / symbols.length));
    used += 1;
    return { path, body: JSON.stringify(alert({ secret, symbol, timeframe, entryPrice: price, orderSize: '1000', tradeId: `b${used}` })) };
  });
}

async function configure(stack: RunningStack, legs: number): Promise<void> {
  const { draft } = await stack.client.get<{ draft: Record<string, Record<string, unknown>> }>('/config');
  const levels = Array.from({ length: legs }, (_, index) => ({ gap_percent: -0.5 * index, weight_percent: 100 / legs, tp_percent: 1 }));
  await stack.client.put('/config', { ...draft, execution_pool: { ...draft.execution_pool, max_open_groups: 10_000 }, grid_strategy: { ...draft.grid_strategy, levels } });
  await stack.client.post('/config/apply');
}

/** Ends every open group, so that the next run starts with an empty pool. */
async function closeAll(stack: RunningStack, databaseUrl: string): Promise<void> {
  await stack.client.post('/positions/close-all');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (let open = '1'; open !== '0'; ) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      open = (await client.query<{ n: string }>(`select count(*) as n from position_groups where status <> 'closed'`)).rows[0]?.n ?? '0';
    }
  } finally {
    await client.end();
  }
}

/** An account that can pay for thousands of ladders at once: the one of a fresh installation ends between 1,500 and 2,000 of them, and refuses the rest. */
async function richAccount(stack: RunningStack): Promise<string> {
  const keys = await registerRich(stack);
  const { id } = await stack.client.post<{ id: string }>('/accounts', { name: 'bench', market: 'usdm', mode: 'paper', ...keys });
  await waitFor('the account to be compared', async () => (await stack.client.get<{ data: { accountId: string; entriesHeld: string | null }[] }>('/reconciliation')).data.some((each) => each.accountId === id && each.entriesHeld === null), { timeoutMs: 30_000 });
  return id;
}

/** Keys of an account with a hundred million at the paper exchange. */
async function registerRich(stack: RunningStack): Promise<{ apiKey: string; secret: string }> {
  const keys = { apiKey: randomBytes(24).toString('hex'), secret: randomBytes(24).toString('hex') };
  await fetch(`${stack.paperOrigin}/_sim/accounts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...keys, market: 'usdm', balances: { USDT: '100000000' } }) });
  return keys;
}

async function ours(backend: string, stack: RunningStack, databaseUrl: string, rates: readonly number[]): Promise<ChainRun[]> {
  const endpoint = await stack.client.post<{ id: string; secret: string }>('/webhook-endpoints', { name: 'bench', accountId: await richAccount(stack) });
  const path = `/webhooks/tradingview/${endpoint.id}`;
  const symbols = await restingPrices(stack);
  const runs: ChainRun[] = [];
  await configure(stack, 1);
  await runChain(stack.origin, databaseUrl, distinctAlerts(path, endpoint.secret, symbols, warmUp.alerts), warmUp.perSecond, orderView);
  await analyse(databaseUrl);
  for (const rate of rates) {
    await closeAll(stack, databaseUrl);
    const run = await runChain(stack.origin, databaseUrl, distinctAlerts(path, endpoint.secret, symbols, rate * seconds), rate, orderView);
    process.stdout.write(`${line(`${backend}: Tranche, one leg`, run)}\n`);
    runs.push(run);
  }
  await closeAll(stack, databaseUrl);
  await configure(stack, 5);
  const ladders = distinctAlerts(path, endpoint.secret, symbols, 40 * seconds);
  process.stdout.write(`${line(`${backend}: Tranche, five legs (last leg)`, await runChain(stack.origin, databaseUrl, ladders, 40, ladderView(5)))}\n`);
  await closeAll(stack, databaseUrl);
  return runs;
}

/** A database of its own on the same server: two systems on one job queue would take each other's jobs. */
async function bareDatabase(serverUrl: string): Promise<string> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query('create database bare');
  await admin.end();
  const url = Object.assign(new URL(serverUrl), { pathname: '/bare' }).toString();
  await migrate(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(bareSchema);
  await client.end();
  return url;
}

async function bare(backend: string, stack: RunningStack, serverUrl: string, redisUrl: string | null, rates: readonly number[]): Promise<ChainRun[]> {
  const databaseUrl = await bareDatabase(serverUrl);
  const { apiKey, secret } = await registerRich(stack);
  const port = await freePort();
  const env = { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port), PAPER: stack.paperOrigin, API_KEY: apiKey, API_SECRET: secret, PRICE: await bareOrderPrice(stack), ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }) };
  const start = (role: string): Promise<ChildProcess> =>
    new Promise((resolve, reject) => {
      const child = fork(join(import.meta.dirname, 'bare-chain.ts'), [role], { execArgv: ['--conditions=source', '--import', 'tsx/esm'], env });
      child.once('message', () => resolve(child));
      child.once('exit', (code) => reject(new Error(`the bare ${role} ended with code ${code}`)));
    });
  const children = [await start('worker'), await start('api')];
  const requests = (count: number): { path: string; body: string }[] => Array.from({ length: count }, () => ({ path: '/alert', body: JSON.stringify(alert({ secret })) }));
  const runs: ChainRun[] = [];
  await runChain(`http://127.0.0.1:${port}`, databaseUrl, requests(warmUp.alerts), warmUp.perSecond, bareView);
  await analyse(databaseUrl);
  for (const rate of rates) {
    const run = await runChain(`http://127.0.0.1:${port}`, databaseUrl, requests(rate * seconds), rate, bareView);
    process.stdout.write(`${line(`${backend}: bare chain`, run)}\n`);
    runs.push(run);
  }
  for (const child of children) child.disconnect();
  // Its resting orders would be matched against for the rest of the run.
  await fetch(`${stack.paperOrigin}/_sim/reset`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ apiKey, balances: {} }) });
  return runs;
}

async function backendRun(backend: 'PostgreSQL' | 'Redis'): Promise<void> {
  const dataDir = openDirectory('tranche-bench-');
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'bench') });
  const redis = backend === 'Redis' ? await startTestRedis() : null;
  const rates = backend === 'Redis' ? [50, 100, 200] : [50, 100];
  const env = { DATABASE_URL: postgres.url, ENCRYPTION_KEY: randomBytes(32).toString('hex'), VENUE_LIMITS: 'off', LOG_LEVEL: 'warn', MARKET_DATA: 'synthetic', ...(redis === null ? {} : { REDIS_URL: redis.url }) };
  const stack = await startStack(env, { dataDir });
  try {
    const databaseUrl = `${postgres.url}${postgres.url.includes('?') ? '&' : '?'}options=-c%20search_path%3Dapp`;
    await widenMarket(stack);
    const reference = await bare(backend, stack, postgres.url, redis?.url ?? null, rates);
    const mine = await ours(backend, stack, databaseUrl, rates);
    const ratios = rates.map((rate, index) => {
      const [a, b] = [mine[index], reference[index]];
      return a === undefined || b === undefined ? '' : `${rate}/s: p50 ${(a.accepted.p50 / b.accepted.p50).toFixed(2)}, p99 ${(a.accepted.p99 / b.accepted.p99).toFixed(2)}`;
    });
    process.stdout.write(`${backend}: order latency, Tranche over the bare chain: ${ratios.join(' | ')}\n${backend}: memory of the whole tree ${stack.memoryMiB()} MiB\n\n`);
  } finally {
    await stack.stop();
    await redis?.stop();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const watch = benchPriceWatch();
process.stdout.write(`price watch: ${watch.levels} levels, ${(watch.ticksPerSecond / 1e6).toFixed(2)} million ticks per second on one thread\n`);
const grid = await benchGridWatch(seconds);
process.stdout.write(
  `price watch: ${grid.groups} groups of ${grid.legs} legs, ${grid.ticks} prices at 1000/s: ${grid.corePercent.toFixed(2)} % of one core, ${grid.behindMs.toFixed(0)} ms behind at the worst, ` +
    `${grid.woken} groups woken, ${grid.wrong} wrongly, ${grid.missed} missed\n\n${heading}\n`,
);
for (const backend of ['PostgreSQL', 'Redis'] as const) if (!process.argv.includes(`--skip-${backend}`)) await backendRun(backend);
