import { dec } from '#shared/engine/num/units';
import { bookKey, type SimInstrument } from '#shared/simulation/matching-state';
import { instrumentNamed, lastOf, limitOf, neededInstrument, symbolList, type Call, type Endpoint } from './endpoint.ts';
import { depthStride, priced } from './price-board.ts';
import { closeTimeOf, isInterval } from './price-candles.ts';
import { eight, marketPath, wirePrice, wireQuantity } from './wire-amounts.ts';
import { VenueError } from './venue-error.ts';

/** Public market data, alike on both markets but for their weights and a few fields. */
export function marketEndpoints(market: 'spot' | 'usdm'): Endpoint[] {
  const spot = market === 'spot';
  const path = marketPath(market);
  const get = (name: string, weight: Endpoint['weight'], run: Endpoint['run'], base = path): Endpoint => ({ method: 'GET', path: `${base}/${name}`, weight, security: 'none', run });
  const everyOrOne = (one: number, all: number): Endpoint['weight'] => (params) => (params.has('symbol') ? one : all);
  return [
    get('ping', 1, () => ({})),
    get('time', 1, ({ context }) => ({ serverTime: context.clock.now() })),
    get('klines', 2, klines),
    get('depth', 5, depth),
    get('trades', 25, recentTrades),
    get('ticker/24hr', everyOrOne(spot ? 2 : 1, spot ? 80 : 40), (call) => forSymbols(call, (instrument, last) => call.context.board.ticker(instrument, last, marketTime(call, instrument)))),
    get('ticker/price', everyOrOne(spot ? 2 : 1, spot ? 4 : 2), tickerPrice),
    get('ticker/bookTicker', everyOrOne(2, spot ? 4 : 5), (call) => forSymbols(call, (instrument, last) => bookTicker(call, instrument, last))),
    ...(spot
      ? [get('uiKlines', 2, klines), get('avgPrice', 2, averageOf)]
      : [get('ticker/price', everyOrOne(1, 2), tickerPrice, '/fapi/v2'), get('premiumIndex', everyOrOne(1, 10), (call) => forSymbols(call, (instrument, last) => premiumIndex(call, instrument, last)))]),
  ];
}

/** The time the market data is at: that of the last price, which a replay sets in the past. */
const marketTime = (call: Call, instrument: SimInstrument): number => call.context.commit.world.books.get(bookKey(call.market, instrument.symbol))?.at ?? call.context.clock.now();

/** One answer for `symbol`, a list for `symbols` or for all that have a price. */
function forSymbols(call: Call, view: (instrument: SimInstrument, last: string) => unknown): unknown {
  const symbol = call.params.text('symbol');
  if (symbol !== null) return view(instrumentNamed(call, symbol), neededPrice(call, symbol));
  const wanted = symbolList(call.params);
  const names = wanted === null ? null : new Set(wanted);
  for (const name of names ?? []) instrumentNamed(call, name);
  return [...priced(call.context.commit.world, call.market)].filter(({ instrument }) => names === null || names.has(instrument.symbol)).map(({ instrument, last }) => view(instrument, last));
}

function neededPrice(call: Call, symbol: string): string {
  const last = lastOf(call, symbol);
  if (last === null) throw new VenueError(-1112, 'No orders on book for symbol.');
  return last;
}

const tickerPrice = (call: Call): unknown => forSymbols(call, (instrument, last) => ({ symbol: instrument.symbol, price: wirePrice(instrument, last), ...(call.market === 'usdm' ? { time: marketTime(call, instrument) } : {}) }));

function bookTicker(call: Call, instrument: SimInstrument, last: string): unknown {
  const { bids, asks } = call.context.board.levels(instrument, last, 1);
  const [bidPrice, bidQty] = bids[0] ?? ['0', '0'];
  const [askPrice, askQty] = asks[0] ?? ['0', '0'];
  return { symbol: instrument.symbol, bidPrice, bidQty, askPrice, askQty, ...(call.market === 'usdm' ? { time: call.context.clock.now(), lastUpdateId: call.context.board.tape('usdm', instrument.symbol).depthId } : {}) };
}

const premiumIndex = (call: Call, instrument: SimInstrument, last: string): unknown => ({
  symbol: instrument.symbol,
  markPrice: eight(last),
  indexPrice: eight(last),
  estimatedSettlePrice: eight(last),
  lastFundingRate: '0.00000000',
  interestRate: '0.00000000',
  nextFundingTime: 0,
  time: call.context.clock.now(),
});

const averageOf = (call: Call): unknown => {
  const instrument = neededInstrument(call);
  return { mins: 5, price: wirePrice(instrument, neededPrice(call, instrument.symbol)), closeTime: call.context.clock.now() };
};

function klines(call: Call): unknown {
  const instrument = neededInstrument(call);
  const interval = call.params.need('interval');
  if (!isInterval(interval)) throw new VenueError(-1120, 'Invalid interval.');
  const startTime = call.params.integer('startTime');
  const endTime = call.params.integer('endTime');
  const found = call.context.board.candles.list(bookKey(call.market, instrument.symbol), interval, { limit: limitOf(call, 500, call.market === 'spot' ? 1000 : 1500), ...(startTime === null ? {} : { startTime }), ...(endTime === null ? {} : { endTime }) });
  return found.map((candle) => [
    candle.openTime,
    wirePrice(instrument, candle.open),
    wirePrice(instrument, candle.high),
    wirePrice(instrument, candle.low),
    wirePrice(instrument, candle.close),
    wireQuantity(instrument, candle.volume),
    closeTimeOf(interval, candle.openTime),
    dec(candle.quote).toFixed(8),
    candle.trades,
    wireQuantity(instrument, dec(candle.volume).dividedBy(2)),
    dec(candle.quote).dividedBy(2).toFixed(8),
    '0',
  ]);
}

function depth(call: Call): unknown {
  const instrument = neededInstrument(call);
  const last = lastOf(call, instrument.symbol);
  const { bids, asks } = last === null ? { bids: [], asks: [] } : call.context.board.levels(instrument, last, 10);
  const { depthId } = call.context.board.tape(call.market, instrument.symbol);
  const at = call.context.clock.now();
  // Inside the range of the next event, so that a client's book finds its place in the stream.
  const lastUpdateId = depthId + depthStride / 2;
  return { lastUpdateId, ...(call.market === 'usdm' ? { E: at, T: at } : {}), bids, asks };
}

function recentTrades(call: Call): unknown {
  const instrument = neededInstrument(call);
  const last = lastOf(call, instrument.symbol);
  const tape = call.context.board.tape(call.market, instrument.symbol);
  if (last === null || tape.tradeId === 0) return [];
  return [{ id: tape.tradeId, price: wirePrice(instrument, last), qty: wireQuantity(instrument, tape.volume), quoteQty: dec(last).times(tape.volume).toFixed(8), time: tape.at, isBuyerMaker: !tape.rising, isBestMatch: true }];
}
