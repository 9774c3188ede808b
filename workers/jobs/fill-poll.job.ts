import type { Venue } from '#shared/contracts/jobs';
import { BudgetSpent } from '#shared/ports/exchange.port';
import type { ShellPorts } from '#shared/shell/shell';
import { pollAccount } from '#shared/shell/take-reports';
import type { JobHandler } from './job-handler.ts';

/** Asks the venue what became of an account's working orders; a failure is logged and the next poll asks again. */
export const fillPollJob = (ports: ShellPorts, venueLimits: boolean): JobHandler<`fill-poll-${Venue}`> => ({
  role: 'fill-poll',
  concurrency: 4,
  limit: venueLimits ? { max: 60, perMs: 10_000 } : null,
  async handle({ accountId }) {
    try {
      await pollAccount(ports, accountId);
    } catch (error) {
      // Held back to leave the venue's limits to orders: the next poll is two seconds away.
      if (error instanceof BudgetSpent) return;
      ports.log.warn('venue', `The orders of account ${accountId} could not be read, the next poll asks again: ${error instanceof Error ? error.message : String(error)}`, { accountId });
    }
  },
});
