import type { Store } from '#shared/ports/store.port';

const perFetch = 50;

/** Hands out group ids, fetched in blocks; those a decision did not use are gaps, which cost nothing. */
export function createGroupIds(store: Pick<Store, 'nextGroupIds'>): (count: number) => Promise<string[]> {
  const ready: string[] = [];
  return async (count) => {
    while (ready.length < count) ready.push(...(await store.nextGroupIds(perFetch)));
    return ready.splice(0, count);
  };
}
