import { randomUUID } from 'node:crypto';
import { createPublicBudget, withKeptBans } from '#shared/adapters/exchange/rate-budget';
import { guardPublicReads, publicAddresses } from '#shared/adapters/market-data/binance-public';
import { createFeedPositions } from '#shared/adapters/market-data/feed-positions.table';
import { createLease } from '#shared/adapters/market-data/venue-lease';
import { hasOpenRealGroups, readTickSize } from '#shared/adapters/market-data/wanted-prices.query';
import { createJobQueue } from '#shared/adapters/queue/create-job-queue';
import { createPool } from '#shared/adapters/store/connect';
import { readHouseSettings } from '#shared/adapters/store/house-settings.query';
import { createRateLedger } from '#shared/adapters/store/rate-windows.table';
import { systemClock } from '#shared/adapters/system/clock';
import { createBus } from '#shared/adapters/system/create-bus';
import { createLogRowWriter } from '#shared/adapters/system/log-row-writer';
import { watchHouse } from '#shared/adapters/system/house-settings';
import { obeyHouse } from '#shared/adapters/system/obey-house';
import { exitCodeConfig, runProcess } from '#shared/adapters/system/process-life';
import { ConfigFault } from '#shared/contracts/config';
import { controlToken } from '#shared/paper/control-token';
import { chooseFeed, openReplay } from './market-feed-choice.ts';
import { leadOrStandBy } from './market-leader.ts';
import { startMarketTerm } from './market-term.ts';

/** The market process: leads the price feed of one venue, or stands by for another that does. */

const venue = 'binance';
/** A killed leader is replaced after this; a leader whose database is away for longer stops of itself. */
const leaseMs = 3000;
const renewMs = 750;

await runProcess('market', async ({ config, log, fail }) => {
  // A file that cannot be played is a wrong value like any other: no restart will mend it.
  if (config.market.data === 'replay')
    await openReplay(config.market).catch((error: unknown) => {
      if (!(error instanceof ConfigFault)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exit(exitCodeConfig);
    });
  const pool = createPool(config.databaseUrl, { max: Math.min(config.databasePoolMax, 5), name: 'tranche-market', onError: (error) => log.warn('system', 'a database connection broke', { error: error.message }) });
  const logRows = createLogRowWriter(pool);
  log.addSink(logRows.write);
  const connections = { redisUrl: config.redisUrl, databaseUrl: config.databaseUrl, log };
  const bus = await createBus(connections);
  const house = await watchHouse({ read: () => readHouseSettings(pool), bus, log });
  const disobey = obeyHouse({ house, log, dataDir: config.dataDir, now: systemClock.now });
  const jobs = await createJobQueue({ ...connections, live: config.trading.mode === 'live' });
  const lease = createLease(pool, `market-${venue}`, randomUUID(), leaseMs);
  const ledger = withKeptBans(createRateLedger(pool));
  for (const market of ['spot', 'usdm'] as const) {
    const budget = createPublicBudget({ venue, market, urls: { paper: config.paper.url, binance: config.binance }, ledger, limits: config.venueLimits, clock: systemClock, log });
    guardPublicReads(publicAddresses(market, config.binance).rest, { take: (weight) => budget.take({ weight, places: false }, 'public'), observe: budget.observe });
  }
  const onFault = (error: unknown): void => fail('the market feed failed', error);
  const lead = () =>
    startMarketTerm({
      venue,
      makeFeed: (storeCandles) =>
        chooseFeed({
          venue,
          config,
          positions: createFeedPositions(pool),
          storeCandles,
          tickSizeOf: (pair) => readTickSize(pool, venue, pair),
          hasOpenRealGroups: () => hasOpenRealGroups(pool, venue),
          clock: systemClock,
          log,
          onFault,
        }),
      pool,
      bus,
      jobs,
      paper: { url: config.paper.url, token: controlToken(config.encryptionKey) },
      leads: lease.held,
      clock: systemClock,
      log,
    });

  const closing = new AbortController();
  const leading = leadOrStandBy({ lease, everyMs: renewMs, lead, onFault, log }, closing.signal);
  return {
    close: async () => {
      closing.abort();
      await leading;
      await jobs.close();
      await house.close();
      await bus.close();
      await disobey();
      await logRows.close();
      await pool.end();
    },
  };
});
