/** Epoch milliseconds. The engine never reads a clock; it is told the time with every event. */
export type Time = number;
