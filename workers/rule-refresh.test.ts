import { expect } from 'chai';
import { memoryRig } from '#test/support/store-rig';
import { silentLog } from '#shared/adapters/system/log';
import { createMemoryStore } from '#shared/simulation/memory-store';
import { ruleRecovery, ruleRefresh } from './rule-refresh.ts';
import { startPeriodic } from './periodic.ts';
import { createSettingsCache } from './settings-cache.ts';

const markets = [{ venue: 'binance', market: 'usdm' as const }];

/** The age at which rules are fetched anew, as the configurations stand. */
function ages() {
  const store = createMemoryStore({ clock: { now: () => 0 } });
  const asked: number[] = [];
  const task = ruleRefresh({ instruments: { refreshStale: async (_, maxAgeMs) => void asked.push(maxAgeMs) }, store, settings: createSettingsCache(store, silentLog) }, markets);
  const apply = (userId: string, version: number, seconds: number): void => void store.tables.settings.set(userId, { version, document: { precision: { refresh_seconds: seconds } } });
  return { task, asked, apply };
}

describe('precision.refresh_seconds', () => {
  it('172800 before anybody has applied a configuration (R-122)', async () => {
    const { task, asked } = ages();
    await task.run();
    expect(asked).to.deep.equal([172_800_000]);
  });

  it('is the least of the active configurations, read anew every time (A-07)', async () => {
    const { task, asked, apply } = ages();
    apply('1', 1, 3_600);
    apply('2', 1, 600);
    await task.run();
    apply('1', 2, 60);
    await task.run();
    apply('1', 3, 86_400);
    await task.run();
    expect(asked).to.deep.equal([600_000, 60_000, 600_000]);
  });
});

describe('the recovery of rules', () => {
  it('is tried in every process, whoever holds a lease', async () => {
    const { store } = memoryRig();
    await store.lease('rule-recovery', 'another process', 60_000);
    const tried = new Promise<void>((resolve) => {
      const task = startPeriodic({ store, log: silentLog, owner: 'this process' }, ruleRecovery({ recover: async () => resolve() }));
      void task.stop();
    });
    await tried;
  });
});
