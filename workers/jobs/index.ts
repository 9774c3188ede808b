import { venues } from '#shared/contracts/jobs';
import type { ShellPorts } from '#shared/shell/shell';
import { fillPollJob } from './fill-poll.job.ts';
import type { JobHandlers } from './job-handler.ts';
import { maintenanceJob, type Maintenance } from './maintenance.job.ts';
import { orderJob } from './order.job.ts';
import { reconcileJob } from './reconcile.job.ts';
import { riskCycleJob } from './risk-cycle.job.ts';
import { signalJob } from './signal.job.ts';
import { timerJob } from './timer.job.ts';
import { tpCheckJob } from './tp-check.job.ts';

/** What the handlers need beside the shell. */
export interface HandlerOptions {
  venueLimits: boolean;
  maintenance: Maintenance;
  riskPlan: Parameters<typeof riskCycleJob>[1];
  lastTrade: Parameters<typeof tpCheckJob>[1];
}

/** Every queue with its handler. */
export function jobHandlers(ports: ShellPorts, options: HandlerOptions): JobHandlers {
  const perVenue = Object.fromEntries(
    venues.flatMap((venue) => [
      [`order-${venue}`, orderJob(ports, options.venueLimits)],
      [`fill-poll-${venue}`, fillPollJob(ports, options.venueLimits)],
    ]),
  ) as Pick<JobHandlers, `order-${(typeof venues)[number]}` | `fill-poll-${(typeof venues)[number]}`>;
  return {
    signal: signalJob(ports),
    timer: timerJob(ports),
    'tp-check': tpCheckJob(ports, options.lastTrade),
    'risk-cycle': riskCycleJob(ports, options.riskPlan),
    reconcile: reconcileJob(ports),
    maintenance: maintenanceJob(options.maintenance),
    ...perVenue,
  };
}
