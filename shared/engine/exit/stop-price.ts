import type { Instrument } from '../instrument/instrument.ts';
import { floorTo } from '../num/rounding.ts';
import { compare, isPositive, price, type Price } from '../num/units.ts';
import type { Side } from '../order/order.ts';

/** A stop of the whole position. It rests nowhere: the engine watches it, and closes at market when the price reaches it. */
export interface WatchedStop {
  /** On the tick, rounded down on both sides. */
  price: Price;
  from: 'signal' | 'adopted';
}

type Grid = Pick<Instrument, 'tickSize'>;

/** A stop as it is watched: rounded down to the tick for either side. */
export const stopOnTick = (raw: Price, { tickSize }: Grid): Price => price(floorTo(raw, tickSize));

/** Has a price reached the stop? Below a long, above a short. */
export const stopPassed = (side: Side, stop: Price, at: Price): boolean => (side === 'long' ? compare(at, stop) <= 0 : compare(at, stop) >= 0);

/** Does `stop` risk less than `than`? Both are on the tick, so that what differs by less is equal. */
export const isTighter = (side: Side, stop: Price, than: Price): boolean => (side === 'long' ? compare(stop, than) > 0 : compare(stop, than) < 0);

/** Why a stop cannot protect an entry, in words with the numbers; null where it can. */
export function stopFault(side: Side, raw: Price, entryPrice: Price, last: Price | null, grid: Grid): string | null {
  const stop = stopOnTick(raw, grid);
  if (!isPositive(stop)) return `the stop ${raw} is below one tick of ${grid.tickSize}`;
  if (stopPassed(side, stop, stopOnTick(entryPrice, grid))) return `the stop ${stop} is not ${side === 'long' ? 'below' : 'above'} the entry price ${entryPrice} of a ${side}`;
  if (last !== null && stopPassed(side, stop, last)) return `the last price ${last} has passed the stop ${stop} of the ${side} already`;
  return null;
}
