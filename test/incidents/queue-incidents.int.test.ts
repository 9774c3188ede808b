import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJobQueue, type BullJobQueue } from '#shared/adapters/queue/create-job-queue';
import { silentLog } from '#shared/adapters/system/log';
import { hearInbox } from '#shared/shell/hear-inbox';
import { sweep } from '#workers/outbox-relay';
import { startMuteProxy } from '../support/mute-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { ShellStory } from '../support/shell-story.ts';
import { postgresRigOn, type StoreRig } from '../support/store-rig.ts';
import { waitFor } from '../support/wait-for.ts';

const sweeper = { owner: 'test', pollEveryMs: 60_000 };

/** What others lost by trusting the queue we use. Each title names the incident; docs/reliability.md lists all of them with their tests. */
describe('incidents of the queue', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let redis: TestRedis;
  let rig: StoreRig;
  const opened: BullJobQueue[] = [];
  const hanging: (() => void)[] = [];
  before(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startTestRedis()]);
    rig = postgresRigOn(database.url);
  });
  afterEach(async () => {
    for (const wake of hanging.splice(0)) wake();
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
  });
  after(async () => {
    await rig.close();
    await Promise.all([database.drop(), redis.stop()]);
  });
  const queueOn = async (backend: 'redis' | 'postgres'): Promise<BullJobQueue> => {
    const queue = await createJobQueue({ redisUrl: backend === 'redis' ? redis.url : null, databaseUrl: database.url, log: silentLog });
    opened.push(queue);
    return queue;
  };

  for (const backend of ['postgres', 'redis'] as const)
    it(`BullMQ #3185, on ${backend}: a job never ends, keeps its lock and its worker’s only place: another worker does what it held, and once`, async () => {
      const story = await ShellStory.on(rig);
      const [stuck, sound] = [await queueOn(backend), await queueOn(backend)];
      const ports = { ...story.ports, jobs: stuck };
      let taken: string | null = null;
      await stuck.work('timer', { concurrency: 1 }, async ({ inboxId }) => {
        taken ??= inboxId;
        await new Promise<void>((resolve) => hanging.push(resolve));
        await hearInbox(story.ports, inboxId);
      });
      await story.alert();
      await sweep(ports, sweeper);
      await waitFor('the job to hang', () => taken);
      await sound.work('timer', { concurrency: 1 }, ({ inboxId }) => hearInbox(story.ports, inboxId));
      await waitFor('another worker to decide the event', async () => {
        await sweep(ports, sweeper);
        return story.groupIds.length > 0;
      });
      expect((await stuck.depths()).timer?.active, 'the first one still hangs').to.be.at.least(1);
      for (const wake of hanging.splice(0)) wake();
      await waitFor('the end of the job', async () => (await stuck.depths()).timer?.active === 0);
      await story.rest();
      expect([story.groupIds.length, story.exchange.submits.length, new Set(story.exchange.submits).size]).to.deep.equal([1, 2, 2]);
    });

  describe('nothing is heard of new jobs any more, with one in the queue that is due in an hour', () => {
    const anHour = { delayMs: 3_600_000 };
    /** A worker that has heard of a job, and waits for the next. */
    const waiting = async (url: string): Promise<{ queue: BullJobQueue; seen: string[] }> => {
      const queue = await createJobQueue({ redisUrl: null, databaseUrl: url, log: silentLog });
      opened.push(queue);
      const seen: string[] = [];
      await queue.work('reconcile', { concurrency: 1 }, async ({ accountId }) => void seen.push(accountId));
      await queue.knock('reconcile', { accountId: 'in an hour' }, anHour);
      await queue.knock('reconcile', { accountId: 'before' });
      await waitFor('the job before', () => seen.includes('before'));
      return { queue, seen };
    };

    const ways = [['BullMQ #4729', 'was ended', 'cut'], ['graphile-worker #541 and pg-boss #850', 'is half open', 'mute']] as const;
    for (const [incident, what, way] of ways)
      it(`${incident}: the listening session ${what}: a new job is taken within seconds`, async () => {
        const proxy = await startMuteProxy(database.url);
        const { queue, seen } = await waiting(proxy.url);
        expect(proxy[way]('LISTEN'), 'sessions that listened').to.be.greaterThan(0);
        await queue.knock('reconcile', { accountId: 'after' });
        await waitFor('the job after', () => seen.includes('after'), { timeoutMs: 10_000 }).finally(() => proxy.stop());
      });
  });

  it('BullMQ #4585 and #4479: Redis was away for longer than a worker’s blocking call waits: it takes jobs again', async () => {
    const queue = await queueOn('redis');
    const seen: string[] = [];
    await queue.work('timer', { concurrency: 1 }, async ({ inboxId }) => void seen.push(inboxId));
    await queue.knock('timer', { inboxId: 'before' });
    await waitFor('the job before', () => seen.includes('before'));
    redis.kill();
    // The blocking call waits 5 s, its watchdog one more: what broke was what that did to a connection that was not there.
    const goneAt = Date.now();
    await waitFor('the watchdog to have struck', () => Date.now() - goneAt > 8_000, { everyMs: 200 });
    await redis.restart();
    await waitFor('a knock to go through', () => queue.knock('timer', { inboxId: 'after' }, { dedupeKey: 'after' }).then(() => true, () => false));
    await waitFor('the job after', () => seen.includes('after'));
  });

  it('BullMQ #3063, #2988, #3381, #3085 and #3262: no process has the queue repeat or schedule anything', () => {
    const root = join(import.meta.dirname, '../..');
    const sources = ['api', 'workers', 'shared', 'scripts'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).flatMap((path) => (path.endsWith('.ts') ? [`${folder}/${path}`] : [])));
    const text = (path: string): string => readFileSync(join(root, path), 'utf8');
    expect(sources.filter((path) => /from 'bullmq'/.test(text(path))).length, 'files that use the queue').to.be.greaterThan(0);
    expect(sources.filter((path) => /JobScheduler|QueueScheduler|[rR]epeatable|\brepeat:/.test(text(path)))).to.deep.equal([]);
  });
});
