/**
 * What has been used of a venue's limits, by key and fixed window, as the venue itself counts. Shared by every process that reaches
 * the venue from one address.
 */
export interface RateLedger {
  /** Takes `cost` of the running window if that keeps it at or below `ceiling`, or costs nothing, and no ban runs; answers 0, or the milliseconds to wait. */
  take(key: string, cost: number, ceiling: number, windowMs: number, now: number): Promise<number>;
  /** The venue says that at least `used` of the running window is used. */
  raise(key: string, used: number, windowMs: number, now: number): Promise<void>;
  /** Nothing may leave under `key` for so long: a span, because whoever asks later may have another clock. */
  ban(key: string, forMs: number): Promise<void>;
}

/**
 * A running window may be so far ahead of who asks: clocks of workers differ. One further ahead is of a clock that was wrong, hours perhaps
 * until it was set right; to go on with it would let nothing leave, protective orders included, until that time has come.
 */
export const aheadAtMostMs = 60_000;
