import { compare, dec } from '#shared/engine/num/units';
import { settleLiquidations } from './liquidation.ts';
import { ownBook, saveOrder, text, type Draft, type OwnBook } from './matching-draft.ts';
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
  const key = bookKey(step.market, step.symbol);
  const known = draft.books.get(key);
  const target = Number(step.price);
  draft.touched.prices.add(key);
  if (known !== undefined && target > known.guardLow && target < known.guardHigh) draft.books.set(key, keepOwned(draft, known, { ...known, last: step.price, at: step.at, lag: now - step.at }));
  else walk(draft, ownBook(draft, step.market, step.symbol), step, now);
  const book = draft.books.get(key);
  if (book !== undefined) settleLiquidations(draft, book, now);
}

/** A copy that shares its maps with an owned book is owned as well. */
function keepOwned(draft: Draft, book: SimBook, copy: SimBook): SimBook {
  if (draft.owned.has(book)) draft.owned.add(copy);
  return copy;
}

function walk(draft: Draft, book: OwnBook, step: PathStep, now: number): void {
  const jumps = step.jump === true || book.last === null;
  book.lag = now - step.at;
  const done = new Set<number>();
  for (let met = meetings(draft, book, step.price, done); met.length > 0; met = meetings(draft, book, step.price, done)) {
    const newest = draft.nextOrderId;
    for (const { id, accountId } of met) {
      const order = draft.accounts.get(accountId)?.orders.get(id);
      done.add(id);
      if (order === undefined || !isOpen(order)) continue;
      book.last = jumps ? step.price : standsAt(order, book.last ?? step.price, step.price);
      act(draft, order, book.last, now);
      // A triggered order has left another behind, which the rest of the way may meet before what is next in line.
      if (draft.nextOrderId !== newest) break;
    }
  }
  book.last = step.price;
  book.at = step.at;
  followExtremes(draft, book, step.price);
  resetGuards(draft, book);
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

/** The orders a move to `price` meets, in its order: those whose level the market has passed already, then by distance, then by age. */
function meetings(draft: Draft, book: SimBook, price: string, done: ReadonlySet<number>): SimOrder[] {
  const target = Number(price);
  const from = book.last === null ? target : Number(book.last);
  const met: { order: SimOrder; distance: number }[] = [];
  for (const order of openOrders(draft, book)) {
    const level = done.has(order.id) ? null : roughLevel(order);
    if (level === null || (level.toward === 'down' ? level.price < target : level.price > target)) continue;
    met.push({ order, distance: Math.max(0, level.toward === 'down' ? from - level.price : level.price - from) });
  }
  return met.sort((a, b) => a.distance - b.distance || a.order.id - b.order.id).map(({ order }) => order);
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
