import type { JobPayload, QueueName } from '#shared/contracts/jobs';

/** What a knock may carry beside its payload. */
export interface KnockOptions {
  /** Knocks with the same key that still wait are folded into one. */
  dedupeKey?: string;
  /** Lower goes first; protective orders use 1, entries 10. */
  priority?: number;
  delayMs?: number;
}

/** How a queue's jobs are worked off. */
export interface WorkOptions {
  concurrency: number;
  /** The venue's limit across all workers; absent where the venue's limit is lifted. */
  limit?: { max: number; perMs: number };
}

/** The doorbell: fast, horizontally scaled, and allowed to forget (the sweeper knocks again). */
export interface JobQueue {
  readonly backend: 'redis' | 'postgres';
  /** Enqueues a job. Rejects when the backend cannot be reached; callers may ignore that, the sweeper rings later. */
  knock<Q extends QueueName>(queue: Q, payload: JobPayload<Q>, options?: KnockOptions): Promise<void>;
  /** Works a queue's jobs with `handler` until `close`. A throw counts as a failed job and is logged; nothing is lost by it. */
  work<Q extends QueueName>(queue: Q, options: WorkOptions, handler: (payload: JobPayload<Q>) => Promise<void>): Promise<void>;
  /** Waiting, active, delayed and failed jobs per queue. */
  depths(): Promise<Record<string, { waiting: number; active: number; delayed: number; failed: number }>>;
  /** Lets running jobs end, then disconnects. */
  close(): Promise<void>;
}
