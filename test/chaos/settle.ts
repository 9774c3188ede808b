import { setTimeout as pause } from 'node:timers/promises';
import { readUndone } from './undone.query.ts';

/** Liveness: after the last fault everything must be at rest within this. */
export const settleWithinMs = 60_000;
/** At rest means for so long: a poll every 2 s may still bring news, and prices wake a group within a second. */
const quietMs = 5_000;

export interface Settled {
  /** From the call to the beginning of the quiet; null where it never came. */
  afterMs: number | null;
  /** What was left undone in the end. */
  left: string[];
}

/** Waits until nothing is due and undone any more, for as long as `withinMs`. */
export async function untilSettled(databaseUrl: () => string, withinMs = settleWithinMs): Promise<Settled> {
  const began = Date.now();
  let quietSince: number | null = null;
  for (;;) {
    const left = await Promise.resolve().then(databaseUrl).then(readUndone).catch((error: unknown) => [`the database does not answer: ${String(error)}`]);
    const now = Date.now();
    quietSince = left.length > 0 ? null : (quietSince ?? now);
    if (quietSince !== null && now - quietSince >= quietMs) return { afterMs: quietSince - began, left };
    if (quietSince === null && now - began > withinMs) return { afterMs: null, left };
    await pause(250);
  }
}
