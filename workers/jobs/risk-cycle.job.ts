import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import { nextCycleAt } from '#shared/engine/risk/risk-schedule';
import { callOut } from '#shared/shell/crash-points';
import { hear, type ShellPorts } from '#shared/shell/shell';
import type { JobHandler } from './job-handler.ts';

/** Knocks come a little before their time where clocks differ, and are not to be lost for it. */
const slackMs = 250;

/** Lets a user's risk engine look at the book, if it is due: knocks may be doubled, and several processes knock. The row's lock keeps it to one at a time. */
export const riskCycleJob = (ports: ShellPorts, planOf: (userId: string) => Promise<RiskPlan>): JobHandler<'risk-cycle'> => ({
  role: 'risk-cycle',
  concurrency: 4,
  limit: null,
  async handle({ userId, occasion }) {
    const [plan, known] = await Promise.all([callOut(ports, 'offset:plan', () => planOf(userId)), callOut(ports, 'offset:risk', () => ports.store.risk(userId))]);
    const now = ports.clock.now();
    if (nextCycleAt(plan, now, known?.lastCycleAt ?? null, occasion) > now + slackMs) return;
    await hear(ports, { aggregate: 'risk', aggregateId: userId, key: null, event: { type: 'cycle', trigger: occasion } });
  },
});
