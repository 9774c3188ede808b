/** Ids in one job: what one decision takes together. */
const idsMax = 16;
/** Adds under way at once; more wait for the next. */
const addsMax = 2;

interface Rider {
  id: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Knocks of one queue that ride together: while adds are under way, the ids that come meanwhile wait and share the next job. At low
 * load every id has a job of its own at once; at high load one job carries many, and the queue costs a fraction.
 */
export function sharedRide(add: (ids: string[]) => Promise<void>): (ids: readonly string[]) => Promise<void> {
  const waiting: Rider[] = [];
  let adds = 0;

  const depart = async (): Promise<void> => {
    adds += 1;
    while (waiting.length > 0) {
      const riders = waiting.splice(0, idsMax);
      try {
        await add(riders.map(({ id }) => id));
        for (const { resolve } of riders) resolve();
      } catch (error) {
        for (const { reject } of riders) reject(error);
      }
    }
    adds -= 1;
  };

  const wait = (id: string): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ id, resolve, reject });
    });

  return async (ids) => {
    const rides = ids.map(wait);
    if (adds < addsMax) void depart();
    await Promise.all(rides);
  };
}
