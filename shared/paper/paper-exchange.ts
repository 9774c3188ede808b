import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import type { Clock, Log } from '#shared/ports/system.port';
import { defaultFillModel, type FillModel } from '#shared/simulation/fill-model';
import type { Happening, World } from '#shared/simulation/matching-state';
import { builtInInstruments } from './catalogue.ts';
import { createControlRouter } from './control-router.ts';
import type { PaperContext } from './endpoint.ts';
import { createFaultSwitches } from './fault-switches.ts';
import { createGroupCommit } from './group-commit.ts';
import { createHandPrices } from './hand-prices.ts';
import { createMarketStreams } from './market-streams.ts';
import { createPriceBoard } from './price-board.ts';
import { createKeyRing } from './request-auth.ts';
import { createMeters } from './request-weight.ts';
import { createRestServer } from './rest-server.ts';
import { openSimStore, type SimStore, type Stored } from './sim-store.ts';
import { spotEndpoints } from './spot-endpoints.ts';
import { userEvents } from './stream-events.ts';
import { usdmEndpoints } from './usdm-endpoints.ts';
import { createUserStreams } from './user-streams.ts';
import { routeWebSockets } from './websocket-routes.ts';

export interface PaperExchangeOptions {
  pool: Pool;
  /** 0 takes any free one. */
  port: number;
  host?: string;
  log: Log;
  clock?: Clock;
  fillModel?: FillModel;
  /** Weights are always counted; 429 and 418 come only with this. */
  enforceLimits?: boolean;
  /** Opens `/_sim` to other machines that carry it. */
  controlToken?: string | null;
}

export interface PaperExchange {
  port: number;
  /** Origin without a path. */
  url: string;
  close(): Promise<void>;
}

const priceFlushMs = 1_000;
const listenKeySweepMs = 30_000;
// Above the idle time of the clients' pools, so that the server never closes a connection a request is just being written to.
const keepAliveMs = 75_000;

/** Starts the paper exchange: reads its books, takes the writer's lock, listens. */
export async function startPaperExchange({ pool, port, host = '127.0.0.1', log, clock = { now: Date.now }, fillModel = defaultFillModel, enforceLimits = false, controlToken = null }: PaperExchangeOptions): Promise<PaperExchange> {
  let closing = false;
  // Before the exchange stands, a lost connection shows in the first commit that fails.
  let lost = (): void => {};
  const opened = await openBooks(pool, log, () => lost(), () => closing);
  if (opened === null) throw new Error('the paper exchange was closed before it had started');

  const model = { ...fillModel };
  const faults = createFaultSwitches();
  const board = createPriceBoard();
  const keys = createKeyRing(opened.stored.keys);
  const listenKeys = new Map(opened.stored.listenKeys.map(({ listenKey, accountId, expiresAt }) => [listenKey, { accountId, expiresAt }]));
  const users = createUserStreams(faults, clock);
  const markets = createMarketStreams(board, faults);
  const publish = (happenings: Happening[], world: World): void => {
    for (const happening of happenings) for (const event of userEvents(happening, world)) users.publish(event);
  };
  const reopen = async (): Promise<{ store: SimStore; stored: Stored } | null> => {
    const again = await openBooks(pool, log, () => lost(), () => closing);
    for (const key of again?.stored.keys ?? []) keys.add(key);
    return again;
  };
  const commit = createGroupCommit({ store: opened.store, world: opened.stored.world, model, clock, log, publish, reopen });
  lost = () => {
    if (!closing) commit.recover();
  };

  const context: PaperContext = { commit, clock, log, keys, board, listenKeys };
  const control = createControlRouter({ context, faults, users, markets, hand: createHandPrices(), fillModel: model }, controlToken);
  const server = createRestServer({ context, endpoints: [...spotEndpoints, ...usdmEndpoints], faults, meters: createMeters(enforceLimits), control });
  server.keepAliveTimeout = keepAliveMs;
  server.headersTimeout = keepAliveMs + 5_000;
  const sockets = routeWebSockets(server, { context, users, markets });

  const flush = setInterval(() => void commit.submit((_draft, _at, extras) => void (extras.flushPrices = true)).catch(() => {}), priceFlushMs);
  const sweep = setInterval(() => sweepListenKeys(context, (accountId, listenKey) => users.announce(accountId, { e: 'listenKeyExpired', E: clock.now(), listenKey })), listenKeySweepMs);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  log.info('paper', 'the paper exchange is open', { port: bound, accounts: commit.world.accounts.size });
  return {
    port: bound,
    url: `http://${host}:${bound}`,
    async close() {
      closing = true;
      clearInterval(flush);
      clearInterval(sweep);
      for (const socket of sockets.clients) socket.terminate();
      await commit.submit((_draft, _at, extras) => void (extras.flushPrices = true)).catch(() => {});
      await commit.idle();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      commit.store.close();
    },
  };
}

/** Opens the store and reads the books, as often as it takes; null once the exchange is closing. */
async function openBooks(pool: Pool, log: Log, onLost: () => void, isClosing: () => boolean): Promise<{ store: SimStore; stored: Stored } | null> {
  for (let waitMs = 100; !isClosing(); waitMs = Math.min(2_000, waitMs * 2)) {
    let store: SimStore | null = null;
    try {
      store = await openSimStore(pool, () => log.warn('paper', 'another paper exchange holds the books, waiting for it'), (error) => {
        log.warn('paper', 'the paper exchange lost its database connection', { error: error.message });
        onLost();
      });
      const stored = await store.load();
      const instruments = new Map([...builtInInstruments(), ...stored.world.instruments]);
      return { store, stored: { ...stored, world: { ...stored.world, instruments } } };
    } catch (error) {
      // Its session holds the writer's lock, for which the next try would wait for ever.
      store?.close();
      log.warn('paper', 'the books of the paper exchange cannot be read yet', { error: String(error) });
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return null;
}

function sweepListenKeys({ listenKeys, clock, commit }: PaperContext, onExpired: (accountId: string, listenKey: string) => void): void {
  const expired = [...listenKeys].filter(([, { expiresAt }]) => expiresAt <= clock.now());
  for (const [listenKey, { accountId }] of expired) {
    listenKeys.delete(listenKey);
    onExpired(accountId, listenKey);
  }
  if (expired.length > 0) void commit.submit((_draft, _at, extras) => void extras.removedListenKeys.push(...expired.map(([key]) => key))).catch(() => {});
}
