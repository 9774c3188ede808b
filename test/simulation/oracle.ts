import type { Settings, TpOverride } from '#shared/contracts/settings';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { dec, sum, type Dec, type Decimalish } from '#shared/engine/num/units';
import type { Fill, OrderRole } from '#shared/engine/order/order';
import type { PositionGroup } from '#shared/engine/position/position-group';

/**
 * What must come out, worked out a second time from trades alone and by other formulas than the engine's. Nothing here imports an engine
 * function that decides, so a mistake there cannot hide here.
 */

/** A trade with what it was for. */
export interface Counted extends Fill {
  role: OrderRole;
  pyramid: number | null;
  leg: number | null;
}

type Sided = Pick<PositionGroup, 'side'>;
const zero = dec(0);

/** What a trade brought into or took out of a group: a fee in the base asset was never received. */
const netOf = (trade: Counted, base: string): Dec => dec(trade.quantity).minus(trade.role === 'entry' && trade.feeAsset === base ? trade.fee : 0);

/** Entry fills minus exit fills. */
export const quantityOf = (trades: readonly Counted[], base: string): Dec => sum(trades.map((trade) => netOf(trade, base).times(trade.role === 'entry' ? 1 : -1)));

/** What one leg bought (or sold short): quantity and cost. */
export function enteredBy(trades: readonly Counted[], pyramid: number, leg: number, base: string): { quantity: Dec; cost: Dec } {
  const own = trades.filter((trade) => trade.role === 'entry' && trade.pyramid === pyramid && trade.leg === leg);
  return { quantity: sum(own.map((trade) => netOf(trade, base))), cost: sum(own.map((trade) => netOf(trade, base).times(trade.price))) };
}

/** `percent` better than `average` for the one who holds it. */
export const betterBy = ({ side }: Sided, average: Dec, percent: Decimalish): Dec => average.times(dec(100).plus(dec(percent).times(side === 'long' ? 1 : -1))).dividedBy(100);
/** `gap` percent (zero or negative) on the side from which it is bought cheaper. */
export const rungOf = ({ side }: Sided, entry: Decimalish, gap: Decimalish): Dec => dec(entry).times(dec(100).plus(dec(gap).times(side === 'long' ? 1 : -1))).dividedBy(100);

/** Far below a tick, far above what forty digits cut. */
const grain = dec('1e-24');

/** Is `found` what rounding `exact` down to a grid gives? A value that stands on the grid but for cut digits may fall either way. */
export function isFloorOf(found: Decimalish, exact: Dec, grid: Decimalish): boolean {
  if (!dec(found).modulo(grid).isZero()) return false;
  const below = exact.minus(found);
  const slack = exact.abs().times(grain);
  return below.greaterThanOrEqualTo(slack.negated()) && below.lessThan(dec(grid).plus(slack));
}

/** What reductions and offsets have claimed of a leg: take-profits leave it alone. */
export const claimedOf = ({ claims, offset }: Pick<PositionGroup, 'claims' | 'offset'>, pyramid: number, leg: number): Dec => sum([claims, offset?.claims ?? {}].map((each) => each[`${pyramid}:${leg}`] ?? '0'));

/** The largest quantity on the step that is not above `quantity`. */
export const onStep = (quantity: Dec, rules: Pick<Instrument, 'stepSize'>): Dec => quantity.dividedToIntegerBy(rules.stepSize).times(rules.stepSize);

/** The gain of a group that holds nothing any more: what came in minus what went out minus every fee. */
export function gainOf(group: Sided & Pick<PositionGroup, 'base' | 'quote'>, trades: readonly Counted[]): Dec {
  const way = group.side === 'long' ? 1 : -1;
  const flow = trades.map((trade) => netOf(trade, group.base).times(trade.price).times(trade.role === 'entry' ? -way : way));
  const fees = trades.map((trade) => (trade.feeAsset === group.quote ? dec(trade.fee) : trade.feeAsset === group.base ? dec(trade.fee).times(trade.price) : zero));
  return sum(flow).minus(sum(fees));
}

/** The take-profit mode and the target of each level of the first ladder that a configuration gives a new group. */
export function targetsOf({ grid_strategy: grid }: Settings, subject: { symbol: string; timeframe: string; alertName: string | null }): { mode: string; percents: string[] } {
  const concerns = ({ symbol, timeframe, strategy }: TpOverride): boolean => (symbol === null || symbol === subject.symbol || symbol === subject.symbol.split(':')[0]) && (timeframe === null || timeframe === subject.timeframe) && (strategy === null || strategy === subject.alertName);
  const rules = grid.tp_overrides.filter(concerns);
  const whole = rules.find(({ pyramid }) => pyramid === null);
  const first = rules.find(({ pyramid, tp_percent: percent }) => pyramid === 0 && percent !== null);
  const percentOf = (own: number | null): number => first?.tp_percent ?? whole?.tp_percent ?? own ?? grid.tp_percent;
  return { mode: whole?.tp_mode ?? grid.tp_mode, percents: grid.levels.map((level) => dec(percentOf(level.tp_percent)).toFixed()) };
}

/** Average price and percent of the common target of what is held, leg by leg at its own cost; null when nothing is. */
export function commonTarget(group: PositionGroup, trades: readonly Counted[]): { average: Dec; percent: Dec } | null {
  let held = zero;
  let cost = zero;
  let weighted = zero;
  for (const pyramid of group.pyramids) {
    for (const leg of pyramid.legs) {
      const entered = enteredBy(trades, pyramid.index, leg.index, group.base);
      const left = entered.quantity.minus(leg.exited.quantity);
      if (!left.greaterThan(0)) continue;
      const legCost = entered.cost.times(left).dividedBy(entered.quantity);
      held = held.plus(left);
      cost = cost.plus(legCost);
      weighted = weighted.plus(legCost.times(targetOf(group, pyramid.index)));
    }
  }
  return held.isZero() ? null : { average: cost.dividedBy(held), percent: weighted.dividedBy(cost) };
}

function targetOf({ exitPlan }: PositionGroup, pyramid: number): string {
  if (exitPlan.kind !== 'pyramid_aggregate') return exitPlan.tpPercent;
  const index = String(pyramid);
  return exitPlan.pyramidTpForced?.[index] ?? exitPlan.pyramidTpPercents?.[index] ?? exitPlan.tpPercent;
}
