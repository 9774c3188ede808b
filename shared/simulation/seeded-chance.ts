import { textHash } from './random-walk.ts';

/** Chance that is the same for the same seed, on every machine. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True in this share of cases. Draws nothing where it cannot be otherwise. */
  happens(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** One of the keys, each as likely as its weight. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key;
  /** A stream of its own: draws in one never shift those of another. */
  fork(name: string): Chance;
}

/** The chance of a seed (mulberry32). */
export function seededChance(seed: string): Chance {
  let state = textHash(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    happens: (share) => (share <= 0 ? false : share >= 1 || next() < share),
    pick: (items) => {
      const item = items[between(0, items.length - 1)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
      const entries = Object.entries(weights) as [Key, number][];
      let left = next() * entries.reduce((total, [, weight]) => total + weight, 0);
      for (const [key, weight] of entries) if ((left -= weight) < 0) return key;
      return entries.at(-1)![0];
    },
    fork: (name) => seededChance(`${seed}/${name}`),
  };
}
