/** Questions under way at once; more wait, and go out together. */
const flightsMax = 3;
/** Keys in one question. */
const keysMax = 64;

interface Asked<Key, Answer> {
  key: Key;
  resolve: (answer: Answer | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * One query for what is asked at the same moment. A question that goes out begins after it was asked, so it sees whatever was
 * committed before. Under load this shares round trips and commits; alone it costs nothing. Where several ask for one key, a read is
 * answered to all of them, a claim to one: the others get nothing, as if they had come second.
 */
export function gathered<Key, Answer>(ask: (keys: Key[]) => Promise<ReadonlyMap<Key, Answer>>, of: 'a read' | 'a claim'): (key: Key) => Promise<Answer | undefined> {
  const waiting: Asked<Key, Answer>[] = [];
  let flights = 0;
  let called = false;

  const fly = async (batch: readonly Asked<Key, Answer>[]): Promise<void> => {
    try {
      const answers = await ask([...new Set(batch.map(({ key }) => key))]);
      const given = new Set<Key>();
      for (const { key, resolve } of batch) {
        resolve(of === 'a claim' && given.has(key) ? undefined : answers.get(key));
        given.add(key);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      flights -= 1;
      depart();
    }
  };

  const depart = (): void => {
    while (waiting.length > 0 && flights < flightsMax) {
      flights += 1;
      void fly(waiting.splice(0, keysMax));
    }
  };

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (called) return;
      called = true;
      queueMicrotask(() => {
        called = false;
        depart();
      });
    });
}
