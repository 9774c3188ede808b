import type { Venue } from '#shared/contracts/jobs';
import { callOut } from '#shared/shell/crash-points';
import { knockFor } from '#shared/shell/knock-for';
import type { ShellPorts } from '#shared/shell/shell';

/** The sweeper looks this often; what a lost knock costs is one of these (reliability F8, F9). */
const everyMs = 1_000;
const leaseMs = 4_000;
/** A row that was knocked for and still stands is knocked for again after this. */
const knockAgainMs = 5_000;
const rowsPerSweep = 1_000;

/** What the sweeper is given beside the shell's ports. */
export interface RelayOptions {
  owner: string;
  /** How often an account's working orders are asked for. */
  pollEveryMs: number;
}

/**
 * Rings for every row whose time has come, once a second: events, venue work, polls. The queue may lose every job it has; this
 * finds them again. One process sweeps, any other takes over.
 */
export async function sweep(ports: ShellPorts, options: RelayOptions): Promise<void> {
  if (!(await callOut(ports, 'sweep:lease', () => ports.store.lease('sweeper', options.owner, leaseMs)))) return;
  for (const { id } of await callOut(ports, 'sweep:events', () => ports.store.dueInbox(rowsPerSweep))) await callOut(ports, 'sweep:knock-event', () => ports.jobs.knock('timer', { inboxId: id }, { dedupeKey: `inbox:${id}` }));
  knockFor(ports, { outbox: await callOut(ports, 'sweep:orders', () => ports.store.dueOutbox(rowsPerSweep, knockAgainMs)), inbox: [] });
  for (const { accountId, venue } of await callOut(ports, 'sweep:polls', () => ports.store.duePolls(options.pollEveryMs))) {
    await callOut(ports, 'sweep:knock-poll', () => ports.jobs.knock(`fill-poll-${venue}` as `fill-poll-${Venue}`, { accountId }, { dedupeKey: `poll:${accountId}` }));
  }
}

/** Sweeps until stopped. A sweep that fails is logged and the next one tries again. */
export function startRelay(ports: ShellPorts, options: RelayOptions): { stop(): Promise<void> } {
  let stopped = false;
  let wake: () => void = () => {};
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        await sweep(ports, options);
      } catch (error) {
        ports.log.error('system', `The sweep failed and is tried again: ${error instanceof Error ? error.message : String(error)}`);
      }
      await pause();
    }
  };
  const running = run();
  return {
    async stop() {
      stopped = true;
      wake();
      await running;
    },
  };
}
