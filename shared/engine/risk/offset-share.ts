import type { Figures } from '../figures.ts';
import { makeTradable } from '../instrument/make-tradable.ts';
import { ceilTo, floorTo } from '../num/rounding.ts';
import { compare, dec, max, min, money, qty, type Dec, type Decimalish, type Money, type Qty } from '../num/units.ts';
import type { Contender } from './offset-ranking.ts';
import { groupName } from './risk-group.ts';
import type { RiskPlan } from './risk-plan.ts';

/** Why a part of a position cannot be closed: worth less than the settings ask for, or not taken by the venue. */
export type TooSmall = 'below_min_close_notional' | 'below_exchange_minimum';

/** How much of a position is closed, or why nothing. */
export type Share =
  | {
      ok: true;
      quantity: Qty;
      /** Nothing that could be sold is left: the slot comes free. */
      whole: boolean;
      /** In quote currency, at the last price. */
      notional: Money;
      /** Profit or loss that is expected of it, before fees. */
      realisedUsd: Money;
    }
  | { ok: false; reason: TooSmall; words: string; figures: Figures };

const notionalOf = ({ priceLast, rules }: Contender, quantity: Decimalish): Dec => dec(quantity).times(priceLast).times(rules.contractSize);
/** Expected figures end here, so that sums of them are exact. */
const usdPlaces = 12;
const realisedBy = ({ pnlUsd, quantity: held }: Contender, quantity: Decimalish): Money => money(dec(pnlUsd).times(quantity).dividedBy(held).toDecimalPlaces(usdPlaces));

/** The smallest quantity that is a position of its own: an order the venue would take even of one who holds nothing. */
function leastStanding({ priceLast, rules }: Contender): Dec {
  const worthEnough = rules.notionalMin === null ? dec(0) : dec(rules.notionalMin).dividedBy(dec(priceLast).times(rules.contractSize));
  return ceilTo(max(rules.quantityMin, worthEnough), rules.stepSize);
}

/** A closing order of this quantity, if settings and venue take it. */
function closing(group: Contender, quantity: Dec, closeNotionalMin: Decimalish): Share {
  const { rules, priceLast } = group;
  const notional = notionalOf(group, quantity);
  if (notional.lessThan(closeNotionalMin)) {
    const figures = { symbol: group.symbol, quantity: qty(quantity), worth: money(notional), least: money(closeNotionalMin), quote: rules.quote };
    return { ok: false, reason: 'below_min_close_notional', words: `${figures.quantity} of ${groupName(group)} is worth ${figures.worth}, the least worth closing is ${figures.least} ${rules.quote}`, figures };
  }
  const fitted = makeTradable({ type: 'market', price: priceLast, quantity, reduceOnly: rules.market === 'usdm' }, rules);
  // What is above the largest order goes out in several.
  if (!fitted.ok && fitted.code !== 'above_maximum_quantity') return { ok: false, reason: 'below_exchange_minimum', words: `${groupName(group)}: ${fitted.detail}`, figures: { symbol: group.symbol, detail: fitted.detail } };
  return { ok: true, quantity: qty(quantity), whole: quantity.equals(floorTo(group.quantity, rules.stepSize)), notional: money(notional), realisedUsd: realisedBy(group, quantity) };
}

/**
 * The part of a winner that brings in `targetUsd`, rounded down to the step: all of it where its profit is not more, where winners are
 * only closed whole, and where too little to stand on its own would be left (A-26, E-15, E-17).
 */
export function winnerShare(winner: Contender, targetUsd: Money, plan: Pick<RiskPlan, 'partialCloseAllowed' | 'closeNotionalMin'>): Share {
  const { rules, quantity: held, pnlUsd } = winner;
  const all = floorTo(held, rules.stepSize);
  if (!plan.partialCloseAllowed || compare(targetUsd, pnlUsd) >= 0) return closing(winner, all, plan.closeNotionalMin);
  const slice = floorTo(dec(held).times(targetUsd).dividedBy(pnlUsd), rules.stepSize);
  const share = closing(winner, slice, plan.closeNotionalMin);
  return share.ok && all.minus(slice).lessThan(leastStanding(winner)) ? closing(winner, all, plan.closeNotionalMin) : share;
}

/** All of a loser: held back by the venue's minimums only (A-26, E-15). */
export const loserWhole = (loser: Contender): Share => closing(loser, floorTo(loser.quantity, loser.rules.stepSize), '0');

/**
 * The part of a loser that `coveredUsd` pays for, rounded down to the step, never more (A-25, E-14). What stays is always enough to
 * stand on its own: a rest that could never be sold would keep its slot for good.
 */
export function loserPart(loser: Contender, coveredUsd: Money, { closeNotionalMin }: Pick<RiskPlan, 'closeNotionalMin'>): Share {
  const { rules, quantity: held, pnlUsd } = loser;
  const paid = dec(held).times(coveredUsd).dividedBy(dec(pnlUsd).abs());
  const most = dec(held).minus(leastStanding(loser));
  return closing(loser, floorTo(max('0', min(paid, most)), rules.stepSize), closeNotionalMin);
}
