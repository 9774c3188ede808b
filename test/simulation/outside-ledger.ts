import type { GroupEvent } from '#shared/engine/messages/events';
import { compare, dec, isPositive, max, money, price, qty, sum, type Dec } from '#shared/engine/num/units';
import { groupQuantity } from '#shared/engine/position/exposure';
import type { PositionGroup, Traded } from '#shared/engine/position/position-group';
import type { SimulatedVenue, VenueTrade } from '#shared/simulation/simulated-venue';
import { quantityOf, type Counted } from './oracle.ts';
import { holds } from './violation.ts';

/** Whose an order at the venue is that no group of ours has sent: a person's trade, an order of somebody else, or one of our scheme that our database does not know. */
export type OutsideKind = 'hand' | 'foreign' | 'stray';

/** Of a notional: what decimals of forty digits cut. */
const grain = dec('1e-15');

/** What others do on our accounts, and what our groups have heard of it. */
export class OutsideLedger {
  /** Orders of others by client order id. */
  readonly orders = new Map<string, { kind: OutsideKind; accountId: string; symbol: string }>();
  /** Foreign orders that their owner has cancelled. */
  readonly takenBack = new Set<string>();
  /** Client order ids of ours that a person has cancelled by hand. */
  readonly unwanted = new Set<string>();
  private readonly booked = new Map<string, Counted[]>();
  private readonly venue: SimulatedVenue;

  constructor(venue: SimulatedVenue) {
    this.venue = venue;
  }

  /** What a group was told of others, as trades: parts of it that somebody closed, and a position that it took over. */
  bookedOf = (groupId: string): readonly Counted[] => this.booked.get(groupId) ?? [];

  /** What others have traded, of one symbol of one account. */
  tradesOf = (accountId: string, symbol: string): VenueTrade[] => this.venue.trades.filter((trade) => trade.accountId === accountId && trade.symbol === symbol && this.orders.has(trade.clientOrderId));

  /** The trade that an event of the reconciler stands for; null where it means nothing. */
  heard(before: PositionGroup | undefined, group: PositionGroup, event: GroupEvent, known: readonly Counted[]): Counted | null {
    const trade = asTrade(before, group, event, known);
    if (trade === null) return null;
    this.booked.set(group.id, [...this.bookedOf(group.id), trade]);
    return trade;
  }

  /**
   * What a group no longer takes for closed by others, because trades of its own have sold it: exactly as much as these are more than it held
   * (invariant 1), at prices between those it was booked at (invariant 6). Nothing else takes it back.
   */
  tookBack(before: PositionGroup | undefined, group: PositionGroup, trades: readonly Counted[], reduced: boolean): Counted[] {
    const total = (from: PositionGroup | undefined, of: keyof Traded): Dec => sum(Object.values(from?.outside ?? {}).map((each) => each[of]));
    const [quantity, notional, fees] = (['quantity', 'notional', 'fees'] as const).map((of) => total(before, of).minus(total(group, of))) as [Dec, Dec, Dec];
    const sold = max('0', quantityOf(trades, group.base).negated());
    holds(1, quantity.equals(sold) || (reduced && sold.isZero() && quantity.isNegative()), () => `trades of group ${group.id} sold ${sold.toFixed()} more than it held, it took ${quantity.toFixed()} back of what others were thought to have closed`);
    holds(1, !quantity.isZero() || (notional.isZero() && fees.isZero()), () => `group ${group.id} took ${notional.toFixed()} of nothing back`);
    if (sold.isZero()) return [];
    const prices = this.bookedOf(group.id).flatMap((each) => (each.role === 'entry' ? [] : [dec(each.price)]));
    const within = prices.some((each) => notional.greaterThanOrEqualTo(each.times(quantity).minus(grain))) && prices.some((each) => notional.lessThanOrEqualTo(each.times(quantity).plus(grain)));
    holds(6, within, () => `group ${group.id} took ${quantity.toFixed()} back for ${notional.toFixed()}, it was booked at ${prices.join(' and ')}`);
    // An average need not end: what the rounded price leaves out is told as a fee, so that gains are exact.
    const average = price(notional.dividedBy(quantity).toDecimalPlaces(18));
    const rest = notional.minus(quantity.times(average)).times(group.side === 'long' ? 1 : -1);
    const trade = { clientOrderId: 'outside', tradeId: `outside:${group.id}:back:${trades.length}`, feeAsset: group.quote, at: 0, role: 'close' as const, pyramid: null, leg: null, price: average, quantity: qty(sold.negated()), fee: money(rest.minus(fees)) };
    this.booked.set(group.id, [...this.bookedOf(group.id), trade]);
    return [trade];
  }

