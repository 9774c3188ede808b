import { dec } from '#shared/engine/num/units';
import { bookKey, type SimInstrument, type SimMarket, type World } from '#shared/simulation/matching-state';
import { createCandles, type Candles, type PaperCandle } from './price-candles.ts';
import type { Json } from './order-views.ts';
import { wirePrice, wireQuantity } from './wire-amounts.ts';

/** One symbol's public trades so far, and the ids of its synthetic depth. */
interface Tape {
  tradeId: number;
  depthId: number;
  at: number;
  volume: string;
  rising: boolean;
}

/** Public market data of all symbols: candles, day figures, and a book made up around the last price. */
export interface PriceBoard {
  readonly candles: Candles;
  /** Takes note of a traded price. */
  trade(market: SimMarket, symbol: string, step: { price: string; volume: string; at: number; rising: boolean }): Tape;
  tape(market: SimMarket, symbol: string): Tape;
  /** Ten levels a side, one tick apart, with round quantities. */
  levels(instrument: SimInstrument, last: string, count: number): { bids: [string, string][]; asks: [string, string][] };
  ticker(instrument: SimInstrument, last: string, now: number): Json;
}

export function createPriceBoard(): PriceBoard {
  const candles = createCandles();
  const tapes = new Map<string, Tape>();
  const tapeOf = (market: SimMarket, symbol: string): Tape => {
    const key = bookKey(market, symbol);
    const tape = tapes.get(key) ?? { tradeId: 0, depthId: 1, at: 0, volume: '0', rising: true };
    tapes.set(key, tape);
    return tape;
  };
  return {
    candles,
    tape: tapeOf,
    trade(market, symbol, { price, volume, at, rising }) {
      const tape = tapeOf(market, symbol);
      candles.add(bookKey(market, symbol), { price, volume, at });
      return Object.assign(tape, { tradeId: tape.tradeId + 1, depthId: tape.depthId + depthStride, at, volume, rising });
    },
    levels(instrument, last, count) {
      const side = (direction: 1 | -1): [string, string][] =>
        Array.from({ length: count }, (_, index) => dec(last).plus(dec(instrument.tick).times(direction * (index + 1))))
          .filter((price) => price.greaterThan(0))
          .map((price, index) => [wirePrice(instrument, price), wireQuantity(instrument, dec(instrument.step).times(1000 * (index + 1)))]);
      return { bids: side(-1), asks: side(1) };
    },
    ticker: (instrument, last, now) => tickerView(instrument, last, now, candles.last24h(bookKey(instrument.market, instrument.symbol), now), tapeOf(instrument.market, instrument.symbol)),
  };
}

/** Update ids one depth event covers; a snapshot falls inside the next event's range, as on the venue. */
export const depthStride = 10;

function tickerView(instrument: SimInstrument, last: string, now: number, day: PaperCandle | null, tape: Tape): Json {
  const price = (value: string): string => wirePrice(instrument, value);
  const whole = day ?? { openTime: now, open: last, high: last, low: last, close: last, volume: '0', quote: '0', trades: 0 };
  const change = dec(last).minus(whole.open);
  const average = dec(whole.volume).isZero() ? dec(last) : dec(whole.quote).dividedBy(whole.volume);
  const ticker: Json = {
    symbol: instrument.symbol,
    priceChange: wirePrice(instrument, change),
    priceChangePercent: change.dividedBy(whole.open).times(100).toFixed(3),
    weightedAvgPrice: average.toFixed(8),
    lastPrice: price(last),
    lastQty: wireQuantity(instrument, tape.volume),
    openPrice: price(whole.open),
    highPrice: price(whole.high),
    lowPrice: price(whole.low),
    volume: wireQuantity(instrument, whole.volume),
    quoteVolume: dec(whole.quote).toFixed(8),
    openTime: now - 86_400_000,
    closeTime: now,
    firstId: Math.max(0, tape.tradeId - whole.trades),
    lastId: tape.tradeId,
    count: whole.trades,
  };
  if (instrument.market === 'usdm') return ticker;
  const tick = dec(instrument.tick);
  const quantity = wireQuantity(instrument, dec(instrument.step).times(1000));
  return { ...ticker, prevClosePrice: price(whole.open), bidPrice: wirePrice(instrument, dec(last).minus(tick)), bidQty: quantity, askPrice: wirePrice(instrument, dec(last).plus(tick)), askQty: quantity };
}

/** Instruments of a market that have a price, with it. */
export function* priced(world: World, market: SimMarket): Iterable<{ instrument: SimInstrument; last: string; at: number }> {
  for (const instrument of world.instruments.values()) {
    const book = instrument.market === market ? world.books.get(bookKey(market, instrument.symbol)) : undefined;
    if (book?.last != null) yield { instrument, last: book.last, at: book.at };
  }
}
