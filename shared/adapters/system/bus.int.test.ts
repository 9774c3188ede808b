import { expect } from 'chai';
import pg from 'pg';
import type { Bus } from '#shared/ports/system.port';
import { busContract } from '#test/contracts/bus.contract';
import { createTestDatabase } from '#test/support/postgres';
import type { TestDatabase } from '#test/support/postgres';
import { startTestRedis } from '#test/support/redis';
import type { TestRedis } from '#test/support/redis';
import { waitFor } from '#test/support/wait-for';
import { silentLog } from './log.ts';
import { createPostgresBus } from './postgres-bus.ts';
import { createRedisBus } from './redis-bus.ts';

describe('bus', () => {
  let database: TestDatabase;
  let redis: TestRedis;

  before(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startTestRedis()]);
  });
  after(() => Promise.all([database.drop(), redis.stop()]));

  busContract('postgres', async () => ({ databaseUrl: database.url, redisUrl: null }));
  busContract('redis', async () => ({ databaseUrl: database.url, redisUrl: redis.url }));

  /** Publishes until a message arrives again: those sent while the connection was down may be lost. */
  const heardAgain = async (bus: Bus, got: string[]): Promise<void> => {
    got.length = 0;
    await waitFor('a message after the break', async () => {
      await bus.publish('wake', { groupId: 'again' }).catch(() => {});
      return got.length > 0;
    });
  };

  it('on PostgreSQL finds back after its session was ended, four times', async () => {
    const bus = await createPostgresBus(database.url, silentLog, { heartbeatMs: 1000, retryMs: 50 });
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const got: string[] = [];
    await bus.subscribe('wake', ({ groupId }) => got.push(groupId));
    for (let round = 0; round < 4; round += 1) {
      const { rowCount } = await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'tranche-bus%' AND datname = current_database()");
      expect(rowCount).to.be.greaterThan(0);
      await heardAgain(bus, got);
    }
    await admin.end();
    await bus.close();
  });

  it('on PostgreSQL listens again when its session silently lost its channels', async () => {
    const bus = await createPostgresBus(database.url, silentLog, { heartbeatMs: 100, retryMs: 50 });
    const got: string[] = [];
    await bus.subscribe('wake', ({ groupId }) => got.push(groupId));
    // A proxy that resets sessions does just this; no public way leads into the session, so the client's own is borrowed.
    const prototype = pg.Client.prototype as unknown as { query: (this: unknown, ...args: unknown[]) => unknown };
    const original = prototype.query;
    let reset = false;
    prototype.query = function (...args) {
      if (!reset && args[0] === 'SELECT pg_listening_channels() AS name') {
        reset = true;
        void original.call(this, 'UNLISTEN *');
      }
      return original.apply(this, args);
    };
    try {
      await waitFor('the reset', () => reset);
      await heardAgain(bus, got);
    } finally {
      prototype.query = original;
      await bus.close();
    }
  });

  it('on Redis finds back after Redis was killed', async () => {
    const bus = await createRedisBus(redis.url, silentLog, { prefix: 'killed' });
    const got: string[] = [];
    await bus.subscribe('wake', ({ groupId }) => got.push(groupId));
    redis.kill();
    await waitFor('publishing to fail', () => bus.publish('wake', { groupId: 'lost' }).then(() => false, () => true));
    await redis.restart();
    await heardAgain(bus, got);
    await bus.close();
  });
});
