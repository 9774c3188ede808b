import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#scripts/embedded-postgres';
import { openDirectory } from '#test/support/open-directory';
import { startTestRedis } from '#test/support/redis';
import { startStack } from '#test/support/running-stack';
import { startBareChain } from './bare-run.ts';
import { widenMarket } from './bench-market.ts';
import { heading, line, overOf, ratiosOf, type Chain, type ChainRun } from './chain-run.ts';
import { benchGridWatch } from './grid-watch-bench.ts';
import { median } from './load.ts';
import { benchPriceWatch } from './price-watch-bench.ts';
import { openTranche } from './tranche-run.ts';

/**
 * `npm run bench`: Tranche's chain from alert to accepted order beside the bare chain, on both queue backends. The two take turns, several
 * rounds at each rate, and the median of the rounds counts: a shared machine changes its speed within minutes, and only ratios travel
 * from machine to machine. `-- --quick` runs one short round, `-- --skip-Redis` or `--skip-PostgreSQL` one backend.
 */
const quick = process.argv.includes('--quick');
const seconds = quick ? 3 : 10;
/** Alerts per second, and rounds of it. */
const ratesOf = { PostgreSQL: [[50, 5], [100, 3]], Redis: [[50, 5], [100, 3], [200, 3]] } as const;
/** Both chains run warm: code is compiled, connections and plans are made, by tables that are not empty any more, and the market's history of every symbol is there. */
const warmUp = { perSecond: 50, seconds: quick ? 8 : 20 };

async function round(backend: string, chain: Chain, perSecond: number): Promise<ChainRun> {
  const run = await chain.run(perSecond, seconds);
  process.stdout.write(`${line(`${backend}: ${chain.name}`, run)}\n`);
  await chain.rest();
  return run;
}

async function compare(backend: 'PostgreSQL' | 'Redis', bare: Chain, tranche: Chain): Promise<string[]> {
  const summary: string[] = [];
  for (const [perSecond, usual] of ratesOf[backend]) {
    const rounds = quick ? 1 : usual;
    const ratios: { p50: number; p99: number }[] = [];
    const answers: number[] = [];
    for (let each = 0; each < rounds; each += 1) {
      const reference = await round(backend, bare, perSecond);
      const mine = await round(backend, tranche, perSecond);
      ratios.push(ratiosOf(mine, reference));
      answers.push(mine.answer.p99);
    }
    summary.push(`${backend} ${perSecond}/s, median of ${rounds}: order latency over the bare chain's p50 ${overOf(ratios, 'p50')}, p99 ${overOf(ratios, 'p99')}; answer p99 ${median(answers).toFixed(0)} ms`);
  }
  return summary;
}

async function backendRun(backend: 'PostgreSQL' | 'Redis'): Promise<void> {
  const dataDir = openDirectory('tranche-bench-');
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'bench') });
  const redis = backend === 'Redis' ? await startTestRedis() : null;
  const env = { DATABASE_URL: postgres.url, ENCRYPTION_KEY: randomBytes(32).toString('hex'), VENUE_LIMITS: 'off', LOG_LEVEL: 'warn', MARKET_DATA: 'synthetic', ...(redis === null ? {} : { REDIS_URL: redis.url }) };
  const stack = await startStack(env, { dataDir });
  let bare: Chain | null = null;
  try {
    await widenMarket(stack);
    bare = await startBareChain(stack, postgres.url, redis?.url ?? null);
    const tranche = await openTranche(stack, `${postgres.url}${postgres.url.includes('?') ? '&' : '?'}options=-c%20search_path%3Dapp`);
    await tranche.plan(1);
    for (const chain of [bare, tranche]) {
      await chain.run(warmUp.perSecond, warmUp.seconds);
      await chain.rest();
      await chain.analyse();
    }
    const summary = await compare(backend, bare, tranche);
    // Its sessions with the server would be counted as ours.
    bare.stop();
    bare = null;
    await tranche.plan(5);
    await round(`${backend}, five legs (last leg)`, tranche, 40);
    process.stdout.write(`${summary.join('\n')}\n${backend}: memory of the whole tree ${stack.memoryMiB()} MiB\n\n`);
  } finally {
    bare?.stop();
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
