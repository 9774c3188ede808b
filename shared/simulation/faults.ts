import type { Chance } from './seeded-chance.ts';

/** Everything that can go wrong in a simulation, by where it strikes; the number is how often one chance of it is taken at ordinary strength. */
const usualShares = {
  // The way of an order to the venue and back.
  'submit-not-sent': 0.02,
  'submit-lost': 0.02,
  'submit-late': 0.03,
  'submit-answer-lost': 0.03,
  'submit-5xx-done': 0.02,
  'submit-5xx-not-done': 0.02,
  'submit-exists': 0.01,
  'submit-slow': 0.05,
  'refused-precision': 0.02,
  'refused-balance': 0.02,
  'refused-other': 0.01,
  'refused-rate': 0.03,
  // A cancel; `filled-first` loses its race against a trade.
  'cancel-not-sent': 0.03,
  'cancel-lost': 0.03,
  'cancel-answer-lost': 0.05,
  'cancel-refused': 0.03,
  'cancel-slow': 0.05,
  'cancel-filled-first': 0.06,
  // Reads.
  'read-failed': 0.03,
  'read-slow': 0.03,
  'read-stale': 0.05,
  'trade-listed-late': 0.05,
  // The user-data stream.
  'event-lost': 0.08,
  'event-doubled': 0.08,
  'event-late': 0.15,
  'stream-drop': 0.004,
  // The venue itself.
  'venue-ends-order': 0.02,
  'rules-change': 0.01,
  'rules-unavailable': 0.3,
  'price-jump': 0.004,
  // Our own processes; a crash is drawn at each crash point.
  'process-dies': 0.004,
  'process-throws': 0.006,
  'process-stalls': 0.003,
  'promise-hangs': 0.002,
  // Queue, bus and store.
  'knock-lost': 0.1,
  'knock-doubled': 0.05,
  'knock-late': 0.05,
  'queue-down': 0.004,
  'message-lost': 0.03,
  'store-failed': 0.004,
  'store-answer-lost': 0.004,
  // What people do that stops trading for a while.
  'account-off': 0.006,
  halt: 0.012,
  // What others do on our accounts at the venue, past us. A stray carries our scheme, and our database does not know it.
  'hand-trade': 0.012,
  'hand-cancel': 0.015,
  'foreign-order': 0.008,
  'stray-order': 0.008,
} as const;

export type FaultKind = keyof typeof usualShares;
export const faultKinds = Object.keys(usualShares) as FaultKind[];

/** The misfortune of one run. */
export interface Faults {
  /** Does this strike now? `times` makes it likelier. Counted when it does. */
  strike(kind: FaultKind, times?: number): boolean;
  /** No misfortune from here on. */
  stop(): void;
  /** Do faults still strike? */
  readonly on: boolean;
  readonly counts: Readonly<Record<FaultKind, number>>;
}

/** Draws which faults a run knows and how strong each is: a run that knows few reaches further than one that knows all. */
export function drawFaults(chance: Chance): Faults {
  const strength = chance.weighted({ none: 1, mild: 4, usual: 5, wild: 2 });
  const factor = { none: 0, mild: 0.4, usual: 1, wild: 2 }[strength];
  const known = chance.happens(0.3) ? 1 : 0.6;
  const shares = Object.fromEntries(faultKinds.map((kind) => [kind, chance.happens(known) ? Math.min(0.6, usualShares[kind] * factor * (0.5 + chance.next())) : 0])) as Record<FaultKind, number>;
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  // A stream of draws each, so that what one kind decides never shifts another.
  const draws = new Map(faultKinds.map((kind) => [kind, chance.fork(kind)]));
  let on = true;
  return {
    counts,
    get on() {
      return on;
    },
    stop: () => void (on = false),
    strike(kind, times = 1) {
      if (!on || draws.get(kind)?.happens(shares[kind] * times) !== true) return false;
      counts[kind] += 1;
      return true;
    },
  };
}
