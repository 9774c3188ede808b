import { logCode } from '#shared/contracts/log-codes';
import type { Market } from '#shared/engine/instrument/instrument';
import type { Price } from '#shared/engine/num/units';
import { stopPassed } from '#shared/engine/exit/stop-price';
import type { JobQueue } from '#shared/ports/job-queue.port';
import type { Store } from '#shared/ports/store.port';
import type { AccountAccess } from '#shared/ports/exchange.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { callOut, type AtCrashPoint } from '#shared/shell/crash-points';
import type { Periodic } from './periodic.ts';

interface Ports {
  store: Pick<Store, 'emergencyStops' | 'fireStop' | 'askReconcile'>;
  jobs: Pick<JobQueue, 'knock'>;
  clock: Clock;
  /** Null where the last one is old: it says nothing of now. */
  priceFresh(venue: string, market: Market, symbol: string): Price | null;
  /** May accounts of this mode trade now? */
  mayTrade(mode: AccountAccess['mode']): boolean;
  log: Log;
  atCrashPoint: AtCrashPoint;
}

/**
 * Watches the emergency stops of positions that nobody here has opened (R-514, E-48). One that is reached decides what a person has not: the
 * position is closed at market by the account's next comparison, which is asked for at once, with what the venue holds then. Where the account
 * may not trade, or nobody has seen the position lately, nothing is decided: it would be carried out on another day.
 */
export const orphanStops = ({ store, jobs, clock, priceFresh, mayTrade, log, atCrashPoint }: Ports): Periodic => ({
  name: 'orphan-stops',
  everyMs: 500,
  async run() {
    const now = clock.now();
    for (const { id, accountId, userId, venue, market, mode, symbol, side, price, again } of await callOut({ atCrashPoint }, 'orphan:stops', () => store.emergencyStops(now))) {
      const last = mayTrade(mode) ? priceFresh(venue, market, symbol) : null;
      if (last === null || !stopPassed(side, price, last) || !(await callOut({ atCrashPoint }, 'orphan:fire', () => store.fireStop(id, price, now)))) continue;
      log[again ? 'warn' : 'alert']('venue', `Emergency stop of ${side} ${symbol} at ${price}: the last price is ${last}, the position that nobody here has opened is closed at market`, { accountId, userId, ...logCode('emergency_stop_reached', { side, symbol, stop: price, last }) });
      // A look at what is held weighs a tenth of a comparison of all orders, for which the venue's limits may have no room.
      await callOut({ atCrashPoint }, 'orphan:compare', () => store.askReconcile(accountId, 'look'));
      await callOut({ atCrashPoint }, 'orphan:knock', () => jobs.knock('reconcile', { accountId }, { dedupeKey: `compare:${accountId}` }));
    }
  },
});
