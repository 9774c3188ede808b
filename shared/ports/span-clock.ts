/** Less than this apart, the two clocks of a process have only been rounded or slewed. */
const asleepAtLeastMs = 500;

let seenWall = Date.now();
let seenRunning = performance.now();
let asleepMs = 0;

/**
 * Milliseconds by a clock for spans: it never goes back, and time in which the machine was suspended counts. `performance.now()` alone stands still
 * then (`CLOCK_MONOTONIC` on Linux): who woke up would take what he began hours ago for fresh. A wall clock that is set forward counts as time
 * too, which only makes who asks more careful; one that is set back does not.
 */
export function spanNow(): number {
  const [wall, running] = [Date.now(), performance.now()];
  const asleep = wall - seenWall - (running - seenRunning);
  [seenWall, seenRunning] = [wall, running];
  if (asleep >= asleepAtLeastMs) asleepMs += asleep;
  return running + asleepMs;
}
