import { randomUUID } from 'node:crypto';
import { createExchange } from '#shared/adapters/exchange/create-exchange';
import { createInstrumentSource } from '#shared/adapters/exchange/instrument-source';
import { withKeptBans } from '#shared/adapters/exchange/rate-budget';
import { createJobQueue } from '#shared/adapters/queue/create-job-queue';
import { createPool } from '#shared/adapters/store/connect';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import { readHouseSettings } from '#shared/adapters/store/house-settings.query';
import { oldLogRows } from '#shared/adapters/store/old-log-rows.table';
import { createRateLedger } from '#shared/adapters/store/rate-windows.table';
import { readWatchedStops } from '#shared/adapters/store/watched-stops.query';
import { createBus } from '#shared/adapters/system/create-bus';
import { systemClock as clock } from '#shared/adapters/system/clock';
import { watchHouse } from '#shared/adapters/system/house-settings';
import { createLogRowWriter } from '#shared/adapters/system/log-row-writer';
import { obeyHouse } from '#shared/adapters/system/obey-house';
import type { Life, Running } from '#shared/adapters/system/process-life';
import { createSecretBox } from '#shared/adapters/system/secret-box';
import { controlToken } from '#shared/paper/control-token';
import { queueNames, venues, type QueueName } from '#shared/contracts/jobs';
import type { Market } from '#shared/engine/instrument/instrument';
import { neverCrash } from '#shared/shell/crash-points';
import { createAccountCache } from '#shared/shell/account-cache';
import { gatherAccounts } from '#shared/shell/gather-accounts';
import { gatherFacts } from '#shared/shell/gather-facts';
import { createInstrumentCache } from '#shared/shell/instrument-cache';
import type { ShellPorts } from '#shared/shell/shell';
import { startBalanceRefresh } from './balance-refresh.ts';
import { createDispatcher } from './dispatcher.ts';
import { createExchangeRegistry, whyClosed } from './exchange-registry.ts';
import { createGroupIds } from './group-ids.ts';
import { startGuards } from './guards.ts';
import { jobHandlers } from './jobs/index.ts';
import type { JobHandler } from './jobs/job-handler.ts';
import { watchKey } from './key-watch.ts';
import { createLogRetention } from './log-retention.ts';
import { startRelay } from './outbox-relay.ts';
import { registerPaperAccount } from './paper-account.ts';
import { orphanStops } from './orphan-stops.ts';
import { createPriceCache } from './price-cache.ts';
import { startPeriodic } from './periodic.ts';
import { dailyPrune, pruneWhenShortened } from './prune.ts';
import { createRateCaps } from './rate-caps.ts';
import { reconcileAtStart, reconcileRounds } from './reconcile-rounds.ts';
import { riskParts } from './risk-parts.ts';
import { ruleRecovery, ruleRefresh } from './rule-refresh.ts';
import { createSettingsCache } from './settings-cache.ts';
import { stopWatchCheck } from './stop-watch-check.ts';
import { startStreams } from './stream-listener.ts';
import { venueCheck } from './venue-check.ts';
import { wakePools } from './wake-pools.ts';

const pollEveryMs = 2_000;
const markets: readonly Market[] = ['spot', 'usdm'];
const marketsOfVenues = venues.flatMap((venue) => markets.map((market) => ({ venue, market })));

