/**
 * Is this the rejection of one of ccxt's inner futures? ccxt settles promises nobody waits for (a stream that was refused, a
 * connection that broke); whoever waits for the stream hears of it anyway, so a process may log these and live on. Told by the names
 * in the prototype chain, so that asking does not load ccxt.
 */
export function isStreamRejection(reason: unknown): boolean {
  if (!(reason instanceof Error)) return false;
  for (let at: unknown = Object.getPrototypeOf(reason); typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    const { name } = (at as { constructor: { name?: unknown } }).constructor;
    if (name === 'BaseError' || name === 'VenueFault') return true;
  }
  return false;
}
