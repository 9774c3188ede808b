import type { Instrument } from '../instrument/instrument.ts';
import { makeTradable } from '../instrument/make-tradable.ts';
import { floorTo } from '../num/rounding.ts';
import { dec, price, qty, zeroQty, type Dec, type Decimalish, type Money, type Price, type Ratio } from '../num/units.ts';
import type { OrderType, Side } from '../order/order.ts';
import { nothingTraded } from '../position/exposure.ts';
import type { Leg } from '../position/position-group.ts';
import type { GridEntryPlan, GridLevel } from './entry-plan.ts';

/** The ladder of a pyramid: its own where one is named, the default otherwise. */
export const levelsOf = (plan: GridEntryPlan, pyramidIndex: number): GridLevel[] => plan.pyramidLevels[String(pyramidIndex)] ?? plan.levels;

/** The price of a rung: `gap` percent from the pyramid's own raw entry price, mirrored for shorts (A-01, A-34, E-03). */
export function rungPrice(side: Side, entryPrice: Decimalish, gapPercent: Ratio): Dec {
  const gap = dec(gapPercent).dividedBy(100);
  return dec(entryPrice).times(side === 'long' ? gap.plus(1) : dec(1).minus(gap));
}

/** The price of a rung on the tick; 0 where the tick is too coarse for it. */
export const legPrice = (side: Side, entryPrice: Decimalish, gapPercent: Ratio, instrument: Instrument): Dec => floorTo(rungPrice(side, entryPrice, gapPercent), instrument.tickSize);

/** With a market entry the first leg goes at market, alone. */
export const entryTypeOf = (plan: GridEntryPlan, legIndex: number): OrderType => (plan.orderType === 'market' && legIndex === 0 ? 'market' : 'limit');

/** A leg fitted to the instrument: price on the tick, quantity = capital x weight / leg price on the step, or blocked with the reason. */
export function fitLeg(side: Side, type: OrderType, leg: Leg, entryPrice: Price, capital: Money, instrument: Instrument): Leg {
  const limit = legPrice(side, entryPrice, leg.gapPercent, instrument);
  if (!limit.greaterThan(0)) return { ...leg, blocked: `price_rounds_to_zero: the rung is below one tick of ${instrument.tickSize}` };
  const quote = dec(capital).times(leg.weightPercent).dividedBy(100);
  const fitted = makeTradable({ type, price: limit, quantity: quote.dividedBy(dec(limit).times(instrument.contractSize)), reduceOnly: false }, instrument);
  if (!fitted.ok) return { ...leg, priceLimit: price(limit), quantity: zeroQty, blocked: `${fitted.code}: ${fitted.detail}` };
  return { ...leg, priceLimit: fitted.price, quantity: fitted.quantity, blocked: null };
}

/** The legs of a ladder before they are fitted. */
export const bareLegs = (levels: GridLevel[], target: (own: Ratio | null) => Ratio): Leg[] =>
  levels.map((level, index) => ({
    index,
    gapPercent: level.gapPercent,
    weightPercent: level.weightPercent,
    tpPercent: target(level.tpPercent),
    priceLimit: null,
    quantity: qty(0),
    blocked: null,
    entered: nothingTraded,
    exited: nothingTraded,
    exitedBy: null,
  }));
