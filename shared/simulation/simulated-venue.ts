import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import { dec, money, price, qty } from '#shared/engine/num/units';
import type { Fill, OrderReport } from '#shared/engine/order/order';
import { putInstrument } from './matching.ts';
import { transact, type Draft } from './matching-draft.ts';
import { emptyWorld, isOpen, type Happening, type LedgerRow, type SimFill, type SimInstrument, type SimOrder, type World } from './matching-state.ts';
import type { FillModel } from './fill-model.ts';

/** A trade as the venue lists it, and from when on it does. */
export type VenueTrade = Fill & { venueOrderId: string; symbol: string; accountId: string; side: 'buy' | 'sell'; listedAt: number };

/** Everything the venue has ever known of one order. */
export interface VenueOrder {
  symbol: string;
  /** Each state it was in, with the time it began. */
  versions: { at: number; order: SimOrder }[];
  trades: VenueTrade[];
}

/** One venue's truth: the matching core with a memory. What it has accepted, ended and traded is never forgotten. */
export interface SimulatedVenue {
  readonly world: World;
  readonly orders: ReadonlyMap<number, VenueOrder>;
  readonly trades: readonly VenueTrade[];
  readonly ledger: readonly LedgerRow[];
  /** Every set of rules a symbol ever had (`market symbol`), the newest last. */
  readonly rules: ReadonlyMap<string, readonly Instrument[]>;
  /** Client order ids of requests that were sent and may still arrive. */
  readonly onTheWay: Set<string>;
  change<Result>(work: (draft: Draft) => Result): Result;
  /** Orders accepted under a client order id, oldest first: more than one is a doubled order. */
  ordersOf(clientOrderId: string): VenueOrder[];
  /** Adds a symbol or changes its rules. */
  list(rules: Instrument): void;
  instruments(market: Market): Instrument[];
  /** Tells of everything that happens to an account from now on, until the answer is called. */
  watch(accountId: string, heard: (happening: Happening) => void): () => void;
}

const unlimited = '1000000000';

/** What the matching core enforces of an instrument: price band, minimums and steps, no more than we are told. */
const simInstrument = (rules: Instrument): SimInstrument => ({
  market: rules.market,
  symbol: rules.venueSymbol,
  base: rules.base,
  quote: rules.quote,
  tick: rules.tickSize,
  priceMin: rules.tickSize,
  priceMax: unlimited,
  step: rules.stepSize,
  quantityMin: rules.quantityMin,
  quantityMax: rules.quantityMax ?? unlimited,
  marketQuantityMax: rules.quantityMaxMarket ?? rules.quantityMax ?? unlimited,
  notionalMin: rules.notionalMin ?? '0',
  bandUp: rules.market === 'spot' ? '5' : '1.15',
  bandDown: rules.market === 'spot' ? '0.2' : '0.85',
  maxOrders: 1_000,
  maxConditionalOrders: 100,
  maintenanceRatio: '0.004',
  trading: rules.active,
});

export const rulesKey = (market: Market, symbol: string): string => `${market} ${symbol}`;

/** A venue without symbols and accounts. `listDelay` says how much later than it happened a trade is listed. */
export function createSimulatedVenue({ model, listDelay }: { model: FillModel; listDelay: () => number }): SimulatedVenue {
  let world = emptyWorld;
  const orders = new Map<number, VenueOrder>();
  const byClientId = new Map<string, VenueOrder[]>();
  const trades: VenueTrade[] = [];
  const ledger: LedgerRow[] = [];
  const rules = new Map<string, Instrument[]>();
  const unified = new Map<string, string>();
  const watchers = new Map<string, Set<(happening: Happening) => void>>();
  const symbolOf = (order: Pick<SimOrder, 'market' | 'symbol'>): string => unified.get(rulesKey(order.market, order.symbol)) ?? order.symbol;

  const remember = (order: SimOrder, at: number): VenueOrder => {
    const known = orders.get(order.id) ?? { symbol: symbolOf(order), versions: [], trades: [] };
    if (known.versions.length === 0) {
      orders.set(order.id, known);
      byClientId.set(order.clientOrderId, [...(byClientId.get(order.clientOrderId) ?? []), known]);
    }
    known.versions.push({ at, order });
    return known;
  };

  const keep = (happening: Happening): void => {
    if (happening.kind === 'order') remember(happening.order, happening.at);
    if (happening.kind !== 'fill') return;
    const trade: VenueTrade = { ...fillOf(happening.fill), venueOrderId: String(happening.fill.orderId), symbol: symbolOf(happening.order), accountId: happening.fill.accountId, side: happening.fill.side === 'BUY' ? 'buy' : 'sell', listedAt: happening.at + listDelay() };
    remember(happening.order, happening.at).trades.push(trade);
    trades.push(trade);
  };

  return {
    get world() {
      return world;
    },
    orders,
    trades,
    ledger,
    rules,
    onTheWay: new Set(),
    change(work) {
      const done = transact(world, work, model);
      world = done.world;
      ledger.push(...done.ledger);
      for (const happening of done.happenings) keep(happening);
      for (const happening of done.happenings) {
        if (!('order' in happening)) continue;
        for (const heard of watchers.get(happening.order.accountId) ?? []) heard(happening);
      }
      return done.result;
    },
    ordersOf: (clientOrderId) => byClientId.get(clientOrderId) ?? [],
    list(instrument) {
      unified.set(rulesKey(instrument.market, instrument.venueSymbol), instrument.symbol);
      const key = rulesKey(instrument.market, instrument.symbol);
      rules.set(key, [...(rules.get(key) ?? []), instrument]);
      world = transact(world, (draft) => putInstrument(draft, simInstrument(instrument)), model).world;
    },
    instruments: (market) => [...rules.values()].flatMap((versions) => versions.slice(-1)).filter((instrument) => instrument.market === market),
    watch(accountId, heard) {
      const all = watchers.get(accountId) ?? new Set();
      watchers.set(accountId, all.add(heard));
      return () => void all.delete(heard);
    },
  };
}

/** A venue's fill in our words. */
export const fillOf = (fill: SimFill): Fill => ({ clientOrderId: fill.clientOrderId, tradeId: String(fill.id), price: price(fill.price), quantity: qty(fill.quantity), fee: money(fill.fee), feeAsset: fill.feeAsset, at: fill.at });

const statuses = { NEW: 'open', PARTIALLY_FILLED: 'partially_filled', FILLED: 'filled', CANCELED: 'cancelled', EXPIRED: 'expired', REJECTED: 'rejected', TRIGGERED: 'open', FINISHED: 'filled' } as const;

/** A state of an order as a report. */
export const reportOf = (order: SimOrder): OrderReport => ({
  clientOrderId: order.clientOrderId,
  venueOrderId: String(order.id),
  status: statuses[order.status],
  quantityFilled: qty(order.filled),
  reason: order.status === 'EXPIRED' ? 'expired at the venue' : null,
  at: order.updatedAt,
});

/** The newest state of an order, or the one it was in at a time. */
export const stateAt = ({ versions }: VenueOrder, at: number): SimOrder | null => versions.findLast((version) => version.at <= at)?.order ?? null;
export const stateOf = ({ versions }: VenueOrder): SimOrder => versions.at(-1)!.order;
export const isWorking = (order: VenueOrder): boolean => isOpen(stateOf(order));
/** What may still fill. */
export const remainingOf = (order: VenueOrder): string => (isWorking(order) ? dec(stateOf(order).quantity).minus(stateOf(order).filled).toFixed() : '0');
