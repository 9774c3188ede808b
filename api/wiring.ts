import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askForPrices, readCandles } from '#shared/adapters/store/candles.query';
import { createJobQueue } from '#shared/adapters/queue/create-job-queue';
import { createPool } from '#shared/adapters/store/connect';
import { keepDeployment } from '#shared/adapters/store/deployment-lease.table';
import { readHouseSettings } from '#shared/adapters/store/house-settings.query';
import { systemClock } from '#shared/adapters/system/clock';
import { createBus } from '#shared/adapters/system/create-bus';
import { deploymentOf } from '#shared/adapters/system/deployment-id';
import { watchHouse } from '#shared/adapters/system/house-settings';
import { createLogRowWriter } from '#shared/adapters/system/log-row-writer';
import { obeyHouse } from '#shared/adapters/system/obey-house';
import type { Life, Running } from '#shared/adapters/system/process-life';
import { createSecretBox } from '#shared/adapters/system/secret-box';
import { createSettingsMirror } from '#shared/adapters/system/settings-mirror';
import { neverCrash } from '#shared/shell/crash-points';
import type { ApiDeps } from './api-deps.ts';
import { createApp } from './app.ts';
import { createMetrics } from './http/metrics.ts';
import { projectRoot, projectVersion } from './project-root.ts';
import { mirroredSettings } from './queries/config-mirror.query.ts';
import { InstrumentIndex } from './queries/instrument-index.ts';
import { createFirstAdministrator, createSetupLink } from './queries/people.query.ts';
import { startSocketServer } from './realtime/socket-server.ts';

/** A sender that dawdles must not hold a connection: alerts are small. */
const requestTimeoutMs = 15_000;

/** The api process: puts everything together, makes sure somebody can sign in, and listens. */
export async function startApi({ config, log, fail }: Life): Promise<Running> {
  const root = projectRoot();
  const pool = createPool(config.databaseUrl, { max: config.databasePoolMax, name: 'tranche-api', onError: (error) => log.warn('system', `a database connection broke: ${error.message}`) });
  const deployment = deploymentOf(config);
  const kept = deployment === null ? null : keepDeployment(pool, deployment, (other) => (deployment.chosen ? fail(`another running Tranche (deployment ${other}) has taken this database`) : undefined));
  const rows = createLogRowWriter(pool);
  const unsink = log.addSink(rows.write);
  const bus = await createBus({ redisUrl: config.redisUrl, databaseUrl: config.databaseUrl, log });
  const jobs = await createJobQueue({ redisUrl: config.redisUrl, databaseUrl: config.databaseUrl, log, live: config.trading.mode === 'live' });
  const house = await watchHouse({ read: () => readHouseSettings(pool), bus, log });
  const disobey = obeyHouse({ house, log, dataDir: config.dataDir, now: systemClock.now });
  const deps: ApiDeps = {
    pool,
    box: createSecretBox(config.encryptionKey),
    jobs,
    bus,
    clock: systemClock,
    log,
    trading: config.trading,
    house,
    mirror: createSettingsMirror({ dataDir: config.dataDir, load: (userId) => mirroredSettings(pool, userId), log, now: systemClock.now }),
    instruments: new InstrumentIndex(pool, systemClock.now),
    metrics: createMetrics(true),
    atCrashPoint: neverCrash,
    version: projectVersion(root),
  };
  const candles = { read: (request: Parameters<typeof readCandles>[1]) => readCandles(pool, request), askFor: (venue: string, market: string, symbol: string) => askForPrices(pool, venue, market, symbol) };
  const http = createServer(createApp(deps, { candles, boardQueues: jobs.boardQueues(), root, checkAnswers: false }));
  http.requestTimeout = requestTimeoutMs;
  http.headersTimeout = requestTimeoutMs;
  const sockets = await startSocketServer(deps, http);
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(config.port, config.host, resolve));
  const address = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${(http.address() as AddressInfo).port}`;
  log.info('system', `listening at ${address}`);
  await welcome(deps, config.admin, address);

  return {
    async close() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      await sockets.close();
      http.closeIdleConnections();
      await closed;
      await kept?.stop();
      await jobs.close();
      await house.close();
      await bus.close();
      await disobey();
      unsink();
      await rows.close();
      await pool.end();
    },
  };
}

/** Creates the first administrator where the environment names one, or hands out a one-time link. */
async function welcome({ pool, box, log }: ApiDeps, admin: { email: string; password: string } | null, address: string): Promise<void> {
  if (admin !== null) {
    const user = await createFirstAdministrator(pool, box, admin.email, admin.password);
    if (user !== null) log.info('security', 'first administrator created from the environment', { userId: user.id });
    return;
  }
  const token = await createSetupLink(pool);
  if (token === null) return;
  const url = `${address}/setup?token=${token}`;
  if (process.send) process.send({ type: 'setup-link', url });
  // The log hides tokens, and this one has to be read by a person.
  else process.stdout.write(`Create the first administrator at ${url}\n`);
}
