import { dec, type Dec } from '#shared/engine/num/units';
import { floorTo } from '#shared/engine/num/rounding';
import type { SimInstrument, SimOrder, SimSide } from './matching-state.ts';

/** How simulated orders fill: by how much a taker pays more than the last price (R-454: 1 basis point unless configured). */
export interface FillModel {
  slippageBps: string;
}

export const defaultFillModel: FillModel = { slippageBps: '1' };

/** Binance's ordinary rates: USD-M 0.02 % maker, 0.05 % taker, in the quote asset; spot 0.1 %, in the received asset. */
export const defaultRates = { spot: { maker: '0.001', taker: '0.001' }, usdm: { maker: '0.0002', taker: '0.0005' } } as const;

const feeDecimals = 8;

/** Smallest multiple of `step` that is not below `value`. */
export function ceilTo(value: Dec, step: string): Dec {
  const floor = floorTo(value, step);
  return floor.equals(value) ? floor : floor.plus(step);
}

/** What a taker pays or gets when the market stands at `market`: slipped, on the tick, never worse than the limit. */
export function takerPrice(model: FillModel, instrument: SimInstrument, side: SimSide, market: string, limit: string | null): Dec {
  const shift = dec(market).times(model.slippageBps).dividedBy(10_000);
  if (side === 'BUY') {
    const slipped = shift.isZero() ? dec(market) : ceilTo(dec(market).plus(shift), instrument.tick);
    return limit !== null && slipped.greaterThan(limit) ? dec(limit) : slipped;
  }
  const slipped = shift.isZero() ? dec(market) : floorTo(dec(market).minus(shift), instrument.tick);
  const worst = limit ?? instrument.tick;
  return slipped.lessThan(worst) ? dec(worst) : slipped;
}

/** Fee on an amount, cut at eight decimals as the venue books it. */
export const feeOf = (amount: Dec, rate: string): Dec => amount.times(rate).toDecimalPlaces(feeDecimals);

/** How much of the order fills at one opportunity: all that remains, or one of its portions (rounded up to the step). */
export function portion(order: SimOrder, instrument: SimInstrument): Dec {
  const remaining = dec(order.quantity).minus(order.filled);
  if (order.fillParts <= 1) return remaining;
  const part = ceilTo(dec(order.quantity).dividedBy(order.fillParts), instrument.step);
  return part.lessThan(remaining) ? part : remaining;
}
