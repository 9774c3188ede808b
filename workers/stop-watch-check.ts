import type { WatchedStops } from '#shared/adapters/store/watched-stops.query';
import { logCode } from '#shared/contracts/log-codes';
import type { Clock, Log } from '#shared/ports/system.port';
import type { Periodic } from './periodic.ts';

/** Prices that have not come for so long have stopped, as the lights of the web app have it too. */
const silentMs = 15_000;

/** Why no price can reach a stop just now, or null where prices flow. A replay's prices are as old as its file, only a live one's age tells. */
function whyBlind({ feed, feedSilentMs }: WatchedStops, now: number): string | null {
  if (feed === null || feedSilentMs === null) return 'the market feed has not started';
  if (feedSilentMs >= silentMs) return `the market feed has been silent for ${Math.round(feedSilentMs / 1000)} s`;
  if (feed.kind === 'live' && (feed.lastAt === null || now - feed.lastAt >= silentMs)) return feed.lastAt === null ? 'the market feed has no price yet' : `the last price is ${Math.round((now - feed.lastAt) / 1000)} s old`;
  return null;
}

/**
 * Tells a person, once per outage, that stop-losses which do not rest at a venue cannot fire, because the prices they are watched by have
 * stopped; and that they can again.
 */
export function stopWatchCheck({ read, clock, log }: { read: () => Promise<WatchedStops>; clock: Clock; log: Log }): Periodic {
  let told = new Set<string>();
  return {
    name: 'stop-watch-check',
    everyMs: 5_000,
    async run() {
      const watched = await read();
      const why = whyBlind(watched, clock.now());
      const users = new Set(watched.stops.map(({ userId }) => userId));
      for (const userId of users) {
        const named = watched.stops.filter((stop) => stop.userId === userId).map(({ symbol, price }) => `${symbol} at ${price}`);
        if (why !== null && !told.has(userId)) log.alert('order', `Prices have stopped (${why}): stop-losses that Tranche watches cannot fire until they come again: ${named.join(', ')}`, { userId, ...logCode('stops_blind', { why, stops: named.join(', ') }) });
        if (why === null && told.has(userId)) log.info('order', 'Prices come again: stop-losses are watched', { userId, ...logCode('stops_watched', {}) });
      }
      told = why === null ? new Set() : new Set([...told, ...users]);
    },
  };
}
