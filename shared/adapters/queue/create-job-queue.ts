import type { Job, Queue, Worker } from 'bullmq';
import type { InboxCopy, JobPayload, QueueName } from '#shared/contracts/jobs';
import { queueNames } from '#shared/contracts/jobs';
import type { JobQueue, KnockOptions, WorkOptions } from '#shared/ports/job-queue.port';
import type { Log } from '#shared/ports/system.port';
import type { QueueBackend, Warn } from './queue-backend.ts';
import { postgresBackend, redisBackend } from './queue-backend.ts';
import { checkRedis } from './redis-check.ts';
import { seldomWarning } from './seldom.ts';
import { sharedRide } from './shared-ride.ts';

/** A job queue that the queue board can show. */
export interface BullJobQueue extends JobQueue {
  /** BullMQ's own object for every queue, for Bull Board only. */
  boardQueues(): Queue[];
}

/** Where the queue lives. */
export interface JobQueueOptions {
  redisUrl: string | null;
  databaseUrl: string;
  log: Log;
  /** Sets installations that share a Redis apart. */
  prefix?: string;
  /** Real money is traded: a Redis that forgets everything when it restarts is refused. */
  live?: boolean;
}

const dayInSeconds = 86_400;
/** Finished jobs leave nothing behind; failed ones stay a day for the queue board. One attempt: the sweeper is the retry. */
const jobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: { age: dayInSeconds } } as const;
/** A dead worker's job is found within 35 s; harmless if it was alive after all, because the table decides what is left to do. */
const workerOptions = { lockDuration: 30_000, stalledInterval: 5000, maxStalledCount: 3, runRetryDelay: 1000, drainDelay: 5 } as const;
const eventRowsKept = 1000;

/** The job queue on Redis if `redisUrl` is given, on PostgreSQL otherwise; both behave alike. */
export async function createJobQueue({ redisUrl, databaseUrl, log, prefix = 'tranche', live = false }: JobQueueOptions): Promise<BullJobQueue> {
  if (redisUrl !== null) await checkRedis(redisUrl, log, { live });
  const warn = seldomWarning(log);
  const backend = redisUrl === null ? postgresBackend(databaseUrl, warn) : await redisBackend(redisUrl, warn, prefix);
  const queues = openQueues(backend, warn);
  await Promise.all(Object.values(queues).map((queue) => queue.waitUntilReady()));
  return jobQueueOn(backend, queues, log, warn);
}

type Queues = Record<QueueName, Queue>;

/** All queues at once: BullMQ never recovers a queue that was first opened while Redis was away. */
function openQueues(backend: QueueBackend, warn: Warn): Queues {
  const open = (name: QueueName): [QueueName, Queue] => {
    const queue = backend.queue(name, { defaultJobOptions: jobOptions, streams: { events: { maxLen: eventRowsKept } } });
    queue.on('error', (error) => warn('a connection of the job queue broke', error));
    return [name, queue];
  };
  return Object.fromEntries(queueNames.map(open)) as Queues;
}

function jobQueueOn(backend: QueueBackend, queues: Queues, log: Log, warn: Warn): BullJobQueue {
  const workers: Worker[] = [];
  let closing: Promise<void> | null = null;
  const knockSignals = sharedRide<{ id: string; copy: InboxCopy | undefined }>(async (riders) => {
    const copies = riders.flatMap(({ copy }) => (copy === undefined ? [] : [copy]));
    await queues.signal.add('signal', { inboxIds: riders.map(({ id }) => id), ...(copies.length === 0 ? {} : { copies }) });
  });

  /** Frees the key before the handler reads the table, so that a knock during the run is a new job and never swallowed. */
  const release = async (name: QueueName, job: Job): Promise<void> => {
    if (job.deduplicationId !== undefined) await queues[name].removeDeduplicationKey(job.deduplicationId);
  };

  async function work<Q extends QueueName>(name: Q, options: WorkOptions, handler: (payload: JobPayload<Q>) => Promise<void>): Promise<void> {
    const worker = backend.worker(
      name,
      async (job) => {
        await release(name, job);
        await handler(job.data as JobPayload<Q>);
      },
      { ...workerOptions, concurrency: options.concurrency, ...(options.limit && { limiter: { max: options.limit.max, duration: options.limit.perMs } }) },
    );
    worker.on('error', (error) => warn('a connection of the job queue broke', error));
    worker.on('failed', (job, error) => log.error('system', 'a job failed', { queue: name, job: job?.id, error: error.message, where: error.stack?.split('\n')[1]?.trim() }));
    worker.on('stalled', (id) => log.warn('system', 'a job was taken over from a worker that fell silent', { queue: name, job: id }));
    workers.push(worker);
    await worker.waitUntilReady();
  }

  const end = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.close()));
    await Promise.all(Object.values(queues).map((queue) => queue.close().catch(() => {})));
    await backend.close();
  };

  return {
    backend: backend.name,
    knock: async (name, payload, { dedupeKey, priority, delayMs }: KnockOptions = {}) => {
      if ('inboxIds' in payload) return knockSignals(payload.inboxIds.map((id) => ({ id, copy: payload.copies?.find((each) => each.id === id) })));
      const deduplication = dedupeKey === undefined ? undefined : { id: dedupeKey };
      await queues[name].add(name, payload, { priority, delay: delayMs, deduplication });
    },
    work,
    depths: async () => {
      const depth = async (name: QueueName) => {
        const counts = await queues[name].getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed');
        const of = (state: string): number => counts[state] ?? 0;
        return [name, { waiting: of('waiting') + of('prioritized'), active: of('active'), delayed: of('delayed'), failed: of('failed') }] as const;
      };
      return Object.fromEntries(await Promise.all(queueNames.map(depth)));
    },
    boardQueues: () => queueNames.map((name) => queues[name]),
    close: () => (closing ??= end()),
  };
}
