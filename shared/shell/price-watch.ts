import { compare } from '#shared/engine/num/units';

/** A price at which a group wants to be asked again, in one market: `key` names venue, market and symbol. */
export interface PriceLevel {
  key: string;
  direction: 'at-or-above' | 'at-or-below';
  price: string;
}

/** Knows which groups wait for which prices. */
export interface PriceWatch {
  /** A group's levels, all of them; they replace what it waited for before. Answers true if the last price meets one already. */
  replace(groupId: string, levels: readonly PriceLevel[]): boolean;
  /** The groups whose level this price reaches, each once. A level that fired is gone until its group states its levels anew. */
  onPrice(key: string, price: string): string[];
  /** How many levels wait. */
  size(): number;
}

/** The key of a symbol in one market of a venue. */
export const priceKey = (venue: string, market: string, symbol: string): string => `${venue} ${market} ${symbol}`;

interface Level {
  groupId: string;
  price: string;
  /** Orders levels roughly; where two are equal as numbers, their decimals decide. */
  rough: number;
}

/** Levels in the order in which a price meets them, the next one last, so that it is taken off the end. */
interface Side {
  rising: boolean;
  levels: Level[];
}

/** -1, 0 or 1. Rounding keeps order, so numbers that differ decide exactly; only equal ones need their decimals. */
const order = (a: { rough: number; price: string }, b: { rough: number; price: string }): number =>
  a.rough < b.rough ? -1 : a.rough > b.rough ? 1 : a.price === b.price ? 0 : compare(a.price, b.price);

const noLevels: readonly PriceLevel[] = [];

/**
 * A price watch over any number of symbols. Per symbol the next level up and down stands in a typed array: nearly every tick is
 * two comparisons of numbers, and exact decimals are asked only at a level.
 */
export function createPriceWatch(): PriceWatch {
  const slots = new Map<string, number>();
  const sides: { up: Side; down: Side; last: string | null }[] = [];
  let nextUp = new Float64Array(64);
  let nextDown = new Float64Array(64);
  const levelsOf = new Map<string, readonly PriceLevel[]>();
  let count = 0;

  const slotOf = (key: string): number => {
    const known = slots.get(key);
    if (known !== undefined) return known;
    const slot = sides.push({ up: { rising: true, levels: [] }, down: { rising: false, levels: [] }, last: null }) - 1;
    slots.set(key, slot);
    if (slot >= nextUp.length) {
      [nextUp, nextDown] = [grown(nextUp), grown(nextDown)];
    }
    guard(slot);
    return slot;
  };
  const guard = (slot: number): void => {
    nextUp[slot] = sides[slot]!.up.levels.at(-1)?.rough ?? Infinity;
    nextDown[slot] = sides[slot]!.down.levels.at(-1)?.rough ?? -Infinity;
  };
  const sideOf = (slot: number, { direction }: PriceLevel): Side => sides[slot]![direction === 'at-or-above' ? 'up' : 'down'];

  const remove = (groupId: string): void => {
    for (const level of levelsOf.get(groupId) ?? noLevels) {
      const slot = slotOf(level.key);
      const side = sideOf(slot, level);
      const before = side.levels.length;
      side.levels = side.levels.filter((one) => one.groupId !== groupId);
      count -= before - side.levels.length;
      guard(slot);
    }
    levelsOf.delete(groupId);
  };

  const add = (groupId: string, level: PriceLevel): void => {
    const slot = slotOf(level.key);
    const side = sideOf(slot, level);
    const entry: Level = { groupId, price: level.price, rough: Number(level.price) };
    side.levels.splice(placeIn(side, entry), 0, entry);
    count += 1;
    guard(slot);
  };

  return {
    replace: (groupId, levels) => {
      remove(groupId);
      if (levels.length === 0) return false;
      levelsOf.set(groupId, levels);
      let met = false;
      for (const level of levels) {
        const last = sides[slotOf(level.key)]!.last;
        if (last !== null && reached(level.direction === 'at-or-above', last, Number(last), { price: level.price, rough: Number(level.price) })) met = true;
        else add(groupId, level);
      }
      return met;
    },
    onPrice: (key, price) => {
      const slot = slotOf(key);
      const both = sides[slot]!;
      both.last = price;
      const rough = Number(price);
      if (rough < nextUp[slot]! && rough > nextDown[slot]!) return [];
      const woken = new Set<string>();
      for (const side of [both.up, both.down])
        for (let next = side.levels.at(-1); next !== undefined && reached(side.rising, price, rough, next); next = side.levels.at(-1)) {
          side.levels.pop();
          count -= 1;
          woken.add(next.groupId);
        }
      guard(slot);
      return [...woken];
    },
    size: () => count,
  };
}

function reached(rising: boolean, price: string, rough: number, level: { price: string; rough: number }): boolean {
  const where = order({ price, rough }, level);
  return rising ? where >= 0 : where <= 0;
}

/** Where a level belongs: behind all that are met later. */
function placeIn({ rising, levels }: Side, entry: Level): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const later = order(levels[middle]!, entry) * (rising ? 1 : -1) > 0;
    if (later) low = middle + 1;
    else high = middle;
  }
  return low;
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
