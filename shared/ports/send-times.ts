/** How long one process may have an outbox row in hand before another takes it: the longest venue call, and a margin. */
export const outboxLeaseMs = 20_000;

/**
 * A send that was not on its way this long after its recording was asked for goes back: the process was paused, others may have moved on.
 * Counted by the process's clock for spans (`spanNow`) from before the question, so that no pause on either side of the answer is left out; together
 * with what the venue takes at the most (`lateArrivalMs`) it is over before anybody may call the order absent.
 */
export const sendWithinMs = 2_000;
