import type { Chance } from '#shared/simulation/seeded-chance';
import { dec } from '#shared/engine/num/units';
import { bases, type PlannedAlert, type Timed } from './chaos-steps.ts';

/** More than are asked for: some find the api dead for longer than their sender tries. */
const spare = 1.06;

/** `count` alerts and a few to spare, at moments spread over the run; many follow each other closely, as bars do close together. */
export function planAlerts(chance: Chance, lengthMs: number, count: number, priceAt: (base: string, atMs: number) => string): Timed<PlannedAlert>[] {
  const most = Math.ceil(count * spare);
  const sides = new Map<string, 'long' | 'short'>();
  const alerts: Timed<PlannedAlert>[] = [];
  const meanMs = lengthMs / most;
  let atMs = 0;
  for (let number = 1; number <= most; number += 1) {
    atMs = chance.happens(0.3) ? atMs : Math.min(lengthMs - 1, Math.max(atMs, Math.trunc((number - chance.next()) * meanMs)));
    const base = chance.pick(bases);
    const timeframe = chance.pick(['15', '60']);
    const side = sides.get(base) ?? (chance.happens(0.7) ? 'long' : 'short');
    const kind = chance.weighted({ entry: 66, exit: 18, reduce: 9, reverse: 7 });
    // What a strategy does next follows from what it did: the other side after a reversal, any after an exit.
    const told = kind === 'reverse' ? (side === 'long' ? 'short' : 'long') : side;
    if (kind === 'exit') sides.delete(base);
    else sides.set(base, told);
    const price = priceAt(base, atMs);
    const percent = told === 'long' ? 96 : 104;
    alerts.push({
      do: 'alert',
      atMs,
      tradeId: `chaos ${number}`,
      base,
      timeframe,
      kind,
      side: told,
      price,
      orderSize: String(chance.between(3, 15) * 100),
      stopLoss: chance.happens(0.3) ? dec(price).times(percent).dividedBy(100).toFixed(2) : null,
      copies: chance.happens(0.12) ? chance.between(2, 4) : 1,
    });
  }
  return alerts;
}
