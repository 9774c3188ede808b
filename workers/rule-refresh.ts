import { defaultSettings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import type { Market } from '#shared/engine/instrument/instrument';
import type { PoolSettings } from '#shared/engine/pool/pool-settings';
import type { Store } from '#shared/ports/store.port';
import type { InstrumentCache } from '#shared/shell/instrument-cache';
import type { Periodic } from './periodic.ts';

const everyMs = 5_000;

/** What keeping rules fresh needs. */
export interface RuleRefreshPorts {
  instruments: Pick<InstrumentCache, 'refreshStale'>;
  store: Pick<Store, 'configuredUsers'>;
  /** The active configuration of a user. */
  settings(userId: string): Promise<{ settings: Pick<PoolSettings, 'rulesMaxAgeMs'> }>;
}

/** How old rules may become: the least that an active configuration says, read anew so that one that was applied counts at once. */
async function maxAgeMs({ store, settings }: RuleRefreshPorts): Promise<number> {
  const users = await store.configuredUsers();
  const ages = await Promise.all(users.map(async (userId) => (await settings(userId)).settings.rulesMaxAgeMs));
  return ages.length === 0 ? poolSettingsOf(defaultSettings).rulesMaxAgeMs : Math.min(...ages);
}

/** Keeps the venues' rules fresh: fetched at the first start, again when they are old, and tried again while the venue cannot be asked. */
export const ruleRefresh = (ports: RuleRefreshPorts, markets: readonly { venue: string; market: Market }[]): Periodic => ({
  name: 'rule-refresh',
  everyMs,
  run: async () => ports.instruments.refreshStale(markets, await maxAgeMs(ports)),
});

/** In every process: what its own entries wait for is fetched again until it is there. */
export const ruleRecovery = (instruments: Pick<InstrumentCache, 'recover'>): Periodic => ({ name: 'rule-recovery', everywhere: true, everyMs, run: () => instruments.recover() });
