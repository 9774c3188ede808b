import { createPriceWatch, priceKey } from '#shared/shell/price-watch';

/** Levels, symbols and ticks of one run; the same everywhere, so that figures compare. */
const [symbols, levelsPerSymbol, ticks] = [200, 50, 2_000_000];

/** Ticks per second through a price watch with 10,000 levels over 200 symbols; a few in a thousand meet a level and arm it again. */
export function benchPriceWatch(): { levels: number; ticks: number; woken: number; ticksPerSecond: number } {
  const watch = createPriceWatch();
  const keys = Array.from({ length: symbols }, (_, symbol) => priceKey('binance', 'usdm', `S${symbol}/USDT:USDT`));
  const levelsOf = (group: number) => {
    const key = keys[group % symbols]!;
    const offset = 1 + ((group * 7919) % 1000) / 100;
    return [
      { key, direction: 'at-or-above' as const, price: (100 + offset).toFixed(2) },
      { key, direction: 'at-or-below' as const, price: (100 - offset).toFixed(2) },
    ];
  };
  const groups = (symbols * levelsPerSymbol) / 2;
  for (let group = 0; group < groups; group += 1) watch.replace(String(group), levelsOf(group));
  const levels = watch.size();
  // Swings across the nearest levels and back, with prices prepared, so that the watch alone is measured.
  const prices = Array.from({ length: 4096 }, (_, index) => (100 + Math.sin(index / 650) * 1.03).toFixed(2));
  let woken = 0;
  const from = performance.now();
  for (let tick = 0; tick < ticks; tick += 1)
    for (const groupId of watch.onPrice(keys[tick % symbols]!, prices[tick % prices.length]!)) {
      woken += 1;
      watch.replace(groupId, levelsOf(Number(groupId)));
    }
  return { levels, ticks, woken, ticksPerSecond: Math.round((ticks / (performance.now() - from)) * 1000) };
}
