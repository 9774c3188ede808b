import type { Chance } from '#shared/simulation/seeded-chance';
import { bases, type PlannedWalk, type Timed } from './chaos-steps.ts';

/** Prices are counted in ticks of 0.01, so that no float holds one. */
const homeTicks = 10_000;
export const startPrice = '100';
const textOf = (ticks: number): string => `${Math.trunc(ticks / 100)}.${String(ticks % 100).padStart(2, '0')}`;

/** How often the market of one symbol moves. */
const everyMs = 3_500;

export interface PlannedMarket {
  walks: Timed<PlannedWalk>[];
  /** The price a symbol is meant to have at a moment. */
  priceAt(base: string, atMs: number): string;
}

/** Prices that swing a few percent around their start: deep enough for ladders, high enough for their take-profits. */
export function planMarket(chance: Chance, lengthMs: number): PlannedMarket {
  const walks: Timed<PlannedWalk>[] = [];
  const paths = new Map<string, { atMs: number; ticks: number }[]>();
  for (const base of bases) {
    const own = chance.fork(base);
    const path = [{ atMs: 0, ticks: homeTicks }];
    paths.set(base, path);
    for (let atMs = own.between(500, everyMs); atMs < lengthMs; atMs += own.between(everyMs / 2, everyMs * 1.5)) {
      const from = path.at(-1)!.ticks;
      const swing = own.happens(0.15) ? 250 : 90;
      // Drawn back to where it began: ladders that never sell would fill every slot.
      const to = from + own.between(-swing, swing) - Math.trunc((from - homeTicks) / 6);
      walks.push({ do: 'walk', atMs, base, prices: [Math.trunc((from * 2 + to) / 3), Math.trunc((from + to * 2) / 3), to].map(textOf) });
      path.push({ atMs, ticks: to });
    }
  }
  return { walks, priceAt: (base, atMs) => textOf(paths.get(base)?.findLast((point) => point.atMs <= atMs)?.ticks ?? homeTicks) };
}
