import { createPostgresBackend, Queue, Worker } from 'bullmq';
import type { Job, QueueOptions, WorkerOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createSharedListener, type ListeningConnection } from './shared-listener.ts';

/** Where BullMQ keeps its tables on PostgreSQL. */
export const queueSchema = 'bullmq';

/** Tells of a connection that broke; the queue connects again by itself. */
export type Warn = (message: string, error: Error) => void;

/** Makes queues and workers on one backend and owns their connections. */
export interface QueueBackend {
  readonly name: 'redis' | 'postgres';
  queue(name: string, options: Partial<QueueOptions>): Queue;
  worker(name: string, handler: (job: Job) => Promise<void>, options: Partial<WorkerOptions>): Worker;
  close(): Promise<void>;
}

/**
 * BullMQ on PostgreSQL. One pool for all queues and workers of the process, and one of its connections for LISTEN, so that eight queues do not cost
 * two dozen connections. Only as many are opened as are needed at once; with sixteen instead of eight beside those that listen there were
 * nine more at 100 alerts a second, 6 MiB each, and no alert was faster.
 */
export function postgresBackend(databaseUrl: string, warn: Warn): QueueBackend {
  const url = new URL(databaseUrl);
  // BullMQ ignores its `schema` option when it is given a pool, so the connection itself must carry the search path.
  // A job is a knock: one that a crash of the server forgets is rung again by the sweeper, so no knock waits for the disk.
  url.searchParams.set('options', `-c search_path=${queueSchema} -c synchronous_commit=off`);
  const pool = new pg.Pool({
    connectionString: url.toString(),
    max: 9,
    keepAlive: true,
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 10_000,
    application_name: 'tranche-queue',
  });
  // Every queue and worker listens to the pool's errors as well.
  pool.setMaxListeners(0);
  pool.on('error', (error) => warn('a connection of the job queue broke', error));

  // With a far-off delayed job BullMQ trusts LISTEN for up to an hour; a half-open socket would then hide every new job. Five
  // seconds of blocking at most bound that, for one cheap query per worker.
  const listener = createSharedListener(pool, warn);
  const factory: typeof createPostgresBackend = (...args) => {
    const backend = createPostgresBackend(...args);
    listener.join((backend as unknown as { connection: ListeningConnection }).connection);
    return Object.defineProperty(backend, 'maximumBlockTimeout', { value: 5 });
  };

  // Both backends have the same queue API; only BullMQ's type parameters differ.
  return {
    name: 'postgres',
    queue: (name, options) => new Queue(name, { ...options, connection: pool }, factory as never),
    worker: (name, handler, options) => new Worker(name, handler, { ...options, connection: pool }, factory as never),
    close: async () => {
      await listener.close();
      await pool.end();
    },
  };
}

/** BullMQ on Redis: producers fail at once when Redis is away, workers keep trying, at least every second. */
export async function redisBackend(redisUrl: string, warn: Warn, prefix: string): Promise<QueueBackend> {
  const retryStrategy = (times: number): number => Math.min(times * 100, 1000);
  const open = (options: object): Redis => {
    const connection = new Redis(redisUrl, { retryStrategy, connectTimeout: 3000, ...options });
    connection.on('error', (error) => warn('a connection of the job queue broke', error));
    return connection;
  };
  const producer = open({ maxRetriesPerRequest: 1, enableOfflineQueue: false, lazyConnect: true });
  await producer.connect();
  let consumer: Redis | null = null;
  const consume = (): Redis => (consumer ??= open({ maxRetriesPerRequest: null }));

  return {
    name: 'redis',
    queue: (name, options) => new Queue(name, { ...options, connection: producer, prefix, skipWaitingForReady: true }),
    worker: (name, handler, options) => new Worker(name, handler, { ...options, connection: consume(), prefix }),
    close: async () => {
      producer.disconnect();
      consumer?.disconnect();
    },
  };
}
