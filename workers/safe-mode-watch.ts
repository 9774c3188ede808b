import type { Log } from '#shared/ports/system.port';
import { callOut, neverCrash, type AtCrashPoint } from '#shared/shell/crash-points';
import { enterSafeMode } from '#shared/shell/safe-mode';
import type { ShellPorts } from '#shared/shell/shell';
import type { Periodic } from './periodic.ts';

/** One order of which nobody knows what became of it is a matter of seconds; after this long something is wrong with the venue or with us. */
const unknownMaxMs = 120_000;
/** Several at once are worse, and sooner. */
const severalUnknown = 5;
const severalMaxMs = 60_000;
/** Further apart, leases, expiries and the age of alerts are not true any more. */
const skewMaxMs = 1_000;

/** Why an account with these unknown orders may not enter anything new, or null. */
export function whyTooUnknown(agesMs: readonly number[]): string | null {
  const oldest = Math.max(0, ...agesMs);
  if (oldest > unknownMaxMs) return `the outcome of an order has been unknown for ${Math.round(oldest / 1000)} s`;
  const old = agesMs.filter((age) => age > severalMaxMs).length;
  return old >= severalUnknown ? `the outcome of ${old} orders has been unknown for more than ${severalMaxMs / 1000} s` : null;
}

/** Looks for what must put an account, or everything, into safe mode: outcomes that stay unknown, and in live mode a clock that is wrong. */
export function safeModeWatch(ports: Pick<ShellPorts, 'store' | 'bus'> & { log: Log; atCrashPoint?: AtCrashPoint }, { live }: { live: boolean }): Periodic {
  const { store, atCrashPoint = neverCrash } = ports;
  let skewed = false;
  return {
    name: 'safe-mode-watch',
    everyMs: 10_000,
    // Each process has a clock of its own, and may be alone on its machine.
    everywhere: true,
    async run() {
      for (const { accountId, agesMs } of await callOut({ atCrashPoint }, 'halt:unknown', () => store.unknownOrders())) {
        const why = whyTooUnknown(agesMs);
        if (why !== null) await enterSafeMode(ports, accountId, 'unknown_orders', why);
      }
      const { skewMs, marginMs } = await callOut({ atCrashPoint }, 'halt:clock', () => store.clockSkew());
      const wrong = Math.abs(skewMs) - marginMs > skewMaxMs;
      const words = `a worker's clock is ${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs > 0 ? 'behind' : 'ahead of'} the database's`;
      if (wrong && live) await enterSafeMode(ports, null, 'clock_skew', words);
      if (wrong && !live && !skewed) ports.log.warn('system', `${words}; let both follow a time server. In live mode this is safe mode`);
      skewed = wrong;
    },
  };
}
