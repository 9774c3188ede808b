import { dec } from '#shared/engine/num/units';
import { bookKey, type SimInstrument } from '#shared/simulation/matching-state';
import type { Json } from './order-views.ts';
import { depthStride, type PriceBoard } from './price-board.ts';
import { closeTimeOf, isInterval } from './price-candles.ts';
import { eight, wirePrice, wireQuantity } from './wire-amounts.ts';

/** A traded price on its way to those who watch it. */
export interface TradedPrice {
  instrument: SimInstrument;
  price: string;
  volume: string;
  /** The price before, whose made-up depth this one replaces; null at the first. */
  previous: string | null;
  at: number;
  /** When it is told, epoch ms. */
  now: number;
}

/** The event of a stream such as `trade`, `kline_1m`, `depth@100ms` for a traded price; null for a stream that does not exist. */
export function marketEvent(stream: string, traded: TradedPrice, board: PriceBoard): Json | null {
  const [name = ''] = stream.split('@');
  switch (name) {
    case 'trade':
      return tradeEvent(traded, board);
    case 'aggTrade':
      return aggregateTrade(traded, board);
    case 'bookTicker':
      return bookTickerEvent(traded, board);
    case 'miniTicker':
      return tickerEvent(traded, board, true);
    case 'ticker':
      return tickerEvent(traded, board, false);
    case 'markPrice':
      return traded.instrument.market === 'usdm' ? markPriceEvent(traded) : null;
    case 'depth':
    case 'depth5':
    case 'depth10':
    case 'depth20':
      return depthEvent(name, traded, board);
    default:
      return name.startsWith('kline_') ? klineEvent(name.slice('kline_'.length), traded, board) : null;
  }
}

/** Is this the name of a stream that exists on the market? */
export const isMarketStream = (stream: string, market: 'spot' | 'usdm'): boolean => {
  const [name = ''] = stream.split('@');
  const interval = name.startsWith('kline_') ? name.slice('kline_'.length) : null;
  if (interval !== null) return isInterval(interval);
  return ['trade', 'aggTrade', 'bookTicker', 'miniTicker', 'ticker', 'depth', 'depth5', 'depth10', 'depth20', ...(market === 'usdm' ? ['markPrice'] : [])].includes(name);
};

const symbolOf = ({ instrument }: TradedPrice): string => instrument.symbol;

function tradeEvent(traded: TradedPrice, board: PriceBoard): Json {
  const { instrument } = traded;
  const tape = board.tape(instrument.market, instrument.symbol);
  return { e: 'trade', E: traded.now, ...(instrument.market === 'usdm' ? { T: traded.at } : {}), s: symbolOf(traded), t: tape.tradeId, p: wirePrice(instrument, traded.price), q: wireQuantity(instrument, traded.volume), ...(instrument.market === 'spot' ? { T: traded.at, M: true } : { X: 'MARKET' }), m: !tape.rising };
}

function aggregateTrade(traded: TradedPrice, board: PriceBoard): Json {
  const { instrument } = traded;
  const tape = board.tape(instrument.market, instrument.symbol);
  return { e: 'aggTrade', E: traded.now, s: symbolOf(traded), a: tape.tradeId, p: wirePrice(instrument, traded.price), q: wireQuantity(instrument, traded.volume), f: tape.tradeId, l: tape.tradeId, T: traded.at, m: !tape.rising, ...(instrument.market === 'spot' ? { M: true } : {}) };
}

function bookTickerEvent(traded: TradedPrice, board: PriceBoard): Json {
  const { instrument } = traded;
  const { bids, asks } = board.levels(instrument, traded.price, 1);
  const [b, B] = bids[0] ?? ['0', '0'];
  const [a, A] = asks[0] ?? ['0', '0'];
  const quote = { u: board.tape(instrument.market, instrument.symbol).depthId, s: symbolOf(traded), b, B, a, A };
  return instrument.market === 'spot' ? quote : { e: 'bookTicker', ...quote, T: traded.at, E: traded.now };
}

