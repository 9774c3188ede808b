import { logCode } from '#shared/contracts/log-codes';
import type { Market } from '#shared/engine/instrument/instrument';
import type { Price } from '#shared/engine/num/units';
import { stopPassed } from '#shared/engine/exit/stop-price';
import type { JobQueue } from '#shared/ports/job-queue.port';
import type { Store } from '#shared/ports/store.port';
import type { Log } from '#shared/ports/system.port';
import type { Periodic } from './periodic.ts';

interface Ports {
  store: Pick<Store, 'emergencyStops' | 'fireStop' | 'askReconcile'>;
  jobs: Pick<JobQueue, 'knock'>;
  priceLast(venue: string, market: Market, symbol: string): Price | null;
  log: Log;
}

/**
 * Watches the emergency stops of positions that nobody here has opened (R-514, E-48). One that is reached decides what a person has not: the
 * position is closed at market by the account's next comparison, which is asked for at once, with what the venue holds then.
 */
export const orphanStops = ({ store, jobs, priceLast, log }: Ports): Periodic => ({
  name: 'orphan-stops',
  everyMs: 500,
  async run() {
    for (const { id, accountId, userId, venue, market, symbol, side, price } of await store.emergencyStops()) {
      const last = priceLast(venue, market, symbol);
      if (last === null || !stopPassed(side, price, last) || !(await store.fireStop(id))) continue;
      log.alert('venue', `Emergency stop of ${side} ${symbol} at ${price}: the last price is ${last}, the position that nobody here has opened is closed at market`, { accountId, userId, ...logCode('emergency_stop_reached', { side, symbol, stop: price, last }) });
      // A look at what is held weighs a tenth of a comparison of all orders, for which the venue's limits may have no room.
      await store.askReconcile(accountId, 'look');
      await jobs.knock('reconcile', { accountId }, { dedupeKey: `compare:${accountId}` });
    }
  },
});
