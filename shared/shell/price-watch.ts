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

/** A price with its number beside it. Rounding keeps order, so numbers that differ decide exactly; only equal ones need decimals. */
interface Guarded {
  price: string;
  rough: number;
}
interface Level extends Guarded {
  groupId: string;
}
/** Levels in the order in which a price meets them, the next one last, so that it is taken off the end. */
interface Side {
  rising: boolean;
  levels: Level[];
}
interface Sides {
  up: Side;
  down: Side;
  last: Guarded | null;
}

const guarded = (price: string): Guarded => ({ price, rough: Number(price) });
const order = (a: Guarded, b: Guarded): number => (a.rough < b.rough ? -1 : a.rough > b.rough ? 1 : a.price === b.price ? 0 : compare(a.price, b.price));
const reached = (rising: boolean, at: Guarded, level: Guarded): boolean => (rising ? order(at, level) >= 0 : order(at, level) <= 0);

/**
 * A price watch over any number of symbols. Per symbol the next level up and down stands in a typed array: nearly every tick is
 * two comparisons of numbers, and exact decimals are asked only at a level.
 */
export function createPriceWatch(): PriceWatch {
  const symbols = createSymbols();
  const levelsOf = new Map<string, readonly PriceLevel[]>();
  let count = 0;

  const remove = (groupId: string): void => {
    for (const level of levelsOf.get(groupId) ?? []) {
      const slot = symbols.slotOf(level.key);
      const side = sideOf(symbols.at(slot), level);
      const kept = side.levels.filter((one) => one.groupId !== groupId);
      count -= side.levels.length - kept.length;
      side.levels = kept;
      symbols.guard(slot);
    }
    levelsOf.delete(groupId);
  };

  return {
    replace: (groupId, levels) => {
      remove(groupId);
      if (levels.length > 0) levelsOf.set(groupId, levels);
      let met = false;
      for (const level of levels) {
        const slot = symbols.slotOf(level.key);
        const { last, ...sides } = symbols.at(slot);
        const side = sideOf(sides, level);
        const entry: Level = { groupId, ...guarded(level.price) };
        if (last !== null && reached(side.rising, last, entry)) {
          met = true;
          continue;
        }
        side.levels.splice(placeIn(side, entry), 0, entry);
        count += 1;
        symbols.guard(slot);
      }
      return met;
    },
    onPrice: (key, price) => {
      const slot = symbols.slotOf(key);
      const at = guarded(price);
      const sides = symbols.at(slot);
      sides.last = at;
      if (symbols.isQuiet(slot, at.rough)) return [];
      const woken = [...take(sides.up, at), ...take(sides.down, at)];
      count -= woken.length;
      symbols.guard(slot);
      return [...new Set(woken)];
    },
    size: () => count,
  };
}

const sideOf = (sides: Pick<Sides, 'up' | 'down'>, { direction }: PriceLevel): Side => sides[direction === 'at-or-above' ? 'up' : 'down'];

/** Takes off every level that a price reaches; answers their groups. */
function take(side: Side, at: Guarded): string[] {
  const groupIds: string[] = [];
  for (let next = side.levels.at(-1); next !== undefined && reached(side.rising, at, next); next = side.levels.at(-1)) {
    side.levels.pop();
    groupIds.push(next.groupId);
  }
  return groupIds;
}

/** Where a level belongs: behind all that are met later. */
function placeIn({ rising, levels }: Side, entry: Guarded): number {
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

/** The symbols by number, each with its guard. */
function createSymbols() {
  const slots = new Map<string, number>();
  const all: Sides[] = [];
  let nextUp = new Float64Array(64);
  let nextDown = new Float64Array(64);
  const guard = (slot: number): void => {
    nextUp[slot] = all[slot]!.up.levels.at(-1)?.rough ?? Infinity;
    nextDown[slot] = all[slot]!.down.levels.at(-1)?.rough ?? -Infinity;
  };
  return {
    slotOf: (key: string): number => {
      const known = slots.get(key);
      if (known !== undefined) return known;
      const slot = all.push({ up: { rising: true, levels: [] }, down: { rising: false, levels: [] }, last: null }) - 1;
      slots.set(key, slot);
      if (slot >= nextUp.length) [nextUp, nextDown] = [doubled(nextUp), doubled(nextDown)];
      guard(slot);
      return slot;
    },
    at: (slot: number): Sides => all[slot]!,
    /** Writes down the next level up and down. */
    guard,
    /** True where this price is surely at no level. */
    isQuiet: (slot: number, rough: number): boolean => rough < nextUp[slot]! && rough > nextDown[slot]!,
  };
}

function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