function tickerEvent(traded: TradedPrice, board: PriceBoard, mini: boolean): Json {
  const ticker = board.ticker(traded.instrument, traded.price, traded.at);
  const brief = { s: symbolOf(traded), c: ticker.lastPrice, o: ticker.openPrice, h: ticker.highPrice, l: ticker.lowPrice, v: ticker.volume, q: ticker.quoteVolume };
  if (mini) return { e: '24hrMiniTicker', E: traded.now, ...brief };
  const quotes = traded.instrument.market === 'spot' ? { x: ticker.prevClosePrice, b: ticker.bidPrice, B: ticker.bidQty, a: ticker.askPrice, A: ticker.askQty } : {};
  return { e: '24hrTicker', E: traded.now, ...brief, ...quotes, p: ticker.priceChange, P: ticker.priceChangePercent, w: ticker.weightedAvgPrice, Q: ticker.lastQty, O: ticker.openTime, C: ticker.closeTime, F: ticker.firstId, L: ticker.lastId, n: ticker.count };
}

const markPriceEvent = (traded: TradedPrice): Json => ({ e: 'markPriceUpdate', E: traded.now, s: symbolOf(traded), p: eight(traded.price), ap: eight(traded.price), P: eight(traded.price), i: eight(traded.price), r: '0.00000000', T: 0 });

function klineEvent(interval: string, traded: TradedPrice, board: PriceBoard): Json | null {
  const { instrument } = traded;
  const candle = isInterval(interval) ? board.candles.latest(bookKey(instrument.market, instrument.symbol), interval) : null;
  if (candle === null) return null;
  const last = board.tape(instrument.market, instrument.symbol).tradeId;
  const k = {
    t: candle.openTime,
    T: closeTimeOf(interval, candle.openTime),
    s: symbolOf(traded),
    i: interval,
    f: Math.max(0, last - candle.trades + 1),
    L: last,
    o: wirePrice(instrument, candle.open),
    c: wirePrice(instrument, candle.close),
    h: wirePrice(instrument, candle.high),
    l: wirePrice(instrument, candle.low),
    v: wireQuantity(instrument, candle.volume),
    n: candle.trades,
    x: false,
    q: dec(candle.quote).toFixed(8),
    V: wireQuantity(instrument, dec(candle.volume).dividedBy(2)),
    Q: dec(candle.quote).dividedBy(2).toFixed(8),
    B: '0',
  };
  return { e: 'kline', E: traded.now, s: symbolOf(traded), k };
}

function depthEvent(name: string, traded: TradedPrice, board: PriceBoard): Json {
  const { instrument, previous } = traded;
  const fresh = board.levels(instrument, traded.price, 10);
  const u = board.tape(instrument.market, instrument.symbol).depthId;
  const count = Number(name.slice('depth'.length));
  if (count > 0 && instrument.market === 'spot') return { lastUpdateId: u, bids: fresh.bids.slice(0, count), asks: fresh.asks.slice(0, count) };
  // Levels of the price before that are not levels now are taken away.
  const gone = previous === null ? { bids: [], asks: [] } : board.levels(instrument, previous, 10);
  const side = (old: [string, string][], now: [string, string][]): [string, string][] => {
    const kept = new Set(now.map(([price]) => price));
    return [...old.filter(([price]) => !kept.has(price)).map(([price]): [string, string] => [price, wireQuantity(instrument, '0')]), ...now];
  };
  const ids = { U: u - depthStride + 1, u, ...(instrument.market === 'usdm' ? { pu: u - depthStride } : {}) };
  return { e: 'depthUpdate', E: traded.now, ...(instrument.market === 'usdm' ? { T: traded.at } : {}), s: symbolOf(traded), ...ids, b: side(gone.bids, fresh.bids), a: side(gone.asks, fresh.asks) };
}
