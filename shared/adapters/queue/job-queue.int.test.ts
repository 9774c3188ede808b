import { expect } from 'chai';
import { silentLog } from '#shared/adapters/system/log';
import { jobQueueContract } from '#test/contracts/job-queue.contract';
import { createTestDatabase } from '#test/support/postgres';
import type { TestDatabase } from '#test/support/postgres';
import { startTestRedis } from '#test/support/redis';
import type { TestRedis } from '#test/support/redis';
import { waitFor } from '#test/support/wait-for';
import { Redis } from 'ioredis';
import pg from 'pg';
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

  it('on PostgreSQL listens by one session for all workers of a process, and by another when it is ended', async () => {
    const queue = await createJobQueue({ redisUrl: null, databaseUrl: database.url, log: silentLog });
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const listening = async (): Promise<number[]> =>
      (await admin.query<{ pid: number }>(`select pid from pg_stat_activity where datname = current_database() and query like '%LISTEN bullmq_jobs%' and pid <> pg_backend_pid()`)).rows.map(({ pid }) => pid);
    const seen: string[] = [];
    await queue.work('timer', { concurrency: 1 }, async ({ inboxId }) => void seen.push(`timer ${inboxId}`));
    await queue.work('risk-cycle', { concurrency: 1 }, async ({ userId }) => void seen.push(`risk ${userId}`));
    await queue.work('reconcile', { concurrency: 1 }, async ({ accountId }) => void seen.push(`reconcile ${accountId}`));
    const first = await waitFor('the session that listens', async () => ((await listening()).length === 1 ? listening() : null));
    await admin.query('select pg_terminate_backend($1)', [first[0]]);
    const second = await waitFor('another session that listens', async () => ((await listening()).length === 1 && (await listening())[0] !== first[0] ? listening() : null));
    await queue.knock('timer', { inboxId: '1' });
    await queue.knock('risk-cycle', { userId: '2', occasion: 'time' });
    await queue.knock('reconcile', { accountId: '3' });
    await waitFor('all three jobs', () => seen.length === 3);
    expect([seen.sort(), await listening()]).to.deep.equal([['reconcile 3', 'risk 2', 'timer 1'], second]);
    await queue.close();
    await waitFor('no session to listen any more', async () => (await listening()).length === 0);
    await admin.end();
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
