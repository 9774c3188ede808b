import type pg from 'pg';
import { logCode } from '#shared/contracts/log-codes';
import type { Config } from '#shared/contracts/config';
import { keepDeployment } from '#shared/adapters/store/deployment-lease.table';
import { deploymentOf } from '#shared/adapters/system/deployment-id';
import type { Bus, Log } from '#shared/ports/system.port';
import type { Store } from '#shared/ports/store.port';
import { enterSafeMode } from '#shared/shell/safe-mode';
import { startPeriodic } from './periodic.ts';
import { safeModeWatch } from './safe-mode-watch.ts';
import { stopFileOf, watchStopFile } from './stop-file.ts';

/** What watches over a worker process from its first moment. */
export interface Guards {
  /** The venue has turned an account away. */
  keyRefused(accountId: string): (why: string) => void;
  stop(): Promise<void>;
}

/** Starts what may stop new exposure; resolves when the STOP file has been looked for, so that nothing is sent before. */
export async function startGuards(ports: { store: Store; bus: Bus; log: Log }, { pool, config, owner, fail }: { pool: pg.Pool; config: Config; owner: string; fail(reason: string): void }): Promise<Guards> {
  const live = config.trading.mode === 'live';
  const stopFile = await watchStopFile(ports, stopFileOf(config.dataDir));
  const watch = startPeriodic({ ...ports, owner }, safeModeWatch(ports, { live }));
  const deployment = deploymentOf(config);
  const kept =
    deployment === null
      ? null
      : keepDeployment(pool, deployment, (other) => {
          const words = `another running Tranche (deployment ${other}) has taken this database`;
          ports.log.alert('system', `${words}; two must not work on one database unless both have the same DEPLOYMENT_ID`, logCode('database_taken', { deployment: other }));
          // The next start refuses, with the fix; a machine that is not told apart on purpose goes on where no real money is at stake.
          if (live || deployment.chosen) fail(words);
        });
  return {
    keyRefused: (accountId) => (why) => void enterSafeMode(ports, accountId, 'key_refused', why).catch((error: unknown) => ports.log.error('system', `Account ${accountId} could not be put into safe mode: ${String(error)}`)),
    async stop() {
      await Promise.all([stopFile.stop(), watch.stop(), kept?.stop()]);
    },
  };
}
