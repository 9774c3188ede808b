import type { GroupWakes } from '#shared/adapters/market-data/wake-levels.query';
import { callOut, neverCrash, type AtCrashPoint } from '#shared/shell/crash-points';
import { priceKey, type PriceWatch } from '#shared/shell/price-watch';

/** Where wake conditions are read. */
export interface WakeReaderOptions {
  venue: string;
  watch: PriceWatch;
  readAll: () => Promise<GroupWakes[]>;
  readSome: (groupIds: readonly string[]) => Promise<GroupWakes[]>;
  /** Wakes groups whose condition the last price meets already. */
  wake: (groupIds: readonly string[]) => Promise<void>;
  /** Given by tests. */
  atCrashPoint?: AtCrashPoint;
}

/** Keeps the price watch equal to what groups wait for. */
export interface WakeReader {
  /** Reads every group's conditions: at the start, and from time to time for messages that were lost. */
  readAll(): Promise<void>;
  /** Reads one group's again. */
  read(groupId: string): Promise<void>;
  /** These groups' levels have fired; the next full reading arms them again if they still stand. */
  fired(groupIds: readonly string[]): void;
}

/**
 * Reads wake conditions one reading after the other, so that an older answer never overwrites a newer one. A condition that fired
 * and still stands in the table is armed again by the next full reading, not sooner: a job that was lost, or came when the price
 * had turned, costs one such interval, and a group that cannot act on its condition is not asked in a tight circle.
 */
export function createWakeReader({ venue, watch, readAll, readSome, wake, atCrashPoint = neverCrash }: WakeReaderOptions): WakeReader {
  const known = new Map<string, { text: string; armed: boolean }>();
  const asked = new Set<string>();
  let line: Promise<void> = Promise.resolve();

  const inLine = (work: () => Promise<void>): Promise<void> => {
    const turn = line.then(work);
    line = turn.catch(() => {});
    return turn;
  };

  /** Arms what is new, and with `again` what has fired; answers the group if the last price meets it already. */
  function set({ groupId, market, conditions }: GroupWakes, again: boolean): string[] {
    const text = JSON.stringify([market, conditions]);
    const before = known.get(groupId);
    if (before?.text === text && (before.armed || !again)) return [];
    const levels = conditions.map(({ symbol, direction, price }) => ({ key: priceKey(venue, market, symbol), direction, price }));
    const met = watch.replace(groupId, levels);
    known.set(groupId, { text, armed: !met });
    return met ? [groupId] : [];
  }

  async function take(rows: readonly GroupWakes[], groupIds: readonly string[], again: boolean): Promise<void> {
    const waiting = new Set(rows.map(({ groupId }) => groupId));
    for (const groupId of groupIds) {
      if (waiting.has(groupId)) continue;
      watch.replace(groupId, []);
      known.delete(groupId);
    }
    const met = rows.flatMap((row) => set(row, again));
    if (met.length > 0) await wake(met);
  }

  return {
    readAll: () => inLine(async () => await take(await callOut({ atCrashPoint }, 'wake:all', () => readAll()), [...known.keys()], true)),
    read: (groupId) => {
      asked.add(groupId);
      return inLine(async () => {
        // One reading serves everybody who asked before it began.
        const groupIds = [...asked];
        asked.clear();
        if (groupIds.length > 0) await take(await callOut({ atCrashPoint }, 'wake:some', () => readSome(groupIds)), groupIds, false);
      });
    },
    fired: (groupIds) => {
      for (const groupId of groupIds) {
        const one = known.get(groupId);
        if (one) one.armed = false;
      }
    },
  };
}
