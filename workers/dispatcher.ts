import { carryOut, carryOutClaim } from '#shared/shell/carry-out';
import type { Dispatch, ShellPorts } from '#shared/shell/shell';

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
export interface Dispatcher extends Dispatch {
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
  let stopped = false;
  const room = (priority: number, marked: number): boolean => {
    const protects = priority === protectivePriority;
    if (stopped || running.size + marked >= (protects ? inFlightProtectiveMax : inFlightMax)) return false;
    if (protects || !venueLimits) return true;
    const now = performance.now();
    taken = taken.filter((at) => now - at < windowMs);
    return taken.length + marked < perWindowMax;
  };
  const run = (outboxId: string, work: Promise<void>): void => {
    if (venueLimits) taken.push(performance.now());
    const attempt = work
      .catch((error: unknown) => ports.log.error('order', `Outbox row ${outboxId} could not be carried out and is tried again: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => running.delete(attempt));
    running.add(attempt);
  };
  return {
    room,
    take(outboxId, priority) {
      if (!room(priority, 0)) return false;
      run(outboxId, carryOut(ports, outboxId));
      return true;
    },
    // Promised already, and recorded: to let it lie now would leave it to the slow way of an unknown outcome.
    carry(claim, askedAt) {
      if (claim.kind !== 'nothing') run(claim.outboxId, carryOutClaim(ports, claim, askedAt));
    },
    async stop() {
      stopped = true;
      await Promise.allSettled(running);
    },
  };
}