  /**
   * Invariant 11: no more is taken off groups than others have traded away. What both sides of one position held at once is taken off both,
   * and nobody has traded it: at rest it has been, before then the other side may still be about to hear of it.
   */
  checkReduced({ accountId, symbol, side }: Pick<PositionGroup, 'accountId' | 'symbol' | 'side'>, groups: readonly PositionGroup[], { atRest }: { atRest: boolean }): void {
    const all = groups.filter((group) => group.accountId === accountId && group.symbol === symbol);
    const gone = this.tradedBy(accountId, symbol, side === 'long' ? 'sell' : 'buy');
    const [own, other] = [all.filter((group) => group.side === side), all.filter((group) => group.side !== side)];
    const booked = this.reducedOf(own);
    const netted = this.reducedOf(other).plus(atRest ? 0 : sum(other.map(groupQuantity)));
    holds(11, booked.lessThanOrEqualTo(gone.plus(netted)), () => `groups of ${symbol} ${side} in account ${accountId} were reduced by ${booked.toFixed()}, others have traded ${gone.toFixed()}, the other side has ${netted.toFixed()} to net`);
  }

  /** Invariant 11: no more is taken over than others have brought in. */
  checkAdopted({ id, accountId, symbol, side }: PositionGroup, groups: readonly PositionGroup[]): void {
    const brought = this.tradedBy(accountId, symbol, side === 'long' ? 'buy' : 'sell');
    const own = groups.filter((group) => group.accountId === accountId && group.symbol === symbol && group.side === side);
    const adopted = sum(own.flatMap((group) => this.bookedOf(group.id).filter(({ role }) => role === 'entry').map(({ quantity }) => quantity)));
    holds(11, adopted.lessThanOrEqualTo(brought), () => `with group ${id} ${adopted.toFixed()} of ${symbol} ${side} was taken over in account ${accountId}, others have traded ${brought.toFixed()}`);
  }

  private tradedBy = (accountId: string, symbol: string, way: VenueTrade['side']): Dec => sum(this.tradesOf(accountId, symbol).filter((trade) => trade.side === way).map(({ quantity }) => quantity));
  private reducedOf = (groups: readonly PositionGroup[]): Dec => sum(groups.flatMap(({ id }) => this.bookedOf(id).filter(({ role }) => role !== 'entry').map(({ quantity }) => quantity)));

  /** What others have added to a holding beyond what groups were told of. */
  partOf(accountId: string, symbol: string, base: string, groups: readonly PositionGroup[]): Dec {
    const theirs = this.tradesOf(accountId, symbol).map((trade) => dec(trade.quantity).times(trade.side === 'buy' ? 1 : -1).minus(trade.feeAsset === base ? trade.fee : 0));
    const told = groups.filter((group) => group.accountId === accountId && group.symbol === symbol).map((group) => quantityOf(this.bookedOf(group.id), '').times(group.side === 'long' ? 1 : -1));
    return sum(theirs).minus(sum(told));
  }

  /** What others have gained in quote currency beyond what groups have booked of it, once nothing is held. */
  gainOf(accountId: string, groups: readonly PositionGroup[]): Dec {
    const cash = (trade: Pick<Counted, 'quantity' | 'price' | 'fee'>, buys: boolean, pays: boolean): Dec => dec(trade.quantity).times(trade.price).times(buys ? -1 : 1).minus(pays ? trade.fee : 0);
    const own = this.venue.trades.filter((trade) => trade.accountId === accountId && this.orders.has(trade.clientOrderId));
    const theirs = own.map((trade) => cash(trade, trade.side === 'buy', trade.feeAsset === 'USDT'));
    const told = groups.filter((group) => group.accountId === accountId).flatMap((group) => this.bookedOf(group.id).map((trade) => cash(trade, (trade.role === 'entry') === (group.side === 'long'), true)));
    return sum(theirs).minus(sum(told));
  }
}

function asTrade(before: PositionGroup | undefined, { id, quote }: PositionGroup, event: GroupEvent, known: readonly Counted[]): Counted | null {
  const about = { clientOrderId: 'outside', tradeId: `outside:${id}:${known.length}`, feeAsset: quote, at: 0 };
  if (event.type === 'adopt') return before === undefined ? { ...about, role: 'entry', pyramid: 0, leg: 0, price: event.priceEntry, quantity: event.quantity, fee: money('0') } : null;
  if (event.type !== 'position-reduced' || before === undefined) return null;
  const held = quantityOf(known, before.base);
  const isVoid = compare(held, event.held) !== 0 || !isPositive(event.quantity) || compare(event.quantity, held) > 0;
  return isVoid ? null : { ...about, role: 'close', pyramid: null, leg: null, price: price(event.price), quantity: qty(event.quantity), fee: money(event.fee) };
}
