import { dec, isPositive, price, ratio, type Dec, type Price, type Ratio } from '../num/units.ts';
import { isSettled } from './apply-fill.ts';
import type { Order } from './order.ts';

/** What a market order may slip, and what is made of more. */
export interface SlippagePlan {
  maxPercent: Ratio;
  action: 'warn' | 'reject';
}

/** How a market order was executed, against what was expected of it. */
export interface Execution {
  /** Last traded price when it was decided; null where none was known. */
  expected: Price | null;
  /** Average price of its trades. */
  actual: Price;
  /** Against us where positive, an improvement where negative; null without an expected price. */
  percent: Ratio | null;
}

/** Figures for people and rows end here; whether a limit is exceeded is asked of exact ones. */
const pricePlaces = 12;
const percentPlaces = 6;

/** What an order was worth as expected, and how much worse it went; null where nothing was expected. */
function against({ side, priceExpected, quantityFilled, notionalFilled }: Order): { worth: Dec; worse: Dec } | null {
  if (priceExpected === null || !isPositive(priceExpected)) return null;
  const worth = dec(priceExpected).times(quantityFilled);
  const more = dec(notionalFilled).minus(worth);
  return { worth, worse: side === 'buy' ? more : more.negated() };
}

/** How a market order was executed, once it has ended and all its trades are counted; null before, and for every other order. */
export function executionOf(order: Order): Execution | null {
  if (order.type !== 'market' || !isSettled(order) || !isPositive(order.quantityFilled)) return null;
  const found = against(order);
  return {
    expected: order.priceExpected,
    actual: price(dec(order.notionalFilled).dividedBy(order.quantityFilled).toDecimalPlaces(pricePlaces)),
    percent: found === null ? null : ratio(found.worse.times(100).dividedBy(found.worth).toDecimalPlaces(percentPlaces)),
  };
}

/** Did an executed order slip more than this percent? Exactly the limit is not more, and an improvement never is (A-14, E-20). */
export function slippedMoreThan(order: Order, maxPercent: Ratio): boolean {
  if (executionOf(order) === null) return false;
  const found = against(order);
  return found !== null && found.worse.times(100).greaterThan(found.worth.times(maxPercent));
}
