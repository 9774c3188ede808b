import type { Clock } from '#shared/ports/system.port';

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };
