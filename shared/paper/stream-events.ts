import { dec } from '#shared/engine/num/units';
import { conditionOf } from '#shared/simulation/order-levels';
import { bookKey, type Happening, type SimFill, type SimInstrument, type SimOrder, type SimPosition, type World } from '#shared/simulation/matching-state';
import { entryPrice, unrealisedAt } from '#shared/simulation/margin-account';
import { averagePrice, derived, eight, wirePrice, wireQuantity } from './wire-amounts.ts';
import { marketTimeOf, type Json } from './order-views.ts';

/** An event for the user-data stream of one account. */
export interface UserEvent {
  accountId: string;
  symbol: string | null;
  /** True for the event that carries a fill. */
  trade: boolean;
  body: Json;
}

/** The stream events of what happened, in Binance's order: spot order before balances, USD-M account before order. */
export function userEvents(happening: Happening, world: World): UserEvent[] {
  const at = happening.at;
  switch (happening.kind) {
    case 'order': {
      const { order } = happening;
      const reason = { accountId: order.accountId, symbol: order.symbol, trade: false };
      if (order.market === 'usdm') return [{ ...reason, body: orderTradeUpdate(order, instrumentIn(world, order), null, happening.execution, at) }];
      const events = [{ ...reason, body: executionReport(order, null, happening.execution, happening.cancelId, at) }];
      return happening.balances.length === 0 ? events : [...events, { ...reason, body: accountPosition(happening.balances, at) }];
    }
    case 'fill': {
      const { order, fill } = happening;
      const reason = { accountId: order.accountId, symbol: order.symbol };
      if (order.market === 'spot') {
        return [
          { ...reason, trade: true, body: executionReport(order, fill, 'TRADE', null, at) },
          { ...reason, trade: false, body: accountPosition(happening.balances, at) },
        ];
      }
      const positions = happening.position === null ? [] : [positionEntry(happening.position, world)];
      return [
        { ...reason, trade: false, body: accountUpdate('ORDER', happening.balances, '0', positions, at) },
        { ...reason, trade: true, body: orderTradeUpdate(order, instrumentIn(world, order), fill, 'TRADE', at) },
      ];
    }
    case 'algo':
      return [{ accountId: happening.order.accountId, symbol: happening.order.symbol, trade: false, body: algoUpdate(happening.order, instrumentIn(world, happening.order), at) }];
    case 'transfer': {
      const reason = { accountId: happening.accountId, symbol: null, trade: false };
      if (world.accounts.get(happening.accountId)?.market === 'usdm') return happening.deltas.map((change, index) => ({ ...reason, body: accountUpdate('DEPOSIT', happening.balances.slice(index, index + 1), change.delta, [], at) }));
      return [...happening.deltas.map((change) => ({ ...reason, body: { e: 'balanceUpdate', E: at, a: change.asset, d: eight(change.delta), T: at } })), { ...reason, body: accountPosition(happening.balances, at) }];
    }
    case 'leverage':
      return [{ accountId: happening.accountId, symbol: happening.symbol, trade: false, body: { e: 'ACCOUNT_CONFIG_UPDATE', E: at, T: at, ac: { s: happening.symbol, l: happening.leverage } } }];
  }
}

function instrumentIn(world: World, order: SimOrder): SimInstrument {
  const instrument = world.instruments.get(bookKey(order.market, order.symbol));
  if (instrument === undefined) throw new Error(`no instrument for order ${order.id} on ${order.market} ${order.symbol}`);
  return instrument;
}

type Balances = readonly { asset: string; free: string; locked: string }[];

const accountPosition = (balances: Balances, at: number): Json => ({ e: 'outboundAccountPosition', E: at, u: at, B: balances.map(({ asset, free, locked }) => ({ a: asset, f: eight(free), l: eight(locked) })) });

const accountUpdate = (reason: string, balances: Balances, change: string, positions: Json[], at: number): Json => ({
  e: 'ACCOUNT_UPDATE',
  E: at,
  T: at,
  a: { m: reason, B: balances.map(({ asset, free }) => ({ a: asset, wb: eight(free), cw: eight(free), bc: dec(change).toFixed() })), P: positions },
});

function positionEntry(position: SimPosition, world: World): Json {
  const last = world.books.get(bookKey('usdm', position.symbol))?.last;
  const mark = last == null ? entryPrice(position) : dec(last);
  return {
    s: position.symbol,
    pa: dec(position.quantity).toFixed(),
    ep: derived(entryPrice(position)),
    bep: derived(entryPrice(position)),
    cr: derived(dec(position.realised)),
    up: derived(unrealisedAt(position, mark)),
    mt: position.marginType,
    iw: '0',
    ps: 'BOTH',
    ma: 'USDT',
  };
}

type Execution = 'NEW' | 'CANCELED' | 'EXPIRED' | 'WORKING' | 'TRADE';

/** A triggered spot order reports NEW a second time, now as working. */
const executionWord = (execution: Execution): string => (execution === 'WORKING' ? 'NEW' : execution);

/** Spot `executionReport`; a cancel carries its own id in `c` and the order's in `C`. */
function executionReport(order: SimOrder, fill: SimFill | null, execution: Execution, cancelId: string | null, at: number): Json {
  const cancelled = execution === 'CANCELED' && cancelId !== null;
  return {
    e: 'executionReport',
    E: at,
    s: order.symbol,
    c: cancelled ? cancelId : order.clientOrderId,
    S: order.side,
    o: order.type,
    f: order.timeInForce,
    q: eight(order.quantity),
    p: eight(order.price ?? '0'),
    P: eight(order.stopPrice ?? '0'),
    F: eight('0'),
    g: -1,
    C: cancelled ? order.clientOrderId : '',
    x: executionWord(execution),
    X: order.status,
    r: 'NONE',
    i: order.id,
    l: eight(fill?.quantity ?? '0'),
    z: eight(order.filled),
    L: eight(fill?.price ?? '0'),
    n: fill === null ? '0' : eight(fill.fee),
    N: fill?.feeAsset ?? null,
    T: at,
    t: fill?.id ?? -1,
    I: order.id,
    w: order.working && (order.status === 'NEW' || order.status === 'PARTIALLY_FILLED') && order.type !== 'MARKET',
    m: fill?.maker ?? false,
    M: false,
    O: order.createdAt,
    Z: eight(order.quoteFilled),
    Y: eight(fill?.quote ?? '0'),
    Q: eight(order.quoteQuantity ?? '0'),
    W: order.working ? (order.triggeredAt ?? order.createdAt) : undefined,
    V: 'NONE',
    ...(fill !== null && marketTimeOf(fill)),
  };
}

function orderTradeUpdate(order: SimOrder, instrument: SimInstrument, fill: SimFill | null, execution: Execution, at: number): Json {
  return {
    e: 'ORDER_TRADE_UPDATE',
    E: at,
    T: at,
    o: {
      s: order.symbol,
      c: order.clientOrderId,
      S: order.side,
      o: order.type,
      f: order.timeInForce,
      q: wireQuantity(instrument, order.quantity),
      p: wirePrice(instrument, order.price),
      ap: averagePrice(instrument, order.quoteFilled, order.filled),
      sp: wirePrice(instrument, order.stopPrice),
      x: executionWord(execution),
      X: order.status,
      i: order.id,
      l: wireQuantity(instrument, fill?.quantity ?? '0'),
      z: wireQuantity(instrument, order.filled),
      L: wirePrice(instrument, fill?.price ?? '0'),
      n: fill === null ? '0' : eight(fill.fee),
      N: fill?.feeAsset ?? instrument.quote,
      T: at,
      t: fill?.id ?? 0,
      b: '0',
      a: '0',
      m: fill?.maker ?? false,
      R: order.reduceOnly,
      wt: 'CONTRACT_PRICE',
      ot: order.type,
      ps: 'BOTH',
      cp: order.closePosition,
      rp: eight(fill?.realised ?? '0'),
      pP: false,
      si: 0,
      ss: 0,
      V: 'NONE',
      pm: 'NONE',
      gtd: 0,
      ...(fill !== null && marketTimeOf(fill)),
    },
  };
}

function algoUpdate(order: SimOrder, instrument: SimInstrument, at: number): Json {
  const begot = order.linkedId === null ? {} : { ap: averagePrice(instrument, order.quoteFilled, order.filled), aq: wireQuantity(instrument, order.filled), act: conditionOf(order.market, order.type)?.becomes };
  return {
    e: 'ALGO_UPDATE',
    T: at,
    E: at,
    o: {
      caid: order.clientOrderId,
      aid: order.id,
      at: 'CONDITIONAL',
      o: order.type,
      s: order.symbol,
      S: order.side,
      ps: 'BOTH',
      f: order.timeInForce,
      q: wireQuantity(instrument, order.quantity),
      X: order.status,
      ai: order.linkedId === null ? '' : String(order.linkedId),
      ...begot,
      tp: wirePrice(instrument, order.stopPrice),
      p: wirePrice(instrument, order.price),
      V: 'NONE',
      wt: 'CONTRACT_PRICE',
      pm: 'NONE',
      cp: order.closePosition,
      pP: false,
      R: order.reduceOnly,
      tt: order.triggeredAt ?? 0,
      gtd: 0,
      rm: order.reason ?? '',
    },
  };
}
