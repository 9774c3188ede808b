import { unreachable } from '../assert.ts';
import type { Instrument } from '../instrument/instrument.ts';
import { floorTo } from '../num/rounding.ts';
import { compare, isZero, price, sum, type Price, type Ratio } from '../num/units.ts';
import { averagePrice, costHeld, groupCost } from '../position/exposure.ts';
import type { PositionGroup } from '../position/position-group.ts';
import { takeProfitPrice } from './take-profit-price.ts';
import { pyramidTpPercent } from './target-percent.ts';

/** The percent the whole position must gain, or null where the plan has no common target or nothing is held. */
export function targetPercent(group: PositionGroup): Ratio | null {
  const plan = group.exitPlan;
  switch (plan.kind) {
    case 'per_leg':
      return null;
    case 'aggregate':
    case 'hybrid':
      return plan.tpPercent;
    case 'pyramid_aggregate': {
      const weighted = group.pyramids.map((pyramid) => sum(pyramid.legs.map(costHeld)).times(pyramidTpPercent(plan, pyramid.index)));
      const cost = groupCost(group);
      return isZero(cost) ? null : (sum(weighted).dividedBy(cost).toFixed() as Ratio);
    }
    default:
      return unreachable(plan);
  }
}

/**
 * The price at which the whole position closes, on the tick, or null where the plan has no common target or nothing is held
 * (E-08, E-09, E-10).
 */
export function aggregateTrigger(group: PositionGroup, instrument: Pick<Instrument, 'tickSize'>): Price | null {
  const average = averagePrice(group);
  const percent = targetPercent(group);
  if (average === null || percent === null) return null;
  return price(floorTo(takeProfitPrice(group.side, average, percent), instrument.tickSize));
}

/** Has the last price reached the common target? */
export function aggregateReached(group: PositionGroup, instrument: Pick<Instrument, 'tickSize'>, last: Price): boolean {
  const trigger = aggregateTrigger(group, instrument);
  if (trigger === null) return false;
  return group.side === 'long' ? compare(last, trigger) >= 0 : compare(last, trigger) <= 0;
}
