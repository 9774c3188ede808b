import type { Market } from '#shared/engine/instrument/instrument';
import type { Clock } from '#shared/ports/system.port';
import type { InstrumentCache } from '#shared/shell/instrument-cache';
import type { Periodic } from './periodic.ts';

/** `precision.refresh_seconds` of a fresh configuration. */
const maxAgeMs = 172_800_000;

/**
 * Keeps the venues' rules fresh: fetched at the first start, again when they are old, and tried again while the venue cannot be
 * asked. Entries that waited for rules are looked at when they come (A-08).
 */
export const ruleRefresh = (instruments: InstrumentCache, clock: Clock, markets: readonly { venue: string; market: Market }[], wakePools: (reason: string) => Promise<void>): Periodic => ({
  name: 'rule-refresh',
  everyMs: 5_000,
  async run() {
    if (await instruments.refreshStale(markets, maxAgeMs)) await wakePools(`rules refreshed at ${clock.now()}`);
  },
});
