import { compare, dec } from '#shared/engine/num/units';
import { settleLiquidations } from './liquidation.ts';
import { ownBook, saveOrder, text, type Draft } from './matching-draft.ts';
import { bookKey, isOpen, type SimBook, type SimMarket, type SimOrder } from './matching-state.ts';
import { fillPortion, trigger } from './order-execution.ts';
import { conditionOf, firesDown, guardsWith, levelOf, roughLevel } from './order-levels.ts';

/** A traded price. The market is taken to have moved through every price since the last one, unless it jumped. */
export interface PathStep {
  market: SimMarket;
  symbol: string;
  price: string;
  at: number;
  /** Nothing traded in between: stops then fill at this price, not at their trigger. */
  jump?: boolean;
}

/**
 * Moves a symbol's price, working every order the way meets, nearest first. Resting limit orders fill at their limit, stops trade
 * at their trigger (a jump: at the new price). `now` stamps what happens; `step.at` belongs to the market data.
 */
export function movePrice(draft: Draft, step: PathStep, now: number): void {
  const book = ownBook(draft, step.market, step.symbol);
  const jumps = step.jump === true || book.last === null;
  const rough = Number(step.price);
  draft.touched.prices.add(bookKey(step.market, step.symbol));
  if (rough <= book.guardLow || rough >= book.guardHigh) {
    const done = new Set<number>();
    for (let next = nearest(draft, book, rough, done); next !== null; next = nearest(draft, book, rough, done)) {
      done.add(next.id);
      book.last = jumps ? step.price : standsAt(next, book.last ?? step.price, step.price);
      act(draft, next, book.last, now);
    }
    book.last = step.price;
    followExtremes(draft, book, step.price);
    resetGuards(draft, book);
  }
  book.last = step.price;
  book.at = step.at;
  settleLiquidations(draft, book, now);
}

function act(draft: Draft, order: SimOrder, market: string, at: number): void {
  if (!order.working) trigger(draft, order, market, at);
  else if (order.price !== null) fillPortion(draft, order, dec(order.price), true, at);
}

function* openOrders(draft: Draft, book: SimBook): Iterable<SimOrder> {
  for (const [id, accountId] of book.orders) {
    const order = draft.accounts.get(accountId)?.orders.get(id);
    if (order !== undefined && isOpen(order)) yield order;
  }
}

/** The next order that a move to `target` meets; orders whose level the market has passed already come first, then by distance, then by age. */
function nearest(draft: Draft, book: SimBook, target: number, done: ReadonlySet<number>): SimOrder | null {
  const from = book.last === null ? target : Number(book.last);
  let best: { order: SimOrder; distance: number } | null = null;
  for (const order of openOrders(draft, book)) {
    if (done.has(order.id)) continue;
    const level = roughLevel(order);
    if (level === null || (level.toward === 'down' ? level.price < target : level.price > target)) continue;
    const distance = Math.max(0, level.toward === 'down' ? from - level.price : level.price - from);
    if (best === null || distance < best.distance || (distance === best.distance && order.id < best.order.id)) best = { order, distance };
  }
  return best?.order ?? null;
}

/** Where on its way from `from` to `to` the market stands when it meets the order: the order's level, held between the two. */
function standsAt(order: SimOrder, from: string, to: string): string {
  const level = levelOf(order);
  if (level === null) return to;
  const [low, high] = compare(from, to) < 0 ? [from, to] : [to, from];
  if (level.price.lessThan(low)) return low;
  return level.price.greaterThan(high) ? high : text(level.price);
}

/** Trailing orders wake at their activation price and remember the best price since. */
function followExtremes(draft: Draft, book: SimBook, price: string): void {
  for (const order of [...openOrders(draft, book)]) {
    const condition = order.working ? null : conditionOf(order.market, order.type);
    if (condition?.waitsFor !== 'trailing') continue;
    const better = firesDown(order, condition) ? 1 : -1;
    const reference = order.extreme ?? order.activationPrice;
    const reached = reference === null || compare(price, reference) * better >= (order.extreme === null ? 0 : 1);
    if (reached) saveOrder(draft, { ...order, extreme: price });
  }
}

function resetGuards(draft: Draft, book: SimBook): void {
  let guards = { guardLow: -Infinity, guardHigh: Infinity };
  for (const order of openOrders(draft, book)) guards = guardsWith(guards, order);
  Object.assign(book, guards);
}
