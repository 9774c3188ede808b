import { defaultSettings } from '#shared/contracts/settings';
import { checkSettings } from '#shared/contracts/settings-document';
import type { Bus, Log } from '#shared/ports/system.port';

/** How many requests an account may make, as its user has set it. */
export interface RateCaps {
  /** The cap of a user's accounts in weight per minute, as a function that always tells the newest. */
  of(userId: string): Promise<() => number>;
  close(): Promise<void>;
}

const pollMs = 30_000;

/** Keeps `exchange.rate_limit` of users at hand: it is asked before every request to a venue. */
export async function createRateCaps({ store, bus, log }: { store: { activeSettings(userId: string): Promise<{ version: number | null; document: unknown }> }; bus: Pick<Bus, 'subscribe'>; log: Log }): Promise<RateCaps> {
  const caps = new Map<string, number>();
  const read = async (userId: string): Promise<void> => {
    const { version, document } = await store.activeSettings(userId);
    const settings = version === null ? defaultSettings : checkSettings(document).settings;
    if (settings !== null) caps.set(userId, settings.exchange.rate_limit);
  };
  const quietly = (userId: string): Promise<void> => read(userId).catch((error: unknown) => log.warn('config', `exchange.rate_limit could not be read, the cap known so far stays: ${error instanceof Error ? error.message : String(error)}`, { userId }));
  const unsubscribe = await bus.subscribe('config', ({ userId }) => void (caps.has(userId) ? quietly(userId) : undefined));
  // A message may be lost.
  const timer = setInterval(() => void Promise.all([...caps.keys()].map(quietly)), pollMs);
  timer.unref();
  return {
    async of(userId) {
      if (!caps.has(userId)) await quietly(userId);
      return () => caps.get(userId) ?? defaultSettings.exchange.rate_limit;
    },
    async close() {
      clearInterval(timer);
      await unsubscribe();
    },
  };
}
