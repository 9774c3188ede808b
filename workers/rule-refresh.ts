import type { Market } from '#shared/engine/instrument/instrument';
import type { InstrumentCache } from '#shared/shell/instrument-cache';
import type { Store } from '#shared/ports/store.port';
import type { Clock, Log } from '#shared/ports/system.port';

const lookEveryMs = 5_000;
const leaseMs = 20_000;
/** `precision.refresh_seconds` of a fresh configuration. */
const maxAgeMs = 172_800_000;

export interface RuleRefreshOptions {
  store: Pick<Store, 'lease'>;
  instruments: InstrumentCache;
  clock: Clock;
  log: Log;
  owner: string;
  markets: readonly { venue: string; market: Market }[];
  wakePools(reason: string): Promise<void>;
}

/**
 * Keeps the venues' rules fresh: fetched at the first start, again when they are old, and tried again while the venue cannot be
 * asked. One process does it; entries that waited for rules are looked at when they come (A-08).
 */
export function startRuleRefresh(options: RuleRefreshOptions): { stop(): Promise<void> } {
  const { store, instruments, clock, log, owner, markets } = options;
  let running: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    if (!(await store.lease('rule-refresh', owner, leaseMs))) return;
    if (await instruments.refreshStale(markets, maxAgeMs)) await options.wakePools(`rules refreshed at ${clock.now()}`);
  };
  const next = (): void => {
    running = running.then(look).catch((error: unknown) => log.warn('precision', `Rules could not be looked after: ${String(error)}`));
  };
  next();
  const timer = setInterval(next, lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
