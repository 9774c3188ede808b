import { hearInbox } from '#shared/shell/hear-inbox';
import type { ShellPorts } from '#shared/shell/shell';
import type { JobHandler } from './job-handler.ts';

/** Decides an event whose time has come. */
export const timerJob = (ports: ShellPorts): JobHandler<'timer'> => ({
  role: 'timer',
  concurrency: 4,
  limit: null,
  handle: ({ inboxId }) => hearInbox(ports, inboxId),
});
