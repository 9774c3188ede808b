import { dec, type Dec } from '#shared/engine/num/units';
import type { SimBook, SimMarket, SimOrder, SimOrderType } from './matching-state.ts';

/** What an order type waits for and what it becomes: `limit` conditions need a price, others trade at the market. */
export interface Condition {
  waitsFor: 'stop' | 'take-profit' | 'trailing';
  becomes: 'MARKET' | 'LIMIT';
}

/** The condition of an order type, or null for one that goes to the book at once. `TAKE_PROFIT` is a market order on spot and a limit order on USD-M. */
export function conditionOf(market: SimMarket, type: SimOrderType): Condition | null {
  switch (type) {
    case 'LIMIT':
    case 'MARKET':
    case 'LIMIT_MAKER':
      return null;
    case 'STOP_LOSS':
    case 'STOP_MARKET':
      return { waitsFor: 'stop', becomes: 'MARKET' };
    case 'STOP_LOSS_LIMIT':
    case 'STOP':
      return { waitsFor: 'stop', becomes: 'LIMIT' };
    case 'TAKE_PROFIT':
      return { waitsFor: 'take-profit', becomes: market === 'spot' ? 'MARKET' : 'LIMIT' };
    case 'TAKE_PROFIT_LIMIT':
      return { waitsFor: 'take-profit', becomes: 'LIMIT' };
    case 'TAKE_PROFIT_MARKET':
      return { waitsFor: 'take-profit', becomes: 'MARKET' };
    case 'TRAILING_STOP_MARKET':
      return { waitsFor: 'trailing', becomes: 'MARKET' };
  }
}

/** Where an order acts: at `price` or beyond it, going `toward` it. */
export interface Level {
  toward: 'down' | 'up';
  price: Dec;
}

/** Does a condition fire when the price falls to it? A stop on a long does; so does a take-profit on a short. */
export const firesDown = (order: Pick<SimOrder, 'side'>, condition: Condition): boolean => (condition.waitsFor === 'take-profit') === (order.side === 'BUY');

/** The order's level, or null for a trailing order that is not active yet. */
export function levelOf(order: SimOrder): Level | null {
  const condition = order.working ? null : conditionOf(order.market, order.type);
  if (condition === null) return order.price === null ? null : { toward: order.side === 'BUY' ? 'down' : 'up', price: dec(order.price) };
  const toward = firesDown(order, condition) ? 'down' : 'up';
  if (condition.waitsFor !== 'trailing') return order.stopPrice === null ? null : { toward, price: dec(order.stopPrice) };
  if (order.extreme === null) return null;
  const distance = dec(order.callbackRate ?? '0').dividedBy(100);
  return { toward, price: dec(order.extreme).times(toward === 'down' ? dec(1).minus(distance) : dec(1).plus(distance)) };
}

export interface RoughLevel {
  toward: 'down' | 'up';
  price: number;
}

// A price step looks at every order of its symbol; orders never change in place, so each version is reckoned once.
const rough = new WeakMap<SimOrder, RoughLevel | 'none'>();

/** The level as floats, for skipping and ordering only; fills use the exact texts. */
export function roughLevel(order: SimOrder): RoughLevel | null {
  let known = rough.get(order);
  if (known === undefined) {
    const level = levelOf(order);
    known = level === null ? 'none' : { toward: level.toward, price: level.price.toNumber() };
    rough.set(order, known);
  }
  return known === 'none' ? null : known;
}

/** A book's guards after one more order; a trailing order follows every price, so it opens them entirely. */
export function guardsWith(book: Pick<SimBook, 'guardLow' | 'guardHigh'>, order: SimOrder): Pick<SimBook, 'guardLow' | 'guardHigh'> {
  if (!order.working && order.callbackRate !== null) return { guardLow: Infinity, guardHigh: -Infinity };
  const level = roughLevel(order);
  if (level === null) return { guardLow: book.guardLow, guardHigh: book.guardHigh };
  return level.toward === 'down' ? { guardLow: Math.max(book.guardLow, level.price), guardHigh: book.guardHigh } : { guardLow: book.guardLow, guardHigh: Math.min(book.guardHigh, level.price) };
}
