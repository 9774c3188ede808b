import { legTpPercent } from '../exit/target-percent.ts';
import type { ExitPlan } from '../exit/exit-plan.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { PyramidStart } from '../messages/events.ts';
import type { Side } from '../order/order.ts';
import type { Pyramid } from '../position/position-group.ts';
import type { EntryPlan } from './entry-plan.ts';
import { bareLegs, entryTypeOf, fitLeg, levelsOf } from './grid.ts';

/** A ladder fitted to the instrument (E-01 to E-07). With a market entry only the first leg is fitted; the others follow its fill. */
export function buildPyramid(plan: EntryPlan, exit: ExitPlan, side: Side, index: number, start: PyramidStart, instrument: Instrument): Pyramid {
  const legs = bareLegs(levelsOf(plan, index), (own) => legTpPercent(exit, index, own)).map((leg) =>
    plan.orderType === 'market' && leg.index > 0 ? leg : fitLeg(side, entryTypeOf(plan, leg.index), leg, start.entryPrice, start.capital, instrument),
  );
  return { index, signalId: start.signalId, entryPrice: start.entryPrice, capital: start.capital, slippageMaxPercent: start.slippageMaxPercent, legs };
}

/** Can any leg of a ladder be sent? */
export const anyTradable = (pyramid: Pyramid): boolean => pyramid.legs.some((leg) => leg.blocked === null && leg.priceLimit !== null);
