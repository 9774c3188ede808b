import { expect } from 'chai';
import { silentLog } from '#shared/adapters/system/log';
import { jobQueueContract } from '#test/contracts/job-queue.contract';
import { createTestDatabase } from '#test/support/postgres';
import type { TestDatabase } from '#test/support/postgres';
import { startTestRedis } from '#test/support/redis';
import type { TestRedis } from '#test/support/redis';
import { waitFor } from '#test/support/wait-for';
import { Redis } from 'ioredis';
import { createJobQueue } from './create-job-queue.ts';

describe('job queue', () => {
  let database: TestDatabase;
  let redis: TestRedis;

  before(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startTestRedis()]);
  });
  after(async () => {
    await Promise.all([database.drop(), redis.stop()]);
  });

  jobQueueContract('postgres', async () => ({ databaseUrl: database.url, redisUrl: null }));
  jobQueueContract('redis', async () => ({ databaseUrl: database.url, redisUrl: redis.url }));

  it('fails a knock at once while Redis is away, and works again when it is back', async () => {
    const queue = await createJobQueue({ redisUrl: redis.url, databaseUrl: database.url, log: silentLog, prefix: 'outage' });
    const seen: string[] = [];
    await queue.work('timer', { concurrency: 1 }, async ({ inboxId }) => void seen.push(inboxId));
    await queue.knock('timer', { inboxId: 'before' });
    redis.kill();
    await waitFor('a knock to fail', () => queue.knock('timer', { inboxId: 'lost' }).then(() => false, () => true));
    const asked = Date.now();
    await queue.knock('timer', { inboxId: 'lost' }).then(
      () => expect.fail('a knock went through without Redis'),
      () => expect(Date.now() - asked).to.be.below(500),
    );
    await redis.restart();
    await waitFor('a knock to go through', () => queue.knock('timer', { inboxId: 'after' }, { dedupeKey: 'after' }).then(() => true, () => false));
    await waitFor('the job', () => seen.includes('after'));
    await queue.close();
  });

  it('refuses a Redis that evicts keys', async () => {
    const admin = new Redis(redis.url);
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const message = await createJobQueue({ redisUrl: redis.url, databaseUrl: database.url, log: silentLog }).then(() => 'accepted', (error: Error) => error.message);
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    admin.disconnect();
    expect(message).to.contain('allkeys-lru').and.contain('noeviction');
  });
});
