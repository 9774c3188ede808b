import { setTimeout as wait } from 'node:timers/promises';
import type { Market } from '#shared/engine/instrument/instrument';
import { callOut } from '#shared/shell/crash-points';
import type { ApiDeps } from '../api-deps.ts';

/** TradingView gives up after 3 s, and the alert must still be stored. */
const patienceMs = 1_000;
const lookEveryMs = 50;
/** A market that has just been searched is not searched again for the next strange symbol. */
const spareMs = 2_000;

/**
 * Searches the venue for a symbol that its list does not hold: it may have been listed since. Asks a worker to fetch the list anew
 * and waits a moment for it; true where a newer list has come. Whoever asks while a search runs shares it.
 */
export function createSymbolSearch({ instruments, jobs, log, ...ports }: Pick<ApiDeps, 'instruments' | 'jobs' | 'log' | 'atCrashPoint'>) {
  const searches = new Map<string, { begunAt: number; found: Promise<boolean> }>();

  const search = async (venue: string, market: Market): Promise<boolean> => {
    const before = await callOut(ports, 'ingest:rules-age', () => instruments.fetchedAt(venue, market));
    try {
      await callOut(ports, 'ingest:ask-for-rules', () => jobs.knock('maintenance', { task: 'refresh-instruments', venue, market }, { dedupeKey: `refresh:${venue}:${market}` }));
    } catch (error) {
      log.warn('precision', 'the list of instruments could not be asked for', { venue, market, error: String(error) });
      return false;
    }
    for (const until = performance.now() + patienceMs; performance.now() < until; await wait(lookEveryMs)) {
      const now = await callOut(ports, 'ingest:rules-age-again', () => instruments.fetchedAt(venue, market));
      if (now === null || now <= (before ?? 0)) continue;
      await callOut(ports, 'ingest:new-symbols', () => instruments.read(venue, market));
      return true;
    }
    return false;
  };

  return (venue: string, market: Market): Promise<boolean> => {
    const key = `${venue} ${market}`;
    const known = searches.get(key);
    if (known !== undefined && performance.now() - known.begunAt < spareMs) return known.found;
    const found = search(venue, market);
    searches.set(key, { begunAt: performance.now(), found });
    return found;
  };
}
