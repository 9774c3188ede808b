import { dec, isPositive, min, money, price, type Money, type Price, type Qty } from '#shared/engine/num/units';
import type { Fill } from '#shared/engine/order/order';
import type { Difference } from '#shared/engine/reconcile/difference';
import { VenueRefusedRead, type ExchangePort, type VenueTrade } from '#shared/ports/exchange.port';
import { callOut } from '../crash-points.ts';
import { hear, type ShellPorts } from '../shell.ts';
import type { AccountReading } from './read-account.ts';

/** Venues list trades of the last days only. */
const longestMs = 6 * 86_400_000;
/** Of a position that none of our groups explains. */
const orphanMs = 86_400_000;

/** What trades of others say of a quantity that is gone. */
export interface Explanation {
  price: Price;
  /** In quote currency, as far as it was taken in it. */
  fee: Money;
}

/** What trades say of the holdings that differ. */
export interface TradeEvidence {
  /** Trades of orders of ours, that nobody had counted, by symbol: they were taken, and the holding must be compared anew. */
  taken: Set<string>;
  /** By the difference's key: it was traded away by others. */
  explained: Map<string, Explanation>;
}

/**
 * Looks through the trades of every symbol whose holding differs. Whose a trade is goes by its order, whatever its time: those of our
 * orders are counted like any other news of them, once by their ids.
 */
export async function explainByTrades(ports: ShellPorts, exchange: ExchangePort, accountId: string, { own }: AccountReading, differences: readonly Difference[], { now, urgent }: { now: number; urgent: boolean }): Promise<TradeEvidence> {
  const evidence: TradeEvidence = { taken: new Set(), explained: new Map() };
  for (const difference of differences) {
    const groups = own.groups.filter(({ group }) => (own.market === 'usdm' ? group.symbol : group.base) === difference.symbol).map(({ group }) => group);
    const since = groups.length === 0 ? now - orphanMs : Math.max(now - longestMs, Math.min(...groups.map(({ openedAt }) => openedAt)));
    const foreign: (VenueTrade & { quote: string })[] = [];
    for (const symbol of own.market === 'usdm' ? [difference.symbol] : new Set(groups.map((group) => group.symbol))) {
      const trades = await callOut(ports, 'reconcile:trades', () => exchange.tradesSince(symbol, since, { urgent })).catch((error: unknown) => {
        // A symbol that the venue has taken off its list explains nothing; the rest of the account is compared all the same.
        if (error instanceof VenueRefusedRead && error.refused === 'symbol') return [];
        throw error;
      });
      const venueOrderIds = [...new Set(trades.map(({ venueOrderId }) => venueOrderId))];
      const rows = new Map((await callOut(ports, 'reconcile:orders-of-trades', () => ports.store.ordersByVenueId(accountId, symbol, venueOrderIds))).map((row) => [row.order.venueOrderId, row]));
      const known = await callOut(ports, 'reconcile:known-trades', () => ports.store.knownTrades(accountId, symbol, since - 60_000));
      const missed = trades.filter(({ tradeId, venueOrderId }) => rows.has(venueOrderId) && !known.has(tradeId));
      for (const row of rows.values()) {
        const { clientOrderId, venueOrderId, priceExpected } = row.order;
        const fills = missed.filter((trade) => trade.venueOrderId === venueOrderId).map((trade): Fill => ({ ...trade, clientOrderId }));
        if (fills.length === 0) continue;
        evidence.taken.add(difference.symbol);
        await hear(ports, { aggregate: 'group', aggregateId: row.groupId, key: null, event: { type: 'order-report', clientOrderId, report: null, fills, priceExpected } });
      }
      foreign.push(...trades.filter(({ venueOrderId }) => !rows.has(venueOrderId)).map((trade) => ({ ...trade, quote: quoteOf(symbol) })));
    }
    const found = difference.remedy.do === 'reduce' && difference.remedy.netted !== true && difference.amount !== null ? soldBy(foreign, wayOf(difference), difference.amount) : null;
    if (found !== null) evidence.explained.set(difference.key, found);
  }
  return evidence;
}

/** Which way it was traded away, whatever groups of both sides hold together. */
const wayOf = ({ ours, venue }: Difference): 'buy' | 'sell' => (dec(venue ?? '0').lessThan(ours ?? '0') ? 'sell' : 'buy');

const quoteOf = (symbol: string): string => symbol.slice(symbol.indexOf('/') + 1).replace(/:.*$/, '');

/** The newest trades of a side that together come to a quantity, at their average; null where they do not. */
function soldBy(trades: readonly (VenueTrade & { quote: string })[], side: 'buy' | 'sell', quantity: Qty): Explanation | null {
  let left = dec(quantity);
  let [notional, fee] = [dec('0'), dec('0')];
  for (const trade of trades.filter((each) => each.side === side).toSorted((a, b) => b.at - a.at)) {
    const part = min(left, trade.quantity);
    if (!isPositive(part)) break;
    left = left.minus(part);
    notional = notional.plus(part.times(trade.price));
    if (trade.feeAsset === trade.quote) fee = fee.plus(dec(trade.fee).times(part).dividedBy(trade.quantity));
  }
  return left.isZero() ? { price: price(notional.dividedBy(quantity)), fee: money(fee.toDecimalPlaces(18)) } : null;
}
