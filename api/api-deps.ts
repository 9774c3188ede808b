import type { InboxCopy } from '#shared/contracts/jobs';
import type { JobQueue } from '#shared/ports/job-queue.port';
import type { Bus, BusTopics, Clock, Log } from '#shared/ports/system.port';
import type { Config } from '#shared/contracts/config';
import type { House } from '#shared/adapters/system/house-settings';
import type { SettingsMirror } from '#shared/adapters/system/settings-mirror';
import type { SecretBox } from '#shared/adapters/system/secret-box';
import type pg from 'pg';
import type { AtCrashPoint } from '#shared/shell/crash-points';
import type { InstrumentIndex } from './queries/instrument-index.ts';
import type { Metrics } from './http/metrics.ts';

/** What routes and the intake work with; made in `wiring.ts`. */
export interface ApiDeps {
  pool: pg.Pool;
  box: SecretBox;
  jobs: JobQueue;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** What the environment said of trading: a browser cannot lift it. */
  trading: Config['trading'];
  /** The settings of the installation. */
  house: Pick<House, 'settings'>;
  /** Every saved configuration as files in the data directory. */
  mirror: SettingsMirror;
  instruments: InstrumentIndex;
  metrics: Metrics;
  /** Where tests let the intake die, throw or hang. */
  atCrashPoint: AtCrashPoint;
  version: string;
}

/** Rings for an inbox row. Nobody waits for it and nothing depends on it: the sweeper rings again. */
export function knockSignal({ jobs, log }: Pick<ApiDeps, 'jobs' | 'log'>, inboxId: string, copy?: InboxCopy): void {
  jobs.knock('signal', { inboxIds: [inboxId], ...(copy === undefined ? {} : { copies: [copy] }) }).catch((error: unknown) => log.debug('system', 'knock failed, the sweeper will ring', { inboxId, error: String(error) }));
}

/** Tells browsers, best effort. */
export function tellLive({ bus, log }: Pick<ApiDeps, 'bus' | 'log'>, message: BusTopics['live']): void {
  bus.publish('live', message).catch((error: unknown) => log.debug('system', 'live update not sent', { error: String(error) }));
}
