import type { ExitPlan } from '../exit/exit-plan.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { PyramidStart } from '../messages/events.ts';
import { dec, isPositive, min, money, type Money } from '../num/units.ts';
import type { Side } from '../order/order.ts';
import type { Leg, Pyramid } from '../position/position-group.ts';
import type { Refusal } from '../refusal.ts';
import { anyTradable, buildPyramid } from './build-pyramid.ts';
import type { EntryPlan } from './entry-plan.ts';
import { fitLeg, levelsOf } from './grid.ts';
import { cappedWarning, checkLadder, legNotional, type Budget, type Checked, type LadderPlan, type PlanWarning } from './plan-check.ts';
import { capitalAtRisk } from './sizing.ts';

/** The pyramid a signal asks for: who it is for and what it may spend. */
export interface PyramidCase {
  entryPlan: EntryPlan;
  exitPlan: ExitPlan;
  side: Side;
  index: number;
  start: PyramidStart;
  /** Capital of the group's pyramids so far. */
  used: Money;
  instrument: Instrument;
}

/** A pyramid fitted, capped and checked before its first order leaves, with the plan that is shown; refused where a refusal stands. */
export interface PlannedPyramid {
  pyramid: Pyramid;
  plan: LadderPlan;
  /** What its orders bind of the quote asset; null while the leverage is unknown. */
  bound: Money | null;
  refusal: Refusal | null;
}

/** Without a budget nothing is checked: who opens the group did not ask for it. */
const unchecked = (asset: string): Budget => ({ check: 'off', asset, free: null, leverage: null });

/** Builds the whole ladder after rounding, minimums, the group's limit and the free balance, and says what of it may go. */
export function planPyramid(wish: PyramidCase): PlannedPyramid {
  const { entryPlan, side, index, start, instrument } = wish;
  const budget = start.budget ?? unchecked(instrument.quote);
  const atRisk = start.risk === undefined ? start.capital : capitalAtRisk(start.risk, side, start.entryPrice, levelsOf(entryPlan, index), instrument);
  if (atRisk === null) return stopped(wish, start.capital, budget, { code: 'no_stop_for_risk_sizing', detail: `every leg of the ladder lies beyond the stop ${start.risk?.stop ?? ''}` });
  const left = start.exposureMax === undefined ? atRisk : money(dec(start.exposureMax).minus(wish.used));
  if (!isPositive(left)) return stopped(wish, atRisk, budget, { code: 'exposure_reached', detail: `${wish.used} of ${start.exposureMax ?? ''} ${instrument.quote} is given to the group already` });
  const capital = money(min(atRisk, left));
  const capped = cappedWarning(atRisk, capital, start.exposureMax ?? capital, wish.used, instrument.quote);

  const built = build(wish, capital);
  const estimate = estimated(built, wish);
  const checked = checkLadder(estimate, budget, instrument.contractSize);
  const block = (leg: Leg): Leg => ({ ...leg, blocked: leg.blocked ?? checked.beyond.get(leg.index) ?? null });
  const pyramid = { ...built, legs: built.legs.map(block) };
  const refusal: Refusal | null = anyTradable(built) ? checked.refusal : { code: 'every_leg_blocked', detail: built.legs[0]?.blocked ?? 'the ladder is empty' };
  return { pyramid, plan: planOf(wish, capital, budget, checked, estimate.map(block), capped === null ? [] : [capped]), bound: checked.bound, refusal };
}

const build = ({ entryPlan, exitPlan, side, index, start, instrument }: PyramidCase, capital: Money): Pyramid => buildPyramid(entryPlan, exitPlan, side, index, { ...start, capital }, instrument);

/** The legs as they will go out; those that follow the fill of a market entry as they would from the signal's price. */
const estimated = ({ legs, capital }: Pyramid, { side, start, instrument }: PyramidCase): Leg[] =>
  legs.map((leg) => (leg.priceLimit === null && leg.blocked === null ? fitLeg(side, 'limit', leg, start.entryPrice, capital, instrument) : leg));

/** A pyramid that may not begin, with every leg saying why. */
function stopped(wish: PyramidCase, capital: Money, budget: Budget, refusal: Refusal): PlannedPyramid {
  const built = build(wish, capital);
  const legs = estimated(built, wish).map((leg) => ({ ...leg, blocked: leg.blocked ?? `${refusal.code}: ${refusal.detail}` }));
  const nothing = checkLadder([], { ...budget, check: 'off' }, wish.instrument.contractSize);
  return { pyramid: { ...built, legs }, plan: planOf(wish, capital, budget, nothing, legs, []), bound: nothing.bound, refusal };
}

const planOf = (wish: PyramidCase, capital: Money, budget: Budget, checked: Checked, legs: readonly Leg[], warnings: readonly PlanWarning[]): LadderPlan => ({
  pyramid: wish.index,
  side: wish.side,
  orderType: wish.entryPlan.orderType,
  entryPrice: wish.start.entryPrice,
  capital,
  asset: budget.asset,
  check: budget.check,
  leverage: budget.leverage,
  notional: checked.notional,
  needed: checked.needed,
  free: budget.free,
  leftOut: checked.beyond.size,
  legs: legs.map((leg) => ({
    index: leg.index,
    price: leg.priceLimit,
    quantity: leg.quantity,
    notional: money(legNotional(leg, wish.instrument.contractSize)),
    weightPercent: leg.weightPercent,
    tpPercent: leg.tpPercent,
    blocked: leg.blocked,
  })),
  warnings: [...warnings, ...checked.warnings],
});
