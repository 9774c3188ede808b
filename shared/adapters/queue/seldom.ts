import type { Log } from '#shared/ports/system.port';

/**
 * Warns of a broken connection once per outage and not once per queue, worker and attempt: equal complaints within `perMs` are
 * counted and the count goes out with the next one.
 */
export function seldomWarning(log: Log, perMs = 5000): (message: string, error: Error) => void {
  const last = new Map<string, { at: number; held: number }>();
  return (message, error) => {
    const key = `${message} ${error.message}`;
    const now = Date.now();
    const before = last.get(key);
    if (before && now - before.at < perMs) {
      before.held += 1;
      return;
    }
    if (last.size > 100) last.clear();
    last.set(key, { at: now, held: 0 });
    log.warn('system', message, { error: error.message, ...(before?.held ? { alsoSeen: before.held } : {}) });
  };
}
