import { hearInbox } from '#shared/shell/hear-inbox';
import type { ShellPorts } from '#shared/shell/shell';
import type { JobHandler } from './job-handler.ts';

/** Decides a stored event: a signal for its pool, or what one aggregate tells another. */
export const signalJob = (ports: ShellPorts): JobHandler<'signal'> => ({
  role: 'signal',
  concurrency: 16,
  limit: null,
  async handle({ inboxIds, copies }) {
    await Promise.all(inboxIds.map((inboxId) => hearInbox(ports, inboxId, copies?.find((copy) => copy?.id === inboxId))));
  },
});
