import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import type { JobQueue } from '#shared/ports/job-queue.port';
import type { Store } from '#shared/ports/store.port';
import type { Clock, Log } from '#shared/ports/system.port';
import type { FactPorts } from '#shared/shell/gather-facts';
import type { Periodic } from './periodic.ts';
import { riskAfterFills, riskRounds } from './risk-schedule-watch.ts';
import type { createSettingsCache } from './settings-cache.ts';

/** What a worker needs for the risk engine. */
export interface RiskParts {
  /** The plan in force, by user. */
  planOf(userId: string): Promise<RiskPlan>;
  book: NonNullable<FactPorts['risk']>;
  filled(userId: string): void;
  rounds: Periodic;
  stop(): void;
}

/** The risk engine's facts, and what makes it look. */
export function riskParts({ settings, store, jobs, clock, log }: { settings: ReturnType<typeof createSettingsCache>; store: Pick<Store, 'openBook' | 'riskUsers'>; jobs: Pick<JobQueue, 'knock'>; clock: Clock; log: Log }): RiskParts {
  const planOf = async (userId: string): Promise<RiskPlan> => (await settings(userId)).risk;
  const plan = async (userId: string): Promise<{ plan: RiskPlan; halted: boolean }> => settings(userId).then(({ risk, halted }) => ({ plan: risk, halted }));
  return { planOf, book: { plan, openBook: (userId) => store.openBook(userId) }, rounds: riskRounds({ store, jobs, clock, planOf }), ...riskAfterFills(jobs, log) };
}
