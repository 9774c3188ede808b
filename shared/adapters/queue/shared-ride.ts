/** Knocks in one job: what one decision takes together. */
const ridersMax = 16;
/** Adds under way at once; more wait for the next. */
const addsMax = 2;

interface Seat<Rider> {
  rider: Rider;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Knocks of one queue that ride together: while adds are under way, those that come meanwhile wait and share the next job. At low
 * load every knock has a job of its own at once; at high load one job carries many, and the queue costs a fraction.
 */
export function sharedRide<Rider>(add: (riders: Rider[]) => Promise<void>): (riders: readonly Rider[]) => Promise<void> {
  const waiting: Seat<Rider>[] = [];
  let adds = 0;

  const depart = async (): Promise<void> => {
    adds += 1;
    while (waiting.length > 0) {
      const seats = waiting.splice(0, ridersMax);
      try {
        await add(seats.map(({ rider }) => rider));
        for (const { resolve } of seats) resolve();
      } catch (error) {
        for (const { reject } of seats) reject(error);
      }
    }
    adds -= 1;
  };

  const wait = (rider: Rider): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ rider, resolve, reject });
    });

  return async (riders) => {
    const rides = riders.map(wait);
    if (adds < addsMax) void depart();
    await Promise.all(rides);
  };
}
