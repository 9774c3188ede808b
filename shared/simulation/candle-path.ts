import { compare, type Decimalish } from '#shared/engine/num/units';

/** The four prices of a candle. */
export interface CandlePrices<P extends Decimalish = string> {
  open: P;
  high: P;
  low: P;
  close: P;
}

/** How many prices stand for one candle. */
export const stepsPerCandle = 4;

/**
 * The order in which a candle's prices are taken to have traded: open, then low and high if it closes at or above its open, else
 * high and low, then close. A candle does not tell which extreme came first; the one away from the close is the usual guess, and
 * a fixed rule makes every replay the same.
 */
export function candlePath<P extends Decimalish>(candle: CandlePrices<P>): [P, P, P, P] {
  const rises = compare(candle.close, candle.open) >= 0;
  return rises ? [candle.open, candle.low, candle.high, candle.close] : [candle.open, candle.high, candle.low, candle.close];
}
