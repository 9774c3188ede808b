import { seededChance } from '#shared/simulation/seeded-chance';
import type { ChaosOptions } from './chaos-options.ts';
import type { Backend, Step } from './chaos-steps.ts';
import { planAlerts } from './plan-alerts.ts';
import { planFaults } from './plan-faults.ts';
import { planKills } from './plan-kills.ts';
import { planMarket } from './plan-market.ts';

/** All that happens in a run, in order: the same for the same options. What the processes make of it is not. */
export function planChaos(options: Omit<ChaosOptions, 'backends'>, backend: Backend): Step[] {
  const chance = seededChance(`chaos ${options.seed}`);
  const lengthMs = options.seconds * 1000;
  const market = planMarket(chance.fork('market'), lengthMs);
  const steps: Step[] = [
    ...market.walks,
    ...planAlerts(chance.fork('alerts'), lengthMs, options.alerts, market.priceAt),
    ...planFaults(chance.fork('faults'), lengthMs, options.faults),
    ...planKills(chance.fork('kills'), lengthMs, options.kills, backend),
  ];
  return steps.sort((a, b) => a.atMs - b.atMs);
}
