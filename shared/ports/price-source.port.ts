import type { Candle } from './market-data.port.ts';

/** Where prices that nobody traded here and now come from: candles of the past, or a seeded walk. Pure; a feed gives them their pace. */

/** A place in a row of candles: the candle's number from 0, and which of its prices from 0. */
export interface CandlePosition {
  candle: number;
  step: number;
}

/** One price of a candle on its way through the candle's time. */
export interface CandleStep {
  price: string;
  /** Epoch milliseconds inside the candle. */
  at: number;
  /** The place of the step that follows. */
  next: CandlePosition;
  /** The whole candle, with the last of its steps. */
  closed: Candle | null;
}

/** The prices of a row of candles, the first of which has the number `from.candle`. */
export type CandleSteps = (candles: AsyncIterable<Candle>, spanMs: number, from: CandlePosition) => AsyncIterable<CandleStep>;

/** Where a walk stands: how many steps it has made, and its price. */
export interface WalkPosition {
  step: number;
  price: string;
}

/** One symbol's made-up market. */
export interface Walk {
  position(): WalkPosition;
  /** Makes one step and returns the new price, decimal text on the tick. */
  step(): string;
  /** Makes `steps` steps, one at least, and returns what a candle of them shows. */
  candle(steps: number): Pick<Candle, 'open' | 'high' | 'low' | 'close'>;
}

/** What fixes a walk. The same values give the same prices on every machine. */
export interface WalkOptions {
  seed: number;
  /** `BTC/USDT`. */
  pair: string;
  /** Where the walk starts, and what it is slowly drawn back to. */
  anchor: string;
  tickSize: string;
  /** Continues here. */
  from?: WalkPosition;
}
export type CreateWalk = (options: WalkOptions) => Walk;
