import { checkSettings } from '#shared/contracts/settings-document';
import { poolSettingsOf, riskPlanOf } from '#shared/contracts/settings-plans';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import type { PoolFacts, PoolSettings } from '#shared/engine/pool/pool-settings';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import type { Store } from '#shared/ports/store.port';
import type { Log } from '#shared/ports/system.port';

/** What stands beside the configuration and is read with it. */
type Standing = Pick<PoolFacts, 'halted' | 'accountsOff'>;

interface Plans {
  settings: PoolSettings;
  risk: RiskPlan;
}
const plansOf = (settings: Settings): Plans => ({ settings: poolSettingsOf(settings), risk: riskPlanOf(settings) });

/**
 * The active configuration of a user as the pool and the risk engine need it. The version is read for every decision, so that what was applied before
 * a decision began is what it uses; the document is only parsed when the version changes.
 */
export function createSettingsCache(store: Pick<Store, 'activeSettings'>, log: Log): (userId: string) => Promise<{ settings: PoolSettings; risk: RiskPlan } & Standing> {
  const cache = new Map<string, { version: number; plans: Plans }>();
  const defaults = plansOf(defaultSettings);
  return async (userId) => {
    const { halted, accountsOff, ...active } = await store.activeSettings(userId);
    if (active.version === null) return { ...defaults, halted, accountsOff };
    const known = cache.get(userId);
    if (known?.version === active.version) return { ...known.plans, halted, accountsOff };
    const checked = checkSettings(active.document);
    if (checked.settings === null) {
      const faults = checked.faults.map((fault) => `${fault.path}: ${fault.message}`).join('; ');
      log.alert('config', `Version ${active.version} of the configuration is not valid, ${known === undefined ? 'the defaults are' : `version ${known.version} is`} used instead: ${faults}`);
      return { ...(known?.plans ?? defaults), halted, accountsOff };
    }
    const plans = plansOf(checked.settings);
    cache.set(userId, { version: active.version, plans });
    return { ...plans, halted, accountsOff };
  };
}
