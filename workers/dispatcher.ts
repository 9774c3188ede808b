import { carryOut } from '#shared/shell/carry-out';
import type { ShellPorts } from '#shared/shell/shell';

/** Venue calls one process makes at once without the queue; more than that waits where other workers can take it. */
const inFlightMax = 32;

/** Closes, take-profits and cancels that one process makes at once beyond that: they must not stand behind entries. */
const inFlightProtectiveMax = 64;
/** With venue limits on, a process takes this many without the queue; the queue's own limiter has the rest of the venue's budget. */
const perWindowMax = 50;
const windowMs = 10_000;
/** As `carryGroupCommand` gives it to cancels and protective orders. */
const protectivePriority = 1;

/** Carries out fresh outbox rows in the process that decided them. */
export interface Dispatcher {
  /** True where the row was taken; false where it must be knocked for. */
  take(outboxId: string, priority: number): boolean;
  /** Takes nothing new, and lets what runs end. */
  stop(): Promise<void>;
}

/**
 * The first attempt at an order needs no queue: its row is committed, so the process that decided it sends it at once, and the
 * queue and the sweeper remain as retry, as overflow and as what picks up after a crash. That saves a hop of 1 to 5 ms per order
 * and half the load on the queue. What is over the window or the number in flight is knocked for. What protects goes beyond the window:
 * the queue's limit counts every order alike, and a close would wait behind ladders of entries, while the account's own budget, kept by the
 * exchange adapter, has a reserve for it.
 */
export function createDispatcher(ports: ShellPorts, venueLimits: boolean): Dispatcher {
  const running = new Set<Promise<void>>();
  let taken: number[] = [];
  const allowed = (): boolean => {
    if (!venueLimits) return true;
    const now = performance.now();
    taken = taken.filter((at) => now - at < windowMs);
    return taken.length < perWindowMax && taken.push(now) > 0;
  };
  let stopped = false;
  return {
    take(outboxId, priority) {
      const protects = priority === protectivePriority;
      if (stopped || running.size >= (protects ? inFlightProtectiveMax : inFlightMax)) return false;
      if (!allowed() && !protects) return false;
      const attempt = carryOut(ports, outboxId)
        .catch((error: unknown) => ports.log.error('order', `Outbox row ${outboxId} could not be carried out and is tried again: ${error instanceof Error ? error.message : String(error)}`))
        .finally(() => running.delete(attempt));
      running.add(attempt);
      return true;
    },
    async stop() {
      stopped = true;
      await Promise.allSettled(running);
    },
  };
}
