import { dec, isPositive } from '#shared/engine/num/units';
import { floorTo } from '#shared/engine/num/rounding';
import { putInstrument } from '#shared/simulation/matching';
import { lastPrice } from '#shared/simulation/matching-draft';
import { bookKey, type SimMarket } from '#shared/simulation/matching-state';
import { movePrice, type PathStep } from '#shared/simulation/price-path';
import { guessedInstrument } from './catalogue.ts';
import { ControlFault, type Fields } from './control-input.ts';
import type { PaperContext } from './endpoint.ts';
import type { MarketStreams } from './market-streams.ts';
import { isInterval, openTimeOf, type PaperCandle } from './price-candles.ts';

/** A price as it comes in, with the quantity it traded. */
export interface IncomingStep extends PathStep {
  volume: string;
}

/** Reads `{market, symbol, price, at?, volume?, jump?}`. */
export function readStep(fields: Fields, now: number): IncomingStep {
  const price = fields.amount('price');
  if (!isPositive(price)) throw new ControlFault(`${fields.path || 'body'}.price: found "${price}", expected a price above zero`);
  return { market: fields.market('market'), symbol: fields.symbol('symbol'), price, at: fields.number('at', now), volume: fields.has('volume') ? fields.amount('volume') : '1', jump: fields.flag('jump') };
}

/** Moves prices through matching and, once that is committed, tells the public streams. */
export async function takeSteps(context: PaperContext, markets: MarketStreams, steps: readonly IncomingStep[]): Promise<void> {
  const before = await context.commit.submit((draft, now) =>
    steps.map((step) => {
      if (!draft.instruments.has(bookKey(step.market, step.symbol))) {
        const instrument = guessedInstrument(step.market, step.symbol, step.price);
        if (instrument === null) throw new ControlFault(`symbol: found "${step.symbol}", expected a pair such as BTCUSDT; describe others with POST /_sim/instruments first`);
        putInstrument(draft, instrument);
      }
      const previous = lastPrice(draft, step.market, step.symbol);
      movePrice(draft, step, now);
      return previous;
    }),
  );
  steps.forEach((step, index) => {
    const instrument = context.commit.world.instruments.get(bookKey(step.market, step.symbol));
    if (instrument === undefined) return;
    const previous = before[index] ?? null;
    context.board.trade(step.market, step.symbol, { price: step.price, volume: step.volume, at: step.at, rising: previous === null || dec(step.price).greaterThanOrEqualTo(previous) });
    markets.publish({ instrument, price: step.price, volume: step.volume, previous, at: step.at, now: context.clock.now() });
  });
}

/** Takes a candle `{market, symbol, interval?, at, open, high, low, close, volume?}`; it is shown as given and moves no price. */
export function takeCandle(context: PaperContext, fields: Fields): void {
  const interval = fields.optionalText('interval') ?? '1m';
  if (!isInterval(interval)) throw new ControlFault(`${fields.path}.interval: found "${interval}", expected one such as 1m, 1h or 1d`);
  const volume = fields.has('volume') ? fields.amount('volume') : '0';
  const candle: PaperCandle = {
    openTime: openTimeOf(interval, fields.number('at', context.clock.now())),
    open: fields.amount('open'),
    high: fields.amount('high'),
    low: fields.amount('low'),
    close: fields.amount('close'),
    volume,
    quote: dec(volume).times(fields.amount('close')).toFixed(),
    trades: 1,
  };
  context.board.candles.push(bookKey(fields.market('market'), fields.symbol('symbol')), interval, candle);
}

/** The steps of a walk from the last price to `to`, on the tick, ending there exactly. */
export function walkSteps(context: PaperContext, market: SimMarket, symbol: string, to: string, count: number): IncomingStep[] {
  const instrument = context.commit.world.instruments.get(bookKey(market, symbol));
  const from = context.commit.world.books.get(bookKey(market, symbol))?.last ?? null;
  const now = context.clock.now();
  const step = (price: string): IncomingStep => ({ market, symbol, price, at: now, volume: '1', jump: false });
  if (from === null || instrument === undefined) return [step(to)];
  const distance = dec(to).minus(from);
  const between = Array.from({ length: count - 1 }, (_, index) => floorTo(dec(from).plus(distance.times(index + 1).dividedBy(count)), instrument.tick).toFixed());
  return [...between.filter((price) => isPositive(price)), to].map(step);
}
