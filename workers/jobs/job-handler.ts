import type { JobPayload, QueueName, WorkerRole } from '#shared/contracts/jobs';

/** How one kind of queue is worked. */
export interface JobHandler<Q extends QueueName> {
  role: WorkerRole;
  concurrency: number;
  /** The venue's limit over all workers; null where the venue's own budget is the only one. */
  limit: { max: number; perMs: number } | null;
  handle(payload: JobPayload<Q>): Promise<void>;
}

/** A handler for every queue there is: a job without one does not compile. */
export type JobHandlers = { [Q in QueueName]: JobHandler<Q> };