/** A worker process: everything it needs, put together, working the queues of its roles. */
export async function startWorkers({ config, log, fail }: Life): Promise<Running> {
  const owner = `workers:${process.pid}:${randomUUID().slice(0, 8)}`;
  const pool = createPool(config.databaseUrl, { max: config.databasePoolMax, name: 'tranche-workers', onError: (error) => log.warn('system', `A database connection broke: ${error.message}`) });
  const rows = createLogRowWriter(pool);
  const unsink = log.addSink(rows.write);
  const store = createPostgresStore(pool);
  const bus = await createBus({ redisUrl: config.redisUrl, databaseUrl: config.databaseUrl, log });
  const guards = await startGuards({ store, bus, log }, { pool, config, owner, fail });
  const jobs = await createJobQueue({ redisUrl: config.redisUrl, databaseUrl: config.databaseUrl, log, live: config.trading.mode === 'live' });
  const ledger = withKeptBans(createRateLedger(pool));
  const urls = { paper: config.paper.url, binance: config.binance };
  const house = await watchHouse({ read: () => readHouseSettings(pool), bus, log });
  const disobey = obeyHouse({ house, log, dataDir: config.dataDir, now: clock.now });
  const caps = await createRateCaps({ store, bus, log });
  const instruments = createInstrumentCache({ store, source: createInstrumentSource({ mode: config.trading.mode === 'live' ? 'live' : 'paper', urls, clock, log, ledger, limits: config.venueLimits }), clock, log, onFresh: wakePools({ store, clock, log }) });
  const settings = createSettingsCache(store, log);
  const prices = await createPriceCache(store, bus);
  const registry = createExchangeRegistry({
    store,
    trading: config.trading,
    unseal: unsealing(config.encryptionKey),
    createExchange: async (access, userId) => watchKey(createExchange(access, { urls, log, clock, ledger, limits: config.venueLimits, weightCap: await caps.of(userId) }), guards.keyRefused(access.accountId)),
    registerPaper: (access) => registerPaperAccount(config.paper.url, controlToken(config.encryptionKey), access),
  });
  const balances = createAccountCache({ exchangeFor: registry.exchangeFor, clock, log });
  const risk = riskParts({ settings, store, jobs, clock, log });
  const facts = gatherFacts({
    clock,
    deploymentPrefix: await store.deploymentPrefix(),
    instrument: instruments.peek,
    kept: instruments.kept,
    seek: instruments.seek,
    accounts: gatherAccounts(balances),
    priceLast: prices.last,
    settings,
    risk: risk.book,
    groupIds: createGroupIds(store),
  });
  const ports: ShellPorts = { store, facts, jobs, bus, clock, log, exchangeFor: registry.exchangeFor, refreshRules: instruments.doubt, atCrashPoint: neverCrash, filled: risk.filled, priceFresh: prices.fresh, reconcilePlan: async (userId) => (await settings(userId)).reconcile };
  const dispatcher = config.workers.roles.includes('order') ? createDispatcher(ports, config.venueLimits) : null;
  if (dispatcher !== null) ports.dispatch = dispatcher;
  for (const { venue, market } of marketsOfVenues) await instruments.seek(venue, market, null);
  const handlers = jobHandlers(ports, { venueLimits: config.venueLimits, lastTrade: prices.lastTrade, riskPlan: risk.planOf, maintenance: { instruments, store, pruneLog: createLogRetention({ rows: oldLogRows(pool), house, dataDir: config.dataDir, clock, log }) } });
  const mine = queueNames.filter((name) => config.workers.roles.includes(handlers[name].role));
  if (config.workers.roles.includes('reconcile')) await reconcileAtStart(ports, owner);
  for (const name of mine) await work(jobs, name, handlers[name]);
  const refresh = config.workers.roles.includes('signal') ? startBalanceRefresh({ cache: balances, store, log }) : null;
  const relay = startRelay(ports, { owner, pollEveryMs });
  const periodic = [ruleRefresh({ instruments, store, settings }, marketsOfVenues), ruleRecovery(instruments), venueCheck(ports), stopWatchCheck({ read: () => readWatchedStops(pool), clock, log }), dailyPrune(store, jobs), risk.rounds, reconcileRounds(ports), orphanStops({ store, jobs, clock, priceFresh: prices.fresh, mayTrade: (mode) => whyClosed({ mode, enabled: true, liveEnabled: true }, config.trading) === null, log, atCrashPoint: neverCrash })].map((task) => startPeriodic({ store, log, owner }, task));
  pruneWhenShortened(house, jobs, log);
  const streams = config.workers.roles.includes('fill-poll') ? startStreams(ports, owner) : null;
  log.info('system', `Working ${mine.length} queues on ${jobs.backend}: ${mine.join(', ')}`);

  return {
    async close() {
      for (const each of [refresh, risk]) each?.stop();
      await Promise.all([relay.stop(), guards.stop(), streams?.stop(), ...periodic.map((task) => task.stop())]);
      await jobs.close();
      await dispatcher?.stop();
      await registry.close();
      await prices.close();
      await caps.close();
      await house.close();
      await bus.close();
      await disobey();
      unsink();
      await rows.close();
      await pool.end();
    },
  };
}

/** Opens the keys of accounts. */
function unsealing(encryptionKey: string): (sealed: Uint8Array, accountId: string) => { apiKey: string; secret: string } {
  const secrets = createSecretBox(encryptionKey);
  return (sealed, accountId) => JSON.parse(secrets.open(Buffer.from(sealed), `accounts:${accountId}`)) as { apiKey: string; secret: string };
}

const work = (jobs: Awaited<ReturnType<typeof createJobQueue>>, name: QueueName, handler: JobHandler<QueueName>): Promise<void> =>
  jobs.work(name, { concurrency: handler.concurrency, ...(handler.limit === null ? {} : { limit: handler.limit }) }, (payload) => handler.handle(payload));
