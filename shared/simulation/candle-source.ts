import type { Candle } from '#shared/ports/market-data.port';
import type { CandlePosition, CandleStep } from '#shared/ports/price-source.port';
import { candlePath, stepsPerCandle } from './candle-path.ts';

/** Where the first step of a row stands. */
export const firstPosition: CandlePosition = { candle: 0, step: 0 };

/**
 * The prices of a row of candles in the order in which they are taken to have traded, evenly spread over each candle's span, with
 * nothing read ahead. `candles` begins at number `from.candle`.
 */
export async function* candleSteps(candles: AsyncIterable<Candle> | Iterable<Candle>, spanMs: number, from: CandlePosition = firstPosition): AsyncGenerator<CandleStep> {
  let number = from.candle;
  let first = from.step;
  for await (const candle of candles) {
    const path = candlePath(candle);
    for (let step = first; step < stepsPerCandle; step += 1) {
      const last = step === stepsPerCandle - 1;
      yield {
        price: path[step]!,
        at: candle.at + Math.floor((step * spanMs) / stepsPerCandle),
        next: last ? { candle: number + 1, step: 0 } : { candle: number, step: step + 1 },
        closed: last ? candle : null,
      };
    }
    number += 1;
    first = 0;
  }
}
