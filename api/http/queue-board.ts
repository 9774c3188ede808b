import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { Router } from 'express';

export const queueBoardPath = '/admin/queues';

/**
 * The queue board. It has no authentication of its own: mount it behind ours. It would look for workers by the names of their sessions, and ours share one; who
 * works is on our own pages.
 */
export function queueBoard(queues: readonly Queue[]): Router {
  const adapter = new ExpressAdapter();
  adapter.setBasePath(queueBoardPath);
  createBullBoard({ queues: queues.map((queue) => new BullMQAdapter(queue)), serverAdapter: adapter, options: { uiConfig: { showWorkers: false } } });
  return adapter.getRouter() as Router;
}
