import { logCode } from '#shared/contracts/log-codes';
import { checkSettings } from '#shared/contracts/settings-document';
import { poolSettingsOf, reconcilePlanOf, riskPlanOf } from '#shared/contracts/settings-plans';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import type { PoolFacts, PoolSettings } from '#shared/engine/pool/pool-settings';
import type { ReconcilePlan } from '#shared/engine/reconcile/reconcile-plan';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import type { Store } from '#shared/ports/store.port';
import type { Log } from '#shared/ports/system.port';

/** What stands beside the configuration and is read with it. */
type Standing = Pick<PoolFacts, 'halted' | 'accountsOff'> & { stamp: string };

interface Plans {
  settings: PoolSettings;
  risk: RiskPlan;
  reconcile: ReconcilePlan;
}
const plansOf = (settings: Settings): Plans => ({ settings: poolSettingsOf(settings), risk: riskPlanOf(settings), reconcile: reconcilePlanOf(settings) });

/** While nobody can tell what a person has configured, they are asked about what is found: nothing is sold or cancelled by settings that nobody chose. */
const carefully = ({ reconcile, ...plans }: Plans): Plans => ({ ...plans, reconcile: { ...reconcile, orphanOrders: 'report', orphanPositions: 'ask', rearmAfterClean: false } });

/**
 * The active configuration of a user as the pool, the risk engine and the reconciler need it. The document is only parsed when the version changes. What is not asked
 * for `fresh` is as it was last read: whoever takes that compares the stamp with the one under the pool's lock.
 */
export function createSettingsCache(store: Pick<Store, 'activeSettings'>, log: Log): (userId: string, fresh?: boolean) => Promise<Plans & Standing> {
  const last = new Map<string, Plans & Standing>();
  const read = readStanding(store, log);
  return async (userId, fresh = true) => {
    const known = last.get(userId);
    if (!fresh && known !== undefined) return known;
    const now = await read(userId);
    last.set(userId, now);
    return now;
  };
}

function readStanding(store: Pick<Store, 'activeSettings'>, log: Log): (userId: string) => Promise<Plans & Standing> {
  const cache = new Map<string, { version: number; plans: Plans }>();
  const defaults = plansOf(defaultSettings);
  const told = new Set<string>();
  return async (userId) => {
    const { halted, accountsOff, stamp, ...active } = await store.activeSettings(userId);
    const standing = { halted, accountsOff, stamp };
    if (active.version === null) return { ...defaults, ...standing };
    const known = cache.get(userId);
    if (known?.version === active.version) return { ...known.plans, ...standing };
    const checked = checkSettings(active.document);
    if (checked.settings === null) {
      const faults = checked.faults.map((fault) => `${fault.path}: ${fault.message}`).join('; ');
      // Nobody's entries may be made by settings that nobody chose; positions have their own plans.
      const instead = known === undefined ? 'new positions wait until a valid one is applied' : `version ${known.version} is used instead`;
      if (!told.has(`${userId} ${active.version}`)) log.alert('config', `Version ${active.version} of the configuration is not valid, ${instead}: ${faults}`, known === undefined ? logCode('config_waits', { version: String(active.version), faults }) : logCode('config_older', { version: String(active.version), used: String(known.version), faults }));
      told.add(`${userId} ${active.version}`);
      return { ...(known?.plans ?? carefully(defaults)), ...standing, halted: standing.halted || known === undefined };
    }
    const plans = plansOf(checked.settings);
    cache.set(userId, { version: active.version, plans });
    return { ...plans, ...standing };
  };
}
